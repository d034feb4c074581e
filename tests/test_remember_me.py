"""“Remember me” is given by a tick, and taken back by leaving it out: cookie, trust and copies of the cookie."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db

ID = "comment-form-remember"
BOX = f'<input type="checkbox" name="remember" id="{ID}" aria-describedby="{ID}_helptext"'
UNTICKED = f"{BOX}>"
TICKED = f"{BOX} checked>"


@pytest.fixture
def known(client, discussion, send):
    """The client's browser asked to be remembered, and its comment was approved; returns the comment."""
    discussion(moderation="first")
    send(make_post(), body="Remember me.", remember="on")
    comment = Comment.objects.get()
    comment.approve(by=make_editor())
    return comment


def is_public(answer):
    return "awaiting" not in answer["Location"]


def copy_of(client):
    """Another browser with a copy of the cookie."""
    copy = Client()
    copy.cookies["remembered"] = client.cookies["remembered"].value
    return copy


def test_a_remembered_browser_stays_so_while_the_box_is_ticked(client, known, send):
    copy = copy_of(client)

    for number in range(3):
        assert is_public(send(known.post, body=f"Again {number}.", remember="on"))

    assert client.cookies["remembered"].value
    # A copy counts as long as the owner wants it so: the cookie is the proof.
    assert is_public(send(known.post, using=copy, body="A copy.", remember="on"))


@pytest.mark.parametrize("unticked", [{}, {"remember": ""}, {"remember": "false"}])
def test_an_unticked_box_takes_back_the_cookie_and_the_trust_also_of_a_copy(client, known, send, unticked):
    copy = copy_of(client)

    answer = send(known.post, body="Forget me.", **unticked)

    assert answer.status_code == 303
    cookie = answer.cookies["remembered"]
    assert (cookie.value, cookie["max-age"]) == ("", 0)
    assert not is_public(send(known.post, using=copy, body="I have a copy.", remember="on"))
    assert not is_public(send(known.post, body="Who am I?"))
    known.refresh_from_db()
    assert known.is_public
    assert not Comment.objects.exclude(browser="").exclude(body="I have a copy.").exists()


def test_who_is_remembered_anew_begins_anew(client, known, send):
    send(known.post, body="Forget me.")

    assert not is_public(send(known.post, body="Remember me after all.", remember="on"))
    Comment.objects.latest("pk").approve(by=make_editor())
    assert is_public(send(known.post, body="Here I am.", remember="on"))


def test_a_comment_that_was_not_taken_takes_nothing_back(client, known, send):
    assert send(known.post, name="", body="Without a name.").status_code == 422
    assert send(known.post, parent="99999", body="To nobody.").status_code == 403

    assert client.cookies["remembered"].value
    assert is_public(send(known.post, body="Still me.", remember="on"))


def test_a_double_click_forgets_too(client, known, send):
    copy = copy_of(client)
    send(known.post, body="Twice.", remember="on")

    answer = send(known.post, using=copy, body="Twice.")

    assert answer.status_code == 303
    assert answer.cookies["remembered"]["max-age"] == 0
    assert not is_public(send(known.post, body="Once more.", remember="on"))


def test_a_logged_in_writer_has_no_such_box_and_takes_nothing_back(client, known, send):
    client.force_login(make_user(email="member@example.org"))

    answer = send(known.post, body="As a member.")

    assert "remembered" not in answer.cookies
    assert Comment.objects.get(pk=known.pk).browser


def test_a_stranger_who_leaves_it_unticked_gets_no_cookie_at_all(discussion, send):
    discussion(moderation="none")

    assert not send(make_post()).cookies


def test_a_cookie_that_somebody_made_up_is_taken_away_and_forgets_nobody(client, known, send):
    forger = Client()
    forger.cookies["remembered"] = f"{known.browser}:1abcde:{'x' * 43}"

    answer = send(known.post, using=forger, body="I am her.")

    assert answer.cookies["remembered"]["max-age"] == 0
    assert is_public(send(known.post, body="Still me.", remember="on"))


def test_the_box_is_as_it_is_where_a_page_is_one_writers_alone_and_unticked_on_everybodys(client, discussion, send):
    discussion(moderation="all")
    post = make_post()
    awaiting = send(post, remember="on")["Location"]

    assertContains(client.get(awaiting), TICKED)
    assertContains(Client().get(awaiting), UNTICKED)
    page = client.get(post.get_absolute_url())
    assertContains(page, UNTICKED)
    assert page.content == Client().get(post.get_absolute_url()).content
    assertContains(page, "this browser is forgotten")


def test_a_form_that_comes_back_has_the_box_as_it_was_sent(known, send):
    assertContains(send(known.post, name="", remember="on"), TICKED, status_code=422)
    assertContains(send(known.post, name=""), UNTICKED, status_code=422)


# --- Without a comment


def test_a_button_forgets_the_browser_and_looking_does_not(client, known, send):
    copy = copy_of(client)
    page = client.get("/comments/forget/")
    assertContains(page, '<form id="forget" method="post">')
    assert "no-store" in page["Cache-Control"]

    answer = client.post("/comments/forget/", follow=True)

    assertContains(answer, "This browser is not remembered")
    assert not is_public(send(known.post, using=copy, body="A copy.", remember="on"))


def test_another_site_can_not_press_that_button(client, known, send):
    answer = client.post("/comments/forget/", headers={"Sec-Fetch-Site": "cross-site"})

    assertContains(answer, "another website", status_code=403)
    assert is_public(send(known.post, body="Still me.", remember="on"))


def test_what_a_remembered_browser_wrote_stays_below_its_post(client, known):
    make_comment(post=known.post, name="Ann")
    client.post("/comments/forget/")

    assertContains(client.get(known.post.get_absolute_url()), "Remember me.")
