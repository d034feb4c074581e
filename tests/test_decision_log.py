"""The log of decisions stays as it was written, even for somebody with the database's own shell."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from blog_site.moving.models import Import
from comments import decision_log
from comments.models import Comment, Decision
from tests.factories import make_comment, make_editor
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def log():
    return list(Decision.objects.order_by("pk").values())


@pytest.fixture
def decided():
    """A comment that came, was corrected and then removed."""
    comment = make_comment(body="The ford is close.")
    editor = make_editor()
    comment.edit("The ford is closed.", by=editor)
    comment.trash(by=editor, reason="Not about the ford.")
    return comment


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE comments_decision SET reason = 'Another.'",
        "UPDATE comments_decision SET actor_id = NULL",
        "UPDATE comments_decision SET decided_at = '2001-01-01 00:00:00+00:00'",
        "UPDATE comments_decision SET to_status = 'approved', from_status = 'spam'",
        "UPDATE comments_decision SET body_before = 'Something else.'",
        "UPDATE comments_decision SET body_before = '—' WHERE body_before <> ''",
        "UPDATE comments_decision SET findings = '[1]'",
        "UPDATE comments_decision SET id = id + 1000",
        "DELETE FROM comments_decision",
        "DELETE FROM comments_decision WHERE id = (SELECT max(id) FROM comments_decision)",
    ],
)
def test_no_row_of_the_log_is_changed_or_deleted(decided, sql):
    before = log()

    with pytest.raises(IntegrityError, match="decision"):
        run(sql)

    assert log() == before


def test_no_row_takes_the_place_of_another(decided):
    before = log()
    columns = ", ".join(field.column for field in Decision._meta.local_fields)
    changed = ", ".join(
        "'Forged.'" if field.name == "reason" else field.column for field in Decision._meta.local_fields
    )
    rows = f"INTO comments_decision ({columns}) SELECT {changed} FROM comments_decision"  # noqa: S608
    if connection.vendor == "sqlite":
        statements = [f"INSERT OR REPLACE {rows}"]
    else:
        statements = [
            f"INSERT {rows} ON CONFLICT (id) DO UPDATE SET reason = EXCLUDED.reason",
            "TRUNCATE comments_decision",
            "TRUNCATE comments_decision CASCADE",
        ]

    connection.check_constraints()
    for statement in statements:
        with pytest.raises(IntegrityError, match="decision"):
            run(statement)

    assert log() == before


def test_what_is_deleted_for_ever_is_forgotten_by_the_log_and_only_that(decided):
    before = log()

    Comment.objects.get(pk=decided.pk).erase(by=make_editor())

    after = log()
    assert len(after) == len(before) + 1
    assert {row["body_before"] for row in after} == {"", "—"}
    for old, new in zip(before, after, strict=False):
        kept = old.keys() - {"findings", "body_before"}
        assert {name: old[name] for name in kept} == {name: new[name] for name in kept}
    with pytest.raises(IntegrityError):
        run("UPDATE comments_decision SET reason = ''")
    with pytest.raises(IntegrityError):
        run("UPDATE comments_decision SET body_before = 'Never said.' WHERE body_before <> ''")
    with pytest.raises(IntegrityError):
        run("DELETE FROM comments_decision")


def test_an_import_that_is_undone_takes_its_own_log_along_and_no_other(tmp_path, decided):
    report = import_(make_export(tmp_path, make_item(inside=make_wxr_comment(text="It came along."))))
    assert report["comments"]["approved"] == 1
    before = log()

    call_command("undo_import", str(Import.objects.get().pk))

    assert not Comment.objects.filter(body="It came along.").exists()
    assert log() == before[:3]


def test_the_log_is_kept_again_after_a_migration_that_makes_the_table_anew(decided):
    with connection.cursor() as cursor:
        decision_log.unprotect()
        if connection.vendor == "postgresql":
            connection.check_constraints()
        cursor.execute("ALTER TABLE comments_comment ADD COLUMN later integer NULL")
    run("UPDATE comments_decision SET reason = 'As it was.'")

    call_command("migrate", verbosity=0)

    with pytest.raises(IntegrityError):
        run("UPDATE comments_decision SET reason = 'Another.'")


@pytest.mark.django_db(transaction=True)
def test_the_whole_database_can_still_be_emptied(decided):
    call_command("flush", interactive=False, verbosity=0)

    assert not Decision.objects.exists()
    comment = make_comment()
    with pytest.raises(IntegrityError):
        run("DELETE FROM comments_decision")
    assert comment.decisions.exists()
