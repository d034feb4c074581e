"""What strangers must not see, do or send."""

import pytest
from django.core.files.base import ContentFile
from pytest_django.asserts import assertContains

from comments import tokens
from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["comment", "pingback", "trackback"])
@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_no_query_shows_what_is_not_public(stranger, kind, status):
    post = make_post()
    hidden = make_comment(
        post=post, kind=kind, status=status, name="Secretname", url="https://secret.example/", body="Secretbody"
    )

    for name in ("replytocom", "thread", "comment", "comments", "awaiting", "p", "page"):
        shown = stranger.get(f"{post.get_absolute_url()}?{name}={hidden.pk}", follow=True).text
        assert "ecretname" not in shown, name
        assert "ecretbody" not in shown, name
        assert "secret.example" not in shown, name
    shown = stranger.post(f"/comments/on/{post.pk}/", {"parent": hidden.pk, "body": "x"}).text
    assert "ecretname" not in shown


def test_an_address_or_an_e_mail_is_on_no_public_page(client, discussion):
    post = make_post()
    top = make_comment(post=post, email="private@secret.example", ip_address="203.0.113.77", user_agent="Agent/007")
    reply = make_comment(parent=top, email="other@secret.example", ip_address="203.0.113.78")

    pages = [
        "/",
        post.get_absolute_url(),
        "/comments/feed/",
        "/feed/",
        f"{post.get_absolute_url()}?replytocom={top.pk}",
    ]

    for address in [*pages, f"{post.get_absolute_url()}?thread={reply.pk}"]:
        shown = client.get(address).text
        for secret in ("secret.example", "203.0.113.7", "Agent/007"):
            assert secret not in shown, address


def test_a_token_for_one_comment_is_not_one_for_another_purpose(client):
    comment = make_comment(status="pending", body="Secretbody", notify=True)
    address = comment.post.get_absolute_url()

    assert "Secretbody" not in client.get(f"{address}?awaiting={tokens.stop(comment)}").text
    assert client.post(f"/comments/stop/{tokens.awaiting(comment)}/").status_code == 404
    assert Comment.objects.get().notify
    assert client.get(f"/comments/stop/{tokens.stop(comment)}/").status_code == 200
    assert Comment.objects.get().notify


def test_what_a_stranger_sends_to_the_desk_changes_nothing(stranger):
    comment = make_comment(status="pending")

    for address, data in (
        (f"/admin/comments/comment/{comment.pk}/decide/", {"decide": "approve"}),
        (f"/admin/comments/comment/{comment.pk}/change/", {"body": "x", "decide": "approve"}),
        ("/admin/comments/comment/", {"action": "approve", "_selected_action": comment.pk}),
        ("/admin/posts/post/preview/", {"title": "x"}),
    ):
        answer = stranger.post(address, data)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/?next=/admin/")
    assert Comment.objects.get().status == "pending"


def test_no_decision_is_taken_by_a_link(client):
    comment = make_comment(status="pending")
    client.force_login(make_editor())

    for address in ("decide/?decide=approve", "change/?decide=approve"):
        client.get(f"/admin/comments/comment/{comment.pk}/{address}")

    assert Comment.objects.get().status == "pending"


# --- Requests that are larger than anybody may send


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/", "/search/", "/nowhere/"])
def test_a_strangers_large_request_is_refused_unread(db, client, path):
    answer = client.post(path, data=b"", content_type="text/plain", CONTENT_LENGTH=str(1024 * 1024 + 1))

    assertContains(answer, "too large", status_code=413)


def test_staff_may_upload_more_than_strangers(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    large = b"x" * (2 * 1024 * 1024)

    answer = client.post("/admin/posts/picture/add/", {"file": ContentFile(large, name="a.png"), "alt": "A"})

    assertContains(answer, "alt", status_code=200)


def test_a_reader_with_an_account_is_a_stranger_to_uploads(client):
    client.force_login(make_user())

    answer = client.post("/admin/", data=b"", content_type="text/plain", CONTENT_LENGTH=str(1024 * 1024 + 1))

    assert answer.status_code == 413
