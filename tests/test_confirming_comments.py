"""Who confirms a comment by the link in the mail is known from then on: the comment is theirs, and so is the next."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments import tokens
from comments.models import AskingMail, ClaimedName, Comment, MailAddress, MailedLink, RememberedBrowser
from tests.factories import make_author, make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db

PROBLEM = "another website"


@pytest.fixture
def blog(discussion):
    return discussion(moderation="first", notify_on="none")


@pytest.fixture
def write(send, mailoutbox, blog):
    """Sends a comment; returns it and the path of the link that was mailed, or None."""

    def post_and_read(*, using=None, post=None, **fields):
        before = len(mailoutbox)
        send(post or make_post(), using=using or Client(), **{"body": f"Words {Comment.objects.count()}.", **fields})
        new = [re.search(r"/comments/confirm/\S+", mail.body) for mail in mailoutbox[before:]]
        return Comment.objects.latest("pk"), new[0][0] if new else None

    return post_and_read


def status_of(comment):
    return Comment.objects.get(pk=comment.pk).status


# --- The mail


def test_a_comment_that_waits_asks_its_writer_once_and_one_that_is_published_does_not(write, discussion, mailoutbox):
    _held, link = write()
    assert link
    discussion(moderation="none", notify_on="none")
    assert write(email="cy@example.org")[1] is None
    discussion(moderation="all", notify_on="none")
    assert write(email="di@example.org")[1] is None
    assert write(email="ed@example.org", remember="on")[1]

    assert [mail.to for mail in mailoutbox] == [["bo@example.org"], ["ed@example.org"]]


def test_an_account_and_who_refused_are_not_asked(write, client):
    MailAddress.objects.answer("no@example.org", wanted=False)
    assert write(email="no@example.org", remember="on", notify="on")[1] is None

    client.force_login(make_user(email="member@example.org"))
    assert write(using=client)[1] is None


# --- The page


def test_the_page_shows_the_comment_and_looking_changes_nothing(write, client):
    comment, link = write(body="I *saw* it.\n\nTwice.", name="Bo <b>")

    for ask in (client.get, client.head):
        page = ask(link)
    page = client.get(link)

    assertContains(page, "<p>I saw it.</p>")
    assertContains(page, "Bo &lt;b&gt;")
    assertContains(page, "Yes, confirm my address")
    assertContains(page, "I did not write this")
    assertNotContains(page, "checked")
    assert not client.cookies
    comment.refresh_from_db()
    assert (comment.address, MailedLink.objects.get().used_at) == (None, None)


def test_confirming_makes_the_comment_ones_own_publishes_nothing_and_sets_no_cookie(write, client):
    comment, link = write()

    page = client.post(link, {"confirm": ""})

    assertContains(page, "Your email address is confirmed")
    assertContains(page, "is waiting until a moderator has read it")
    assert not client.cookies
    comment.refresh_from_db()
    assert (comment.address.address, comment.status) == ("bo@example.org", "pending")
    assertContains(page, "?awaiting=")
    # Used, it goes on to say what was done, and opens nothing.
    assertContains(client.get(link), "Your email address is confirmed")
    assertNotContains(client.get(link), "awaiting=")


def test_a_confirmed_browser_is_trusted_once_a_comment_was_approved_and_on_whatever_machine(write, client):
    comment, link = write(using=client)
    client.post(link, {"remember": "on"})
    assert write(using=client, remember="on", post=comment.post)[0].status == "pending"
    comment.approve(by=make_editor())

    assert write(using=client, remember="on", post=comment.post)[0].status == "approved"

    # Another machine, where it has to be shown once.
    laptop = Client()
    held, link = write(using=laptop, email="BO@example.org", post=comment.post)
    assert held.status == "pending"
    page = laptop.post(link, {"remember": "on"})
    assertContains(page, "is published")
    assert status_of(held) == "approved"
    decision = held.last_decision
    assert (decision.from_status, decision.actor) == ("pending", None)
    assert "confirmed it" in decision.findings[0]["why"]
    assert RememberedBrowser.objects.count() == 2
    assert write(using=laptop, remember="on", post=comment.post)[0].status == "approved"


def test_a_stranger_who_types_the_address_of_somebody_known_is_nobody(write, client):
    comment, link = write(using=client)
    client.post(link, {"remember": "on"})
    comment.approve(by=make_editor())

    assert write(name="Bo Reader")[0].status == "pending"
    assert write(using=client, email="ruth@example.org", remember="on")[0].address is None


@pytest.mark.parametrize(
    ("fields", "decide"),
    [({"body": "http://a.example http://b.example http://c.example"}, None), ({}, "hold"), ({"subject": "x"}, None)],
    ids=["also for its links", "a moderator held it", "the honeypot"],
)
def test_what_waits_for_another_reason_is_not_published_by_confirming(write, client, fields, decide):
    make_comment(address=MailAddress.objects.prove("bo@example.org"))
    comment, link = write(**fields)
    if decide:
        comment.hold(by=make_editor(), reason="I ask Ann.")

    link = link or f"/comments/confirm/{MailedLink.make('confirm', 'bo@example.org', comment)}/"
    client.post(link)

    assert status_of(comment) == comment.status
    assert comment.status != "approved"


def test_what_the_same_browser_sent_before_under_this_address_is_theirs_too(write, client):
    first, _link = write(using=client, remember="on")
    write(using=client, remember="on", email="cy@example.org")
    _second, link = write(using=client, remember="on")
    copy = Client()
    copy.cookies["remembered"] = client.cookies["remembered"].value
    first.approve(by=make_editor())

    client.post(link, {"remember": "on"})

    addresses = Comment.objects.order_by("pk").values_list("address__address", flat=True)
    assert [*addresses] == ["bo@example.org", None, "bo@example.org"]
    assert write(using=client, remember="on")[0].status == "approved"
    # Whoever copied the cookie before was not there when it was confirmed.
    assert write(using=copy, remember="on")[0].status == "pending"


def test_a_copy_of_a_confirmed_browsers_cookie_works_until_it_is_ended(write, client):
    comment, link = write(using=client)
    client.post(link, {"remember": "on"})
    comment.approve(by=make_editor())
    copy = Client()
    copy.cookies["remembered"] = client.cookies["remembered"].value
    assert write(using=copy, remember="on")[0].status == "approved"

    MailAddress.objects.get().browsers.get().end()

    assert write(using=copy, remember="on")[0].status == "pending"


@pytest.mark.parametrize("has_account", [False, True])
def test_a_copy_of_a_cookie_that_was_ended_opens_nothing_that_its_browser_sends_later(write, client, has_account):
    client.post(write(using=client)[1], {"remember": "on"})
    copy = Client()
    copy.cookies["remembered"] = client.cookies["remembered"].value
    MailAddress.objects.get().browsers.get().end()

    if has_account:
        client.force_login(make_user())
    comment, _link = write(using=client, remember="on")

    assert client.get(f"/comments/mine/{comment.pk}/").status_code == 200
    assert copy.get(f"/comments/mine/{comment.pk}/").status_code == 404


def test_a_copy_from_before_a_browser_was_confirmed_opens_nothing_of_others_who_wrote_from_it(write, client):
    other, _link = write(using=client, email="cy@example.org", remember="on")
    copy = Client()
    copy.cookies["remembered"] = client.cookies["remembered"].value
    assert copy.get(f"/comments/mine/{other.pk}/").status_code == 200

    client.post(write(using=client, remember="on")[1], {"remember": "on"})

    assert copy.get(f"/comments/mine/{other.pk}/").status_code == 404


def test_one_person_says_the_same_once_from_whichever_browser(write, client, send):
    comment, link = write(using=client)
    client.post(link, {"remember": "on"})
    laptop = Client()
    laptop.post(write(using=laptop, post=comment.post)[1], {"remember": "on"})

    Comment.objects.update(submitted_at=timezone.now() - timedelta(minutes=1))

    assert send(comment.post, using=laptop, body=comment.body, name="Bo at work").status_code == 409
    # Whoever only types the address is somebody else.
    assert send(comment.post, body=comment.body, using=Client(), name="Bo at work").status_code == 303


def test_a_confirmed_browser_is_not_forgotten_by_a_box_that_nobody_ticked(write, client):
    comment, link = write(using=client)
    client.post(link, {"remember": "on"})
    comment.approve(by=make_editor())

    for _number in range(2):
        assert write(using=client)[0].status == "approved"


def test_the_button_that_forgets_ends_the_row_and_who_is_confirmed_elsewhere_changes_hands(write, client):
    client.post(write(using=client)[1], {"remember": "on"})
    client.post(write(using=client, email="cy@example.org", remember="on")[1], {"remember": "on"})
    assert [row.address.address for row in RememberedBrowser.objects.all()] == ["cy@example.org"]

    client.post("/comments/forget/")

    assert not RememberedBrowser.objects.exists()


# --- Bad input


def test_a_link_confirms_once_also_from_two_browsers(write, client):
    _comment, link = write()

    client.post(link, {"remember": "on"})
    page = Client().post(link, {"remember": "on", "not-mine": ""})

    assertContains(page, "Your email address is confirmed")
    assert RememberedBrowser.objects.count() == 1
    assert Comment.objects.get().disowned_at is None


@pytest.mark.parametrize("status", ["trash", "spam", "approved"])
def test_a_comment_that_was_decided_on_meanwhile_can_still_be_confirmed(write, client, status):
    comment, link = write()
    getattr(comment, {"approved": "approve"}.get(status, status))(by=make_editor())

    page = client.post(link)

    said = {"trash": "was not published", "spam": "was not published", "approved": "is published"}[status]
    assertContains(page, said)
    assert status_of(comment) == status
    assert Comment.objects.get().address


def test_a_comment_that_was_deleted_for_ever_can_not(write, client):
    comment, link = write()
    comment.trash(by=make_editor())
    comment.erase(by=make_editor())

    assertContains(client.post(link), "This link does not work", status_code=404)
    assert not MailAddress.objects.exists()


def test_another_site_can_not_press_the_button_for_somebody(write, client):
    _comment, link = write()

    page = client.post(link, {"remember": "on"}, headers={"Sec-Fetch-Site": "cross-site"})

    assertContains(page, PROBLEM, status_code=403)
    assert not client.cookies
    assert not MailAddress.objects.exists()


def test_who_did_not_write_it_says_so_and_moderators_see_that(write, client):
    comment, link = write(notify="on")

    assertContains(client.post(link, {"not-mine": ""}), "Thank you for telling us")

    comment.refresh_from_db()
    assert (comment.address, comment.notify, comment.status) == (None, False, "pending")
    assertContains(client.post(link, {"confirm": ""}), "Thank you for telling us")
    assert not MailAddress.objects.exists()
    client.force_login(make_editor())
    for page in ("", f"{comment.pk}/change/"):
        assertContains(client.get(f"/admin/comments/comment/{page}"), "they did not write this")


def test_a_link_that_was_mailed_before_the_upgrade_goes_on_to_work(client, blog, settings):
    comment = make_comment(notify=True, status="pending")
    asked = AskingMail.due_for(comment)
    link = f"/comments/confirm/{signing.dumps(asked.pk, salt='comments.confirming')}/"
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key " * 6

    assertContains(client.get(link), "Yes, confirm my address")
    assert not MailedLink.objects.exists()
    assertContains(client.post(link), "Your email address is confirmed")
    assertContains(client.post(link, {"not-mine": ""}), "Your email address is confirmed")
    assert Comment.objects.get().address


@pytest.mark.parametrize(
    "email",
    ["A" * 60 + "@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + ".org", "bo+blog@example.org", "bo@bücher.example"],
)
def test_addresses_of_every_kind_can_be_confirmed(write, client, email):
    _comment, link = write(email=email, using=client)

    assertContains(client.post(link, {"remember": "on"}), "Your email address is confirmed")

    assert write(using=client, email=email.upper(), remember="on")[0].address


# --- Names


def test_a_name_is_whose_who_confirmed_it_first_and_only_moderators_are_told(write, client):
    make_author(name="Ann Writer")
    early = make_comment(name="RUTH Reader", status="pending")
    for name, email in (
        ("Ruth Reader", "ruth@example.org"),
        ("Ann Writer", "ann@example.org"),
        ("Ruth Reader", "x@y.z"),
    ):
        client.post(write(name=name, email=email)[1])
    assert [(claim.name, claim.address.address) for claim in ClaimedName.objects.all()] == [
        ("Ruth Reader", "ruth@example.org")
    ]

    stranger = Client()
    comment, _link = write(using=stranger, name="Ruth Readеr", email="mallory@example.org")  # with a Cyrillic letter
    told = "Not the same person as “Ruth Reader”"

    assertNotContains(stranger.get(tokens.awaiting_url(comment)), told)
    assert [found["verdict"] for found in comment.decisions.get().findings if found["check"] == "names"] == ["approve"]
    client.force_login(make_editor())
    queue = client.get("/admin/comments/comment/")
    assertContains(queue, "<bdi>ruth@example.org</bdi> (confirmed)")
    assertNotContains(queue, "<bdi>mallory@example.org</bdi> (confirmed)")
    write(using=stranger, name="Ruth Reader", email="ruth@example.org")  # perhaps herself, on another machine
    assertContains(client.get("/admin/comments/comment/"), "who has not confirmed this comment")
    assertContains(queue, told, 3)  # hers aside: the early one, the second Ruth, the stranger
    for other in (early, comment):
        assertContains(client.get(f"/admin/comments/comment/{other.pk}/change/"), told)


def test_a_name_that_is_claimed_holds_nobody(write, discussion):
    discussion(moderation="none", notify_on="none")
    ClaimedName.objects.claim("Ruth", MailAddress.objects.prove("ruth@example.org"))

    assert write(name="Ruth", email="mallory@example.org")[0].status == "approved"


def test_names_that_only_begin_alike_are_two_persons():
    bo, cy = (MailAddress.objects.prove(f"{name}@example.org") for name in ("bo", "cy"))
    for name, address in (("Neil Hill", bo), ("Nell Hill", cy), ("…", bo), ("", bo)):
        ClaimedName.objects.claim(name, address)

    assert [claim.name for claim in ClaimedName.objects.order_by("pk")] == ["Neil Hill", "Nell Hill", "…"]
    assert ClaimedName.objects.of_others([make_comment(name="Nell Hill", address=cy)]) == {}


def test_the_queue_asks_once_for_all_its_names(client, django_assert_num_queries):
    now = timezone.now()
    comments = [make_comment(name=f"Bo {number}", status="pending", submitted_at=now) for number in range(5)]

    with django_assert_num_queries(1):
        ClaimedName.objects.of_others(comments)
