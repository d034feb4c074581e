"""Every public address, asked for as an attacker would: no server error, no other host, always a page of our own."""

import re
from urllib.parse import urlsplit

import pytest

from tests.factories import make_user
from tests.hostile import cases, get, one_of_everything

pytestmark = pytest.mark.django_db

# Values in the percent-encoded form in which they travel.
HOSTILE_VALUES = {
    "empty": "",
    "zero": "0",
    "negative": "-1",
    "beyond the database's numbers": "9" * 19,
    "beyond Python's patience": "9" * 5000,
    "fraction": "1.5",
    "not a number": "NaN",
    "digits of another script": "%EF%BC%91%D9%A2",
    "superscript": "%C2%B2",
    "NUL": "%00",
    "NUL inside": "1%002",
    "no UTF-8": "%ff%fe",
    "a surrogate": "%ed%a0%80",
    "cut percent sign": "%",
    "newlines": "x%0d%0aSet-Cookie:%20owned=1",
    "right to left": "%e2%80%ae1",
    "nothing to see": "%e2%80%8b",
    "markup": "%22%3e%3cscript%3ealert(1)%3c/script%3e",
    "SQL": "1'%20OR%20'1'='1",
    "path": "../../../../etc/passwd",
    "other host": "//evil.example/",
    "other scheme": "https://evil.example/",
    "template": "{{7*7}}{%25%20debug%20%25}",
    "long": "x" * 8000,
    "token-like": "eyJ4IjoxfQ:1abcde:AAAA.BBBB",
    "compressed token": ".eJwBAAD__wAAAAE:1abcde:AAAA",
    "twice": "1&page=x&comments=x&thread=x",
}
HOSTILE_PATHS = [
    "/%00",
    "/a%00b/",
    "/category/%00/",
    "/category/news/%00/",
    "/tag/%00/",
    "/author/%00/",
    "/media/%00",
    "/2026/03/14/%00/",
    "/2026/03/14/%00/comment-page-2/",
    "/comments/stop/%00/",
    "/comments/stop/x:y:z/",
    "/%ff%fe/",
    "/tag/%ff/",
    "/%ed%a0%80/",
    "//",
    "///",
    "//evil.example/",
    "//evil.example/2026/03/14/known",
    "/%5cevil.example/",
    "/%09/evil.example/",
    "/https://evil.example/",
    "/..",
    "/../../etc/passwd",
    "/..%2f..%2fetc/passwd",
    "/media/../blog.sqlite3",
    "/media/..%2f..%2fmanage.py",
    "/media/%2fetc/passwd",
    "/media/.",
    "/media/" + "x" * 300 + ".jpg",
    "/media/" + "x/" * 3000,
    "/static/../manage.py",
    "/static/" + "x" * 300 + ".css",
    "/" + "x" * 8000,
    "/" + "x/" * 4000,
    "/category/" + "x/" * 400,
    "/a%0ab/",
    "/a%0d%0aSet-Cookie:x=y/",
    "/2014%0a/",
    "/%e2%80%ae/",
    "/%e2%80%8b/",
    "/0000/",
    "/0000/00/00/",
    "/9999/12/31/",
    "/2026/13/",
    "/2026/02/31/",
    "/2026/03/14/known/comment-page-0/",
    "/2026/03/14/known/comment-page-999999/",
    "/archives/" + "9" * 30,
    "/archives/" + "9" * 5000,
    "/preview/" + "9" * 30 + "/",
    "/preview/" + "9" * 5000 + "/",
    "/comments/on/" + "9" * 30 + "/",
    "/?%00=%00",
    "/?&&==&",
    "/?" + "&".join(f"a{n}=1" for n in range(2000)),
]


@pytest.fixture
def blog(settings):
    settings.MEDIA_ROOT.mkdir()
    return one_of_everything()


def leaves_the_site(location):
    """As a browser resolves it: backslashes are slashes, control characters at the edge and inside don't count."""
    seen = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    parts = urlsplit(seen)
    return (parts.scheme or "http") not in {"http", "https"} or (parts.netloc or "testserver") != "testserver"


def is_well_answered(answer):
    """No server error; a redirect stays here; a refusal is a page of the site's own; no header of the sender's."""
    assert answer.status_code < 500
    assert "owned" not in answer.cookies
    if 300 <= answer.status_code < 400:
        assert not leaves_the_site(answer["Location"]), answer["Location"]
        assert not re.search(r"[\r\n]", answer["Location"])
    elif answer.status_code in {400, 403, 404, 405}:
        assert "site.css" in answer.text
        assert "Traceback" not in answer.text
    return True


# --- Addresses


@pytest.mark.parametrize("value", HOSTILE_VALUES.values(), ids=HOSTILE_VALUES)
def test_no_query_breaks_a_page_or_leads_away(stranger, blog, value):
    of_a_post = ["comment", "comments", "thread", "replytocom", "awaiting", "page", "p"]
    names = {
        "home": ["page", "p", "page_id", "feed", "s", "m", "cat", "awaiting", "replytocom"],
        "post": of_a_post,
        "page": of_a_post,
        "author": ["page"],
        "category": ["page"],
        "month": ["page"],
        "feed": ["page", "p"],
        "comments feed": ["awaiting"],
        "login": ["next"],
        "unknown": ["p", "awaiting"],
    }
    for page, queries in names.items():
        for name in queries:
            assert is_well_answered(get(stranger, f"{blog[page]}?{name}={value}")), (page, name)


def test_all_that_is_public_answers_at_all(stranger, blog):
    answers = {name: get(stranger, address).status_code for name, address in blog.items()}

    assert answers == dict.fromkeys(blog, 200) | {"unknown": 404}


@pytest.mark.parametrize("path", HOSTILE_PATHS, ids=[path[:40] for path in HOSTILE_PATHS])
def test_no_path_breaks_a_page_or_leads_away(stranger, blog, path):
    assert is_well_answered(get(stranger, path))


@pytest.mark.parametrize("path", ["/2026/03/14/known", "/2026/03/known", "/2026/03/14/known/comment-page-1"])
@pytest.mark.parametrize("query", ["", "?next=//evil.example", "?%0d%0aSet-Cookie:owned=1", "?x=%ff"])
def test_a_redirect_to_where_a_post_stands_stays_on_the_site(stranger, blog, path, query):
    answer = get(stranger, path + query)

    assert answer.status_code == 301
    assert is_well_answered(answer)


@pytest.mark.parametrize(
    "charset", ["hex", "rot13", "undefined", "punycode", "idna", "utf-7", "utf-16", "no-such", "\xff"]
)
def test_a_charset_that_the_sender_invents_breaks_no_page(served, blog, charset):
    status, body = served(blog["post"], QUERY_STRING="comments=1", CONTENT_TYPE=f"text/plain; charset={charset}")

    assert status == 200
    assert b"</html>" in body


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X" * 100])
def test_no_method_breaks_a_page(stranger, blog, method):
    for address in blog.values():
        assert is_well_answered(stranger.generic(method, address))


# --- Redirects


@pytest.mark.seed
def test_a_login_leads_to_no_other_site(shared, stranger):
    make_user(username="reader")
    typed = {"username": "reader", "password": "a long password"}

    for case in cases(shared, "open_redirect"):
        answer = stranger.post("/accounts/login/", typed | {"next": case["payload"]})

        assert answer.status_code == 302, case
        assert not leaves_the_site(answer["Location"]), case


@pytest.mark.seed
def test_no_address_of_the_corpora_leads_away_when_it_is_asked_for(shared, stranger, blog):
    for case in cases(shared, "open_redirect", "header_injection"):
        payload = case["payload"].replace("{payload}", "//evil.example")
        for address in (f"/{payload.lstrip('/')}", f"//{payload}", f"/?p={payload}", f"{blog['post']}{payload}"):
            assert is_well_answered(get(stranger, address)), case


@pytest.mark.seed
def test_a_host_that_is_not_ours_is_refused_everywhere(shared, stranger, blog):
    hosts = [case["payload"] for case in cases(shared, "header_injection") if "host" in case["kind"]]
    ours = {"testserver", "localhost", "127.0.0.1", "[::1]"}

    for host in [
        *hosts,
        "evil.example",
        "testserver.evil.example",
        "testserver@evil.example",
        "evil.example:80",
        "a b",
    ]:
        if host.rpartition(":")[0] in ours or host in ours:
            continue
        for address in (blog["home"], blog["post"], "/feed/", "/2026/03/14/known", "/accounts/login/", "/admin/"):
            answer = stranger.get(address, headers={"Host": host})

            assert answer.status_code == 400, (host, address)
            assert "site.css" in answer.text
            assert "evil" not in answer.text


def test_a_forwarded_host_changes_no_link(stranger, blog):
    headers = {"X-Forwarded-Host": "evil.example", "X-Host": "evil.example", "Forwarded": "host=evil.example"}

    for address in blog.values():
        assert "evil.example" not in stranger.get(address, headers=headers).text
