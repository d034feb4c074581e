"""Mail that comes back, and complaints: by a mail or from a provider, and by nobody who just says so."""

import json
import sys
from io import BytesIO, TextIOWrapper

import pytest
from django.core.management import CommandError, call_command
from pytest_django.asserts import assertContains, assertNotContains

from posts.mail import compose, send
from posts.models import Undeliverable

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-more-than-20"


def ours(to="gone@example.org", **headers):
    message = compose("A subject", "accounts/reset_mail.txt", {}, to=to)
    message.extra_headers |= headers
    return message


def may_mail(to="gone@example.org"):
    return send(ours(to))


def notification(returned, *, status="5.1.1", action="failed", recipient="gone@example.org", how="message/rfc822"):
    """A report as Postfix writes it."""
    return f"""\
From: MAILER-DAEMON@mx.example
To: blog@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Sender: rfc822; blog@localhost

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{recipient}>: Recipient address rejected

--B
Content-Description: Undelivered Message
Content-Type: {how}

{returned}
--B--
""".encode()


def complaint(returned, kind="abuse"):
    return f"""\
From: feedback@provider.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--B
Content-Type: message/rfc822

{returned}
--B--
""".encode()


def returned(message=None):
    return (message or ours()).message().as_string()


def headers_of(message=None):
    return returned(message).partition("\n\n")[0]


def take(raw, monkeypatch):
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(raw)))
    call_command("take_bounce")


@pytest.mark.parametrize("how", ["message/rfc822", "text/rfc822-headers"])
def test_mail_that_could_not_be_delivered_is_the_last_to_its_address(monkeypatch, mailoutbox, capsys, how):
    take(notification(returned() if how == "message/rfc822" else headers_of(), how=how), monkeypatch)

    assert "stopped" in capsys.readouterr().out
    assert not may_mail()
    assert may_mail("somebody@example.org")
    row = Undeliverable.objects.get()
    assert (row.address, row.kind) == ("gone@example.org", "bounce")
    assert row.said == "5.1.1 smtp; 550 5.1.1 <…@…>: Recipient address rejected"


def test_where_it_was_forwarded_the_address_that_we_know_is_stopped(monkeypatch, mailoutbox):
    take(notification(returned(), recipient="new-home@elsewhere.example"), monkeypatch)

    assert not may_mail()
    assert may_mail("new-home@elsewhere.example")


def test_a_complaint_that_names_nobody_stops_mail_all_the_same(monkeypatch, mailoutbox):
    hidden = returned().replace("gone@example.org", "redacted")

    take(complaint(hidden), monkeypatch)

    assert not may_mail()
    assert Undeliverable.objects.get().kind == "complaint"


@pytest.mark.parametrize(("status", "action"), [("5.1.1", "delayed"), ("4.4.1", "delayed"), ("2.0.0", "delivered")])
def test_what_is_tried_again_stops_nothing(monkeypatch, mailoutbox, status, action):
    take(notification(returned(), status=status, action=action), monkeypatch)

    assert not Undeliverable.objects.exists()


@pytest.mark.parametrize("status", ["5.2.2", "4.4.7", "5.7.1"])
def test_what_may_pass_stops_mail_the_third_time(monkeypatch, mailoutbox, status):
    for _time in range(2):
        take(notification(returned(), status=status), monkeypatch)
    assert may_mail()

    take(notification(returned(), status=status), monkeypatch)

    assert not may_mail()


FORGED = {
    "no token": lambda: notification("To: gone@example.org\n\nWords"),
    "a token that nobody made": lambda: notification(f"To: gone@example.org\nX-Bounce-Token: {'a' * 56}\n\nWords"),
    "no report": lambda: returned().encode(),
    "nothing": lambda: b"",
    "noise": lambda: bytes(range(256)) * 40,
    "mails in mails": lambda: b"Content-Type: message/rfc822\n\n" * 2000,
    "a person": lambda: b"From: ann@example.org\nTo: bounces@localhost\n\nHello?",
}


@pytest.mark.parametrize("raw", FORGED.values(), ids=FORGED)
def test_what_is_no_report_of_ours_stops_nothing_and_says_why(monkeypatch, mailoutbox, raw):
    with pytest.raises(CommandError) as refused:
        take(raw(), monkeypatch)

    assert refused.value.returncode == 65
    assert not Undeliverable.objects.exists()


def test_a_token_stops_mail_to_its_own_address_alone(monkeypatch, mailoutbox):
    """Who has had a mail of ours, and so a token, can't have others cut off."""
    mine = returned(ours("mallory@example.org")).replace("To: mallory@example.org", "To: victim@example.org")

    take(notification(mine, recipient="victim@example.org"), monkeypatch)

    assert may_mail("victim@example.org")
    assert not may_mail("mallory@example.org")


def test_not_spam_is_no_complaint(monkeypatch, mailoutbox):
    take(complaint(returned(), kind="not-spam"), monkeypatch)

    assert may_mail()


# --- From a provider


@pytest.fixture
def report(client, settings):
    settings.BOUNCE_TOKEN = TOKEN

    def post(body, token=TOKEN):
        body = body if isinstance(body, str) else json.dumps(body)
        headers = {"Authorization": f"Bearer {token}"}
        return client.post("/mail/bounces/", body, content_type="application/json", headers=headers)

    return post


def test_a_provider_reports_one_or_many(report, mailoutbox):
    assert report({"kind": "bounce", "address": "Gone@example.org", "said": "550 no such user"}).status_code == 204
    many = [
        {"kind": "complaint", "address": "angry@example.org"},
        {"kind": "bounce", "address": "full@example.org", "permanent": False},
    ]
    assert report(many).status_code == 204

    assert [may_mail(f"{name}@example.org") for name in ("gone", "angry", "full")] == [False, False, True]


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "1", "[1]", "{}", "null", "[" * 100_000),
        {"kind": "mood", "address": "a@example.org"},
        {"kind": "bounce", "address": "no address"},
        {"kind": "bounce", "address": ["a@example.org"]},
        {"kind": "bounce", "address": "a\ud800@example.org"},
        {"kind": "bounce", "address": "a@example.org", "permanent": "no"},
        [{"kind": "bounce", "address": "a@example.org"}, {"kind": "bounce"}],
        [{"kind": "bounce", "address": "a@example.org"}] * 1001,
    ],
    ids=lambda body: str(body)[:50],
)
def test_what_is_no_report_is_refused_whole(report, body):
    answer = report(body)

    assert answer.status_code == 400
    assert answer.content.strip()
    assert not Undeliverable.objects.exists()


def test_nobody_reports_without_the_token_nor_where_none_is_set(report, client, settings):
    row = {"kind": "bounce", "address": "a@example.org"}

    assert report(row, token="").status_code == 401
    assert report(row, token=f"{TOKEN}x").status_code == 401
    assert client.get("/mail/bounces/").status_code == 405
    settings.BOUNCE_TOKEN = ""
    assert report(row, token="").status_code == 404
    assert not Undeliverable.objects.exists()


# --- In the admin


def test_the_owner_sees_the_stopped_addresses_and_has_mail_sent_again(admin_client, mailoutbox):
    Undeliverable.objects.bounce("gone@example.org", said="550 no such user")
    Undeliverable.objects.bounce("full@example.org", is_passing=True)
    row = Undeliverable.objects.stopped().get()

    page = admin_client.get("/admin/posts/undeliverable/")
    assertContains(page, "gone@example.org")
    assertContains(page, "no such user")
    assertNotContains(page, "full@example.org")
    data = {"action": "mail_again", "_selected_action": [row.pk]}
    assertContains(
        admin_client.post("/admin/posts/undeliverable/", data, follow=True), "Mail is sent to 1 address again"
    )

    assert may_mail()
