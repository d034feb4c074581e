from typing import NamedTuple

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from comments.models import DiscussionSettings
from posts.generation import memoise, present
from posts.models import Blog, MenuItem, Notice, Post, SocialLink

# With each position in it: a template takes much longer to find that there is none.
NO_NOTICES: dict[str, tuple[str, ...]] = {position.value: () for position in Notice.Position}


class Logo(NamedTuple):
    """What stands at the top of every page; `picture_html` is empty where nothing does."""

    picture_html: str = ""
    is_above: bool = False


def _logo(request):
    generation, blog = present(request)
    return memoise(logo_of, generation.of_posts) if blog.logo_id else Logo()


def logo_of():
    blog = Blog.load()
    return Logo(blog.logo_html, blog.logo_place == Blog.LogoPlace.ABOVE)


def _menu(request):
    generation, _blog = present(request)
    return memoise(MenuItem.menu if generation.has_menu else Post.menu, generation.of_posts)


def _links(request):
    generation, _blog = present(request)
    return memoise(SocialLink.shown, generation.of_posts) if generation.has_links else ()


def _notices(request):
    """{position: those that stand there today}: days go by without a change that anybody makes."""
    generation, _blog = present(request)
    if not generation.has_notices:
        return NO_NOTICES
    return Notice.on(memoise(Notice.all_shown, generation.of_posts), _kind(request))


def _kind(request):
    """Which of the places for a notice a page is, if any."""
    if request.path_info == "/":
        return Notice.Place.HOME
    asked = request.resolver_match and request.resolver_match.view_name
    return Notice.Place.POSTS if asked in {"posts:permalink", "posts:preview"} else ""


def frame(request):
    """What the frame of every page shows. Lazy: a page that has another frame asks for none of it.

    Nothing of it is another for what stands below posts: a hot thread leaves it as it is."""

    def kept(make):
        return SimpleLazyObject(lambda: memoise(make, present(request)[0].of_posts))

    return {
        "blog": SimpleLazyObject(lambda: present(request)[1]),
        "logo": SimpleLazyObject(lambda: _logo(request)),
        "discussion_settings": kept(DiscussionSettings.load),
        "menu": SimpleLazyObject(lambda: _menu(request)),
        "links": SimpleLazyObject(lambda: _links(request)),
        "notices": SimpleLazyObject(lambda: _notices(request)),
        "newest": kept(Post.newest),
        "site_url": settings.SITE_URL,
    }
