"""oEmbed (oembed.com): what other programs show where somebody names the address of a post."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from posts.feeds.formats import Xml
from posts.metadata import picture_of
from posts.models import Blog, Post


@require_safe
def provide(request):
    """A link with a title, its author and a picture. 404 for what not everybody may read, 501 for other formats."""
    form = request.GET.get("format", "json")
    if form not in {"json", "xml"}:
        return HttpResponse("json, xml\n", status=501, content_type="text/plain; charset=utf-8")
    post = _post_at(request.GET.get("url", ""))
    values = _answer(post, *(_pixels(request.GET.get(name, "")) for name in ("maxwidth", "maxheight")))
    if form == "json":
        response = JsonResponse(values)
    else:
        response = HttpResponse(_xml(values), content_type="text/xml; charset=utf-8")
    # Scripts of other sites may read what anybody may.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _post_at(url):
    """The public post at an address of ours, whichever page of its comments that is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    ours = parts.scheme in {"http", "https"} and parts.netloc.lower() == urlsplit(settings.SITE_URL).netloc.lower()
    path = unquote(parts.path) if ours else ""
    posts = Post.objects.published().select_related("author", "picture")
    post = posts.filter(permalink=path.replace("\x00", "\ufffd")).first()
    if not post:
        raise Http404(_("There is no such page."))
    return post


def _pixels(text):
    """A positive number, or None: what can't be read limits nothing."""
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 7 else None


def _answer(post, max_width, max_height):
    blog = Blog.load()
    values = {
        "version": "1.0",
        "type": "link",
        "title": str(post),
        "author_name": post.author.name,
        "author_url": f"{settings.SITE_URL}{post.author.get_absolute_url()}",
        "provider_name": blog.title,
        "provider_url": f"{settings.SITE_URL}/",
        "cache_age": 3600,
    }
    picture = picture_of(post, max_width, max_height)
    # A thumbnail's size has to be told.
    if picture and picture[":width"] and picture[":height"]:
        values["thumbnail_url"] = picture[""]
        values |= {f"thumbnail_{side}": picture[f":{side}"] for side in ("width", "height")}
    return values


def _xml(values):
    xml = Xml()
    xml.open("oembed")
    for name, value in values.items():
        xml.element(name, value)
    xml.close("oembed")
    return str(xml)
