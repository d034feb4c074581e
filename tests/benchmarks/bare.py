"""The yardstick: Django with no middleware, no database and no template, and one view that knows its answer.

What a page of ours costs beyond this is ours to answer for; what this costs is Django's and gunicorn's.
Settings and addresses in one module: there is no more to it.
"""

import os
from pathlib import Path

from django.http import HttpResponse
from django.urls import re_path

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
USE_TZ = True

# The page that the blog was measured with: both then send the same bytes.
ANSWER = Path(os.environ["BARE_ANSWER"])


def page(request):
    return HttpResponse(_answer)


_answer = ANSWER.read_bytes() if ANSWER.exists() else b""
urlpatterns = [re_path("", page)]
