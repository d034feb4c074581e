"""Which stored page a request asks for, if any stranger would get the same."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl

from django.conf import settings
from django.http.request import split_domain_port, validate_host

# Nothing below these is a page that is kept: no look at what is kept is worth its time.
NO_PAGES = ("/admin/", "/accounts/", "/healthz", "/search/", "/comments/on/", settings.STATIC_URL, settings.MEDIA_URL)
# What a page with parts has in its address, always a number.
PARTS = {"page", "comments", "thread"}
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
# What other sites add to addresses for their statistics, and no page of ours has ever read. Any other parameter may
# mean something, an address of the old blog for one: Django answers to it, and nothing is kept.
TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs\w+|[a-z_]{0,5}clid|gbraid|wbraid|gclsrc|gad_\w+|srsltid|igsh(?:id)?|mc_[ce]id|"
    r"mkt_tok|li_fat_id|epik|ref|ref_src|ref_url|_g[al]|si|s_kwcid|vero_id|oly_\w+|at_\w+|wickedid|__s",
    re.ASCII,
)


def page_asked_for(environ):
    """(path, its part) of the page; None where Django alone may answer. Proxies have been believed.

    Only what stands in it, and the encodings that the reader takes, has a say in what a stranger gets: no page of ours
    depends on the host's name or port, which anybody can spell in many ways.
    """
    path = environ["PATH_INFO"]
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or path.startswith(NO_PAGES)
        or environ.get("SCRIPT_NAME")
        or "HTTP_AUTHORIZATION" in environ
        or _has_body(environ)
        or _may_be_known(environ.get("HTTP_COOKIE"))
        or not _is_host(environ.get("HTTP_HOST", ""))
        or (settings.HTTPS and environ["wsgi.url_scheme"] != "https")
    ):
        return None
    query = environ.get("QUERY_STRING")
    part = _part(query) if query else ()
    return None if part is None else (path, part)


def _has_body(environ):
    return environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ


def _may_be_known(cookies):
    """True with a cookie of ours; no matter where its name stands, since nobody knows who has joined them how."""
    return bool(cookies) and any(name in cookies for name in settings.OUR_COOKIES)


@lru_cache(maxsize=100)
def _is_host(host):
    """True for one of ALLOWED_HOSTS; Django refuses the others."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _part(query):
    """((name, number),) or nothing; None where the query has anything in it that may mean something else."""
    part = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in PARTS and NUMBER.fullmatch(value):
            part[name] = value  # of several the last, as Django takes them
        elif not TRACKING.fullmatch(name):
            return None
    return tuple(part.items()) if len(part) < 2 else None
