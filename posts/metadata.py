"""The metadata in a page's head: Open Graph, Twitter's cards, oEmbed's discovery. JSON-LD is in `posts.jsonld`.

All of it is made of what the page has read anyway: it costs no query.
"""

from functools import cache, lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, to_locale

from posts import cards


def post_head(post, blog, categories, tags):
    """The elements for the head of a post's or page's page."""
    site, picture = settings.SITE_URL, picture_of(post)
    about = {
        "og:type": "article",
        "og:url": f"{site}{blog.address_of(post)}",
        "article:published_time": post.published_at.isoformat(),
        "article:modified_time": post.last_modified.isoformat(),
        "article:author": f"{site}{post.author.get_absolute_url()}",
        "article:section": categories[0].name if categories else "",
    }
    named = {"author": post.author.name, "fediverse:creator": post.author.fediverse}
    metas = _metas(str(post), post.summary, blog, picture, about, named, post.language)
    metas += [('property="article:tag"', tag.name) for tag in tags]
    address = f"{site}{post.get_absolute_url()}"
    oembed = f"{site}{_oembed_path()}?url={quote(address, safe='')}&format="
    links = [("application/json+oembed", f"{oembed}json"), ("text/xml+oembed", f"{oembed}xml")]
    return _elements(tuple(metas), tuple(links))


def list_head(title, description, address, blog, kind="website"):
    """The elements for the head of the home page and of archives."""
    about = {"og:type": kind, "og:url": f"{settings.SITE_URL}{address}"}
    return _elements(tuple(_metas(title, description, blog, None, about, {"description": description})))


def _metas(title, description, blog, picture, about, named, language=""):
    """[(attribute that names it, value)] of those that have one."""
    about |= {
        "og:title": title,
        "og:description": description,
        "og:site_name": blog.title,
        "og:locale": to_locale(language or get_language()),
    }
    named |= {
        "twitter:card": "summary_large_image" if picture else "summary",
        "twitter:title": title,
        "twitter:description": description,
    }
    if picture:
        about |= {f"og:image{key}": value for key, value in picture.items()}
        named |= {"twitter:image": picture[""], "twitter:image:alt": picture[":alt"]}
    metas = [(f'property="{name}"', value) for name, value in about.items() if value]
    return metas + [(f'name="{name}"', value) for name, value in named.items() if value]


@lru_cache(maxsize=64)
def _elements(metas, links=()):
    """The same for the same values: to escape two dozen of them takes a tenth of a page with few comments."""
    names, values = zip(*metas, *links, strict=True)
    return format_html(_frame(names[: len(metas)], names[len(metas) :]), *values)


@lru_cache(maxsize=64)
def _frame(metas, links):
    """The elements without their values: the same for most pages."""
    lines = [f'<meta {name} content="{{}}">' for name in metas]
    lines += [f'<link rel="alternate" type="{kind}" href="{{}}">' for kind in links]
    return "\n  ".join(lines)


@cache
def _oembed_path():
    return reverse("posts:oembed")


def picture_of(post, max_width=None, max_height=None):
    """What stands for the post where somebody links to it, {part of its name in Open Graph: value}: its picture, or the
    card with its title. The size nearest to what is shown, within the limits; None where nothing is.
    """
    if post.picture:
        text, sizes = post.picture.alt, [(w, post.picture.height_at(w), url) for w, url in post.picture.sizes()]
    else:
        text, sizes = f"{post} – {post.author}", [(cards.WIDTH, cards.HEIGHT, post.card_url)]
    limits = (max_width, max_height)
    fitting = [
        size
        for size in sizes
        if all(limit is None or (side and side <= limit) for side, limit in zip(size, limits, strict=False))
    ]
    if not fitting:
        return None
    width, height, url = next((size for size in fitting if size[0] >= cards.WIDTH), fitting[-1])
    return {"": f"{settings.SITE_URL}{url}", ":width": width, ":height": height, ":alt": text}
