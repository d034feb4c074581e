from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve

from blog_site.wordpress.media import FOLDER
from blog_site.wordpress.text import without_size
from posts.models import Picture


@never_cache
@require_safe
def healthz(request):
    """200 `ok`, or 503 with the name of the part that fails."""
    parts = {"database": _database_answers, "cache": _cache_answers}
    for name, answers in parts.items():
        try:
            answers()
        except Exception as error:
            return HttpResponse(f"{name}: {type(error).__name__}\n", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def _database_answers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM posts_post LIMIT 1")


def _cache_answers():
    cache.set("healthz", "ok", 10)
    if cache.get("healthz") != "ok":
        raise RuntimeError("the cache forgets")


@require_safe
def robots(request):
    text = f"User-agent: *\nDisallow: {settings.STATIC_URL}admin/\nDisallow: /admin/\nDisallow: /accounts/\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def media(request, path):
    """Uploaded pictures, for a server that has nothing else in front. Only pictures get in, and names are never
    used twice: a browser may keep them."""
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
    except OSError as error:  # a name that no file system takes
        raise Http404(_("There is no such picture.")) from error
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def upload(request, path):
    """A picture where WordPress had it, at whatever size: it leads to where the picture is now."""
    paths = [path, without_size(path)]
    names = [f"{FOLDER}/{path}" for path in paths] + paths
    found = {picture.file.name: picture for picture in Picture.objects.filter(file__in=names)}
    picture = next((found[name] for name in names if name in found), None)
    if not picture:
        raise Http404(_("There is no such picture."))
    return redirect(picture.file.url, permanent=True)
