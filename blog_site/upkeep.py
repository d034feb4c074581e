"""What the worker does by itself, once an hour: it forgets what is no longer needed.

`JOBS` is the list; each is a function without arguments that may be run at any time.
"""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog_site.accounts.events import forget_old as forget_account_events
from blog_site.accounts.upkeep import forget_sessions
from comments.models import Notice
from comments.retention import forget_networks

logger = logging.getLogger(__name__)

DONE_KEPT = timedelta(days=2)  # tasks that went well
FAILED_KEPT = timedelta(days=30)  # … and those that a person may still send again


def forget_tasks():
    """Deletes tasks that ended long enough ago."""
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - DONE_KEPT).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - FAILED_KEPT).delete()


JOBS = [forget_tasks, forget_networks, Notice.objects.forget_old, forget_account_events, forget_sessions]


def run():
    """Runs all jobs; one that fails is logged, and stops no other."""
    for job in JOBS:
        try:
            job()
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s failed, and is run again in an hour", job.__name__)
