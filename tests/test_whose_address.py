"""Nobody claims an address, a host or https that is not theirs; see TRUSTED_PROXIES."""

import ipaddress
from urllib.parse import urlsplit

import pytest
from django.test import Client

from comments.models import Comment
from tests.factories import make_post
from tests.hostile import get, one_of_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog(settings):
    settings.MEDIA_ROOT.mkdir()
    return one_of_everything()


@pytest.fixture
def address_of(discussion):
    """The address that is stored with a comment sent from `remote` with these headers."""
    discussion(moderation="none")
    post = make_post()

    def send(remote, **headers):
        client = Client(raise_request_exception=False, REMOTE_ADDR=remote)
        typed = {"name": "Bo", "email": "bo@example.org", "body": f"From {remote} by {headers}"}
        answer = client.post(f"/comments/on/{post.pk}/", typed, headers=headers)
        assert answer.status_code == 303, answer.status_code
        return Comment.objects.latest("pk").ip_address

    return send


def test_a_stranger_can_not_claim_an_address(settings, address_of):
    settings.TRUSTED_PROXIES = []
    assert address_of("203.0.113.9", **{"X-Forwarded-For": "198.51.100.1"}) == "203.0.113.9"

    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    assert address_of("203.0.113.9", **{"X-Forwarded-For": "198.51.100.1, 10.0.0.1"}) == "203.0.113.9"
    assert address_of("203.0.113.9", **{"X-Real-Ip": "198.51.100.1", "Forwarded": "for=198.51.100.1"}) == "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.7, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1,10.0.0.2 , 10.0.0.3", "198.51.100.1"),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
def test_of_a_trusted_proxys_list_the_last_that_is_no_proxy_counts(settings, address_of, forwarded, address):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]

    assert address_of("10.0.0.1", **{"X-Forwarded-For": forwarded}) == address


@pytest.mark.parametrize(
    "forwarded",
    ["", ",", "unknown", "198.51.100.1:8080", "1.2.3", "0x7f.1", "'; DROP TABLE", "x" * 5000, "fe80::1%eth0", "[::1]"],
)
def test_a_list_that_makes_no_sense_breaks_nothing(settings, address_of, forwarded):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]

    assert ipaddress.ip_address(address_of("10.0.0.1", **{"X-Forwarded-For": forwarded}))


@pytest.mark.parametrize(("remote", "status"), [("203.0.113.9", 301), ("10.0.0.1", 200)])
def test_only_a_trusted_proxy_says_that_a_request_came_by_https(settings, blog, remote, status):
    settings.SECURE_SSL_REDIRECT = True
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]

    answer = Client(REMOTE_ADDR=remote).get("/", headers={"X-Forwarded-Proto": "https"})

    assert answer.status_code == status


def test_the_redirect_to_https_leads_to_no_other_host(settings, stranger, blog):
    settings.SECURE_SSL_REDIRECT = True

    for address in ("/", "//evil.example/", "/%5cevil.example"):
        answer = get(stranger, address)
        assert urlsplit(answer["Location"]).netloc == "testserver"
