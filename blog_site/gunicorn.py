"""gunicorn's settings: `gunicorn -c python:blog_site.gunicorn blog_site.wsgi`."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# A wrong setting then stops the start once, with its one line, instead of each worker over and over.
preload_app = True
# The application itself decides which proxy to believe (TRUSTED_PROXIES).
forwarded_allow_ips = ""
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True
