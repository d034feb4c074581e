"""A blog from before the desk could filter keeps all it has, and the desk finds it."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from comments import search
from comments.checks import Finding, Verdict
from comments.models import Comment, Objection
from tests.factories import make_comment, make_post

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("comments", "0002_groups_and_settings")]


def migrate(to):
    executor = MigrationExecutor(connection)
    executor.migrate(to or executor.loader.graph.leaf_nodes())


def test_the_desks_columns_are_filled_for_the_comments_there_are():
    make_comment(email="Known@example.org", body="Before.")
    later = make_comment(email="known@example.org", body="Плохая погода.", url="https://example.org")
    held = Comment(post=make_post(), name="Bo", body="Two links.", status="pending")
    held.findings = [Finding("links", Verdict.HOLD, "2 links."), Finding("shape", Verdict.APPROVE, "Fine.")]
    held.save()
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
    assert list(Objection.objects.values_list("comment", "check_name")) == [(held.pk, "links")]
    assert held.decisions.get().findings == log
    assert list(search.matching(Comment.objects.all(), "погода")) == [later]
