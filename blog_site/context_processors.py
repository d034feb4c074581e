from django.conf import settings
from django.utils.functional import SimpleLazyObject

from comments.models import DiscussionSettings
from posts.generation import memoise, present
from posts.models import Post


def frame(request):
    """What the frame of every page shows. Lazy: a page that has another frame asks for none of it."""

    def kept(make):
        return SimpleLazyObject(lambda: memoise(make, present(request)[0]))

    return {
        "blog": SimpleLazyObject(lambda: present(request)[1]),
        "discussion_settings": kept(DiscussionSettings.load),
        "menu": kept(Post.menu),
        "newest": kept(Post.newest),
        "site_url": settings.SITE_URL,
    }
