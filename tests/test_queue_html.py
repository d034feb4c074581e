"""How a comment becomes a row of the moderators' list: what is typed stays text, and each sees their own numbers."""

import re

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from comments import dashboard
from comments.checks import Finding
from comments.models import Comment, Decision
from tests.factories import make_comment, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/"
HOSTILE = "\"'><script>alert(1)</script>&amp;{name}{body_html}%(n)s"


def soup_of(client, address=QUEUE):
    return BeautifulSoup(client.get(address).content, "html.parser")


def test_nothing_that_a_row_holds_as_text_reaches_the_page_as_html(client, editor):
    parent = make_comment(post=make_post(title=HOSTILE))
    waiting = make_comment(
        parent=parent, status="pending", user=make_user(), findings=[Finding("words", "hold", HOSTILE, "")]
    )
    # Past every form, import and constraint.
    Comment.objects.filter(pk=parent.pk).update(name=HOSTILE, body=HOSTILE)
    Comment.objects.filter(pk=waiting.pk).update(name=HOSTILE, url=HOSTILE, email=HOSTILE)
    type(waiting.user).objects.filter(pk=waiting.user.pk).update(username=HOSTILE)

    (row,) = soup_of(client).select("#result_list tbody tr")

    assert not row.select("script")
    # Name, address, account, whom and what it answers, the post's title, website and reason, all as they were typed.
    assert row.get_text().count(HOSTILE) == 8
    labels = [tag["aria-label"] for tag in row.select("[aria-label]")]
    assert len(labels) == 7
    assert all(HOSTILE in label for label in labels)
    assert {name for tag in row.select("*") for name in tag.attrs} <= {
        *("type", "name", "value", "class", "id", "aria-label", "tabindex", "datetime", "href", "dir"),
        *("formmethod", "formaction"),
    }


def test_each_account_reads_the_numbers_of_what_it_may_decide_on(client, editor):
    (ann, of_ann), (bob, of_bob) = make_staff_author(), make_staff_author()
    for author, number in ((of_ann, 2), (of_bob, 4)):
        post = make_post(author=author)
        for _ in range(number):
            make_comment(post=post, status="pending", email="same@example.org")

    for account, waiting in ((ann, 2), (editor, 6), (bob, 4), (ann, 2)):
        client.force_login(account)
        soup = soup_of(client)
        assert f"waiting ({waiting})" in soup.select_one("#changelist-filter").get_text()
        assert f"other comments: {waiting - 1} waiting" in soup.select_one("#result_list tbody tr").get_text()


def test_a_flood_is_counted_no_further_than_anybody_cares(client, editor, django_assert_max_num_queries):
    post, now = make_post(), timezone.now()
    flood = Comment.objects.bulk_create(
        Comment(post=post, name="Bo", body="Words.", status="pending", submitted_at=now)
        for _ in range(dashboard.NEWEST + 1)
    )
    Decision.objects.bulk_create(Decision(comment=comment, to_status="pending") for comment in flood)

    with django_assert_max_num_queries(20) as asked:
        page = client.get("/admin/").text

    assert "1000+ received; busiest day 1000+." in page
    assert "2000+ were held (100%), 0+ caught as spam (0%)." in page
    # Each look at comments, or at what was decided on them and found in them, ends somewhere.
    counts = [query["sql"] for query in asked.captured_queries if re.search(r"COUNT\(.*comments_", query["sql"])]
    assert len(counts) >= 4
    assert [sql for sql in counts if "LIMIT" not in sql and "waitingedit" not in sql] == []
