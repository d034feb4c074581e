from django.conf import settings
from django.utils.functional import SimpleLazyObject

from posts.models import Blog, Post


def blog(request):
    """What the frame of every page shows. Lazy: the admin, which has its own frame, asks for none of it."""
    return {
        "blog": SimpleLazyObject(Blog.load),
        "menu": SimpleLazyObject(_menu),
        "site_url": settings.SITE_URL,
    }


def _menu():
    pages = Post.objects.published().pages().filter(in_menu=True, parent=None)
    return list(pages.order_by("title", "pk").only("title", "permalink", "kind"))
