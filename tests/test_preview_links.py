"""A preview link shows a post that is not public to whoever has it, and to nobody else, until it expires."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment
from posts.models import Post, PreviewLink
from tests.factories import make_author, make_comment, make_editor, make_post, make_staff_author, site_map_with
from tests.test_versions import address

pytestmark = pytest.mark.django_db


def page_of(post):
    return f"/admin/posts/post/{post.pk}/preview-links/"


def made_for(client, post, **typed):
    """Presses the button in the form of the post; the address that is then shown there."""
    button = buttons(client, post)["Make a preview link"]
    assert client.post(button["formaction"], typed).status_code == 302
    return BeautifulSoup(client.get(address(post)).content, "html.parser").select("#sharing input[readonly]")[-1][
        "value"
    ]


def buttons(client, post):
    form = BeautifulSoup(client.get(address(post)).content, "html.parser")
    return {button.get_text(): button for button in form.select("#sharing button")}


def path_of(url):
    return url.removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def draft(client, editor):
    return make_post(title="Not yet", body="Words in the making.", status="draft", published_at=None)


# --- What its reader sees


@pytest.mark.parametrize("status", ["draft", "private", "scheduled"])
def test_who_has_the_link_reads_the_post_as_it_is_stored_without_an_account(client, editor, status):
    later = timezone.now() + timedelta(days=3) if status == "scheduled" else None
    post = make_post(
        title="Not yet",
        body="Words in the making.",
        status="published" if later else status,
        published_at=later or timezone.now(),
    )
    path = path_of(made_for(client, post))
    stranger = Client()

    answer = stranger.get(path)

    assertContains(answer, "Words in the making.")
    assertContains(answer, "Preview of a post that is not published.")
    assertContains(answer, '<meta name="robots" content="noindex">')
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not stranger.cookies
    assertNotContains(answer, "canonical")
    assertNotContains(answer, f"/preview/{post.pk}/")
    assertNotContains(answer, "/admin/")
    assertNotContains(answer, "comment-form")
    post.body = "Other words."
    post.save()
    assertContains(stranger.get(path), "Other words.")
    assert stranger.head(path).status_code == 200
    assert stranger.get(path.rstrip("/")).status_code == 200


@pytest.mark.parametrize("status", ["draft", "scheduled"])
def test_a_sentence_that_ends_with_a_time_has_one_full_stop(client, editor, status):
    later = timezone.now() + timedelta(days=3)
    is_scheduled = status == "scheduled"
    post = make_post(status="published" if is_scheduled else status, published_at=later if is_scheduled else None)
    address = post.get_absolute_url() if is_scheduled else path_of(made_for(client, post))

    told = BeautifulSoup(client.get(address).content, "html.parser").select_one(".bar").get_text()

    assert "a.m." in told or "p.m." in told or "noon." in told or "midnight." in told
    assert ".." not in told


def test_nothing_can_be_sent_there(client, draft):
    path = path_of(made_for(client, draft))

    assert Client().post(path, {"body": "Words"}).status_code == 405
    assert Client().post(f"/comments/on/{draft.pk}/", {"name": "Bo", "body": "Words"}).status_code == 404
    assert not Comment.objects.exists()


def test_comments_below_it_are_not_shown(client, editor):
    post = make_post(status="private")
    make_comment(post=post, body="Said between us.")

    assertNotContains(Client().get(path_of(made_for(client, post))), "Said between us.")


def test_it_makes_nothing_public(client, draft):
    made_for(client, draft)

    for path in ("/", "/feed/", "/sitemap.xml", site_map_with(draft), "/search/?q=making", "/archives/"):
        assert "Not yet" not in Client().get(path).content.decode()


def test_once_the_post_is_public_the_link_leads_to_it(client, draft):
    path = path_of(made_for(client, draft))
    draft.status = "published"
    draft.save()

    answer = Client().get(path)

    assert (answer.status_code, answer.url) == (302, draft.get_absolute_url())
    assert "#sharing" not in client.get(address(draft)).content.decode()
    assertContains(client.get(page_of(draft)), "The post is public.")


# --- What does not work any more, or never did


def revoked(client, post, path):
    client.post(buttons(client, post)["Revoke"]["formaction"])
    return path


def expired(client, post, path):
    PreviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return path


def in_the_trash(client, post, path):
    Post.objects.filter(pk=post.pk).update(status="trash")
    return path


def deleted(client, post, path):
    post.delete()
    return path


def maker_without_rights(client, post, path):
    PreviewLink.objects.get().made_by.groups.clear()
    return path


def maker_inactive(client, post, path):
    account = PreviewLink.objects.get().made_by
    account.is_active = False
    account.save()
    return path


def maker_deleted(client, post, path):
    PreviewLink.objects.get().made_by.delete()
    return path


def truncated(client, post, path):
    return f"{path[:-2]}/"


def signed_otherwise(client, post, path):
    return f"/preview/{Signer(salt='another', sep='.').sign(PreviewLink.objects.get().key)}/"


def forged(client, post, path):
    key, _dot, signature = path.removeprefix("/preview/").rpartition(".")
    return f"/preview/{key[:-1]}{'A' if key[-1] != 'A' else 'B'}.{signature}"


def key_alone(client, post, path):
    return f"/preview/{PreviewLink.objects.get().key}/"


GONE = [
    *(revoked, expired, in_the_trash, deleted, maker_without_rights, maker_inactive, maker_deleted),
    *(truncated, signed_otherwise, forged, key_alone),
]


@pytest.mark.parametrize("spoil", GONE, ids=lambda spoil: spoil.__name__)
def test_a_link_that_does_not_work_says_what_any_unknown_address_says(client, draft, spoil):
    path = spoil(client, draft, path_of(made_for(client, draft)))
    nowhere = Client().get("/nowhere/")

    answer = Client().get(path)

    assert answer.status_code == 404
    assert answer.content == nowhere.content
    assert not answer.cookies


@pytest.mark.parametrize(
    "token", ["x", ".", "a.b", "%00", "0" * 5000, "é" * 22 + "." + "é" * 43, "a" * 22 + "." + "b" * 43]
)
def test_no_token_breaks_the_address(client, db, token):
    assert client.get(f"/preview/{token}/").status_code == 404


def test_a_signature_of_a_former_key_still_counts(client, draft, settings):
    path = path_of(made_for(client, draft))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [settings.SECRET_KEY]

    assert Client().get(path).status_code == 200


# --- Making and revoking


def test_the_form_lists_the_links_in_force_with_their_end_and_who_made_them(client, draft):
    made_for(client, draft, preview_days="1")
    made_for(client, draft, preview_days="7")
    PreviewLink.objects.filter(expires_at__lt=timezone.now() + timedelta(days=2)).update(expires_at=timezone.now())
    make_author(name="Bo Byline", user=PreviewLink.objects.first().made_by)

    made_for(client, draft, preview_days="30")

    form = BeautifulSoup(client.get(address(draft)).content, "html.parser")
    told = [label.get_text() for label in form.select("#sharing .preview-link label")]
    assert len(told) == PreviewLink.objects.count() == 2
    assert all("made by Bo Byline" in line for line in told)


@pytest.mark.parametrize("days", ["", "0", "-1", "3650", "x", "99999999999999999999"])
def test_no_link_is_made_for_longer_than_the_form_offers(client, draft, days):
    made_for(client, draft, preview_days=days)

    assert PreviewLink.objects.get().expires_at - timezone.now() < timedelta(days=7, seconds=1)


def test_a_get_makes_and_revokes_nothing(client, draft):
    made_for(client, draft)

    client.get(page_of(draft))
    client.get(buttons(client, draft)["Revoke"]["formaction"])

    assert PreviewLink.objects.count() == 1


def test_nobody_makes_or_revokes_links_of_what_they_may_not_change(client, draft):
    made_for(client, draft)
    revoke = buttons(client, draft)["Revoke"]["formaction"]
    client.force_login(make_staff_author(username="bo")[0])

    for path in (page_of(draft), revoke):
        assert client.post(path).status_code == 404
        assert client.get(path).status_code == 404
    assert PreviewLink.objects.count() == 1


def test_a_link_of_another_post_is_not_revoked_by_a_forged_number(client, draft):
    other = make_post(status="draft", published_at=None)
    made_for(client, draft)

    client.post(f"{page_of(other)}{PreviewLink.objects.get().pk}/revoke/")

    assert PreviewLink.objects.count() == 1


def test_an_author_shares_their_own_draft(client):
    account, author = make_staff_author(username="ann")
    client.force_login(account)
    post = make_post(author=author, body="Mine.", status="draft", published_at=None)
    path = path_of(made_for(client, post))

    assertContains(Client().get(path), "Mine.")
    post.author = make_post(author=make_staff_author(username="bo")[1]).author
    post.save()
    assert Client().get(path).status_code == 404
    client.force_login(make_editor())
    assertNotContains(client.get(address(post)), path)
