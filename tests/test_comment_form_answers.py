"""Every row of the interface's table of answers to the comment form."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db


def test_a_comment_that_is_public_at_once_leads_to_its_permalink(client, discussion, send):
    discussion(moderation="none")
    post = make_post()

    answer = send(post)

    comment = Comment.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"{post.get_absolute_url()}?comment={comment.pk}#comment-{comment.pk}"
    assertContains(client.get(post.get_absolute_url()), "I have something to say.")


def test_a_public_reply_leads_to_the_page_of_the_thread_where_it_stands(client, discussion, send):
    discussion(moderation="none", per_page=1)
    post = make_post()
    make_comment(post=post)
    second = make_comment(post=post)

    answer = send(post, parent=second.pk)

    reply = Comment.objects.latest("pk")
    assert reply.parent == second
    assertRedirects(client.get(answer["Location"]), f"{post.get_absolute_url()}?comments=2#comment-{reply.pk}")


def test_a_held_comment_is_shown_to_its_writer_alone_and_says_why(client, discussion, send):
    discussion(moderation="first")
    post = make_post()

    answer = send(post)

    comment = Comment.objects.get()
    assert answer.status_code == 303
    assert re.fullmatch(
        rf"{re.escape(post.get_absolute_url())}\?awaiting=[^#]+#comment-{comment.pk}", answer["Location"]
    )
    page = client.get(answer["Location"])
    assertContains(page, "I have something to say.")
    assertContains(page, "awaiting moderation")
    assertContains(page, "this is your first comment here")
    assertNotContains(client.get(post.get_absolute_url()), "I have something to say.")


def test_the_awaiting_page_is_kept_by_no_cache_and_no_search_engine(client, discussion, send):
    discussion(moderation="all")
    answer = send(make_post())

    page = client.get(answer["Location"])

    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    # Not "no-referrer": with that a browser sends the form below with "Origin: null", which we refuse.
    assert page["Referrer-Policy"] == "same-origin"
    assertContains(page, '<meta name="robots" content="noindex">')


def test_an_awaiting_token_shows_nothing_on_another_post_and_nothing_when_it_is_forged(client, discussion, send):
    discussion(moderation="all")
    other = make_post()
    token = send(make_post())["Location"].partition("awaiting=")[2].partition("#")[0]

    for query in (token, token[:-1], "x", "1:2:3", "%00"):
        page = client.get(f"{other.get_absolute_url()}?awaiting={query}")
        assert page.status_code == 200
        assertNotContains(page, "I have something to say.")


def test_an_awaiting_token_ends_after_thirty_days(client, discussion, send, monkeypatch):
    discussion(moderation="all")
    address = send(make_post())["Location"]
    later = timezone.now().timestamp() + timedelta(days=31).total_seconds()

    monkeypatch.setattr("time.time", lambda: later)

    assertNotContains(client.get(address), "I have something to say.")


def test_a_comment_judged_spam_gets_the_same_answer_as_one_that_is_held(client, discussion, send):
    discussion(moderation="none")
    post = make_post()

    answer = send(post, subject="cheap watches")

    comment = Comment.objects.get()
    assert comment.status == "spam"
    assert answer.status_code == 303
    assert "?awaiting=" in answer["Location"]
    page = client.get(answer["Location"])
    assertContains(page, "awaiting moderation")
    assertNotContains(page, "spam")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"body": ""}, "Enter a comment"),
        ({"body": " \n\t "}, "Enter a comment"),
        ({"body": "\u200b\u200d\u2060"}, "Enter a comment"),
        ({"body": "\ufe0f\u034f\u2800"}, "Enter a comment"),
        ({"body": "> \n> "}, "Enter a comment"),
        ({"body": None}, "Enter a comment"),
        ({"body": "x" * 20_001}, "Your comment is 1 character too long"),
        ({"body": "文" * 20_001}, "1 character too long"),
        ({"body": "a\x00b"}, "Your comment contains a character that can&#x27;t be stored"),
        ({"name": ""}, "Enter your name"),
        ({"name": "\u202e\u200b"}, "Enter your name"),
        ({"name": None}, "Enter your name"),
        ({"name": "😀" * 81}, "1 character too long"),
        ({"name": "x" * 82}, "Name is 2 characters too long"),
        ({"email": ""}, "Enter your email address"),
        ({"email": "nobody"}, "like name@example.org"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "like name@example.org"),
        ({"email": f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 12}"}, "Email is"),
        ({"url": "javascript:alert(1)"}, "like https://example.org"),
        ({"url": "data:text/html,x"}, "like https://example.org"),
        ({"url": "ftp://example.org/"}, "like https://example.org"),
        ({"url": f"https://example.org/{'x' * 200}"}, "Website is 20 characters too long"),
    ],
)
def test_an_invalid_form_comes_back_with_the_words_and_a_summary_that_links_to_the_field(
    discussion, send, fields, message
):
    discussion(moderation="none")
    typed = {"body": "Words that must not be lost.", "name": "Bo & Co"} | fields

    answer = send(make_post(), **typed)

    wrong = next(iter(fields))
    assert answer.status_code == 422
    assertContains(answer, "There is a problem", status_code=422)
    assertContains(answer, f'<a href="#comment-form-{wrong}">', status_code=422)
    assertContains(answer, message, status_code=422, count=2)
    assertContains(answer, 'aria-invalid="true"', status_code=422, count=1)
    if wrong != "body":
        assertContains(answer, "Words that must not be lost.</textarea>", status_code=422)
    if wrong != "name":
        assertContains(answer, 'value="Bo &amp; Co"', status_code=422)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("email", ["jörg@bücher.example", "用户@例子.广告", "o'hara+list@example.museum"])
def test_international_addresses_are_accepted(discussion, send, email):
    discussion(moderation="none")

    assert send(make_post(), email=email).status_code == 303
    assert Comment.objects.get().email == email


def test_lengths_are_counted_in_characters_and_lines_end_with_one(discussion, send):
    discussion(moderation="none")

    answer = send(make_post(), body="😀" * 9_999 + "\r\n" + "文" * 10_000, name="é" * 80)

    assert answer.status_code == 303
    assert len(Comment.objects.get().body) == 20_000


def test_name_and_address_can_be_left_out_where_the_blog_does_not_ask(discussion, send):
    discussion(moderation="none", require_name_email=False)

    assert send(make_post(), name="", email="").status_code == 303
    assert Comment.objects.get().shown_name == "Anonymous"


def test_the_same_text_of_the_same_person_is_refused_and_kept_in_the_form(discussion, send):
    discussion(moderation="none")
    post = make_post()
    send(post, body="Once is enough.")
    Comment.objects.update(submitted_at=timezone.now() - timedelta(seconds=11))

    answer = send(post, body="Once  is ENOUGH.\n")

    assert answer.status_code == 409
    assertContains(answer, "You have already sent this comment", status_code=409)
    assertContains(answer, "Once  is ENOUGH.", status_code=409)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("mode", ["none", "all"])
def test_a_double_click_makes_one_comment_and_no_error(discussion, send, mode):
    discussion(moderation=mode, flood_seconds=15)
    post = make_post()

    first, second = send(post), send(post)

    assert Comment.objects.count() == 1
    assert first.status_code == second.status_code == 303
    anchor = f"#comment-{Comment.objects.get().pk}"
    assert first["Location"].endswith(anchor)
    assert second["Location"].endswith(anchor)


def test_the_same_text_of_another_person_is_another_comment(discussion, send):
    discussion(moderation="none")
    post = make_post()

    send(post, body="Me too.")
    send(post, body="Me too.", name="Cy", email="cy@example.org")

    assert Comment.objects.count() == 2


def test_too_fast_says_when_to_come_back_and_keeps_the_words(discussion, send):
    discussion(moderation="none", flood_seconds=15)
    post = make_post()
    send(post, body="One.")

    answer = send(post, body="Two, a moment later.")

    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 15
    assertContains(answer, "Two, a moment later.", status_code=429)
    assert Comment.objects.count() == 1


def test_two_people_of_one_household_do_not_stop_each_other(discussion, send):
    discussion(moderation="none", flood_seconds=15)
    post = make_post()

    send(post, body="One.")

    assert send(post, body="Two.", name="Cy", email="cy@example.org").status_code == 303


def test_one_network_can_not_send_without_end_under_many_names(discussion, send):
    discussion(moderation="none", flood_seconds=600)
    post = make_post()

    answers = [send(post, body=f"Number {n}", name=f"N{n}", email=f"n{n}@example.org").status_code for n in range(22)]

    assert answers[:20] == [303] * 20
    assert answers[20:] == [429] * 2


@pytest.mark.parametrize(
    ("blog_wide", "fields"),
    [
        ({"comments_open": False}, {}),
        ({}, {"comments_open": False}),
        ({"close_after_days": 14}, {}),
        ({"close_after_days": 0}, {}),
    ],
)
def test_a_closed_thread_refuses_and_gives_the_words_back(client, discussion, send, blog_wide, fields):
    discussion(moderation="none", **blog_wide)
    post = make_post(**fields)

    answer = send(post, body="Too late, but not lost.")

    assert answer.status_code == 403
    assertContains(answer, "Comments are closed", status_code=403)
    assertContains(answer, "Too late, but not lost.</textarea>", status_code=403)
    assert not Comment.objects.exists()
    assertNotContains(client.get(post.get_absolute_url()), 'id="comment-form"')


def test_a_young_post_is_open_although_old_ones_close(discussion, send):
    discussion(moderation="none", close_after_days=14)

    assert send(make_post(published_at=timezone.now() - timedelta(days=13))).status_code == 303


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_a_parent_that_is_not_public_can_not_be_answered(discussion, send, status):
    discussion(moderation="none")
    parent = make_comment(status=status)

    answer = send(parent.post, parent=parent.pk, body="My answer.")

    assert answer.status_code == 403
    assertContains(answer, "My answer.</textarea>", status_code=403)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("parent", ["-1", "0", "word", "99999999999999999999999", "1.5", "１", "' OR 1=1", "\x00"])
def test_a_parent_that_is_nonsense_can_not_be_answered(discussion, send, parent):
    discussion(moderation="none")

    answer = send(make_post(), parent=parent)

    assert answer.status_code == 403
    assertContains(answer, "I have something to say.", status_code=403)
    assert not Comment.objects.exists()


def test_a_parent_on_another_post_can_not_be_answered(discussion, send):
    discussion(moderation="none")
    elsewhere = make_comment()

    assert send(make_post(), parent=elsewhere.pk).status_code == 403


def test_where_an_account_is_required_a_stranger_is_told_so_and_loses_no_word(client, discussion, send):
    discussion(moderation="none", registration_required=True)
    post = make_post()

    answer = send(post)

    assert answer.status_code == 403
    assertContains(answer, "logged in", status_code=403)
    assertContains(answer, "I have something to say.</textarea>", status_code=403)
    client.force_login(make_user())
    assert send(post).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused(discussion, send, headers):
    discussion(moderation="none")

    answer = send(make_post(), headers=headers)

    assert answer.status_code == 403
    assertContains(answer, "I have something to say.", status_code=403)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}, {}])
def test_a_form_from_our_own_page_is_taken(discussion, send, headers):
    discussion(moderation="none")

    assert send(make_post(), headers=headers).status_code == 303


@pytest.mark.parametrize("status", ["draft", "private", "trash"])
def test_a_post_that_is_not_public_takes_no_comment(discussion, send, status):
    discussion(moderation="none")

    assert send(make_post(status=status)).status_code == 404


def test_a_scheduled_or_unknown_post_takes_no_comment(client, discussion, send):
    discussion(moderation="none")
    scheduled = make_post(published_at=timezone.now() + timedelta(hours=1))

    assert send(scheduled).status_code == 404
    assertContains(client.post("/comments/on/999999/", {"body": "x"}), "no longer exists", status_code=404)


def test_over_a_megabyte_is_refused_on_a_page_of_the_sites_own(discussion, send):
    discussion(moderation="none")

    answer = send(make_post(), body="x" * (1024 * 1024))

    assertContains(answer, "your text is still in the form", status_code=413)
    assert not Comment.objects.exists()


def test_thousands_of_fields_are_refused_too(discussion, send):
    discussion(moderation="none")

    assert send(make_post(), **{f"field{n}": "x" for n in range(2000)}).status_code == 413


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_another_method_is_told_which_one_is_allowed(client, discussion, method):
    discussion()

    answer = getattr(client, method)(f"/comments/on/{make_post().pk}/")

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


def test_a_wrong_method_gets_a_page_of_the_sites_own(client, db):
    assertContains(client.get(f"/comments/on/{make_post().pk}/"), "be opened like this", status_code=405)


def test_a_signed_in_writer_with_a_wrong_token_gets_the_words_back(discussion):
    discussion(moderation="none")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user())
    post = make_post()

    answer = strict.post(f"/comments/on/{post.pk}/", {"body": "Kept.", "csrfmiddlewaretoken": "wrong"})

    assertContains(answer, "Kept.</textarea>", status_code=403)
    assert not Comment.objects.exists()


def test_a_signed_in_writer_needs_no_name_and_signs_with_the_accounts(discussion):
    discussion(moderation="none")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_editor(first_name="Eve", last_name="Ditor", email="eve@example.org"))
    post = make_post()
    page = strict.get(post.get_absolute_url())
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]

    answer = strict.post(
        f"/comments/on/{post.pk}/", {"body": "Signed.", "name": "Forged", "csrfmiddlewaretoken": token}
    )

    comment = Comment.objects.get()
    assertRedirects(answer, comment.get_absolute_url(), status_code=303, target_status_code=302)
    assert (comment.name, comment.email) == ("Eve Ditor", "eve@example.org")


def test_bytes_that_are_no_utf8_are_taken_for_what_they_look_like(client, discussion):
    discussion(moderation="none")
    post = make_post()

    answer = client.post(
        f"/comments/on/{post.pk}/",
        b"name=Bo&email=bo%40example.org&body=caf%E9+%ED%A0%80",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 303
    assert Comment.objects.get().body.startswith("caf")


def test_unknown_fields_change_nothing(discussion, send):
    discussion(moderation="all")

    send(make_post(), status="approved", user="1", submitted_at="1999-01-01", body_html="<script>", id="7")

    comment = Comment.objects.get()
    assert comment.status == "pending"
    assert comment.user is None
    assert comment.submitted_at.year > 2000
    assert "<script>" not in comment.body_html
