"""Commenters sign in by other sites: who they are then, what they find again, and what goes wrong on the way."""

import base64
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.accounts import coming_in
from blog_site.accounts.providers import asking, keys
from blog_site.accounts.throttle import QUARTER, limit
from blog_site.env import WrongSetting
from comments.models import Comment, MailAddress
from tests.factories import make_comment, make_editor, make_post, make_user
from tests.sign_in import NAMES, OTHER_KEY, PROFILES, configure, providers, sign_in, start, way_back

pytestmark = pytest.mark.django_db
TEXT = "I was there, and saw it."


@pytest.fixture
def stand_in(settings, monkeypatch):
    with providers() as server:
        configure(settings, monkeypatch, server.address)
        yield server


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"GOOGLE_CLIENT_ID": "1"}, "GOOGLE_CLIENT_SECRET is not set; it may be empty only where"),
        ({"X_CLIENT_SECRET": "s3cret"}, "X_CLIENT_ID is not set"),
        ({"GOOGLE_CLIENT_ID": "1", "GOOGLE_CLIENT_SECRET": "s3 cret"}, "GOOGLE_CLIENT_SECRET is '…'"),
        ({"MASTODON_CLIENT_ID": "1", "MASTODON_CLIENT_SECRET": "2"}, "MASTODON_URL is not set"),
        ({"OPENID_URL": "http://id.example"}, "OPENID_URL is 'http://id.example'; it may be empty, or an address that"),
        (
            {
                "OPENID_CLIENT_ID": "1",
                "OPENID_CLIENT_SECRET": "2",
                "OPENID_URL": "https://e.org",
                "OPENID_NAME": "a\nb",
            },
            "OPENID_NAME",
        ),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(monkeypatch, variables, said):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(WrongSetting) as refused:
        keys.from_environment()

    assert str(refused.value).startswith(said)
    assert "s3" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.fixture
def post():
    return make_post()


def test_each_provider_signs_in_and_the_words_are_back_in_the_reply(client, stand_in, post):
    answered = make_comment(post=post)
    for provider, name in NAMES.items():
        stand_in.person = PROFILES[provider] | {"email": f"{provider}@example.org"}
        if provider == "twitter_oauth2":
            stand_in.person = PROFILES[provider]

        answer = sign_in(client, provider, post=post.pk, parent=answered.pk, body=TEXT, next="https://evil.example/")

        assert answer.headers["Location"] == f"{post.get_absolute_url()}?replytocom={answered.pk}#respond", name
        page = client.get(answer.headers["Location"])
        assertContains(page, TEXT)
        assertContains(page, "Commenting as Ann of")
        assertContains(page, f'name="parent" value="{answered.pk}"')
    assert User.objects.filter(is_staff=False, username__startswith="reader-").count() == len(NAMES)
    assert set(SocialAccount.objects.values_list("provider", flat=True)) == set(NAMES)


def test_only_an_address_that_the_provider_calls_verified_is_known_here(client, stand_in, post):
    cases = [
        ("wordpress", {"email_verified": False}, ""),
        ("wordpress", {"verified": False}, ""),
        ("wordpress", {"verified": "yes", "email_verified": "yes"}, ""),
        ("openid", {"email_verified": False}, ""),
        ("openid", {"email_verified": None}, ""),
        ("facebook", {}, ""),
        ("google", {}, "ann@example.org"),
    ]
    for provider, told, email in cases:
        stand_in.person = PROFILES[provider] | told
        sign_in(client, provider, post=post.pk)

        account = SocialAccount.objects.get(provider=provider)
        assert account.user.email == email, (provider, told)
        account.user.delete()
    assert [row.address for row in MailAddress.objects.proven()] == ["ann@example.org"]


def test_one_verified_address_is_one_account_whichever_way_it_comes(client, stand_in, post):
    for provider in ("wordpress", "google", "wordpress"):
        stand_in.person = PROFILES[provider] | {"email": "Ann@Example.org"}
        sign_in(client, provider, post=post.pk)

    user = User.objects.get()
    assert user.get_full_name() == "Ann of WordPress"
    assert user.socialaccount_set.count() == 2


def test_a_comment_after_signing_in_has_the_name_and_address_and_is_trusted_once_approved(
    client, stand_in, post, discussion
):
    discussion(moderation="first")
    stand_in.person = PROFILES["google"]
    sign_in(client, "google", post=post.pk, body=TEXT)
    page = client.get(post.get_absolute_url())
    token = page.context["csrf_token"]

    first = client.post(f"/comments/on/{post.pk}/", {"body": TEXT, "csrfmiddlewaretoken": token})

    comment = Comment.objects.get()
    assert "awaiting" in first.headers["Location"]
    assert (comment.name, comment.email) == ("Ann of Google", "ann@example.org")
    assert comment.address == MailAddress.objects.proven().get()
    assertContains(client.get(post.get_absolute_url()), TEXT, count=1)  # it waits, and is in the form no more
    comment.approve(by=make_editor())
    second = client.post(f"/comments/on/{post.pk}/", {"body": "Once more.", "csrfmiddlewaretoken": token})
    assert "awaiting" not in second.headers["Location"]


@pytest.mark.parametrize("provider", ["wordpress", "google"])
def test_an_account_with_rights_is_opened_by_no_address(client, stand_in, post, provider):
    """Not even a verified one, nor where the account has no rights but what an owner gave by hand."""
    stand_in.person = PROFILES[provider]
    ann = make_user(email="ANN@example.org", username="ann")
    ann.groups.add(Group.objects.create(name="Helpers"))

    answer = sign_in(client, provider, post=post.pk, body=TEXT)

    page = client.get(answer.headers["Location"])
    assertContains(page, "belongs to an account here that may do more than comment")
    assertContains(page, TEXT)
    assert "_auth_user_id" not in client.session
    assert list(User.objects.all()) == [ann]
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"nonce": "another"}, None),
        ({"nonce": None}, None),
        ({"iss": "https://evil.example"}, None),
        ({"aud": "another-blog"}, None),
        ({"aud": ["the-id", "another"], "azp": "another"}, None),
        ({"exp": 1}, None),
        ({}, {"sub": "eve", "name": "Eve", "email": "eve@example.org", "email_verified": True}),
        ("signature", None),
        ("algorithm", None),
        ("token", None),
    ],
)
def test_a_forged_answer_signs_nobody_in_and_the_words_are_back(client, stand_in, post, claims, told, monkeypatch):
    stand_in.told = told
    if isinstance(claims, dict):
        stand_in.claims = claims
    elif claims == "signature":
        stand_in.key = OTHER_KEY
    elif claims == "algorithm":
        # Unsigned, and saying so.
        unsigned = base64.urlsafe_b64encode(b'{"alg":"none","kid":"1"}').decode().rstrip("=")
        signed = stand_in.id_token
        monkeypatch.setattr(stand_in, "id_token", lambda: f"{unsigned}.{signed().split('.')[1]}.")
    else:
        monkeypatch.setattr(stand_in, "id_token", lambda: "x.y.z")

    answer = sign_in(client, "openid", post=post.pk, body=TEXT)

    page = client.get(answer.headers["Location"])
    assertContains(page, "Our club did not confirm who you are.")
    assertContains(page, TEXT)
    assert not User.objects.exists()
    assertNotContains(client.get(post.get_absolute_url()), "Our club did not confirm")


def json_of(status, text):
    return status, {"Content-Type": "application/json"}, text.encode()


@pytest.mark.parametrize(
    ("what", "answer", "words"),
    [
        ("token", json_of(400, '{"error": "invalid_grant"}'), "did not confirm who you are"),
        ("token", json_of(200, "[]"), "did not confirm"),
        ("token", (200, {}, b"<h1>Hello</h1>"), "did not confirm"),
        ("token", (500, {}, b""), "did not confirm"),
        ("token", 1.0, "did not answer"),
        # The account was closed in the moment between.
        ("profile", json_of(403, '{"error": "authorization_required"}'), "did not confirm"),
        ("profile", json_of(200, "null"), "did not confirm"),
        ("profile", json_of(200, '{"ID": null}'), "did not confirm"),
        ("profile", json_of(200, '{"ID": "' + "9" * 300 + '"}'), "did not confirm"),
        ("profile", (302, {"Location": "http://127.0.0.1:1/"}, b""), "did not confirm"),
        ("profile", (200, {"Content-Type": "application/json"}, b"[" * 3_000_000), "did not answer"),
        ("profile", 1.0, "did not answer"),
    ],
)
def test_a_broken_or_slow_provider_gives_the_words_back(client, stand_in, post, what, answer, words, monkeypatch):
    monkeypatch.setattr(asking, "READ", 0.2)
    stand_in.person, stand_in.answers = PROFILES["wordpress"], {what: answer}

    answer = sign_in(client, "wordpress", post=post.pk, body=TEXT)

    page = client.get(answer.headers["Location"])
    assertContains(page, f"WordPress.com {words}")
    assertContains(page, TEXT)
    assert not User.objects.exists()


def test_a_provider_that_is_away_does_not_even_begin(client, stand_in, post, settings, monkeypatch):
    configure(settings, monkeypatch, "http://127.0.0.1:1")

    answer = client.post("/accounts/openid/login/", {"post": post.pk, "body": TEXT})

    page = client.get(answer.headers["Location"])
    assertContains(page, "Our club did not answer.")
    assertContains(page, TEXT)


def test_who_cancels_there_is_back_at_the_form_and_leaves_no_cookie_after_the_comment(
    client, stand_in, post, discussion
):
    discussion(moderation="none")
    stand_in.refused = "access_denied"
    typed = {"name": "Ann", "email": "ann@example.org", "url": "", "body": TEXT, "notify": "on"}

    answer = sign_in(client, "facebook", post=post.pk, **typed)

    assert answer.headers["Location"] == f"{post.get_absolute_url()}#problem"
    page = client.get(answer.headers["Location"])
    assertContains(page, "Signing in with Facebook was cancelled.")
    for text in (
        TEXT,
        'value="Ann"',
        'value="ann@example.org"',
        'aria-describedby="comment-form-notify_helptext" checked',
    ):
        assertContains(page, text)
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post(f"/comments/on/{post.pk}/", typed).status_code == 303
    assert not client.cookies["sessionid"].value


def test_a_wrong_a_used_and_another_browsers_state_are_refused(client, stand_in, post):
    back = way_back(start(client, "wordpress", post=post.pk, body=TEXT))
    stand_in.person = PROFILES["wordpress"]
    calls = len(stand_in.calls)

    for path in (back.replace("state=", "state=x"), back.split("&state")[0], back.split("?")[0]):
        assertContains(client.get(path, follow=True), "This sign-in has expired, or was started in another browser.")
    assertContains(Client().get(back, follow=True), "This sign-in has expired")
    # One provider's state is not another's.
    assertContains(client.get(back.replace("/wordpress/", "/mastodon/"), follow=True), "This sign-in has expired")
    assert len(stand_in.calls) == calls
    assertContains(client.get(back, follow=True), "Commenting as Ann of WordPress")
    assertContains(client.get(back, follow=True), "This sign-in has expired")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "https:evil.example",
        "https:///evil.example",
        "http:\\\\evil.example",
        "javascript:alert(1)",
        " //evil.example/",
        "\t//evil.example",
        "/\t/evil.example",
        "/%09/evil.example/../..//evil.example",
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
        "//testserver:evil@evil.example/",
        "ftp://testserver/",
    ],
)
def test_signing_in_leads_to_our_own_paths_alone(client, stand_in, address):
    stand_in.person = PROFILES["google"]

    answer = sign_in(client, "google", next=address)

    assert urlsplit(urljoin("http://testserver/", answer.headers["Location"])).netloc == "testserver"
    assert not answer.headers["Location"].startswith(("//", "/\\"))


def test_log_out_and_change_keep_the_words_and_lead_back(client, stand_in, post):
    stand_in.person = PROFILES["google"]
    sign_in(client, "google", post=post.pk, body=TEXT)
    page = client.get(post.get_absolute_url())
    sent = {"post": post.pk, "body": "Changed my mind.", "csrfmiddlewaretoken": page.context["csrf_token"]}

    to = client.post("/accounts/change/", sent).headers["Location"]

    assertContains(client.get(to), "You are signed in as Ann of Google.")
    stand_in.person = PROFILES["mastodon"]
    answer = sign_in(client, "mastodon", csrfmiddlewaretoken=client.get(to).context["csrf_token"])
    page = client.get(answer.headers["Location"])
    assertContains(page, "Changed my mind.")
    assertContains(page, "Commenting as Ann of Mastodon")
    answer = client.post("/accounts/leave/", sent | {"csrfmiddlewaretoken": page.context["csrf_token"]})
    assert answer.headers["Location"] == f"{post.get_absolute_url()}#respond"
    page = client.get(post.get_absolute_url())
    assertContains(page, "Changed my mind.")
    assertContains(page, "Sign in with one of these")
    assert "_auth_user_id" not in client.session


def test_the_buttons_are_the_same_bytes_for_everybody_and_only_where_there_are_keys(client, stand_in, post, settings):
    with_buttons = client.get(post.get_absolute_url())
    assert not with_buttons.cookies
    assert with_buttons.content == Client(headers={"user-agent": "another"}).get(post.get_absolute_url()).content
    for name in NAMES.values():
        assertContains(with_buttons, f"</svg>{name}</button>")
    settings.SIGN_IN = (("google", "Google"),)
    assertContains(client.get(post.get_absolute_url()), "/login/", count=1)
    settings.SIGN_IN = ()
    assertNotContains(client.get(post.get_absolute_url()), "/login/")
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert client.get("/accounts/google/login/").status_code == 404
    assert client.get("/accounts/mastodon/login/callback/").status_code == 404


def test_a_post_that_is_gone_meanwhile_gives_the_words_back(client, stand_in, post):
    post.status = "private"
    post.save()

    for path in ("/accounts/google/login/", "/accounts/change/", "/accounts/leave/"):
        answer = client.post(path, {"post": post.pk, "body": TEXT})
        assertContains(answer, TEXT, status_code=404)


def test_words_that_are_too_long_stay_in_the_form(client, stand_in, post):
    answer = client.post("/accounts/google/login/", {"post": post.pk, "body": "x" * 20_001})

    assert answer.status_code == 422
    assertContains(answer, "Your comment is 1 character too long.", status_code=422)
    assert not answer.cookies


def test_a_get_or_another_site_begins_nothing(client, stand_in, post):
    page = client.get("/accounts/google/login/?next=/about/")
    assertContains(page, "Sign in with Google")
    assert not stand_in.calls

    answer = client.post(
        "/accounts/google/login/", {"post": post.pk, "body": TEXT}, headers={"origin": "https://evil.example"}
    )

    assertContains(client.get(answer.headers["Location"]), "This was sent from another website.")
    assertNotContains(client.get(post.get_absolute_url()), TEXT)
    assert not stand_in.calls


def test_too_many_beginnings_from_one_network_wait_with_their_words(client, stand_in, post, monkeypatch):
    monkeypatch.setattr(coming_in, "limits_of_sign_in", lambda address: [limit(1, QUARTER, address)])
    start(client, "google", post=post.pk, body=TEXT)

    answer = client.post("/accounts/google/login/", {"post": post.pk, "body": TEXT})

    page = client.get(answer.headers["Location"])
    assertContains(page, "Too many failed attempts.")
    assertContains(page, TEXT)


def test_a_blog_for_those_who_are_signed_in_offers_the_ways_and_keeps_the_words(client, stand_in, post, discussion):
    discussion(registration_required=True)
    page = client.get(post.get_absolute_url())
    assertContains(page, "Only people who are signed in can comment.")
    assertNotContains(page, "<textarea")
    stand_in.refused = "access_denied"
    answer = client.post(f"/comments/on/{post.pk}/", {"body": TEXT})
    assertContains(answer, "/accounts/google/login/", status_code=403)

    came_back = sign_in(client, "google", post=post.pk, body=TEXT)

    page = client.get(came_back.headers["Location"])
    assertContains(page, TEXT)
    assertContains(page, "/accounts/google/login/")


def test_an_account_that_is_deactivated_here_does_not_come_in(client, stand_in, post):
    stand_in.person = PROFILES["google"]
    sign_in(client, "google", post=post.pk)
    client.logout()
    User.objects.update(is_active=False)

    answer = sign_in(client, "google", post=post.pk, body=TEXT)

    assert "_auth_user_id" not in client.session
    assert answer.headers["Location"] == "/accounts/inactive/"


def test_a_name_that_is_an_address_or_nothing_to_see_is_shown_nowhere(client, stand_in, post):
    for name in ("ann@example.org", "\u202e\u200b", "", None, 7, "  \x00"):
        stand_in.person = PROFILES["openid"] | {"name": name, "preferred_username": None}
        sign_in(client, "openid", post=post.pk)
        assert User.objects.get().get_full_name() == "", name
        assertContains(client.get(post.get_absolute_url()), "Choose a name in your profile")
        User.objects.all().delete()
        client.logout()


def test_nothing_but_the_name_is_kept_of_what_a_provider_tells(client, stand_in, post):
    stand_in.person = PROFILES["wordpress"]
    sign_in(client, "wordpress", post=post.pk)

    account = SocialAccount.objects.get()
    assert account.extra_data == {"name": "annwp", "inside": False}
    assert not account.socialtoken_set.exists()
