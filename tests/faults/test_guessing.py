"""Sixty passwords are guessed at two processes at once: the counts are one, and the owner still gets in."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.faults

GUESSES = 60


class Browser:
    """One with its own cookies and its own network, as a proxy tells it."""

    def __init__(self, server, address):
        self.server, self.address, self.cookies = server, address, {}

    def ask(self, method, path, data=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"X-Forwarded-For": self.address, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request(method, path, urlencode(data or {}), headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer, body

    def log_in(self, password):
        """Opens the page and sends its form; returns the status of the answer."""
        _, page = self.ask("GET", "/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        typed = {"username": "owner", "password": password, "csrfmiddlewaretoken": token}
        answer, _ = self.ask("POST", "/accounts/login/", typed)
        self.retry_after = answer.headers["Retry-After"]
        return answer.status


def guess(server, addresses):
    """The statuses of the answers to so many wrong passwords, eight at a time."""
    with ThreadPoolExecutor(8) as crowd:
        browsers = [Browser(server, addresses[number % len(addresses)]) for number in range(GUESSES)]
        return list(crowd.map(lambda browser: browser.log_in("wrong"), browsers))


def test_sixty_guesses_are_throttled_and_kept_and_the_owner_gets_in(blog):
    blog.env["TRUSTED_PROXIES"] = "127.0.0.1"
    blog.python("from tests.factories import make_user\nmake_user(username='owner', is_staff=True)")
    server = blog.serve(workers=2)
    owner, owner_elsewhere = Browser(server, "192.0.2.1"), Browser(server, "192.0.2.2")
    assert owner.log_in("a long password") == 302

    answers = guess(server, ["198.51.100.1"])

    assert sorted(answers) == [200] * 5 + [429] * (GUESSES - 5)
    assert kept(blog) == {"login": 1, "refused": 5, "throttled": 1}
    assert "throttled account='owner' address=198.51.100.1" in blog.log
    assert Browser(server, "198.51.100.1").log_in("a long password") == 429
    assert owner_elsewhere.log_in("a long password") == 302


def test_guesses_from_everywhere_survive_a_restart_and_shut_nobody_out_who_was_there_before(blog):
    blog.env["TRUSTED_PROXIES"] = "127.0.0.1"
    blog.python("from tests.factories import make_user\nmake_user(username='owner', is_staff=True)")
    owner = Browser(blog.serve(workers=2), "192.0.2.1")
    assert owner.log_in("a long password") == 302
    guess(owner.server, [f"198.51.100.{number}" for number in range(GUESSES)])

    again = blog.serve(workers=2)
    answers = guess(again, [f"203.0.113.{number}" for number in range(GUESSES)])

    assert set(answers) == {429}
    assert Browser(again, "192.0.2.77").log_in("a long password") == 429
    owner.server = again
    owner.cookies.pop("sessionid")
    assert owner.log_in("a long password") == 302


def test_a_guess_too_many_costs_a_fraction_of_a_hash(blog):
    blog.python("from tests.factories import make_user\nmake_user(username='owner', is_staff=True)")
    server = blog.serve(workers=2)
    browser = Browser(server, "198.51.100.1")
    browser.log_in("wrong")  # warm
    before = server.cpu_seconds()
    for _ in range(4):
        browser.log_in("wrong")
    hashed = (server.cpu_seconds() - before) / 4

    before = server.cpu_seconds()
    for _ in range(20):
        assert browser.log_in("wrong") == 429

    assert (server.cpu_seconds() - before) / 20 < hashed / 2


def kept(blog):
    return dict(blog.rows("SELECT kind, COUNT(*) FROM accounts_accountevent GROUP BY kind"))
