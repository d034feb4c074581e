"""The blog's own settings, and only what makes tests quick and independent of the machine."""

import os

os.environ.setdefault("SECRET_KEY", "for-tests-only-for-tests-only-for-tests-only-for-tests-only")
for _name in ("SITE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "DEBUG", "CACHE_URL"):
    os.environ.pop(_name, None)

from blog_site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# No folder of collected files is needed, and its absence is no warning.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

# A process of its own would look for the blog's database, not for the tests'.
RENDITIONS_IN_A_PROCESS = False

# A key in a developer's .env must not send the tests' comments anywhere.
EXTRA_CHECKS = []
AKISMET_KEY = ""
