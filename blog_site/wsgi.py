"""The WSGI application that gunicorn serves."""

import os
import re

from django.core.wsgi import get_wsgi_application

from blog_site.limits import limit_database_waits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blog_site.settings")

_django = get_wsgi_application()
limit_database_waits()


def application(environ, start_response):
    """Django's, with every request read as UTF-8, as our pages send them, whatever its headers claim.

    Python knows "charsets" such as `hex` that decode to no text, and Django fails on them before any
    middleware sees the request.
    """
    if "charset" in environ.get("CONTENT_TYPE", "").lower():
        environ["CONTENT_TYPE"] = re.sub(r";\s*charset\*?\s*=[^;]*", "", environ["CONTENT_TYPE"], flags=re.IGNORECASE)
    return _django(environ, start_response)
