"""Statements that are put together once say what Django would say anew each time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.safestring import SafeString

from blog_site import urls  # noqa: F401  (loads all that has such statements)
from blog_site.search import results
from comments import submission
from comments.checks import names
from comments.desk import filters, moderator_counts
from comments.models import (
    ClaimedName,
    Comment,
    Follow,
    MailAddress,
    SpamModel,
    claimed_name,
    decided_rows,
    follow,
    long_thread,
    spam_model,
)
from comments.models import comment as comment_model
from posts import kept_posts, lists, prepared
from posts.feeds import views as feeds
from posts.models import Author, Category, Post, Tag, taxonomy
from posts.prepared import Prepared
from tests.factories import make_author, make_comment, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts():
    """Four public posts and a draft, under names and paths with what patterns mean something by."""
    above = Category.objects.create(name="50% off_", slug="50%_off")
    below = Category.objects.create(name="Below", slug="below", parent=above)
    beside = make_post(title="Beside")
    Category.objects.create(name="Beside", slug="50xxoff").posts.add(beside)
    author, tag = make_author(name="Ada", user=make_user()), Tag.objects.create(name="Lamps", slug="lamps")
    made = [make_post(title=f"Post {n}", author=author, pinned=n > 0) for n in range(3)]
    made[0].categories.add(above)
    made[1].categories.add(below)
    tag.posts.add(*made[:2])
    for post in (made[0], made[0], beside):
        make_comment(post=post, status="pending")
    make_post(title="Draft", author=author, status="draft").categories.add(above)
    return made


@pytest.fixture
def submitted(posts):
    """A comment, and what is asked when the next one is posted."""
    owner = MailAddress.objects.prove("cy@example.org")
    ClaimedName.objects.claim("Cy Reader", owner)
    Follow.objects.begin(posts[0], owner)
    User.objects.create(username="boss", is_staff=True)
    SpamModel.learn()
    return make_comment(post=posts[0], submitted_at=timezone.now())


def values_of_all():
    """[(statement, values)]: each that there is, in each of its shapes."""
    now, few, span = timezone.now(), range(2), {"start": datetime(2000, 1, 1, tzinfo=UTC), "end": timezone.now()}
    numbers = tuple(Post.objects.order_by("pk").values_list("pk", flat=True))
    category, author, tag = Category.objects.get(slug="50%_off"), Author.objects.get(name="Ada"), Tag.objects.get()
    filed = {"categories": category.branch_pks}
    comments = tuple(Comment.objects.values_list("pk", flat=True))
    of_desk = [filters._NUMBERS, filters._NEWEST_WITH_WAITING]
    of_lists = [
        (lists._ALL, {}),
        (lists._OTHERS, {"without": numbers[:2]}),
        (lists._PINNED, {}),
        (lists._WITHIN, span),
        (lists._TAGGED, {"tag": tag.pk}),
        (lists._BY_AUTHOR, {"author": author.pk}),
        (lists._FILED, filed | {"is_common": False}),
        (lists._FILED, filed | {"is_common": True}),
    ]
    return [
        *((kind.rows, {"at": now, "rows": rows, **of}) for kind, of in of_lists for rows in (few, range(1, 20))),
        *((taxonomy._OF_POSTS[model], {"posts": numbers}) for model in (Category, Tag)),
        (feeds._TEXTS, {"posts": numbers}),
        (results._POSTS, {"numbers": numbers, "at": now}),
        (results._COMMENTS, {"numbers": comments, "at": now}),
        *((statement, {"reach": reach}) for statement in of_desk for reach in ((), (author.user_id,))),
        *((moderator_counts._COUNTED, {"reach": reach, "comments": comments}) for reach in ((), (author.user_id,))),
        *_of_a_comment_posted(now),
        *_of_a_decision(),
        (kept_posts._FROM_BELOW, {"pk": numbers[0]}),
    ]


def _of_a_comment_posted(now):
    comment, claim = Comment.objects.latest("pk"), ClaimedName.objects.get()
    span = {"after": now - timedelta(days=1), "until": now}
    return [
        (names._STAFF, {}),
        (claimed_name._ONE_KEY, {"keys": (claim.key,)}),
        (spam_model._LEARNED_AT, {}),
        (submission._POST, {"pk": comment.post_id, "at": now}),
        (submission._LOCKED, {"pk": comment.post_id, "at": now}),
        (submission._SAME_TEXT, {"fingerprint": comment.fingerprint, **span}),
        (comment_model._APPROVED_OF, {"writer": comment.writer}),
        (follow._FOLLOWED, {"post": comment.post_id}),
    ]


def _of_a_decision():
    comment = make_comment(notify=True, email="ada@example.org")
    reply = make_comment(parent=comment)
    return [
        (decided_rows._ONE_LOCKED, {"pk": comment.pk}),
        (decided_rows._ONE_TO_TELL_OF, {"pk": reply.pk}),
        (long_thread._PUBLIC_IN_ORDER, {"post": comment.post_id}),
    ]


def test_each_prepared_statement_has_the_rows_that_its_queryset_has(submitted):
    asked = values_of_all()

    assert {statement for statement, _values in asked} == set(prepared.ALL)
    for statement, values in asked:
        rows = list(statement.make(**values))
        assert rows, f"nothing to compare: {values}"
        for _time in range(2):
            assert sorted(statement(**values)) == sorted(rows)


def test_rows_come_in_the_order_of_the_list(posts):
    filed = lists.of_category(Category.objects.get(slug="50%_off"), is_common=False)

    assert [post.title for post in lists.of_blog()[:3]] == ["Post 2", "Post 1", "Post 0"]
    assert [post.title for post in filed[:9]] == ["Post 1", "Post 0"]


def test_a_statement_is_seen_by_whoever_counts_queries_and_asks_nothing_where_there_can_be_no_rows(posts):
    with CaptureQueriesContext(connection) as asked:
        assert len(feeds._TEXTS(posts=(posts[0].pk, posts[1].pk))) == 2
        assert feeds._TEXTS(posts=()) == []

    assert len(asked) == 1


def test_of_more_values_than_are_worth_it_no_statement_is_kept(posts):
    """A category of a thousand others took 0.2 seconds for each of its pages."""
    database, many = connections[connection.alias], tuple(range(1_000_000, 1_000_000 + prepared.LONGEST))
    vars(database).pop("prepared_statements", None)

    assert feeds._TEXTS(posts=(posts[0].pk, *many)) == feeds._TEXTS(posts=(posts[0].pk,)) != []

    assert len(database.prepared_statements) == 1


def test_a_text_that_is_more_than_a_text_asks_the_same(posts):
    said = make_comment(name="Ada", email="ada@example.org")

    for writer in (said.writer, SafeString(said.writer)):
        assert comment_model._APPROVED_OF(writer=writer) == [(said.pk,)]


def test_a_statement_in_use_is_kept_while_others_come_and_go(posts, monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 3)
    database = connections[connection.alias]
    vars(database).pop("prepared_statements", None)
    for page in range(6):
        lists._ALL.rows(at=timezone.now(), rows=range(page, page + 1))
        follow._FOLLOWED(post=posts[0].pk)

    kept = [statement for statement, _shape in database.prepared_statements]
    assert kept == [lists._ALL.rows, lists._ALL.rows, follow._FOLLOWED]


@pytest.mark.parametrize(
    ("make", "values", "message"),
    [
        # It would ask for the posts of that moment for good.
        (lambda: Post.objects.published().values_list("pk"), {}, "no value that this statement was given"),
        (lambda title: Post.objects.filter(title=title).values_list("pk"), {"title": None}, "None can be no value"),
        (lambda title: Post.objects.filter(title=title[1:]).values_list("pk"), {"title": "a"}, "no value that"),
        (lambda pk: Post.objects.values_list("pk"), {"pk": 1}, "not among its parameters"),
        (lambda pk: Post.objects.filter(pk=pk), {"pk": 1}, "ends with values_list"),
    ],
)
def test_what_can_not_be_prepared_is_refused(make, values, message):
    statement = Prepared(make)
    prepared.ALL.remove(statement)

    with pytest.raises((TypeError, ValueError), match=message):
        statement(**values)
