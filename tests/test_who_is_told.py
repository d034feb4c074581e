"""Somebody is told of every comment that waits, in mails that say what it is; the admin says where nobody is."""

import json
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment
from posts.models import Blog
from tests.factories import make_asker, make_author, make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db

HELD = {"moderation": "all", "notify_on": "held"}
UNREACHABLE = {
    "no account": lambda: make_author(name="Ann"),
    "no address": lambda: make_author(name="Ann", user=make_user()),
    "a closed account": lambda: make_author(name="Ann", user=make_user(email="ann@example.org", is_active=False)),
}


@pytest.fixture
def send(send, django_capture_on_commit_callbacks):
    """The form, and what leaves after the commit."""

    def send_and_commit(*args, **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return send(*args, **fields)

    return send_and_commit


@pytest.fixture
def owner():
    return make_user(username="owner", email="owner@example.org", is_staff=True, is_superuser=True)


@pytest.fixture
def blog():
    Blog(title="The Drain\nReport").save()


def recipients(mails):
    return sorted(address for mail in mails for address in mail.to)


# --- Who is told


@pytest.mark.parametrize("author", UNREACHABLE.values(), ids=UNREACHABLE.keys())
def test_where_no_mail_reaches_the_author_editors_and_owners_are_told(author, discussion, send, mailoutbox, owner):
    discussion(**HELD)
    make_editor(email="editor@example.org")
    make_editor(email="")
    make_editor(email="gone@example.org", is_active=False)
    make_staff_author(email="another.author@example.org")
    make_user(email="reader@example.org")

    send(make_post(author=author()), body="Please read me.")

    assert recipients(mailoutbox) == ["editor@example.org", "owner@example.org"]
    for mail in mailoutbox:
        assert "Please read me." in mail.body
        assert "because Ann" in mail.body


def test_an_author_whom_mails_reach_is_told_alone(discussion, send, mailoutbox, owner):
    discussion(**HELD)
    _user, author = make_staff_author(email="ann@example.org")

    send(make_post(author=author))

    assert recipients(mailoutbox) == ["ann@example.org"]
    assert "has no account" not in mailoutbox[0].body


def test_nobody_is_told_of_their_own_comment(client, discussion, send, mailoutbox, owner):
    discussion(moderation="none", notify_on="all")
    make_editor(email="editor@example.org")
    client.force_login(owner)

    send(make_post(author=make_author()))

    assert recipients(mailoutbox) == ["editor@example.org"]


def test_the_digest_of_an_editor_has_their_own_posts_and_those_of_unreachable_authors(discussion, mailoutbox, owner):
    discussion(notify_on="digest")
    _user, author = make_staff_author(email="ann@example.org")
    own = make_post(author=make_author(name="Owner", user=owner))
    make_comment(post=own, status="pending", body="To the owner.")
    make_comment(post=make_post(author=make_author(name="Nobody")), status="pending", body="To nobody.")
    make_comment(post=make_post(author=author), status="pending", body="To Ann.")

    call_command("send_digest")

    assert recipients(mailoutbox) == ["ann@example.org", "owner@example.org"]
    mails = {mail.to[0]: mail for mail in mailoutbox}
    assert "To the owner." in mails["owner@example.org"].body
    assert "To nobody." in mails["owner@example.org"].body
    assert "To Ann." not in mails["owner@example.org"].body
    assert mails["ann@example.org"].subject.endswith("1 comment is waiting")


def test_one_address_that_no_server_takes_keeps_nobody_else_from_being_told(discussion, send, mailoutbox, owner):
    discussion(**HELD)
    make_editor(email="two\nlines@example.org")
    make_editor(email="last@example.org")

    send(make_post(author=make_author()))

    assert recipients(mailoutbox) == ["last@example.org", "owner@example.org"]


# --- What stands in a mail


def test_a_mail_names_the_site_and_says_how_many_wait(blog, discussion, send, mailoutbox, owner):
    discussion(**HELD)
    post = make_post(author=make_author())
    make_comment(post=post, status="pending")
    make_comment(post=make_post(), status="pending")

    send(post)

    (mail,) = mailoutbox
    assert mail.subject.startswith("[The Drain Report] Waiting: Bo Reader")
    assert "3 comments are waiting for you on The Drain" in mail.body


def test_an_author_is_told_how_many_wait_below_their_own_posts(discussion, send, mailoutbox):
    discussion(**HELD)
    _user, author = make_staff_author(email="ann@example.org")
    make_comment(post=make_post(author=make_author(name="Another")), status="pending")

    send(make_post(author=author))

    assert "1 comment is waiting for you" in mailoutbox[0].body


def test_every_mail_says_that_a_machine_sent_it_and_from_which_site(blog, discussion, send, mailoutbox, owner):
    discussion(moderation="none", notify_on="all")
    parent = make_asker(post=make_post(author=make_author()))
    make_comment(post=parent.post, status="pending")
    send(parent.post, parent=parent.pk)
    assert len(mailoutbox) == 2
    discussion(notify_on="digest")

    call_command("send_digest")

    assert recipients(mailoutbox) == ["asker@example.org", "owner@example.org", "owner@example.org"]
    for mail in mailoutbox:
        sent = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
        assert sent["Auto-Submitted"] == "auto-generated"
        assert sent["Subject"].strip().startswith("[The Drain Report] ")
        assert "http://127.0.0.1:8000/" in mail.body


# --- Answers by mail


def test_a_mail_is_answered_to_the_commenter_only_where_they_agreed(discussion, send, mailoutbox, owner):
    discussion(**HELD)
    post = make_post(author=make_author())

    send(post, body="I said nothing.")
    send(post, body="I want to hear of answers.", notify="on")
    send(post, body="Write to me.", reply_by_mail="on")

    assert [mail.reply_to for mail in mailoutbox if mail.to == [owner.email]] == [[], [], ["bo@example.org"]]
    assert all("bo@example.org" not in mail.body for mail in mailoutbox)


def test_the_box_is_not_ticked_unless_somebody_ticks_it(client, discussion):
    discussion()

    page = client.get(make_post().get_absolute_url())

    assertContains(page, "The author may reply to me by email")
    assertContains(page, '<input type="checkbox" name="reply_by_mail" id="comment-form-reply_by_mail">')


def test_the_box_is_as_it_was_in_a_form_that_comes_back_and_needs_an_address(discussion, send):
    discussion(require_name_email=False)

    answer = send(make_post(), email="", reply_by_mail="on")

    assertContains(answer, "or untick “The author may reply to me by email”", status_code=422, count=2)
    assertContains(answer, 'id="comment-form-reply_by_mail" checked', status_code=422)


def test_an_account_that_agreed_is_answered_at_its_own_address(client, discussion, send, mailoutbox, owner):
    discussion(**HELD)
    client.force_login(make_user(email="member@example.org"))

    send(make_post(author=make_author()), reply_by_mail="on", email="other@example.org")

    assert [mail.reply_to for mail in mailoutbox] == [["member@example.org"]]


def test_what_is_deleted_for_ever_agrees_to_nothing_any_more(owner):
    comment = make_comment(status="spam", reply_by_mail=True)

    comment.erase(by=owner)

    assert not Comment.objects.get().reply_by_mail


def lines_of(shared):
    """(a line, 2 where it is tried as a name, too): what is meant for headers may stand anywhere."""
    for name, places in ("header_injection", 2), ("email_addresses", 1):
        for line in (shared / "corpora" / "text" / f"{name}.jsonl").read_text().splitlines():
            yield line, places


@pytest.mark.seed
def test_no_line_of_the_corpora_becomes_a_header_of_its_own(shared, discussion, send, mailoutbox, owner):
    discussion(**HELD)
    post = make_post(author=make_author(), title="One\r\nBcc: title@example.org")
    plain = ("Subject", "From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version")
    ours = ("List-Id", "In-Reply-To", "References", "X-Bounce-Token")
    known = {*plain, *ours, "Content-Type", "Content-Transfer-Encoding"}
    for number, (line, places) in enumerate(lines_of(shared)):
        payload = json.loads(line)["payload"]
        for name, email in [(payload[:80], f"n{number}@example.org"), ("Bo", payload)][-places:]:
            mailoutbox.clear()
            send(post, name=name, email=email, body=f"{number} {name} {email}"[:500], reply_by_mail="on")
            for mail in mailoutbox:
                sent = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
                assert set(sent.keys()) <= known, line
                assert len(sent.get_all("Reply-To")) == 1, line


# --- The admin says where nobody is told


def test_the_admin_says_that_nobody_is_told_of_comments_on_posts_of_these_authors(client, discussion):
    discussion(**HELD)
    editor = make_editor(email="")
    client.force_login(editor)
    post = make_post(author=make_author(name="Quiet Quentin"))
    make_author(name="Without Posts")

    for address in ("/admin/", "/admin/comments/discussionsettings/1/change/"):
        assertContains(client.get(address), "Nobody gets emails about comments on posts by Quiet Quentin")
        assertNotContains(client.get(address), "Without Posts")
    page = client.get(f"/admin/posts/post/{post.pk}/change/")
    assertContains(page, "Nobody gets emails about comments here. Quiet Quentin has no account")

    editor.email = "editor@example.org"
    editor.save()

    assertNotContains(client.get("/admin/"), "Nobody gets emails")
    page = client.get(f"/admin/posts/post/{post.pk}/change/")
    assertContains(page, "Quiet Quentin has no account with an email address, so the editor or owner who has one gets")


def test_an_author_without_an_address_reads_that_they_are_not_told(client, discussion):
    discussion(**HELD)
    user, author = make_staff_author(email="")
    client.force_login(user)
    assertNotContains(client.get("/admin/"), "Your account has no email address")
    make_post(author=author)

    assertContains(client.get("/admin/"), "Your account has no email address")
    discussion(notify_on="none")
    assertNotContains(client.get("/admin/"), "Your account has no email address")


def test_a_post_says_that_its_author_is_told(client, discussion):
    discussion(**HELD)
    user, author = make_staff_author(email="ann@example.org")
    client.force_login(user)
    post = make_post(author=author)

    page = client.get(f"/admin/posts/post/{post.pk}/change/")

    assertContains(page, f"{author} gets emails about comments here.")
    assertNotContains(page, "Nobody gets emails")


def test_where_the_settings_ask_for_no_mail_the_admin_does_not_complain(client, discussion):
    discussion(notify_on="none")
    client.force_login(make_editor(email=""))
    post = make_post()

    assertNotContains(client.get("/admin/"), "Nobody gets emails")
    assertContains(client.get(f"/admin/posts/post/{post.pk}/change/"), "the discussion settings say “never”")


def test_the_admin_says_that_mails_go_nowhere_without_a_mail_server(client, discussion, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    discussion(**HELD)
    client.force_login(make_editor(email="editor@example.org"))
    make_post()

    assertContains(client.get("/admin/"), "No mail server is set")


def test_an_author_reads_nothing_of_others_accounts_on_the_first_page(client, discussion):
    discussion(**HELD)
    user, _author = make_staff_author()
    client.force_login(user)
    make_post(author=make_author(name="Quiet Quentin"))

    assertNotContains(client.get("/admin/"), "Quentin")


def test_a_new_posts_page_opens(client, discussion):
    discussion(**HELD)
    client.force_login(make_editor())

    assert client.get("/admin/posts/post/add/").status_code == 200
