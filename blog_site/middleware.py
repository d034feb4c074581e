"""What every response or request needs, whichever app answers it."""

import ipaddress

from django.conf import settings
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from blog_site import kept_forms
from posts.desk.autosave_answers import refusal
from posts.generation import present
from posts.localised import localised

# Features of the browser that a page of text never needs.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)
# What a stranger's request may have, and what an upload to the admin may: an old blog's pictures in one file.
MOST_BYTES = 1024 * 1024
MOST_BYTES_OF_STAFF = 4 * 1024**3


def permissions_policy(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def no_path_has_a_nul(get_response):
    """PostgreSQL can't even look for one: the path is read as another, and found nowhere; a session's key is none."""

    def middleware(request):
        if "\x00" in request.path_info:
            request.path_info = request.path_info.replace("\x00", "\ufffd")
        if "\x00" in request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return get_response(request)

    return middleware


def trusted_proxies(get_response):
    """Takes the visitor's address and scheme from a proxy's headers, if the proxy is trusted.

    After it, `REMOTE_ADDR` is the visitor's address: the last one in `X-Forwarded-For` that is
    not itself a trusted proxy. From anybody else the headers are ignored, since anybody can send them.
    """

    def middleware(request):
        believe_proxies(request.META)
        return get_response(request)

    return middleware


def believe_proxies(environ):
    """The same for a WSGI application's environment; a second time it changes nothing."""
    if settings.TRUSTED_PROXIES and _is_trusted(environ.get("REMOTE_ADDR", "")):
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").strip().lower()
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme
        environ["REMOTE_ADDR"] = _visitor(environ)


def _visitor(environ):
    address = environ["REMOTE_ADDR"]
    for hop in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        try:
            address = str(ipaddress.ip_address(_without_port(hop.strip())))
        except ValueError:
            break  # not an address: what stands left of it can't be believed either
        if not _is_trusted(address):
            break
    return address


def _without_port(hop):
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_trusted(address):
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in settings.TRUSTED_PROXIES)


# Answered without a look at the database, whatever becomes of it.
_SAYS_NOTHING = ("/healthz", "/media/", "/static/", "/accent/", "/robots.txt")


def speaks_the_blogs_language(get_response):
    """Words are in the language of the blog's settings, and times in its zone."""

    def middleware(request):
        # The editor's page has the words for what its script is told.
        if request.path_info.startswith(_SAYS_NOTHING) or kept_forms.is_autosave(request):
            return get_response(request)
        with localised(present(request)[1]):
            return get_response(request)

    return middleware


def large_requests_need_an_account(get_response):
    """Refuses what is larger than anybody may send, before a byte of it is read: uploads are staff's.

    The comment form answers for itself, since it gives its reader a page of its own.
    """

    def middleware(request):
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > MOST_BYTES and not request.path_info.startswith("/comments/on/"):
            most = MOST_BYTES_OF_STAFF if request.user.is_active and request.user.is_staff else MOST_BYTES
            if length > most:
                if kept_forms.is_autosave(request):
                    return refusal("too-large")
                return render(request, "413.html", status=413)
        return get_response(request)

    return middleware


def signed_in_pages_are_private(get_response):
    """What a session may have shaped is never kept by a cache."""

    def middleware(request):
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            add_never_cache_headers(response)
        return response

    return middleware


def refusals_have_a_page(get_response):
    """Django answers a wrong method with an empty body: a person gets the site's own page instead."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 405 and not response.content and request.method != "HEAD":
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware
