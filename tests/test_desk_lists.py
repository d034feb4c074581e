"""Finding one's way in the list of comments: pages, filters, search, and what each row says."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments import search
from comments.checks import Finding, Verdict
from comments.models import Comment
from tests.factories import make_comment, make_post, make_staff_author, make_user, post_comment

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/"


def make_waiting(number=0, **fields):
    """The higher its number, the later it came."""
    submitted_at = timezone.now() - timedelta(days=1) + timedelta(minutes=number)
    return make_comment(status="pending", submitted_at=submitted_at, **{"body": f"Waits {number:03}.", **fields})


def shown(answer):
    return [comment.body for comment in answer.context["cl"].result_list]


# --- Pages


@pytest.fixture
def long_queue(editor):
    post = make_post()
    # Two of a minute: their order is that of their numbers.
    return [make_waiting(number // 2, post=post, body=f"Waits {number:03}.") for number in range(60)]


def follow(client, answer, rel):
    cl = answer.context["cl"]
    return client.get(QUEUE + {"next": cl.later_link, "prev": cl.earlier_link}[rel])


def test_the_pages_show_each_comment_once_forward_and_back(client, long_queue):
    first = client.get(QUEUE)
    second = follow(client, first, "next")
    third = follow(client, second, "next")

    assert shown(first) + shown(second) + shown(third) == [comment.body for comment in long_queue]
    assert not third.context["cl"].later
    assert shown(follow(client, third, "prev")) == shown(second)
    assert shown(follow(client, second, "prev")) == shown(first)
    assert not follow(client, second, "prev").context["cl"].earlier


def test_what_is_decided_meanwhile_moves_no_other_comment_to_another_page(client, editor, long_queue):
    first = client.get(QUEUE)
    for comment in long_queue[:15]:
        comment.spam(by=editor)

    assert shown(follow(client, first, "next"))[0] == "Waits 025."


def test_a_page_of_which_all_was_decided_leads_on_to_what_is_left(client, editor, long_queue):
    third = follow(client, follow(client, client.get(QUEUE), "next"), "next")
    for comment in long_queue[50:]:
        comment.spam(by=editor)

    again = client.get(f"{QUEUE}?{third.wsgi_request.GET.urlencode()}")

    assert shown(again)[0] == "Waits 000."


def test_a_page_of_djangos_own_counting_is_found(client, long_queue):
    assert shown(client.get(f"{QUEUE}?p=3"))[0] == "Waits 050."
    assert client.get(f"{QUEUE}?p=4", follow=True).status_code == 200


def test_approved_comments_come_newest_first_on_every_page(client, editor):
    post = make_post()
    for number in range(40):
        make_comment(post=post, body=f"{number:03}", submitted_at=timezone.now() - timedelta(minutes=100 - number))
    first = client.get(f"{QUEUE}?status__exact=approved")

    both = shown(first) + shown(follow(client, first, "next"))

    assert both == [f"{number:03}" for number in reversed(range(40))]


@pytest.mark.parametrize("query", ["after=0", "after=x", "before=999999999", "after=1&before=1", "p=-1", "p=x", "p=0"])
def test_a_nonsense_page_is_the_first_one(client, long_queue, query):
    assert shown(client.get(f"{QUEUE}?{query}", follow=True))[0] == "Waits 000."


# --- Filters


def held_by(number, *checks, **fields):
    findings = [Finding(check, Verdict.HOLD, "For a reason.") for check in checks]
    findings.append(Finding("learned", Verdict.APPROVE, "Looks fine."))
    about = {"email": f"bo{number}@example.org", "body": f"Waits {number:03}.", "status": "pending"}
    return make_comment(**{**about, **fields}, findings=findings)


def test_the_filter_finds_what_a_check_objected_to(client, editor):
    held_by(1, "links", "moderation")
    held_by(2, "moderation")

    assert shown(client.get(f"{QUEUE}?check=links")) == ["Waits 001."]
    assert shown(client.get(f"{QUEUE}?check=moderation")) == ["Waits 001.", "Waits 002."]
    assert shown(client.get(f"{QUEUE}?check=learned")) == []
    page = client.get(QUEUE)
    assertContains(page, "?check=links")
    assertNotContains(page, "?check=learned")


def test_the_filter_finds_first_timers_links_and_scripts(client, editor):
    make_comment(email="known@example.org")
    make_waiting(1, email="KNOWN@example.org", body="Плохая погода, и всё.")
    make_waiting(2, email="new@example.org", body="Look at https://example.org/ then.")
    make_waiting(3, email="known@example.org", url="https://example.org")

    assert shown(client.get(f"{QUEUE}?first=1")) == ["Look at https://example.org/ then."]
    assert shown(client.get(f"{QUEUE}?links=1")) == ["Look at https://example.org/ then.", "Waits 003."]
    assert shown(client.get(f"{QUEUE}?script=Cyrillic")) == ["Плохая погода, и всё."]
    assertContains(client.get(QUEUE), "?script=Cyrillic")


def test_the_filter_finds_one_post_and_one_person(client, editor):
    post = make_post(title="A busy post")
    one = make_waiting(1, post=post, email="one@example.org")
    make_waiting(2, post=post, email="two@example.org")
    make_waiting(3, email="one@example.org")

    assert shown(client.get(f"{QUEUE}?post={post.pk}")) == ["Waits 001.", "Waits 002."]
    assert shown(client.get(f"{QUEUE}?person={one.pk}")) == ["Waits 001.", "Waits 003."]
    assert shown(client.get(f"{QUEUE}?post={post.pk}&person={one.pk}")) == ["Waits 001."]
    assertContains(client.get(QUEUE), "2 pending on this post")


def test_one_text_by_many_is_shown_and_decided_as_one_group(client, editor):
    wave = [make_waiting(n, name=f"Reader {n}", email=f"r{n}@example.org", body="Buy  boots here!") for n in range(3)]
    wave.append(make_waiting(4, email="r4@example.org", body="buy boots HERE!", post=make_post()))
    make_waiting(5, body="I bought boots there.")
    assertContains(client.get(QUEUE), "This text was posted 4 times. See all of them as one group", count=4)

    group = f"{QUEUE}?status__exact=all&same={wave[0].pk}"
    assert len(shown(client.get(group))) == 4
    client.post(group, {"action": "spam", "_selected_action": [wave[0].pk], "select_across": "1"})

    assert Comment.objects.filter(status="spam").count() == 4


def test_the_filter_finds_a_time(client, editor):
    make_waiting(1)
    make_comment(status="pending", body="Long ago.", submitted_at=timezone.now() - timedelta(days=40))
    since = timezone.now() - timedelta(days=7)

    assert shown(client.get(QUEUE, {"submitted_at__gte": str(since)})) == ["Waits 001."]
    assertContains(client.get(QUEUE), "Past 7 days")


@pytest.mark.parametrize(
    "query", ["check='--", "first=2", "links=x", "script=%00", "post=x", "post=-1", "person=x", "person=99999", "q=%00"]
)
def test_nonsense_in_a_filter_breaks_nothing(client, editor, query):
    make_waiting(1)

    assert client.get(f"{QUEUE}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("body__regex=(", "ip_address=foo", "submitted_at__year=99999999999", "id__range=1", "p=999999999999999999"),
        *("id__in=1,99999999999999999999999", "submitted_at__gte=0001-01-01 00:00:00%2B14:00", "submitted_at__gte=x"),
        "post__author__user__password__startswith=a",
    ],
)
def test_no_look_up_of_ones_own_reaches_the_database(client, editor, query):
    make_waiting(1)

    assert client.get(f"{QUEUE}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("chosen", ["abc", "1\x00", "9" * 25])
def test_a_forged_choice_is_none(client, editor, chosen):
    comment = make_waiting(1)

    answer = client.post(QUEUE, {"action": "approve", "_selected_action": [chosen], "index": "0"}, follow=True)

    assert answer.status_code == 200
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_another_page_keeps_the_filters_and_another_filter_begins_anew(client, long_queue):
    post = long_queue[0].post

    page = client.get(f"{QUEUE}?post={post.pk}&person={long_queue[0].pk}")
    assert f"post={post.pk}" in page.context["cl"].later_link
    assert f"person={long_queue[0].pk}" in page.context["cl"].later_link
    deep = follow(client, page, "next")

    assertNotContains(deep, f"after={long_queue[24].pk}&amp;first=1")
    assertContains(deep, "first=1&amp;person=")


def test_an_author_learns_nothing_of_others_posts_or_comments(client):
    user, author = make_staff_author()
    client.force_login(user)
    draft = make_post(author=make_staff_author()[1], title="A secret draft", status="draft")
    make_comment(post=draft, email="bo@example.org", status="spam")
    make_waiting(1, post=make_post(author=author), email="bo@example.org")

    page = client.get(f"{QUEUE}?post={draft.pk}")
    assertNotContains(page, "A secret draft")
    assertContains(client.get(QUEUE), "first comment from this person")


def test_an_author_finds_nobody_elses_comments_by_any_filter(client):
    user, author = make_staff_author()
    client.force_login(user)
    other = make_waiting(1, post=make_post(author=make_staff_author()[1]), email="bo@example.org")
    mine = make_waiting(2, post=make_post(author=author), email="bo@example.org")

    for query in (f"post={other.post_id}", f"person={other.pk}", "q=Waits", f"after={other.pk}"):
        assert "Waits 001." not in shown(client.get(f"{QUEUE}?{query}")), query
    assert shown(client.get(f"{QUEUE}?person={mine.pk}")) == ["Waits 002."]


# --- Search


@pytest.mark.parametrize(
    "query",
    [
        "lamplight",
        "LAMP light",
        "Quill",
        "quill@",
        "example.com/shop",
        "198.51.100",
        "погод",
        "好天",
        "天",
        "100%",
        "a_b",
    ],
)
def test_any_part_of_what_was_sent_is_found(client, editor, query):
    make_waiting(
        1,
        name="Quillon",
        email="Quill@example.org",
        url="https://example.com/shop",
        ip_address="198.51.100.7",
        body="By lamplight, 100% of it, a_b. Плохая погода. 今天好天氣",
    )
    make_waiting(2, name="Other", email="other@example.net", body="Nothing of the kind, 100 and ab.")

    assert len(shown(client.get(QUEUE, {"q": query}))) == 1


@pytest.mark.parametrize("query", ["Quillon", "quill@example", "example.com/shop", "127.0.0.1", "lamplight"])
def test_the_writer_of_what_came_in_by_the_form_is_found(client, editor, query):
    fields = {"name": "Ottilie Quillon", "email": "Quill@example.org", "url": "https://example.com/shop"}
    comment = post_comment(**fields, body="By lamplight.")
    make_waiting(name="Other", email="other@example.net", ip_address="198.51.100.7")

    assert shown(client.get(QUEUE, {"q": query})) == [comment.body]


def test_the_account_that_wrote_is_found_by_its_name(client, editor):
    writer = Client()
    writer.force_login(make_user(first_name="Ottilie", last_name="Quillon"))
    comment = post_comment(client=writer)

    assert shown(client.get(QUEUE, {"q": "quillon"})) == [comment.body]


@pytest.mark.parametrize(
    "query", ['"', "'; DROP TABLE comments_comment; --", "* OR *", "a\\b\\", "%%%", "((", "NEAR/2", "&|!:*"]
)
def test_a_hostile_search_finds_nothing_and_breaks_nothing(client, editor, query):
    make_waiting(1)

    assert shown(client.get(QUEUE, {"q": query})) == []


def test_what_was_edited_is_found_by_its_new_words_alone(client, editor):
    comment = make_waiting(1, body="The former wording.")

    comment.edit("Another phrase.", by=editor)

    assert shown(client.get(f"{QUEUE}?q=former")) == []
    assert shown(client.get(f"{QUEUE}?q=phrase")) == ["Another phrase."]


def test_search_works_without_its_index_and_is_made_whole_by_the_next_migration(client, editor):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TABLE comments_search")
            for name in ("added", "removed", "changed"):
                cursor.execute(f"DROP TRIGGER comments_search_{name}")
        else:
            cursor.execute("DROP INDEX comments_search_parts, comments_search_words")
    make_waiting(1, body="By lamplight.")
    assert shown(client.get(f"{QUEUE}?q=lamplight")) == ["By lamplight."]

    search.ensure_index(using="default")

    assert shown(client.get(f"{QUEUE}?q=lamplight")) == ["By lamplight."]
    make_waiting(2, body="By lamplight again.")
    assert len(shown(client.get(f"{QUEUE}?q=lamplight"))) == 2


@pytest.mark.parametrize("query", ["lamp", "LAMP", "погода", "ПОГОДА"])
def test_a_word_that_nearly_all_have_is_found_as_well(client, editor, monkeypatch, query):
    monkeypatch.setattr(search, "COMMON", 2)
    for number in range(3):
        make_waiting(number, body="By lamplight. Плохая погода.")
    make_waiting(4, body="Nothing of the kind.")

    assert len(shown(client.get(QUEUE, {"q": query}))) == 3


def test_a_search_reads_the_index(client, editor):
    make_waiting(1, body="By lamplight.")
    found = search.matching(Comment.objects.all(), "lamplight").values("pk")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")

    plan = found.order_by().explain()

    assert "comments_search" in plan


# --- A row


def test_a_row_says_how_long_it_waits_and_what_else_its_writer_sent(client, editor):
    for status in ("approved", "approved", "spam"):
        make_comment(email="Regular@example.org", status=status, submitted_at=timezone.now() - timedelta(days=40))
    comment = make_comment(
        status="pending", email="regular@example.org", submitted_at=timezone.now() - timedelta(days=3, minutes=5)
    )

    page = client.get(QUEUE)

    assertContains(page, "waiting 3\xa0days")
    assertContains(page, "other comments: 2 approved, 1 spam; first seen in")
    assertContains(page, f"?status__exact=all&amp;person={comment.pk}")


def test_a_long_text_is_shown_to_a_thousand_characters_and_whole_on_demand(client, editor):
    make_waiting(1, body="**bold** " + "word " * 400 + "the very end")

    page = client.get(QUEUE).content.decode()

    assert page.count("the very end") == 1
    assert page.count("<strong>bold</strong>") == 2
    assert "&lt;p&gt;" not in page
