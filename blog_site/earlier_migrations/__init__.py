"""The migrations that there were before 0.1.0, of which each app has one now: `0001_initial`.

A database that has had all of them is what that one makes, and goes on. One that stopped in the middle would be taken
for whole, since its first migration was called the same: `manage.py migrate` brings it to their end first, by the files
here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

APPS = ["posts", "comments", "blog_site", "accounts"]
EARLIER = {app: sorted(file.stem for file in (Path(__file__).parent / app).glob("0*.py")) for app in APPS}
# What later ones of them added: a database that records nothing but `0001_initial` has it if that was the one of
# today.
ADDED = {"posts": ("posts_post", "guid"), "comments": ("comments_comment", "guid")}


def are_unfinished(connection: BaseDatabaseWrapper) -> bool:
    """Whether this database stopped in the middle of them."""
    applied = list(MigrationRecorder(connection).applied_migrations())
    return _is_in_the_middle(applied) or _began_earlier(connection, applied)


@contextmanager
def in_force() -> Iterator[None]:
    """Within it Django takes these migrations for those of our apps."""
    before = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {**before, **{app: f"{__name__}.{app}" for app in APPS}}
    try:
        yield
    finally:
        settings.MIGRATION_MODULES = before


def names() -> set[tuple[str, str]]:
    """All of them, as a database records them."""
    return {(app, name) for app, earlier in EARLIER.items() for name in earlier}


def adopt(connection: BaseDatabaseWrapper) -> None:
    """Records today's first migration where an app has had all the earlier ones, and its first had another name."""
    recorder = MigrationRecorder(connection)
    applied = set(recorder.applied_migrations())
    for app, earlier in EARLIER.items():
        if (app, earlier[-1]) in applied and (app, "0001_initial") not in applied:
            recorder.record_applied(app, "0001_initial")


def _is_in_the_middle(applied: Iterable[tuple[str, str]]) -> bool:
    """Whether some of an app's earlier migrations are among `applied`, [(app, name)], and its last one is not."""
    known = {app: {name for label, name in applied if label == app} for app in EARLIER}
    return any(
        not known[app].isdisjoint(set(earlier) - {"0001_initial"}) and earlier[-1] not in known[app]
        for app, earlier in EARLIER.items()
    )


def _began_earlier(connection: BaseDatabaseWrapper, applied: list[tuple[str, str]]) -> bool:
    """Whether an app's only migration is the first one of the earlier ones, which has the name of today's."""
    for app, (table, column) in ADDED.items():
        if (app, "0001_initial") in applied and (app, EARLIER[app][-1]) not in applied:
            with connection.cursor() as cursor:
                # Django's introspection begins a transaction on SQLite, and would wait for whoever writes.
                cursor.execute(f"SELECT * FROM {table} WHERE 1 = 0")  # noqa: S608 (a name of ours)
                columns = {description[0] for description in cursor.description}
            if column not in columns:
                return True
    return False
