"""The way out with everything: the blog as JSON, and the record of moderation with it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from comments.models import ClaimedName, Comment, MailAddress, MailedLink, Note, RememberedBrowser
from posts.models import Author, Category, Post, Tag
from tests.factories import make_comment, make_editor, make_post

pytestmark = pytest.mark.django_db


def exported():
    out = StringIO()
    call_command("export_json", stdout=out)
    return json.loads(out.getvalue())


def test_a_comment_goes_out_with_every_decision_on_it():
    editor = make_editor(username="ed", first_name="Ed", last_name="Itor")
    comment = make_comment(name="Bo", body="*Words* & <more>", email="bo@example.org", status="pending")
    comment.approve(by=editor, reason="He was there.")
    comment.edit("Other words", by=editor, reason="A name was in it.")
    Note.objects.create(comment=comment, author=editor, text="I know him.")

    blog = exported()

    out = blog["posts"][0]["comments"][0]
    assert (out["name"], out["body"], out["body_as_written"]) == ("Bo", "Other words", "*Words* & <more>")
    assert (out["email"], out["status"]) == ("bo@example.org", "approved")
    told = [(row["from_status"], row["to_status"], row["reason"]) for row in out["decisions"]]
    assert told == [
        ("", "pending", ""),
        ("pending", "approved", "He was there."),
        ("approved", "approved", "A name was in it."),
    ]
    assert out["decisions"][2]["body_before"] == "*Words* & <more>"
    assert {row["actor_id"] for row in out["decisions"]} == {None, editor.pk}
    assert {"id": editor.pk, "username": "ed", "name": "Ed Itor"} in blog["accounts"]
    assert [note["text"] for note in out["notes"]] == ["I know him."]


def test_a_post_goes_out_with_where_it_stands():
    post = make_post(title="A “title”", body="# Words", status="draft")
    post.tags.add(Tag.objects.create(name="Water"))
    post.categories.add(Category.objects.create(name="Land"))

    blog = exported()

    out = blog["posts"][0]
    assert (out["title"], out["body"], out["body_format"], out["status"]) == (
        "A “title”",
        "# Words",
        "markdown",
        "draft",
    )
    assert out["tags"] == [tag["id"] for tag in blog["tags"] if tag["name"] == "Water"]
    assert out["categories"] == [category["id"] for category in blog["categories"] if category["name"] == "Land"]
    assert out["author_id"] == blog["authors"][0]["id"]


def test_nothing_that_somebody_can_write_is_left_out():
    make_comment()

    blog = exported()

    for model, out in (
        (Post, blog["posts"][0]),
        (Comment, blog["posts"][0]["comments"][0]),
        (Author, blog["authors"][0]),
    ):
        editable = {field.attname for field in model._meta.concrete_fields if field.editable}
        assert editable <= out.keys(), model


def test_no_secret_of_an_account_goes_out():
    make_editor(username="ed", email="ed@example.org")

    said = json.dumps(exported())

    assert "ed@example.org" not in said
    assert "password" not in said


def test_confirmed_addresses_and_names_go_out_and_what_would_be_a_key_does_not():
    address = MailAddress.objects.prove("bo@example.org")
    ClaimedName.objects.claim("Bo Reader", address)
    RememberedBrowser.objects.create(name="secret-name", address=address)
    token = MailedLink.make("confirm", "bo@example.org", make_comment(address=address, browser="secret-name"))

    blog = exported()

    assert [(row["id"], row["address"]) for row in blog["addresses"]] == [(address.pk, "bo@example.org")]
    assert blog["posts"][0]["comments"][0]["address_id"] == address.pk
    assert [(row["name"], row["address_id"]) for row in blog["claimed_names"]] == [("Bo Reader", address.pk)]
    said = json.dumps(blog)
    assert "secret-name" not in said
    assert token not in said


def test_its_queries_do_not_grow_with_comments(django_assert_max_num_queries):
    post = make_post()
    for _number in range(20):
        make_comment(post=post)

    with django_assert_max_num_queries(25):
        exported()


def test_a_file_that_can_not_be_written_is_said_in_one_line(tmp_path):
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("export_json", tmp_path / "no folder" / "blog.json")


def test_the_file_is_there_whole(tmp_path):
    make_comment(body="Words.")

    call_command("export_json", tmp_path / "blog.json")

    assert json.loads((tmp_path / "blog.json").read_text())["posts"][0]["comments"][0]["body"] == "Words."
    assert [file.name for file in tmp_path.iterdir()] == ["blog.json"]
