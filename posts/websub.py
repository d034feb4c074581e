"""WebSub (w3.org/TR/websub): the hub that feeds name hears of what is new, and tells those who subscribed there."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from posts import outbox
from posts.models import Post

TIME_OUT = 10  # seconds, for each step of asking
ASK_AGAIN = {408, 425, 429}  # answers that refuse for now; others from 400 to 499 are for good
# What is older when it comes in, an imported post for one, is no news.
NEWS = timedelta(minutes=5)
FORMS = ("", "atom/", "json/")


def announce(post, *, was_hidden):
    """Has the hub told of a stored post, if feeds have something new of it; of a scheduled one in its time.

    Whoever publishes or changes a post by hand calls it: what moves in from elsewhere is no news. `was_hidden`: it was
    stored before, and not published.
    """
    if not settings.WEBSUB_HUB or post.is_page or post.status != post.Status.PUBLISHED:
        return
    if post.is_scheduled:
        outbox.put(tell_hub, post.pk, at=post.published_at)
    elif was_hidden or timezone.now() - post.last_modified < NEWS:
        outbox.put(tell_hub, post.pk)


@task()
def tell_hub(post_pk):
    """Tells the hub which feeds have changed. Raises what went wrong, so that it is told later."""
    post = Post.objects.published().filter(pk=post_pk).select_related("author").first()
    if not post or not settings.WEBSUB_HUB:
        return
    # Six megabytes, which no process need carry that tells nobody.
    import httpx

    said = {"hub.mode": "publish", "hub.url": feeds_with(post)}
    # Where the hub leads elsewhere nobody follows: it is the address that the operator wrote which is trusted.
    answer = httpx.post(settings.WEBSUB_HUB, data=said, timeout=TIME_OUT, follow_redirects=False)
    if answer.is_client_error and answer.status_code not in ASK_AGAIN:
        raise outbox.Refused(f"the hub {settings.WEBSUB_HUB} answered {answer.status_code}")
    answer.raise_for_status()


def feeds_with(post):
    """The addresses of all feeds that have the post: the blog's, and those of its categories, its tags, its author."""
    categories = post.categories_with_those_above()
    archives = ["/", *(term.get_absolute_url() for term in (*categories.order_by("path"), *post.tags.order_by("pk")))]
    archives.append(post.author.get_absolute_url())
    return [f"{settings.SITE_URL}{archive}feed/{form}" for archive in archives for form in FORMS]
