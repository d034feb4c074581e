"""gunicorn's settings: `gunicorn -c python:blog_site.gunicorn blog_site.wsgi`."""

import os
import resource

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# A page takes a thread for a few milliseconds, a download for as long as the reader's line takes.
threads = 8
# Slow and idle connections cost no thread, and a place only until somebody else needs it.
worker_class = "blog_site.patient_worker.PatientWorker"
worker_connections = 2000
# A wrong setting then stops the start once, with its one line, instead of each worker over and over.
preload_app = True
# The application itself decides which proxy to believe (TRUSTED_PROXIES).
forwarded_allow_ips = ""
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True


def post_fork(server, worker):
    """As many files as the system allows: each connection is one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # A system that allows few serves fewer at once, instead of failing.
    if hard != resource.RLIM_INFINITY:
        worker.worker_connections = min(worker.worker_connections, hard - 200)
