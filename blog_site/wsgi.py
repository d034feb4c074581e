"""The WSGI application that gunicorn serves."""

import os
import re

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from blog_site.limits import limit_database_waits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blog_site.settings")

_django = get_wsgi_application()
limit_database_waits()


def application(environ, start_response):
    """Django's, behind the cache of public pages, with every request read as UTF-8, as our pages send them, whatever
    its headers claim.

    Python knows "charsets" such as `hex` that decode to no text, and Django fails on them before any
    middleware sees the request.
    """
    if "charset" in environ.get("CONTENT_TYPE", "").lower():
        environ["CONTENT_TYPE"] = re.sub(r";\s*charset\*?\s*=[^;]*", "", environ["CONTENT_TYPE"], flags=re.IGNORECASE)
    return _blog(environ, start_response)


def _behind_the_cache(django):
    """`django` itself where nothing is kept, such as while its templates are being written."""
    if settings.DEBUG or not settings.PAGE_CACHE_MB:
        return django
    from blog_site.page_cache import PageCache  # loads models, for which Django has to be ready

    return PageCache(django, settings.PAGE_CACHE_MB * 1024 * 1024)


_blog = _behind_the_cache(_django)
