"""The owner sends a test mail, and reads in words what the mail server says and what else is amiss."""

import socket
import socketserver
import threading

import dns.message
import dns.resolver
import dns.rrset
import pytest
from pytest_django.asserts import assertContains, assertNotContains

from blog_site import health, mail_check
from posts.mail import compose, send
from posts.models import MailServer, Undeliverable
from posts.outbox import Unreachable
from tests.factories import make_editor

pytestmark = pytest.mark.django_db

PAGE = "/admin/mail/"


class Conversation(socketserver.StreamRequestHandler):
    """A mail server that says what `server.answers` has for a command, and else what is usual."""

    def handle(self):
        self.say("220 mail.example")
        while line := self.rfile.readline().decode().strip():
            command = line.split()[0].upper()
            if command == "DATA" and "DATA" not in self.server.answers:
                self.say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.say(self.server.answers.get(".", "250 2.0.0 queued as 4711"))
            else:
                usual = {"EHLO": "250-mail.example\r\n250 AUTH PLAIN LOGIN", "QUIT": "221 bye"}.get(command, "250 fine")
                self.say(self.server.answers.get(command, usual))

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def mail_server(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.answers, server.daemon_threads = {}, True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
        server.shutdown()


def test_the_page_says_what_the_server_answered(admin_client, mail_server):
    assertContains(admin_client.get("/admin/"), f'href="{PAGE}"')

    answer = admin_client.post(PAGE, {"to": "ann@example.org"})

    assertContains(answer, "The mail server has taken the email to ann@example.org")
    assertContains(answer, "250 2.0.0 queued as 4711")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"MAIL": "553 5.7.1 not your sender"}, ["does not send for this sender", "553 5.7.1 not your sender"]),
        ({"RCPT": "550 5.1.1 no such user"}, ["does not take mail for this address", "550 5.1.1 no such user"]),
        ({".": "554 5.7.1 looks like spam"}, ["has read the email and does not take it", "looks like spam"]),
        ({"AUTH": "535 5.7.8 wrong password"}, ["refused the user name or the password", "wrong password"]),
    ],
    ids=["sender", "recipient", "content", "password"],
)
def test_a_refusal_is_said_in_words(admin_client, mail_server, settings, answers, told):
    mail_server.answers = answers
    if "AUTH" in answers:
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "blog", "wrong"

    answer = admin_client.post(PAGE, {"to": "ann@example.org"})

    for words in told:
        assertContains(answer, words)


def test_a_server_that_is_not_there_is_named(admin_client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_HOST, settings.EMAIL_PORT = free.getsockname()

    answer = admin_client.post(PAGE, {"to": "ann@example.org"})

    assertContains(answer, f"Nothing answers at 127.0.0.1, port {settings.EMAIL_PORT}")


def test_what_is_set_wrongly_is_said_without_sending(admin_client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = admin_client.get(PAGE)
    assertContains(page, "Set DEFAULT_FROM_EMAIL")
    assertContains(page, "Set SITE_URL")

    assertContains(admin_client.post(PAGE, {"to": "ann@example.org"}), "No mail server is set")
    assertContains(admin_client.post(PAGE, {"to": "no address"}), "Enter an email address")
    Undeliverable.objects.bounce("gone@example.org")
    assertContains(admin_client.post(PAGE, {"to": "gone@example.org"}), "No email is sent to this address")


def test_it_is_the_owners_alone(client):
    client.force_login(make_editor())

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"to": "ann@example.org"}).status_code == 403
    assertNotContains(client.get("/admin/"), PAGE)


# --- What DNS says


class Names(socketserver.DatagramRequestHandler):
    def handle(self):
        asked = dns.message.from_wire(self.rfile.read())
        answer = dns.message.make_response(asked)
        name = asked.question[0].name
        if texts := self.server.texts.get(name.to_text(omit_final_dot=True)):
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", [f'"{text}"' for text in texts]))
        self.wfile.write(answer.to_wire())


@pytest.fixture
def names():
    """(a resolver, the TXT records that it finds)"""
    with socketserver.UDPServer(("127.0.0.1", 0), Names) as server:
        server.texts = {}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        yield resolver, server.texts
        server.shutdown()


def test_the_records_of_the_senders_domain_are_looked_up(names, settings):
    settings.DEFAULT_FROM_EMAIL, settings.SITE_URL = "Blog <blog@drains.org>", "https://drains.org"
    resolver, texts = names
    texts["drains.org"] = ["some-verification=1", "v=spf1 include:mail.example -all"]

    told = mail_check.surroundings(resolver)

    assert [(one.is_fine, one.said) for one in told] == [
        (True, "Blog <blog@drains.org>"),
        (True, "https://drains.org"),
        (True, "v=spf1 include:mail.example -all"),
        (None, ""),
    ]
    texts["drains.org"] = []
    texts["_dmarc.drains.org"] = ["v=DMARC1; p=none"]
    assert [one.is_fine for one in mail_check.surroundings(resolver)][2:] == [False, True]


def test_a_name_server_that_is_not_there_is_no_fault_of_the_domains(settings):
    settings.DEFAULT_FROM_EMAIL = "blog@drains.org"
    resolver = dns.resolver.Resolver(configure=False)

    assert [one.is_fine for one in mail_check.surroundings(resolver)][2:] == [None, None]


# --- Health


def mail():
    return compose("A subject", "accounts/reset_mail.txt", {}, to="ann@example.org")


def test_health_knows_that_mail_has_never_worked(client, mail_server):
    assert client.get("/healthz").content == b"ok"
    mail_server.answers = {"MAIL": "530 log in first"}
    with pytest.raises(Unreachable):
        send(mail())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content.decode()[:30]) == (503, "mail: it has never worked: sen")

    mail_server.answers = {}
    send(mail())

    assert client.get("/healthz").content == b"ok"


def test_a_blog_without_a_mail_server_is_healthy(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    MailServer.objects.note_failure()

    assert health.problems() == []
