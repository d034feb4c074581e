"""A staff account learns from the admin what it may see there, and nothing by asking in a roundabout way."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Author, Category, Post, Tag
from tests.factories import (
    make_author,
    make_comment,
    make_editor,
    make_picture,
    make_post,
    make_staff_author,
    make_user,
)

pytestmark = pytest.mark.django_db

SECRET = "unheard-of"
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def ann(client):
    """Who writes here, logged in; with somebody else's private post beside her own."""
    account, author = make_staff_author(username="ann")
    client.force_login(account)
    return author


@pytest.fixture
def secret(ann):
    return make_post(author=make_author(name="Zed"), title="Secret title", slug=SECRET, status="private")


@pytest.fixture
def owner(client):
    account = make_user(is_staff=True, is_superuser=True)
    client.force_login(account)
    return account


# --- What can be asked of a list


def undeclared(model):
    """Ways to ask for the columns of a model, and of those that it hangs on, that no filter of the list's has."""
    for field in model._meta.concrete_fields:
        names = [field.name]
        if field.related_model:
            names += [f"{field.name}__{below.name}" for below in field.related_model._meta.concrete_fields]
        for name in names:
            yield from (f"{name}__{way}" for way in ("regex", "startswith"))
    yield from ("user__password__startswith", "author__user__password__regex", "pk__in", "id__gt", "posts__body__regex")


@every_model
def test_no_list_can_be_asked_for_what_it_has_no_filter_for(client, owner, model):
    plain = client.get(list_of(model))
    for lookup in undeclared(model):
        response = client.get(list_of(model), {lookup: "a"})
        # The comments' list leaves out what it doesn't know.
        assert response.status_code == 400 or result_of(response) == result_of(plain), lookup


def result_of(response):
    return response.status_code, re.findall(r'name="_selected_action" value="([^"]+)"', response.content.decode())


@every_model
def test_every_filter_that_a_list_shows_works(client, owner, model):
    post = make_post(picture=make_picture())
    post.categories.add(Category.objects.create(name="News"))
    post.tags.add(Tag.objects.create(name="Water"))
    make_post(published_at=None, status="draft")
    make_comment(post=post, submitted_at=post.published_at)
    page = client.get(list_of(model)).content.decode()

    links = {unescape(link) for link in re.findall(r'href="(\?[^"]+)"', page)}

    assert model is not Post or {"?status__exact=draft", "?kind__exact=page"} <= links
    for link in links:
        response = client.get(list_of(model) + link)
        assert response.status_code == 200, link
        # And the links on that page: a date leads to its months and days.
        for further in {unescape(link) for link in re.findall(r'href="(\?[^"]+)"', response.content.decode())}:
            assert client.get(list_of(model) + further).status_code == 200, further


@every_model
@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "published_at__year=9999",
        "published_at__year=x",
        "published_at__year=2026&published_at__month=13",
        "categories__id__exact=99999999999999999999",
        "status__exact=%00",
        "kind__isnull=perhaps",
        "p=99999999999999999999",
        "o=99.-1.x",
        "_to_field=body",
        "_popup=1&_to_field=password",
    ],
)
def test_no_query_breaks_a_list(client, owner, model, query):
    response = client.get(f"{list_of(model)}?{query}")

    assert response.status_code in {200, 302, 400}


@every_model
def test_a_popup_gives_no_other_column_than_the_number(client, owner, model):
    for field in model._meta.concrete_fields:
        if not field.primary_key:
            assert client.get(list_of(model), {"_popup": 1, "_to_field": field.name}).status_code in {302, 400}


# --- "View on site"


def on_site(row):
    return f"/admin/r/{ContentType.objects.get_for_model(type(row)).pk}/{row.pk}/"


@pytest.mark.parametrize("status", ["private", "draft", "trash"])
def test_the_way_to_the_site_tells_nobody_where_somebody_elses_post_stands(client, secret, status):
    Post.objects.filter(pk=secret.pk).update(status=status)

    response = client.get(on_site(secret))

    assert response.status_code == 404
    assert SECRET not in str(response.headers) + response.content.decode()
    assert client.get(f"/admin/r/{ContentType.objects.get_for_model(Post).pk}/{secret.pk + 1000}/").status_code == 404


def test_the_way_to_the_site_leads_to_ones_own_and_to_all_for_an_editor(client, ann, secret):
    own = make_post(author=ann, status="private")

    assert client.get(on_site(own)).url == own.get_absolute_url()
    client.force_login(make_editor())
    assert client.get(on_site(secret)).url == secret.get_absolute_url()
    client.logout()
    assert "/admin/login/" in client.get(on_site(secret)).url


def test_the_way_to_the_site_leads_to_no_comment_below_somebody_elses_private_post(client, secret):
    response = client.get(on_site(make_comment(post=secret)))

    assert response.status_code == 404


@pytest.mark.parametrize(
    "way", ["r/x/1/", "r/99999/1/", "r/99999999999999999999999/1/", "r/1/x/", "r/²/1/", "r/1/%00/"]
)
def test_no_address_breaks_the_way_to_the_site(client, ann, way):
    assert client.get(f"/admin/{way}").status_code == 404


@every_model
def test_the_way_to_the_site_asks_for_the_permission(client, model):
    nobody = make_user(is_staff=True)
    make_comment(post=make_post(picture=make_picture()))
    client.force_login(nobody)
    row = model.objects.first()

    assert client.get(on_site(row or nobody)).status_code == 404


# --- Every other page of the admin


@every_model
def test_no_page_names_somebody_elses_post(client, secret, model):
    picture = make_picture(alt="Shared")
    Post.objects.filter(pk=secret.pk).update(picture=picture)
    secret.categories.add(Category.objects.create(name="News"))
    make_comment(post=secret, body="Below it.")
    addresses = [list_of(model), f"{list_of(model)}add/"]
    for row in [*model.objects.all()]:
        addresses += [f"{list_of(model)}{row.pk}/{page}/" for page in ("change", "history", "delete")]
    fields = [field.name for field in model._meta.get_fields() if field.is_relation and not field.auto_created]
    for field in fields:
        query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={field}"
        addresses.append(f"/admin/autocomplete/?{query}&term=")

    for address in addresses:
        response = client.get(address, follow=True)
        told = response.content.decode() + str(response.redirect_chain)
        assert "Secret title" not in told, address
        assert SECRET not in told, address
        assert "Below it." not in told, address


@pytest.mark.parametrize("page", ["delete", "action"])
def test_who_may_delete_a_picture_or_an_author_is_not_told_whose_private_post_needs_it(client, secret, page):
    ann = secret.author and Author.objects.get(user__username="ann").user
    ann.user_permissions.set(Permission.objects.filter(codename__in=["delete_picture", "delete_author", "delete_post"]))
    in_field, in_text = make_picture(alt="In a field"), make_picture(alt="In a text")
    Post.objects.filter(pk=secret.pk).update(picture=in_field, body=f"![x]({in_text.file.url})")
    known = make_post(author=Author.objects.get(user=ann), title="My own", picture=in_field)

    for row in (in_field, in_text, secret.author):
        address = list_of(type(row))
        if page == "delete":
            response = client.get(f"{address}{row.pk}/delete/")
        else:
            response = client.post(address, {"action": "delete_selected", "_selected_action": row.pk})
        assertNotContains(response, "Secret title")
        assertContains(response, "have permission to view")
        if row == in_field:
            assertContains(response, known.title)
