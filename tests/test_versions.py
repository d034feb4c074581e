"""Two people with one form of the admin: nothing is overwritten that the second has not seen, and no word is lost."""

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django.asserts import assertContains

from comments.models import DiscussionSettings, Rule
from posts.models import Attachment, Author, Blog, Category, Picture, Post, Subscriber, Tag
from tests.factories import make_author, make_picture, make_post, make_subscriber, make_user

pytestmark = pytest.mark.django_db

# For each model that the admin changes: how to make a row, and a field in which two people type.
FORMS = {
    Attachment: (lambda: Attachment.objects.create(file="a.pdf", original_url="https://old.example/a.pdf"), None),
    Author: (make_author, "name"),
    Blog: (Blog.load, "tagline"),
    Category: (lambda: Category.objects.create(name="News"), "name"),
    DiscussionSettings: (DiscussionSettings.load, "flood_seconds"),
    Group: (lambda: Group.objects.create(name="Helpers"), "name"),
    Picture: (make_picture, "alt"),
    Post: (make_post, "title"),
    Rule: (lambda: Rule.objects.create(number=1, title="Be kind", text="To all."), "title"),
    Subscriber: (make_subscriber, "name"),
    Tag: (lambda: Tag.objects.create(name="Water"), "name"),
    User: (lambda: make_user(username="kim"), "first_name"),
}
TYPED = {"flood_seconds": ("20", "30")}


@pytest.fixture
def owners():
    """Two people who may do everything, each in a browser of their own."""
    clients = []
    for name in ("first", "second"):
        clients.append(Client())
        clients[-1].force_login(make_user(username=name, is_staff=True, is_superuser=True))
    return clients


def address(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def filled_in(answer):
    """What a browser would send of the page's form, as it stands."""
    form = BeautifulSoup(answer.content, "html.parser").select_one("form[id$=_form]")
    data = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        kind = field.get("type", "")
        if field.name == "select":
            chosen = (
                field.select("option[selected]") or ([] if field.has_attr("multiple") else field.select("option"))[:1]
            )
            data[field["name"]] = [option.get("value", "") for option in chosen]
        elif field.name == "textarea":
            data[field["name"]] = field.get_text().removeprefix("\n")
        elif kind in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                data[field["name"]] = field.get("value", "on")
        elif kind not in {"file", "submit", "button"}:
            data[field["name"]] = field.get("value", "")
    return data


def test_every_form_of_the_admin_is_tried_here():
    changing = {
        model
        for model, model_admin in admin.site._registry.items()
        if not getattr(model_admin, "compares_versions_itself", False)
        # These have no form that changes a row.
        and model.__name__ not in {"Import", "Export", "OutgoingTask", "AccountEvent", "Undeliverable"}
    }

    assert set(FORMS) == changing


@pytest.mark.parametrize("model", [model for model, (_make, field) in FORMS.items() if field])
def test_who_saves_later_is_told_and_may_then_replace_it(owners, model):
    make, field = FORMS[model]
    row, (first, second) = make(), owners
    texts = TYPED.get(field, ("By the first", "By the second"))
    pages = [filled_in(client.get(address(row))) for client in owners]

    answer = first.post(address(row), pages[0] | {field: texts[0]})
    assert answer.status_code == 302, answer.context["errors"]
    answer = second.post(address(row), pages[1] | {field: texts[1]})

    current = Rule.objects.current().get() if model is Rule else model.objects.get(pk=row.pk)
    assert str(getattr(current, field)) == texts[0]
    assertContains(answer, "Someone else has saved this")
    # Of a post both are shown word by word, so that marks stand between the words.
    assertContains(answer, texts[0].split()[-1])
    again = filled_in(answer)
    assert again[field] == texts[1]
    assert second.post(address(row), again).status_code == 302
    current = Rule.objects.current().get() if model is Rule else model.objects.get(pk=row.pk)
    assert str(getattr(current, field)) == texts[1]


def test_two_who_change_different_posts_or_nothing_are_left_alone(owners):
    row, (first, second) = make_post(), owners
    pages = [filled_in(client.get(address(row))) for client in owners]

    assert first.post(address(row), pages[0]).status_code == 302
    assert second.post(address(row), pages[1] | {"title": "Mine"}).status_code == 302
    assert Post.objects.get().title == "Mine"


def test_what_was_typed_into_a_form_whose_row_is_gone_is_given_back(owners):
    row, (_first, second) = make_post(), owners
    page = filled_in(second.get(address(row)))
    row.delete()

    answer = second.post(address(row), page | {"body": "A thousand words."})

    assertContains(answer, "A thousand words.", status_code=404)
    assertContains(answer, "Nothing was saved", status_code=404)


def test_a_script_that_has_read_no_page_saves_at_once(owners):
    row, (first, _second) = Tag.objects.create(name="Water"), owners

    assert first.post(address(row), {"name": "Wine", "slug": "wine"}).status_code == 302
