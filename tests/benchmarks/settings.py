"""The blog's own settings, as in production; the collected static files alone stand elsewhere."""

import os

from blog_site.settings import *  # noqa: F403

STATIC_ROOT = os.environ["BENCH_STATIC_ROOT"]
