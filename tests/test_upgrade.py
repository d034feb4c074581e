"""A blog from before the desk could filter keeps all it has, and the desk finds it."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from blog_site.models import ImportedRow
from blog_site.moving.comments import UPDATED
from blog_site.moving.models import digest
from comments import decision_log, search
from comments.checks import Finding, Verdict
from comments.models import CheckHit, Comment
from tests.factories import make_comment
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("comments", "0002_groups_and_settings")]


def migrate(to):
    executor = MigrationExecutor(connection)
    # As the command does it.
    with decision_log.unprotected():
        executor.migrate(to or executor.loader.graph.leaf_nodes())


def test_the_desks_columns_are_filled_for_the_comments_there_are():
    make_comment(email="Known@example.org", body="Before.")
    later = make_comment(email="known@example.org", body="Плохая погода.", url="https://example.org")
    findings = [Finding("links", Verdict.HOLD, "2 links."), Finding("shape", Verdict.APPROVE, "Fine.")]
    held = make_comment(name="Bo", email="", body="Two links.", status="pending", findings=findings)
    log = held.decisions.get().findings

    try:
        migrate(BEFORE)
    finally:
        migrate(None)
        search.ensure_index(using=connection.alias)

    later.refresh_from_db()
    assert (later.writer, later.script, later.has_links, later.first_time) == (
        "known@example.org",
        "Cyrillic",
        True,
        False,
    )
    assert Comment.objects.get(body="Before.").first_time
    assert list(CheckHit.objects.values_list("comment", "check_name")) == [(held.pk, "links")]
    assert held.decisions.get().findings == log
    assert list(search.matching(Comment.objects.all(), "погода")) == [later]


def test_comments_that_moved_in_keep_their_signs_under_the_new_rules(tmp_path):
    """Their texts had a backslash before each sign that marked something up under the old ones."""
    text = "A *star*, 2*3*4.\n\n1. &lt;b&gt; by <em>Ann</em>"
    inside = "".join(make_wxr_comment(id=number, text=text) for number in (1, 2))
    file = make_export(tmp_path, make_item(inside=inside))
    import_(file)
    moved, edited = Comment.objects.order_by("imported_id")
    old = "A \\*star\\*, 2\\*3\\*4.\n\n1\\. <b> by *Ann*"
    Comment.objects.update(body=old)
    moved.refresh_from_db()
    values = {name: getattr(moved, name) for name in UPDATED}
    ImportedRow.objects.filter(kind="comment", row=moved.pk).update(digest=digest(values))

    try:
        migrate([("blog_site", "0004_folders")])
    finally:
        migrate(None)
        search.ensure_index(using=connection.alias)
    call_command("rerender")

    moved.refresh_from_db()
    edited.refresh_from_db()
    assert moved.body_html.strip() == "<p>A *star*, 2*3*4.</p>\n<p>1. &lt;b&gt; by <em>Ann</em></p>"
    assert edited.body == old
    (warning,) = import_(file)["warnings"]
    assert "comment 2 was edited here since" in warning


def test_who_wrote_by_the_form_before_is_found_by_name():
    lacking = make_comment(name="Zebulon Quirk", body="Mind the heron.")
    whole = make_comment(name="Ann Writer", body="I did.")
    Comment.objects.filter(pk=lacking.pk).update(search_text="mind the heron")

    try:
        migrate([("comments", "0010_moving")])
    finally:
        migrate(None)
        search.ensure_index(using=connection.alias)

    assert Comment.objects.get(pk=lacking.pk).search_text == "zebulon quirk mind the heron"
    assert Comment.objects.get(pk=whole.pk).search_text == whole.search_text
