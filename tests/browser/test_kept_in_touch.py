"""Whoever writes once and leaves an address is kept in touch: every step is taken from the mail that leads to it, as a
real mail server took it."""

import re

import pytest
from playwright.sync_api import expect

from blog_site.worker import Worker
from comments.models import Comment
from tests.factories import make_comment, make_post, make_staff_author
from tests.faults.mail_server import MailServer

from .test_commenter import fill, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

WRITER, MODERATOR, BYSTANDER = "bo@example.org", "ann@example.org", "catherine@example.org"
TEXT = "Your comment"


class Post:
    """What the mail server has taken of this blog, once its worker has nothing left to do."""

    def __init__(self, server):
        self._server, self._opened = server, 0

    def open(self):
        """{recipient: [mail]} of what came since the last look. Each has one recipient, and names nobody else's
        address."""
        Worker().run_until_idle()
        new = self._server.whole[self._opened :]
        self._opened += len(new)
        mails = {}
        for recipient, mail in new:
            assert mail["To"] == recipient
            for other in {WRITER, MODERATOR, BYSTANDER} - {recipient}:
                assert other not in all_of(mail).casefold(), f"{mail['Subject']}, to {recipient}, names {other}"
            mails.setdefault(recipient, []).append(mail)
        return mails


@pytest.fixture
def mail(settings, live_server):
    """A mail server on loopback, and links that lead to the blog that this test serves."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.SITE_URL = live_server.url
        yield Post(server)


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def all_of(mail):
    """Every header and every part, decoded."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *parts])


def link_of(mail, words):
    """The address below these words, in the plain text."""
    return re.search(rf"^{re.escape(words)}:\n(http\S+)$", text_of(mail), re.MULTILINE)[1]


def assert_can_be_ended(mail, link):
    """By the mail program's own button (RFC 8058), at the address that the text names, too."""
    assert mail["List-Unsubscribe"].strip() == f"<{link}>"  # folded, since it is long
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"


def assert_is_in_the_thread_of(mail, comment, *, name):
    def ids(*names):
        return " ".join(f"<{each}@localhost>" for each in names)

    assert mail["List-Id"] == "<comments.localhost>"
    assert mail["Message-ID"] == ids(name)
    assert mail["In-Reply-To"] == ids(comment.anchor)
    assert mail["References"] == ids(f"post-{comment.post_id}", comment.anchor)


def test_from_a_strangers_first_comment_to_its_end_each_mail_leads_to_the_next_step(open_browser, discussion, mail):
    discussion(moderation="first", notify_on="held")
    user, author = make_staff_author(username="ann", email=MODERATOR)
    post = make_post(author=author, title="Forty-one buckets")
    make_comment(post=post, name="Catherine", email=BYSTANDER, body="Where did that boot go?")
    writer, desk, reader = open_browser(width=375), open_browser(scheme="dark"), open_browser(javascript=False)

    # A stranger writes, and is asked whether the address is theirs, by one mail.
    writer.goto(post.get_absolute_url())
    fill(writer, **{"Name": "Bo Reader", "Email": WRITER, TEXT: "The boot is mine."})
    writer.get_by_label("Email me whether this is published, and when someone replies").check()
    send(writer)
    expect(writer.locator("#comments")).to_contain_text("awaiting moderation")
    mails = mail.open()
    (asking,), (of_what_waits,) = mails.pop(WRITER), mails.pop(MODERATOR)
    assert not mails
    assert "The boot is mine." not in all_of(asking)
    confirm = link_of(asking, "If it was you, look at the comment and confirm your address")
    assert_can_be_ended(asking, confirm)

    # They confirm it, and are known in this browser from now on.
    writer.goto(confirm)
    writer.get_by_label("Remember this browser").check()
    writer.get_by_role("button", name="Yes, confirm my address").click()
    expect(writer.get_by_role("heading", level=1)).to_have_text("Your email address is confirmed")
    expect(writer.locator("main")).to_contain_text("is waiting until a moderator has read it")
    expect(writer.locator("main")).to_contain_text("This browser is remembered.")
    assert WRITER not in mail.open()

    # The moderator comes by the link in the mail, logs in, answers and approves.
    desk.goto(link_of(of_what_waits, "Read, moderate or reply"))
    desk.get_by_label("Username").fill(user.username)
    desk.get_by_label("Password").fill("a long password")
    desk.get_by_role("button", name="Log in", exact=True).click()
    desk.get_by_label("Reply:").fill("It is yours, *both* of it.")
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("You replied to Bo Reader’s comment and approved it.")).to_be_visible()

    comment, answer = Comment.objects.get(name="Bo Reader"), Comment.objects.get(parent__name="Bo Reader")
    published, answered = mail.open()[WRITER]
    assert published["Subject"].endswith("Your comment on “Forty-one buckets” is published")
    assert answered["Subject"].endswith("Comments on “Forty-one buckets”")
    assert "It is yours, both of it." in text_of(answered)
    assert_can_be_ended(published, link_of(published, "Stop emails about this comment"))
    assert_can_be_ended(answered, link_of(answered, "Stop emails about replies to this comment"))
    assert_is_in_the_thread_of(published, comment, name=f"{comment.anchor}.published")
    assert_is_in_the_thread_of(answered, comment, name=answer.anchor)

    # Both lead to the page, and from there the writer comes to what is theirs.
    writer.goto(link_of(published, "See your comment"))
    expect(writer.locator(f"#{comment.anchor}")).to_be_in_viewport()
    writer.goto(link_of(answered, "See the reply on the page"))
    expect(writer.locator(f"#{answer.anchor}")).to_be_in_viewport()
    writer.get_by_role("link", name="My comments").click()
    expect(writer.get_by_role("heading", level=1)).to_have_text("My comments")
    writer.get_by_role("link", name="Change or withdraw").click()
    expect(writer.get_by_role("heading", level=1)).to_have_text("Your comment")
    writer.get_by_label(TEXT).fill("The boot is mine, and so is the foot.")
    writer.get_by_role("button", name="Save the change").click()
    expect(writer.get_by_text("Your change is published.")).to_be_visible()
    reader.goto(post.get_absolute_url())
    expect(reader.locator(f"#{comment.anchor} > .letter")).to_contain_text("The boot is mine, and so is the foot.")

    # What they take back leaves its place, since it was answered; and no mail tells them what they did themselves.
    writer.get_by_role("link", name="Withdraw this comment").click()
    expect(writer.locator("main")).to_contain_text("The replies to it stay")
    writer.get_by_role("button", name="Withdraw it").click()
    expect(writer.get_by_text("Your comment is withdrawn.")).to_be_visible()
    reader.reload()
    place = reader.locator(f"#{comment.anchor}")
    expect(place).to_contain_text("The writer withdrew this comment.")
    expect(place.locator(f"#{answer.anchor}")).to_contain_text("It is yours, both of it.")
    expect(reader.locator("body")).not_to_contain_text("The boot is mine")
    expect(reader.locator("body")).not_to_contain_text("Bo Reader")
    assert WRITER not in mail.open()
