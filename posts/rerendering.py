"""What follows when the blog's language is another: texts that say no language of their own are set in the new one."""

from django.db import transaction
from django_tasks import task

from posts import outbox
from posts.models import Author, Post

AT_ONCE = 50  # posts; others wait for no more than these


@task(priority=outbox.LATER)
def rerender_texts(after=0):
    """Computes anew what is stored of the texts in the blog's language: bios, and the posts after this number."""
    if not after:
        for author in Author.objects.exclude(bio=""):
            author.refresh()
    posts = Post.objects.filter(language="", pk__gt=after).order_by("pk")
    numbers = list(posts.values_list("pk", flat=True)[:AT_ONCE])
    for number in numbers:
        with transaction.atomic():
            # Nobody saves it meanwhile; and who has just deleted it, has.
            for post in Post.objects.select_for_update(no_key=True).filter(pk=number):
                post.refresh()
    if numbers:
        outbox.put(rerender_texts, numbers[-1])
