"""Refuses what another site's page sends: comments, and other forms of anonymous pages.

The anonymous form carries no token, so that its page is the same bytes for everybody; what the
browser says about where a form comes from takes the token's place.
"""

from urllib.parse import urlsplit

from django.conf import settings


def is_from_another_site(request):
    """True if the browser says so. An old one that sends neither header is believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return False
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return True
    return host not in {request.get_host(), urlsplit(settings.SITE_URL).netloc}
