from django.conf import settings
from django.utils.functional import SimpleLazyObject

from comments.models import DiscussionSettings
from posts.models import Post


def frame(request):
    """What the frame of every page shows. Lazy: a page that has another frame asks for none of it.

    The blog and its discussion settings come in one query, since a post's page needs both.
    """
    discussion = SimpleLazyObject(DiscussionSettings.load)
    return {
        "discussion_settings": discussion,
        "blog": SimpleLazyObject(lambda: discussion.blog),
        "menu": SimpleLazyObject(Post.menu),
        "site_url": settings.SITE_URL,
    }
