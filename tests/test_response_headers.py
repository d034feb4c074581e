"""The headers that keep a page in its walls, on every kind of answer; and nothing in it that depends on who reads."""

import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from comments import tokens
from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post, make_staff_author

pytestmark = pytest.mark.django_db

ONLY_OURS = {"'self'", "'none'"}


@pytest.fixture
def blog(settings, discussion):
    """A post with comments, a picture; returns addresses by name."""
    discussion()
    post = make_post(slug="known")
    top = make_comment(post=post)
    make_comment(parent=top)
    make_post(slug="about", kind="page")
    folder = settings.MEDIA_ROOT / "2026/03"
    folder.mkdir(parents=True)
    Image.new("RGB", (2, 2)).save(folder / "bucket.png")
    return {
        "home": "/",
        "post": post.get_absolute_url(),
        "reply": f"{post.get_absolute_url()}?replytocom={top.pk}",
        "page": "/about/",
        "year": "/2026/",
        "author": post.author.get_absolute_url(),
        "feed": "/feed/",
        "comments feed": "/comments/feed/",
        "robots": "/robots.txt",
        "media": "/media/2026/03/bucket.png",
        "redirect": "/2026/03/14/known",
        "stop": f"/comments/stop/{tokens.stop(top)}/",
    }


def get(client, address, **extra):
    """The answer, with its whole body in `whole`; read to the end, a file closes."""
    answer = client.get(address, **extra)
    answer.whole = answer.getvalue()
    return answer


def policy(answer):
    return {
        name: set(values.split())
        for name, _, values in (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
        if name
    }


def is_walled(answer):
    directives = policy(answer)
    assert directives["default-src"] == {"'none'"}
    assert directives["base-uri"] == {"'none'"}
    assert directives["frame-ancestors"] == {"'none'"}
    assert directives["form-action"] == {"'self'"}
    for name, values in directives.items():
        # Neither inline code nor eval, neither data: nor blob:, no other host.
        assert values <= ONLY_OURS, name
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in {"strict-origin-when-cross-origin", "same-origin"}
    assert "camera=()" in answer["Permissions-Policy"]
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    return True


def has_no_inline_code(text):
    """True if a strict policy breaks nothing: no script or style in the page itself, no handler in an attribute."""
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")", text)
    for tag in re.findall(r"<[a-z][^>]*>", text):
        assert not re.search(r"""\s(on[a-z]+|style)\s*=""", re.sub(r'"[^"]*"', '""', tag)), tag
    return True


def test_every_public_answer_is_walled_in(client, blog):
    for name, address in blog.items():
        answer = get(client, address)

        assert answer.status_code == (301 if name == "redirect" else 200), name
        assert is_walled(answer), name


def test_no_public_page_needs_inline_code(client, blog):
    for name in set(blog) - {"media", "redirect"}:
        assert has_no_inline_code(get(client, blog[name]).text), name


def test_errors_are_walled_in(blog, monkeypatch):
    client = Client(raise_request_exception=False)
    post_id = Comment.objects.first().post_id
    form = f"/comments/on/{post_id}/"

    answers = {
        404: get(client, "/nothing-here/"),
        405: get(client, form),
        422: client.post(form, {"body": ""}),
        403: client.post(form, {"body": "x"}, headers={"Sec-Fetch-Site": "cross-site"}),
        413: client.post(form, {"body": "x" * 1024 * 1024}),
    }
    monkeypatch.setattr("posts.views.archive_dates", None)
    answers[500] = get(client, "/2026/")

    for status, answer in answers.items():
        assert answer.status_code == status
        assert is_walled(answer), status
        assert has_no_inline_code(answer.text), status


def test_a_wrong_host_and_a_wrong_token_are_walled_in(client):
    assert is_walled(Client(enforce_csrf_checks=True).post("/accounts/login/"))

    answer = get(client, "/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert is_walled(answer)


def test_the_awaiting_page_tells_no_other_site_its_address(client, blog, discussion, send):
    discussion(moderation="all")

    answer = get(client, send(Comment.objects.first().post)["Location"])

    assert answer["Referrer-Policy"] == "same-origin"
    assert is_walled(answer)


def test_the_page_to_stop_mails_is_kept_by_no_cache(client, blog):
    assert "no-store" in get(client, blog["stop"])["Cache-Control"]


def test_the_admin_is_walled_in_and_needs_no_inline_code(client, blog):
    client.force_login(make_editor(is_superuser=True))
    comment = Comment.objects.first()

    for address in (
        "",
        "comments/comment/",
        "comments/comment/?status__exact=all",
        f"comments/comment/{comment.pk}/change/",
        "comments/discussionsettings/1/change/",
        "posts/post/",
        "posts/post/trash/empty/",
        "posts/post/add/",
        f"posts/post/{comment.post_id}/change/",
        f"posts/post/{comment.post_id}/history/",
        f"posts/post/{make_post(status='trash').pk}/delete/",
        "posts/picture/add/",
        "posts/author/",
        "auth/user/add/",
        "password_change/",
    ):
        answer = get(client, f"/admin/{address}")
        assert answer.status_code == 200, address
        assert is_walled(answer), address
        assert has_no_inline_code(answer.text), address
        assert "no-store" in answer["Cache-Control"], address


def test_the_admins_log_in_is_walled_in(client):
    for address in ("/admin/login/", "/accounts/login/"):
        assert is_walled(get(client, address))
        assert has_no_inline_code(get(client, address).text)


def test_static_files_are_not_sniffed(client):
    answer = get(client, "/static/site.css")

    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"].startswith("text/css")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg onload='alert(1)'/>"),
        ("a.png", b"<script>1</script>"),
    ],
)
def test_whatever_lies_among_the_pictures_runs_nothing(client, settings, name, content):
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / name).write_bytes(content)

    assert is_walled(get(client, f"/media/{name}"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.png", b"<script>alert(1)</script>"),
        ("a.html", b"GIF89a<script>alert(1)</script>"),
        ("a.php", None),
        ("a.png.html", None),
        ("a.png\x00.html", None),
    ],
)
def test_only_pictures_get_in(client, tmp_path, settings, name, content):
    if content is None:
        Image.new("RGB", (2, 2)).save(tmp_path / "x.png")
        content = (tmp_path / "x.png").read_bytes()
    client.force_login(make_staff_author()[0])

    answer = client.post("/admin/posts/picture/add/", {"file": ContentFile(content, name=name), "alt": "A bucket"})

    assert answer.status_code == 200
    assert "errornote" in answer.text
    assert not settings.MEDIA_ROOT.exists()


# --- Nothing depends on who reads


def test_no_cookie_is_set_for_a_reader(blog):
    for name, address in blog.items():
        answer = get(Client(), address)
        assert not answer.cookies, name
        assert "Set-Cookie" not in answer.headers, name


def test_two_strangers_get_the_same_bytes_whatever_cookies_they_bring(blog):
    foreign = Client(
        headers={"User-Agent": "Another", "Accept-Language": "de", "Referer": "https://elsewhere.example/"}
    )
    foreign.cookies.load(
        {"_ga": "GA1.2.3", "sessionid": "x" * 32, "csrftoken": "y" * 32, "remembered": "z:1:w", "messages": "m"}
    )

    for name, address in blog.items():
        first, second = get(Client(), address), get(foreign, address)
        assert first.whole == second.whole, name
        # A session that is none is told to go, at most.
        assert set(second.cookies) <= {"sessionid", "messages"}, name


def test_pages_for_everybody_may_be_kept(client, blog):
    for name in set(blog) - {"stop"}:
        assert "private" not in get(client, blog[name]).get("Cache-Control", ""), name
        assert "no-store" not in get(client, blog[name]).get("Cache-Control", ""), name


def test_a_signed_in_readers_pages_are_kept_by_no_cache(client, blog):
    client.force_login(make_editor())

    for name, address in blog.items():
        answer = get(client, address)
        assert "private" in answer["Cache-Control"], name
        assert "no-store" in answer["Cache-Control"], name
        assert "public" not in answer["Cache-Control"], name


def test_a_page_that_a_session_could_shape_says_so(client, blog):
    for name in ("home", "post", "page", "year", "author"):
        assert "Cookie" in get(client, blog[name])["Vary"], name


def test_a_draft_that_its_author_sees_is_kept_by_no_cache(client):
    user, author = make_staff_author()
    draft = make_post(author=author, status="draft", body="Not yet.")
    client.force_login(user)

    answer = get(client, draft.get_absolute_url())

    assert "Not yet." in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert get(Client(), draft.get_absolute_url()).status_code == 404


def test_cookies_are_for_this_site_and_not_for_scripts(client, discussion, send):
    discussion(moderation="none")
    send(make_post(), remember="on")
    make_editor(username="eve")
    client.post("/accounts/login/", {"username": "eve", "password": "a long password"})
    get(client, "/accounts/login/")

    for name in ("remembered", "sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] in {"Lax", "Strict"}, name


def test_a_refused_comment_is_kept_by_no_cache(send, discussion):
    discussion(moderation="none")

    assert "no-store" in send(make_post(), body="").headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/media/missing.jpg", "/media/2014/09/missing", "/wp-content/uploads/2014/missing.jpg"]
)
def test_a_file_that_is_not_there_is_not_found_at_once(client, path):
    assert client.get(path).status_code == 404
