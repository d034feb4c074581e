"""What the worker does by itself: once an hour it forgets what is no longer needed; more often it looks for imports and
undos that were cut off, and counts anew what pages show the numbers of.

`JOBS` and `FREQUENT` are the lists; each is a function without arguments that may be run at any time.
"""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog_site.accounts.events import forget_old as forget_account_events
from blog_site.accounts.upkeep import forget_sessions
from blog_site.models import Import
from blog_site.moving import exporting, jobs
from blog_site.moving.one_at_a_time import is_anybody_at_work
from comments.models import BrowserKey, MailedLink, Notification
from comments.retention import forget_networks
from posts import counts
from posts.models import Autosave, MailCount, SubscriptionRequest
from posts.subscriptions.announcing import mail_week

logger = logging.getLogger(__name__)

DONE_KEPT = timedelta(days=2)  # tasks that went well
FAILED_KEPT = timedelta(days=30)  # … and those that a person may still send again


def forget_tasks():
    """Deletes tasks that ended long enough ago."""
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - DONE_KEPT).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - FAILED_KEPT).delete()


def finish_imports():
    """Starts a process that takes back what an import which was killed has left, and goes on with an undo."""
    if Import.objects.half_done().exists() and not is_anybody_at_work():
        jobs.start_command("finish_imports")


JOBS = [
    forget_tasks,
    forget_networks,
    Notification.objects.forget_old,
    MailedLink.objects.forget_old,
    BrowserKey.objects.forget_old,
    forget_account_events,
    forget_sessions,
    Autosave.objects.forget_old,
    MailCount.objects.forget_old,
    SubscriptionRequest.objects.forget_old,
    SubscriptionRequest.objects.forget_networks,
    mail_week,
    exporting.tidy,
]
FREQUENT = [finish_imports, counts.store]


def run(some=JOBS):
    """Runs these jobs; one that fails is logged, and stops no other."""
    for job in some:
        try:
            job()
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s failed, and is run again later", job.__name__)
