import sys
from pathlib import PurePosixPath

from csp.decorators import csp_update
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog_site import health, kept_forms
from blog_site.byte_ranges import part_of
from blog_site.health import can_not_be_used
from comments import giving_back
from posts.desk.autosave_answers import refusal
from posts.models import Attachment, Picture
from posts.models.attachment import TYPES, extension, full_sizes
from posts.public_pages import same_for_everybody
from posts.storage import is_refusal

SHOWN_INLINE = ("image/", "audio/", "video/")
RETRY_AFTER = 10  # seconds


def server_error(request):
    """The page after a fault, in which whoever was sending a comment or a form of the admin gets their words back.

    503 where the database can't be used just now (locked, full, read-only, away), so that programs come back too.
    """
    is_away = can_not_be_used(sys.exc_info()[1])
    status = 503 if is_away else 500
    if request.path_info.startswith("/comments/on/") and request.method == "POST":
        response = giving_back.after_a_fault(request, status=status)
    elif kept_forms.is_autosave(request):
        response = refusal("not-available" if is_away else "broken")
    elif kept_forms.has_words(request):
        response = kept_forms.after_a_fault(request, status=status)
    else:
        response = defaults.server_error(request, "503.html" if is_away else "500.html")
        response.status_code = status
    if is_away:
        response.headers["Retry-After"] = str(RETRY_AFTER)
        response.headers["Cache-Control"] = "no-store"
    return response


@never_cache
@require_safe
def healthz(request):
    """503 with a line for each part that fails; or 200 `ok`, and a line for what the blog goes on without."""
    problems = health.problems()
    lines = problems or ["ok", *health.missed()]
    return HttpResponse("\n".join(lines), status=503 if problems else 200, content_type="text/plain")


@never_cache
@require_safe
def live(request):
    """200 `ok` from a process that answers at all, whatever else fails: for whoever would restart it otherwise."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@same_for_everybody
def robots(request):
    closed = [f"{settings.STATIC_URL}admin/", "/admin/", "/accounts/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@csp_update({"sandbox": True})  # type: ignore[arg-type]  # views may take more
def media(request, path):
    """Uploaded files, where nothing else in front has them. Names are never used twice: a browser may keep them.
    Nothing in one can run: what is neither picture, sound nor film is saved, not opened."""
    try:
        response = default_storage.answer(request, path)
    except (Http404, OSError) as error:  # or a name that no file system takes
        if is_refusal(error):
            # It may be there: a cache in front goes on with what it has.
            return HttpResponse(status=503, headers={"Retry-After": str(RETRY_AFTER)})
        # The old blog may have had a folder of this name.
        if (file := Attachment.objects.at(request.path_info)) and file.get_absolute_url() != request.path_info:
            return redirect(file, permanent=True)
        raise Http404(_("Picture not found.")) from error
    kind = TYPES.get(extension(path)) or response.headers.get("Content-Type", "")
    if not kind.startswith(SHOWN_INLINE) or kind.startswith("image/svg"):
        response.headers["Content-Disposition"] = content_disposition_header(True, PurePosixPath(path).name)
    if kind:
        response.headers["Content-Type"] = kind
    # Caches of others forget it soon after it is deleted here.
    response.headers["Cache-Control"] = "public, max-age=31536000, s-maxage=600, immutable"
    return part_of(request, response) if isinstance(response, FileResponse) else response


@require_safe
def upload(request, path):
    """A file where WordPress had it, at whatever size: it leads to where the file is now."""
    if file := Attachment.objects.at(request.path_info):
        return redirect(file, permanent=True)
    # What was uploaded here has such an address in our own export.
    names = full_sizes(path)
    pictures = {picture.file.name: picture for picture in Picture.objects.filter(file__in=names)}
    picture = next((pictures[name] for name in names if name in pictures), None)
    if not picture:
        raise Http404(_("Picture not found."))
    return redirect(picture, permanent=True)
