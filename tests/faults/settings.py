"""The blog's own settings, as in production, without collected static files; some time-outs can be shorter."""

import os

from blog_site.settings import *  # noqa: F403

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
EMAIL_TIMEOUT = 2
# The process that makes pictures lets all others go first: beside two suites it takes minutes.
RENDITIONS_IN_A_PROCESS = "RENDITIONS_IN_THE_WORKER" not in os.environ
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["OPTIONS"]["timeout"] = float(os.environ.get("LOCK_TIMEOUT", 20))  # noqa: F405
