from typing import NamedTuple

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from comments.models import DiscussionSettings
from posts.generation import memoise, present
from posts.models import Blog, Post


class Logo(NamedTuple):
    """What stands at the top of every page; `picture_html` is empty where nothing does."""

    picture_html: str = ""
    is_above: bool = False


def _logo(request):
    generation, blog = present(request)
    return memoise(logo_of, generation) if blog.logo_id else Logo()


def logo_of():
    blog = Blog.load()
    return Logo(blog.logo_html, blog.logo_place == Blog.LogoPlace.ABOVE)


def frame(request):
    """What the frame of every page shows. Lazy: a page that has another frame asks for none of it."""

    def kept(make):
        return SimpleLazyObject(lambda: memoise(make, present(request)[0]))

    return {
        "blog": SimpleLazyObject(lambda: present(request)[1]),
        "logo": SimpleLazyObject(lambda: _logo(request)),
        "discussion_settings": kept(DiscussionSettings.load),
        "menu": kept(Post.menu),
        "newest": kept(Post.newest),
        "site_url": settings.SITE_URL,
    }
