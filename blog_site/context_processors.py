from django.conf import settings
from django.utils.functional import SimpleLazyObject

from comments.models import DiscussionSettings
from posts.models import Blog, Post


def frame(request):
    """What the frame of every page shows. Lazy: a page that has another frame asks for none of it."""
    return {
        "discussion_settings": SimpleLazyObject(DiscussionSettings.load),
        "blog": SimpleLazyObject(Blog.load),
        "menu": SimpleLazyObject(Post.menu),
        "newest": SimpleLazyObject(Post.newest),
        "site_url": settings.SITE_URL,
    }
