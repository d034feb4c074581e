"""The migrations that there were before 0.1.0, of which each app has one now: `0001_initial`.

A database that has had all of them is what that one makes, and goes on. One that stopped in the middle would be taken
for whole, since its first migration was called the same: it has to go through the last commit that had them.
"""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

THROUGH = "ad13be373256"
WAY = (
    "This database stopped in the middle of the migrations before version 0.1.0, and nothing was changed: "
    f"check out the commit {THROUGH}, run `make run` or `manage.py migrate` there, and then this version again."
)
EARLIER = {
    "posts": [
        "0001_initial",
        "0002_moderation",
        "0003_attachments",
        "0004_what_machines_read",
        "0005_writing",
        "0006_old_addresses",
        "0007_finding",
        "0008_renditions",
        "0009_place_in_the_menu_may_be_empty",
        "0010_counting",
        "0011_identities_in_feeds",
        "0012_file_keeps_its_day",
        "0013_old_addresses_of_tags",
        "0014_when_the_blog_changed",
        "0015_plain_words",
        "0016_generation",
    ],
    "comments": [
        "0001_initial",
        "0002_groups_and_settings",
        "0003_the_desk",
        "0004_what_the_desk_looks_for",
        "0005_search_text",
        "0006_identities_in_feeds",
        "0007_reply_by_mail",
        "0008_what_a_line_of_a_list_does",
        "0009_emptying_the_trash",
        "0010_moving",
        "0011_writers_are_found",
        "0012_names_are_their_bearers",
        "0013_confirmed_addresses",
        "0014_ceilings",
        "0015_notices",
        "0016_plain_words",
        "0017_check_hits",
    ],
    "blog_site": [
        "0001_imports",
        "0002_imported_files",
        "0003_outgoing_tasks",
        "0004_folders",
        "0005_signs_in_comments",
        "0006_plain_words",
        "0007_imports_in_steps",
    ],
    "accounts": [
        "0001_initial",
        "0002_plain_words",
    ],
}
# What later ones of them added: a database that records nothing but `0001_initial` has it if that was the one of
# today.
ADDED = {"posts": ("posts_post", "guid"), "comments": ("comments_comment", "guid")}


def is_in_the_middle(applied: Iterable[tuple[str, str]]) -> bool:
    """Whether some of an app's earlier migrations are among `applied`, [(app, name)], and its last one is not."""
    names = {app: {name for label, name in applied if label == app} for app in EARLIER}
    return any(
        not names[app].isdisjoint(set(earlier) - {"0001_initial"}) and earlier[-1] not in names[app]
        for app, earlier in EARLIER.items()
    )


def names() -> set[tuple[str, str]]:
    """All of them, as a database records them."""
    return {(app, name) for app, earlier in EARLIER.items() for name in earlier}


def problem(connection: BaseDatabaseWrapper) -> str:
    """What whoever runs this database has to do before it can be migrated; empty where nothing is in the way."""
    applied = list(MigrationRecorder(connection).applied_migrations())
    if not is_in_the_middle(applied) and not _began_earlier(connection, applied):
        return ""
    return WAY


def adopt(connection: BaseDatabaseWrapper) -> None:
    """Records today's first migration where an app has had all the earlier ones, and its first had another name."""
    recorder = MigrationRecorder(connection)
    applied = set(recorder.applied_migrations())
    for app, earlier in EARLIER.items():
        if (app, earlier[-1]) in applied and (app, "0001_initial") not in applied:
            recorder.record_applied(app, "0001_initial")


def _began_earlier(connection: BaseDatabaseWrapper, applied: list[tuple[str, str]]) -> bool:
    """Whether an app's only migration is the first one of the earlier ones, which has the name of today's."""
    for app, (table, column) in ADDED.items():
        if (app, "0001_initial") in applied and (app, EARLIER[app][-1]) not in applied:
            with connection.cursor() as cursor:
                description = connection.introspection.get_table_description(cursor, table)
            if column not in {field.name for field in description}:
                return True
    return False
