"""How many comments wait below posts, for the list of posts; `settings.WAITING_BELOW` names `waiting_below()`."""

from django.db.models import Count
from django.urls import reverse

from comments.models import Comment

from .verbs import may_open_desk


def waiting_below(user, posts):
    """{post's number: (how many comments wait below it, the address of the list of these)}, for the posts of these
    numbers below which `user` may decide; one query.
    """
    if not posts or not may_open_desk(user):
        return {}
    waiting = Comment.objects.moderated_by(user).in_moderation().filter(post__in=posts)
    rows = waiting.order_by().values_list("post").annotate(number=Count("pk"))
    desk = reverse("admin:comments_comment_changelist")
    return {post: (number, f"{desk}?status__exact=pending&post={post}") for post, number in rows}
