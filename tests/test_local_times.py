"""The hour that the clocks repeat in autumn, and the one that they skip in spring."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.urls import reverse
from pytest_django.asserts import assertContains

from blog_site.local_times import LocalDateTimeField
from posts.models import Post
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db

# (zone, a time that its clocks show twice)
TWICE = [
    ("Europe/Berlin", datetime(2026, 10, 25, 2, 30, 17)),
    ("Europe/Berlin", datetime(2026, 10, 25, 2, 0)),
    ("America/New_York", datetime(2026, 11, 1, 1, 59, 59)),
    ("Atlantic/Azores", datetime(2026, 10, 25, 0, 0)),
    ("America/Havana", datetime(2026, 11, 1, 0, 30)),
    ("Australia/Lord_Howe", datetime(2026, 4, 5, 1, 45)),
]
SKIPPED = [
    ("Europe/Berlin", datetime(2026, 3, 29, 2, 30)),
    ("America/Havana", datetime(2026, 3, 8, 0, 0)),
    ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15)),
]
twice = pytest.mark.parametrize(("zone", "shown"), TWICE, ids=str)


@pytest.fixture
def owner(client):
    account = make_user(is_staff=True, is_superuser=True, username="owner", email="owner@example.org")
    client.force_login(account)
    return account


def at(shown, zone, fold):
    return shown.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def form_on(response):
    """What a browser would send if nobody touched the form, {name: value or values}."""
    sent = {}
    for field in BeautifulSoup(response.content, "html.parser").select("#content-main form [name]"):
        if field.name == "select":
            sent[field["name"]] = [option.get("value") for option in field.select("option[selected]")]
        elif field.name == "textarea":
            sent[field["name"]] = field.text.removeprefix("\n")
        elif field.get("type") not in {"checkbox", "radio", "submit", "file"} or field.has_attr("checked"):
            sent[field["name"]] = field.get("value", "on" if field.get("type") == "checkbox" else "")
    return sent


@twice
@pytest.mark.parametrize("fold", [0, 1])
def test_a_post_of_the_repeated_hour_is_saved_again_as_it_was(client, owner, settings, zone, shown, fold):
    settings.TIME_ZONE = zone
    post = make_post(published_at=at(shown, zone, fold), title="Twice")
    address = reverse("admin:posts_post_change", args=[post.pk])

    response = client.post(address, form_on(client.get(address)) | {"title": "Twice told"})

    assert response.status_code == 302
    again = Post.objects.get()
    assert (again.title, again.published_at, again.permalink) == ("Twice told", post.published_at, post.permalink)


@pytest.mark.parametrize("fold", [0, 1])
def test_a_draft_of_the_repeated_hour_is_published_and_previewed_as_it_was(client, owner, settings, fold):
    settings.TIME_ZONE = "Europe/Berlin"
    time = at(TWICE[0][1], "Europe/Berlin", fold)
    post = make_post(published_at=time, status="draft")
    address = reverse("admin:posts_post_change", args=[post.pk])
    sent = form_on(client.get(address)) | {"status": "published"}

    assertContains(client.post(reverse("admin:posts_post_preview", args=[post.pk]), sent), time.strftime("%Y-%m-%dT"))
    client.post(address, sent)

    post.refresh_from_db()
    assert (post.status, post.published_at) == ("published", time)


def test_a_time_with_a_fraction_of_a_second_stays_what_it_was(client, owner):
    time = datetime(2026, 3, 14, 9, 30, 15, 123456, tzinfo=UTC)
    post = make_post(published_at=time)
    address = reverse("admin:posts_post_change", args=[post.pk])

    client.post(address, form_on(client.get(address)) | {"title": "Another"})

    assert Post.objects.get(title="Another").published_at == time


@twice
def test_a_time_that_is_typed_anew_is_the_first_of_the_two(client, owner, settings, zone, shown):
    settings.TIME_ZONE = zone
    post = make_post()
    address = reverse("admin:posts_post_change", args=[post.pk])

    client.post(
        address, form_on(client.get(address)) | {"published_at_0": f"{shown:%Y-%m-%d}", "published_at_1": f"{shown:%X}"}
    )

    assert Post.objects.get().published_at == at(shown, zone, 0)


@pytest.mark.parametrize(("zone", "shown"), SKIPPED, ids=str)
def test_a_time_that_the_clocks_skip_is_refused_in_plain_words_and_all_that_was_typed_is_there(
    client, owner, settings, zone, shown
):
    settings.TIME_ZONE = zone
    post = make_post()
    address = reverse("admin:posts_post_change", args=[post.pk])
    typed = {"title": "Typed", "published_at_0": f"{shown:%Y-%m-%d}", "published_at_1": f"{shown:%X}"}

    response = client.post(address, form_on(client.get(address)) | typed)

    assertContains(response, "because the clocks go forward")
    assert typed.items() <= form_on(response).items()
    assert Post.objects.get().published_at == post.published_at


@pytest.mark.parametrize(
    "typed", [("2026-10-25", ""), ("", "02:30"), ("x", "02:30"), ("0001-01-01", "00:00"), ("9999-12-31", "23:59:59")]
)
def test_what_is_no_time_at_all_breaks_nothing(client, owner, settings, typed):
    settings.TIME_ZONE = "Asia/Tokyo"
    post = make_post()
    address = reverse("admin:posts_post_change", args=[post.pk])

    response = client.post(
        address, form_on(client.get(address)) | dict(zip(("published_at_0", "published_at_1"), typed, strict=True))
    )

    assert response.status_code in {200, 302}


@pytest.mark.parametrize("fold", [0, 1])
def test_an_account_that_was_made_in_the_repeated_hour_is_saved_again_as_it_was(client, owner, settings, fold):
    settings.TIME_ZONE = "Europe/Berlin"
    time = at(TWICE[0][1], "Europe/Berlin", fold)
    User.objects.filter(pk=owner.pk).update(date_joined=time, last_login=time)
    address = reverse("admin:auth_user_change", args=[owner.pk])

    response = client.post(address, form_on(client.get(address)) | {"first_name": "Olive"})

    assert response.status_code == 302
    again = User.objects.get(first_name="Olive")
    assert (again.date_joined, again.last_login) == (time, time)


def test_every_time_that_can_be_typed_in_the_admin_is_of_this_kind(owner):
    request = RequestFactory().get("/")
    request.user = owner
    times = {}
    for model, model_admin in admin.site._registry.items():
        for name, field in model_admin.get_form(request).base_fields.items():
            if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField):
                times[f"{model._meta.label}.{name}"] = type(field)

    assert "posts.Post.published_at" in times
    assert set(times.values()) == {LocalDateTimeField}


# --- Where such posts stand


@twice
def test_both_posts_of_the_repeated_hour_stand_in_the_archives_of_their_day(client, settings, zone, shown):
    settings.TIME_ZONE = zone
    shown = repeated_in(2020, zone, shown)
    for fold, title in enumerate(["The first", "The second"]):
        make_post(published_at=at(shown, zone, fold), title=title, slug="same")
    day = f"/{shown:%Y/%m/%d}/"

    assert set(Post.objects.values_list("permalink", flat=True)) == {f"{day}same/", f"{day}same-2/"}
    for address in (day, f"/{shown:%Y/%m}/", f"/{shown:%Y}/"):
        assertContains(client.get(address), "The first")
        assertContains(client.get(address), "The second")
    assertContains(client.get(f"/{shown:%Y/%m}/"), f'href="{day}"')
    for beside in (-1, 1):
        assert client.get(f"/{shown + timedelta(days=beside):%Y/%m/%d}/").status_code == 404


def repeated_in(year, zone, shown):
    """The same time on the day of another year on which the clocks of the zone repeat it."""
    days = (shown.replace(year=year) + timedelta(days=days) for days in range(-10, 11))
    return next(day for day in days if at(day, zone, 0) < at(day, zone, 1))


def test_a_month_that_begins_in_the_skipped_hour_has_its_archive_and_its_place_in_lists(client, owner, settings):
    settings.TIME_ZONE = "Asia/Damascus"
    for day in (1, 15):
        make_post(published_at=datetime(2011, 4, day, 9, tzinfo=UTC), title=f"Of April {day}")

    assertContains(client.get("/2011/04/"), "Of April 15")
    assertContains(client.get("/2011/04/01/"), "Of April 1")
    assertContains(client.get("/sitemap-archives-1.xml"), "/2011/04/<")
    for query in ("", "?published_at__year=2011", "?published_at__year=2011&published_at__month=4"):
        assertContains(client.get(reverse("admin:posts_post_changelist") + query), "Of April 15")


def test_a_draft_has_no_time_until_it_has_one(client, owner):
    post = make_post(published_at=None, status="draft")
    address = reverse("admin:posts_post_change", args=[post.pk])

    assert client.post(address, form_on(client.get(address)) | {"title": "Still a draft"}).status_code == 302
    assert Post.objects.get(title="Still a draft").published_at is None
    client.post(address, form_on(client.get(address)) | {"status": "published"})
    assert Post.objects.get().is_public
