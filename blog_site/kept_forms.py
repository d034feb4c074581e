"""Forms of the admin that were sent and could not be saved: whatever the answer, it has the words.

Where the session has ended the page to log in has them, see `accounts/kept_words.py`. Otherwise they come back here: in
a form that can be sent once more where that may help, or else to be copied. Passwords never come back, and what another
site has sent never gets a token.
"""

from urllib.parse import urlsplit

from django.core.exceptions import FieldDoesNotExist, RequestDataTooBig
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views import csrf, defaults

from posts.desk.autosave_answers import refusal
from posts.models import Post

LONG = 100  # characters: what is longer, or has lines, stands in a field of its own
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)


def is_autosave(request):
    """Whether it is the editor's script that sends a text: it is answered in JSON, whatever goes wrong."""
    return request.path_info.startswith("/admin/posts/post/") and request.path_info.endswith("/autosave/")


def has_words(request):
    """Whether this is a form of the admin, sent to be saved; none that asks for a password."""
    if request.method != "POST" or not request.path_info.startswith("/admin/"):
        return False
    try:
        name = resolve(request.path_info).url_name or ""
    except Resolver404:
        return False
    return name.endswith(("_add", "_change")) and not name.startswith("auth_")


def csrf_failure(request, reason=""):
    """For a form with an old token, as after a log-in in another window: the words with a new one."""
    is_ours = _is_sent_from_here(request)
    if is_autosave(request):
        return refusal("csrf", **({"token": get_token(request)} if is_ours else {}))
    if not has_words(request):
        return csrf.csrf_failure(request, reason=reason)
    message = _("You have logged in or out since you opened this page, or your browser does not accept cookies.")
    return _given_back(request, message, status=403, token=get_token(request) if is_ours else "")


def permission_denied(request, exception=None):
    if is_autosave(request):
        return refusal("gone")
    if not has_words(request):
        return defaults.permission_denied(request, exception)
    return _given_back(request, _("You don't have permission to change this any more."), status=403)


def bad_request(request, exception=None):
    if is_autosave(request):
        return refusal("too-large" if isinstance(exception, RequestDataTooBig) else "bad-request")
    return defaults.bad_request(request, exception)


def after_a_fault(request, *, status):
    """The words after a fault of ours. It asks the database nothing, since that may be what broke."""
    message = _("The problem is on our side, and it has been logged.")
    return _given_back(request, message, status=status, token=request.POST.get(TOKEN, ""))


def _given_back(request, message, *, status, token=""):
    """The page with what was sent; with a `token` it can be sent again."""
    shown, hidden = [], []
    for name, values in request.POST.lists():
        if name != TOKEN and "password" not in name:
            is_shown = len(values) == 1 and (_is_long(values[0]) or name in {"title", "body"})
            (shown if is_shown else hidden).extend((name, value) for value in values)
    context = {
        "action": request.get_full_path(),
        "told": message,
        "token": token,
        "shown": [(name, _label(name), value) for name, value in shown],
        "short": [name for name, value in shown if not _is_long(value)],
        "hidden": hidden,
    }
    response = HttpResponse(render_to_string("admin/kept.html", context), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_long(value):
    return len(value) > LONG or "\n" in value


def _label(name):
    try:
        return Post._meta.get_field(name).verbose_name
    except FieldDoesNotExist:
        return name


def _is_sent_from_here(request):
    """Whether a page of this very site has sent it, as far as the browser says."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(source).netloc == request.get_host()
    except ValueError:
        return False
