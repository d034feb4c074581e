"""A blog that a former version left behind goes on in this one: nothing is lost, and everything still works."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.blog import Blog

UPGRADES = Path(__file__).parent / "upgrades"
KIND = "sqlite" if connection.vendor == "sqlite" else "postgresql"
VERSIONS = sorted(file.name.removesuffix(f"-{KIND}.zip") for file in UPGRADES.glob(f"*-{KIND}.zip"))


# After the upgrade, the one is as good as the other: what it does is asked of one.
of_the_first_release = pytest.mark.parametrize("upgraded", VERSIONS[:1], indirect=True)


@pytest.fixture(scope="module")
def new(tmp_path_factory):
    """An empty blog as this version makes it."""
    with Blog(tmp_path_factory.mktemp("new")) as blog:
        yield blog


@pytest.fixture(scope="module", params=VERSIONS)
def upgraded(request, tmp_path_factory):
    """(what the version saw of its blog, that blog after the upgrade)"""
    backup = UPGRADES / f"{request.param}-{KIND}.zip"
    with Blog(tmp_path_factory.mktemp("upgraded"), RENDITIONS_IN_THE_WORKER="yes") as blog:
        # As docs/operating.md has it: `restore` migrates what it has brought.
        blog.manage("restore", str(backup), "--yes")
        # What that version had queued is done by this one's worker; pictures take it long, and are the same in both.
        if request.param == VERSIONS[0]:
            blog.manage("worker", "--until-idle")
        yield json.loads(backup.with_suffix(".json").read_text()), blog


def look(blog, what):
    return blog.python(f"from tests.upgrades import look; print(json.dumps(look.{what}))")


def test_every_thread_number_and_file_is_what_it_was(upgraded):
    before, blog = upgraded

    assert look(blog, "facts()") == before


@of_the_first_release
def test_every_page_answers_and_the_desk_opens(upgraded):
    _before, blog = upgraded

    answers = look(blog, "answers()")

    assert {path: status for path, status in answers.items() if status != 200} == {}
    assert len(answers) > 80


@of_the_first_release
def test_a_comment_comes_in_and_is_approved_and_decisions_of_before_are_taken_back(upgraded):
    _before, blog = upgraded

    waiting, after = look(blog, "undo_last_batch()")

    assert after > waiting
    assert look(blog, "write_and_approve()") == "approved"


@of_the_first_release
def test_an_import_of_before_can_be_undone(upgraded):
    _before, blog = upgraded
    number = blog.rows("SELECT MAX(id) FROM blog_site_import")[0][0]

    blog.manage("undo_import", str(number))

    assert blog.rows("SELECT COUNT(*) FROM posts_post WHERE permalink = '/2019/05/01/the-ford/'") == [(0,)]


def test_the_database_has_the_same_structure_as_a_new_one(upgraded, new):
    _before, blog = upgraded

    assert structure(blog) == structure(new)


def structure(blog):
    """Everything that the database holds to, in an order of its own, whenever and in whatever order it was made."""
    if blog.is_sqlite:
        return sorted(normalised(sql) for (sql,) in blog.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    rows = [str(row) for query in POSTGRESQL for row in blog.rows(query)]
    # What stands in a dump comes back with its types named, and in brackets. What Django and PostgreSQL named after a
    # table keeps that name when the table gets another.
    rows = [re.sub(r"::[a-z ]+(?:\[\])?|[()]", "", row) for row in rows]
    return sorted(re.sub(r"\b\w+_(?:[0-9a-f]{8}(?:_\w+)?|pkey)\b", "(named by itself)", row) for row in rows)


def normalised(sql):
    """A statement of SQLite's with the columns of a table sorted: they stand in the order in which they were added."""
    head, bracket, rest = " ".join(sql.split()).partition("(")
    if not head.startswith("CREATE TABLE"):
        return " ".join(sql.split())
    parts, depth, part = [], 0, ""
    for sign in rest[: rest.rindex(")")]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append(part.strip())
            part = ""
        else:
            part += sign
    return head + bracket + ", ".join(sorted([*parts, part.strip()])) + rest[rest.rindex(")") :]


POSTGRESQL = [
    (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace"
    ),
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    (
        "SELECT p.oid::regprocedure::text, prosrc FROM pg_proc p JOIN pg_language l ON l.oid = prolang "
        "WHERE pronamespace = 'public'::regnamespace AND lanname IN ('sql', 'plpgsql')"
    ),
    "SELECT extname, '' FROM pg_extension",
]
