"""A link to a comment leads to the comment, whatever happens to the thread after it was made."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from comments.models import Comment, DiscussionSettings
from posts.models import Post
from tests.factories import LONG_AGO, make_asker, make_comment, make_editor, make_post
from tests.test_thread_rows import Outline

pytestmark = pytest.mark.django_db
NOT_SHOWN = "The comment you followed a link to is not shown."
PERMALINK = re.compile(r"(/[^\s\"'<>?]*)\?comment=(\d+)#comment-(\d+)")


def make_thread(post, *, tops=7, chain=9, hour=1):
    """Top-level comments, two waiting among the oldest, and below the second a chain of answers; each an hour later."""
    made = []

    def at_next_hour(**fields):
        made.append(make_comment(submitted_at=LONG_AGO + timedelta(hours=hour + len(made)), **fields))
        return made[-1]

    for _ in range(2):
        at_next_hour(post=post, status="pending")
    roots = [at_next_hour(post=post) for _ in range(tops)]
    above = roots[1]
    for _ in range(chain):
        above = at_next_hour(parent=above)
    return made


def make_branch(post, number):
    """One top-level comment and `number` answers to it."""
    top = make_comment(post=post, submitted_at=LONG_AGO)
    Comment.objects.bulk_create(
        Comment(
            post=post,
            parent=top,
            root=top,
            name="N",
            body="x",
            body_html="<p>x</p>",
            status="approved",
            submitted_at=LONG_AGO + timedelta(minutes=minute),
        )
        for minute in range(1, number + 1)
    )
    Post.objects.filter(pk=post.pk).update(comment_count=number + 1)
    return [top, *top.replies.oldest_first()]


def follow(client, address):
    """(page, fragment) that a browser ends at: a redirect's own fragment wins, otherwise the old one stays."""
    address, _, fragment = address.partition("#")
    page = client.get(address)
    for _ in range(4):
        if page.status_code not in {301, 302}:
            break
        address, _, own = page["Location"].partition("#")
        fragment = own or fragment
        page = client.get(address)
    return page, fragment


def assert_stands_at(client, address, pk):
    """Its place on the page is there and in view: not folded away."""
    page, fragment = follow(client, address)
    assert page.status_code == 200, address
    assert fragment == f"comment-{pk}"
    assert f'id="comment-{pk}"' in page.text, address
    assert fragment not in Outline(page.text).folded, address


def addresses_in(text):
    """{number: path} of the comments that a text links to; it links to none in any other way."""
    text = html.unescape(text.replace("\\u0026", "&"))
    found = {}
    for path, number, anchor in PERMALINK.findall(text):
        assert number == anchor
        found[int(number)] = f"{path}?comment={number}#comment-{number}"
    # What identifies a comment for ever is no link.
    assert set(re.findall(r"[^\s\"'<>]*#comment-\d+", re.sub(r"http://old\.example\S*", "", text))) <= set(
        re.findall(r"[^\s\"'<>]*\?comment=\d+#comment-\d+", text)
    )
    return found


def leaving(client, post):
    """{number: address} of all links to comments that leave the post's page, and whoever makes them."""
    url, found = post.get_absolute_url(), {}
    texts = [
        client.get(address).text
        for below in ("/comments/feed/", f"{url}feed/", "/search/feed/")
        for form in ("", "atom/", "json/")
        for address in [f"{below}{form}?q=words"]
    ]
    texts.append(client.get("/search/?q=words&kind=comment").text)
    for text in texts:
        here = addresses_in(text)
        assert here
        found |= here
    page = client.get(url).text
    for number in range(2, 20):
        answer = client.get(f"{url}?comments={number}")
        page += answer.text if answer.status_code == 200 else ""
    told = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    told = [comment["url"] for comment in json.loads(told)["comment"]]
    shown = re.findall(r'<a class="u-url when" href="([^"]+)"', page)
    for addresses in (told, shown):
        assert addresses
        found |= addresses_in("\n".join(addresses))
    return found


# --- What happens to a thread


def late_approval(post):
    for comment in post.comments.in_moderation():
        comment.approve(by=None)


def removals(post):
    for comment in post.comments.approved().filter(parent=None).oldest_first()[:1]:
        comment.trash(by=None)
    post.comments.approved().latest("pk").spam(by=None)


def newest_first(post):
    set_discussion(order="newest")


def newest_first_and_one_more(post):
    newest_first(post)
    make_comment(post=post)


def back_to_oldest_first(post):
    set_discussion(order="oldest")


def fewer_a_page(post):
    set_discussion(per_page=1)


def all_on_one_page(post):
    set_discussion(per_page=200)


def no_levels(post):
    set_discussion(max_depth=1)


def moves(post):
    """An answer far down goes to the top, with all below it, and the last thread below the first."""
    editor, replies = make_editor(), post.comments.exclude(parent=None).oldest_first()
    replies[4].move(None, by=editor)
    tops = post.comments.approved().filter(parent=None).oldest_first()
    tops.last().move(tops.first(), by=editor)


def all_of_it(post):
    for change in (late_approval, removals, newest_first_and_one_more, fewer_a_page):
        change(post)


def the_post_moves(post):
    post.slug, post.published_at = "elsewhere", LONG_AGO - timedelta(days=40)
    post.save()


CHANGES = [
    *(late_approval, removals, newest_first, newest_first_and_one_more, back_to_oldest_first),
    *(fewer_a_page, all_on_one_page, no_levels, moves, all_of_it, the_post_moves),
]


def set_discussion(**fields):
    row = DiscussionSettings.load()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_every_link_that_leaves_the_page_leads_to_its_comment_after_the_thread_has_changed(
    client, discussion, order, change
):
    discussion(per_page=2, order=order)
    post = make_post(title="Words")
    made = {comment.pk for comment in make_thread(post) if comment.status == "approved"}
    links = leaving(client, post)
    assert set(links) == made

    change(post)

    shown = set(post.comments.approved().values_list("pk", flat=True))
    for pk, address in links.items():
        if pk in shown:
            assert_stands_at(client, address, pk)
        else:
            page, fragment = follow(client, address)
            assertContains(page, NOT_SHOWN)
            assert fragment == "comments"
            assert 'id="comments"' in page.text


def test_the_form_and_the_mail_about_an_answer_give_the_same_address(
    client, discussion, send, mailoutbox, django_capture_on_commit_callbacks
):
    discussion(moderation="none", per_page=1)
    post = make_post()
    first, asked = make_comment(post=post), make_asker(post=post)

    with django_capture_on_commit_callbacks(execute=True):
        answer = send(post, parent=asked.pk)

    reply = Comment.objects.latest("pk")
    address = f"{post.get_absolute_url()}?comment={reply.pk}#comment-{reply.pk}"
    assert answer["Location"] == address
    assert f"http://127.0.0.1:8000{address}\n" in "".join(mail.body for mail in mailoutbox)
    first.trash(by=None)
    assert_stands_at(client, address, reply.pk)


@pytest.mark.parametrize("status", ["approved", "pending"])
def test_the_desk_leads_to_a_comment_in_its_place(client, editor, discussion, status):
    discussion(per_page=1)
    post = make_post()
    make_thread(post)
    comment = make_comment(post=post, status=status)

    for address in (f"?status__exact={status}", f"{comment.pk}/change/"):
        page = client.get(f"/admin/comments/comment/{address}")
        assertContains(page, f'href="{comment.get_absolute_url()}"')
    assert_stands_at(client, comment.get_absolute_url(), comment.pk)


def test_the_desk_leads_to_the_post_where_a_comment_is_shown_to_nobody(client, editor):
    comment = make_comment(status="spam")

    for address in ("?status__exact=spam", f"{comment.pk}/change/"):
        page = client.get(f"/admin/comments/comment/{address}")
        assertContains(page, f'href="{comment.post.get_absolute_url()}"')
        assertNotContains(page, comment.get_absolute_url())


@pytest.mark.parametrize(("answers", "queries"), [(3, 3), (300, 2)])
def test_a_permalink_costs_no_more_than_the_page_that_it_leads_to(
    client, discussion, django_assert_num_queries, answers, queries
):
    discussion(per_page=2)
    post = make_post()
    *_, last = make_thread(post)
    make_branch(post, answers)
    client.get(post.get_absolute_url())  # which keeps the settings, as long as nothing changes

    with django_assert_num_queries(queries):
        assert client.get(last.get_absolute_url()).status_code == 302
    with django_assert_num_queries(0):
        last.get_absolute_url()


def test_a_permalink_goes_with_the_post_and_gives_its_page_as_the_right_one(client, discussion, settings):
    settings.SITE_URL = "https://blog.example"
    discussion(per_page=1)
    post = make_post(slug="one")
    *_, last = make_thread(post)

    page, _ = follow(client, last.get_absolute_url())

    assertContains(page, f'<link rel="canonical" href="https://blog.example{post.get_absolute_url()}">')


def test_every_stranger_is_led_to_the_same_place(discussion):
    discussion(per_page=1)
    *_, comment = make_thread(make_post())

    answers = [Client(headers=headers).get(comment.get_absolute_url()) for headers in ({}, {"User-Agent": "Feed/1"})]

    assert len({(answer["Location"], answer.content) for answer in answers}) == 1
    assert all(not answer.cookies and "Vary" not in answer for answer in answers)


# --- Long branches and full pages


def test_a_branch_of_over_a_hundred_keeps_its_links_when_its_answers_go_and_come(client):
    post = make_post()
    branch = make_branch(post, 230)
    links = {comment.pk: comment.get_absolute_url() for comment in branch}
    gone = [branch[place] for place in (1, 50, 100, 101, 200)]

    for comment in gone:
        comment.trash(by=None)

    for comment in [branch[place] for place in (0, 2, 99, 102, 103, 105, 199, 201, 202, 230)]:
        assert_stands_at(client, links[comment.pk], comment.pk)
    for comment in gone:
        assertContains(follow(client, links[comment.pk])[0], NOT_SHOWN)
        comment.restore(by=None)
        assert_stands_at(client, links[comment.pk], comment.pk)


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_where_a_branch_went_on_it_still_does_after_removals(client, discussion, order):
    discussion(order=order)
    post = make_post()
    branch = make_branch(post, 230)
    make_branch(post, 3)
    url = post.get_absolute_url()
    assertContains(client.get(url), f"?thread={branch[100].pk}#comment-{branch[100].pk}")

    for place in (100, 101, 105):
        branch[place].trash(by=None)

    # As links were made before they named the comment.
    for place in (102, 106, 150):
        assert_stands_at(client, f"{url}?thread={branch[100].pk}#comment-{branch[place].pk}", branch[place].pk)
    assert_stands_at(client, f"{url}?thread={branch[105].pk}#comment-{branch[106].pk}", branch[106].pk)
    for comment in branch[150:]:
        comment.trash(by=None)
    assert_stands_at(client, f"{url}?thread={branch[200].pk}#comment-{branch[149].pk}", branch[149].pk)
    for comment in branch:
        if comment.status == "approved":
            comment.spam(by=None)
    assert follow(client, f"{url}?thread={branch[200].pk}")[0].status_code == 200


def test_a_page_of_over_a_thousand_comments_loses_no_link(client):
    post = make_post()
    branches = [make_branch(post, 90) for _ in range(12)]
    Post.objects.update(comment_count=Comment.objects.count())

    for branch in branches:
        for comment in (branch[0], branch[40], branch[-1]):
            assert_stands_at(client, comment.get_absolute_url(), comment.pk)


def test_a_removed_comment_that_has_answers_keeps_its_place_and_a_word_there(client, discussion):
    discussion(per_page=1)
    *_, last = make_thread(make_post())
    removed = last.parent

    removed.trash(by=None)

    assert_stands_at(client, removed.get_absolute_url(), removed.pk)
    assertContains(follow(client, removed.get_absolute_url())[0], "This comment is no longer shown.")


def test_a_ping_is_found_below_the_comments(client, discussion):
    discussion(per_page=1)
    post = make_post()
    make_thread(post)
    ping = make_comment(post=post, kind="pingback", name="Elsewhere")

    assert_stands_at(client, ping.get_absolute_url(), ping.pk)


# --- What is not shown


def not_shown(post):
    """Numbers of comments that nobody may read below `post`, and of none."""
    yield make_comment(post=post, status="pending").pk
    yield make_comment(post=post, status="spam").pk
    yield make_comment(post=post, status="trash").pk
    yield make_comment(parent=make_comment(post=post), status="pending").pk
    yield make_comment(post=post, kind="pingback", status="pending").pk
    yield make_comment(post=make_post()).pk
    yield make_comment(post=make_post(status="draft")).pk
    removed = make_comment(post=post)
    removed.trash(by=None)
    yield removed.pk
    erased = make_comment(post=post)
    erased.trash(by=None)
    erased.erase(by=make_editor())
    yield erased.pk
    yield 999_999
    yield 10**30


def test_one_answer_is_given_for_every_number_that_is_not_shown(client, discussion):
    discussion(per_page=1)
    post = make_post()
    make_thread(post)
    numbers = list(not_shown(post))

    answers = {pk: client.get(f"{post.get_absolute_url()}?comment={pk}") for pk in numbers}

    assert len(answers) == len(numbers)
    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers.values()} == {
        (302, f"{post.get_absolute_url()}?comment=none#comments", b"")
    }
    assert {str(sorted(answer.headers.items())) for answer in answers.values()} == {
        str(sorted(answers[999_999].headers.items()))
    }
    page = client.get(f"{post.get_absolute_url()}?comment=none")
    assertContains(page, NOT_SHOWN)
    assertContains(page, '<meta name="robots" content="noindex">')
    assertNotContains(client.get(post.get_absolute_url()), NOT_SHOWN)


def test_no_branch_is_named_by_a_comment_that_never_was_public(client):
    post = make_post()
    branch = make_branch(post, 120)
    waiting = [make_comment(parent=branch[5], status=status).pk for status in ("pending", "spam", "trash")]

    answers = {client.get(f"{post.get_absolute_url()}?thread={pk}")["Location"] for pk in [*waiting, 999_999, "word"]}

    assert answers == {f"{post.get_absolute_url()}?comment=none#comments"}


def test_the_words_for_a_comment_that_is_not_shown_stand_where_nothing_else_does(client, discussion):
    discussion(comments_open=False)
    post = make_post()

    page, fragment = follow(client, f"{post.get_absolute_url()}?comment=5#comment-5")

    assertContains(page, NOT_SHOWN)
    assert f'id="{fragment}"' in page.text


@pytest.mark.parametrize(
    "fields", [{"status": "draft"}, {"status": "private"}, {"status": "trash"}, {"published_at": LONG_AGO}]
)
def test_a_permalink_below_what_is_not_public_is_not_found(client, fields):
    post = make_post()
    comment = make_comment(post=post)
    if "status" not in fields:
        fields = {"published_at": LONG_AGO + timedelta(days=36500)}
    for name, value in fields.items():
        setattr(post, name, value)
    post.save()

    for number in (comment.pk, 999_999, "none"):
        assert client.get(f"{post.permalink}?comment={number}").status_code == 404


@pytest.mark.parametrize(
    "value", ["", "x", "0", "-1", "1e3", "//evil.example", "https://evil.example/", "٣", "1\r\nX: y"]
)
@pytest.mark.parametrize("name", ["comment", "comments", "thread"])
def test_an_address_that_means_nothing_leads_to_the_thread_and_nowhere_else(client, name, value):
    post = make_post()
    make_comment(post=post)

    answer = client.get(post.get_absolute_url(), {name: value})

    if answer.status_code == 302:
        assert answer["Location"].partition("?")[0].partition("#")[0] == post.get_absolute_url()
        answer = follow(client, answer["Location"])[0]
    assertContains(answer, 'id="comments"')


# --- Pages of comments


@pytest.mark.parametrize(
    ("order", "number", "place"),
    [
        ("oldest", "9", "?comments=4"),
        ("oldest", "9" * 5000, "?comments=4"),
        ("oldest", "0", ""),
        ("oldest", "word", ""),
        ("newest", "9", ""),
        ("newest", "0", ""),
    ],
)
def test_a_page_past_the_end_leads_to_the_last_one(client, discussion, order, number, place):
    discussion(per_page=2, order=order)
    post = make_post()
    make_thread(post, tops=7)

    answer = client.get(f"{post.get_absolute_url()}?comments={number}")

    assertRedirects(answer, f"{post.get_absolute_url()}{place}")


def test_an_old_link_to_a_page_keeps_its_comment_when_the_page_is_gone(client, discussion):
    discussion(per_page=2)
    post = make_post()
    comments = [comment for comment in make_thread(post, tops=5, chain=0) if comment.status == "approved"]
    link = f"{post.get_absolute_url()}?comments=3#comment-{comments[4].pk}"
    assert_stands_at(client, link, comments[4].pk)

    for comment in comments[:2]:
        comment.trash(by=None)

    assert_stands_at(client, link, comments[4].pk)


@pytest.mark.parametrize("number", ["0", "1", "2", "9", "000009"])
def test_wordpresss_address_of_a_page_of_comments_ends_at_the_comments(client, discussion, number):
    discussion(per_page=200)
    post = make_post()
    *_, last = make_thread(post, chain=0)

    assert_stands_at(client, f"{post.get_absolute_url()}comment-page-{number}/#comment-{last.pk}", last.pk)


def test_an_answer_to_the_form_stays_whatever_its_address_says(client, discussion, send):
    discussion(per_page=1)
    post = make_post()
    *_, last = make_thread(post)

    for query in (f"comment={last.pk}", "comment=none", "comments=99", "thread=999999"):
        answer = client.post(f"/comments/on/{post.pk}/?{query}", {"name": "", "body": "Words that I typed."})
        assertContains(answer, "Words that I typed.", status_code=422)
        assertNotContains(answer, NOT_SHOWN, status_code=422)
