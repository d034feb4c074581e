"""What must work for the blog to work. `CHECKS` is the list; each returns what is wrong with its part, or nothing."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import InterfaceError

from blog_site import earlier_migrations
from blog_site.models import OutgoingTask
from blog_site.page_cache import shared
from comments.models import Comment
from comments.recipients import mails_go_nowhere
from posts import outbox
from posts.models import MailServer, Post

LEAST_FREE = 100 * 1024 * 1024  # bytes: a database needs room to commit
LATE = timedelta(minutes=15)


def problems():
    """A line for each part that fails, such as "mail: 3 tasks have waited for more than 15 minutes"."""
    return _run(CHECKS)


def missed():
    """A line for each part that is away and that pages do without."""
    return _run(OPTIONAL)


def _run(checks):
    lines = []
    for name, check in checks.items():
        try:
            problem = check()
        except Exception as error:
            # Only its kind: whoever asks is a stranger.
            problem = type(error).__name__
        if problem:
            lines.append(f"{name}: {problem}")
            if name == "database":
                break
    return lines


def can_not_be_used(error):
    """True for what the database says when it is locked, full, read-only, broken or away, and not of our mistakes."""
    ours = DataError | IntegrityError | ProgrammingError
    return isinstance(error, DatabaseError | InterfaceError) and not isinstance(error, ours)


def _database():
    # What every page reads: a broken file shows itself there first.
    Post.objects.order_by("-pk").values_list("pk", "body").first()
    Comment.objects.order_by("-pk").values_list("pk", "body").first()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            file = Path(connection.settings_dict["NAME"])
            if file.is_absolute() and not os.access(file, os.W_OK):
                return "it is read-only"
        else:
            cursor.execute("SHOW transaction_read_only")
            if cursor.fetchone()[0] == "on":
                return "it is read-only"
    return None


def _migrations():
    executor = MigrationExecutor(connection)
    is_behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if is_behind or earlier_migrations.are_unfinished(connection):
        return "run manage.py migrate"
    return None


def _disk():
    folders = {Path(settings.MEDIA_ROOT)}
    if connection.vendor == "sqlite" and (file := Path(connection.settings_dict["NAME"])).is_absolute():
        folders.add(file.parent)
    for folder in folders:
        if folder.exists() and shutil.disk_usage(folder).free < LEAST_FREE:
            return "it is almost full"
    return None


def _media():
    try:
        default_storage.require_writable()
    except OSError:
        return "files can't be stored"
    return None


def _mail():
    if not mails_go_nowhere() and MailServer.objects.has_never_worked():
        return "it has never worked: send a test mail in the admin"
    return _late(OutgoingTask.objects.filter(queue_name=outbox.MAIL))


def _worker():
    return _late(OutgoingTask.objects.exclude(queue_name=outbox.MAIL))


def _late(tasks):
    late = tasks.late(LATE).count()
    return f"{late} waiting for more than {LATE.seconds // 60} minutes" if late else None


def _cache():
    if not shared.is_in_use():
        return None
    from redis.exceptions import RedisError  # where there is no Redis, its memory is not taken either

    try:
        shared.client().ping()
    except RedisError:
        return "Redis does not answer; pages go on without it"
    return None


CHECKS = {
    "database": _database,
    "migrations": _migrations,
    "disk": _disk,
    "media": _media,
    "mail": _mail,
    "worker": _worker,
}
# Without them pages are slower, and all there.
OPTIONAL = {"cache": _cache}
