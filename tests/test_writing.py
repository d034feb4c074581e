"""Where posts are written: in Django's admin, with a preview, pictures, and the settings of the blog."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Category, Picture, Post, Tag
from tests.factories import make_author, make_post, make_staff_author

pytestmark = pytest.mark.django_db


def picture_file(name="p.png", size=(40, 30)):
    import io

    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


def post_fields(**fields):
    return {
        "title": "Written here",
        "body": "Some **bold** words.",
        "excerpt": "",
        "status": "published",
        "published_at_0": "",
        "published_at_1": "",
        "comments_open": "on",
        "slug": "",
        "kind": "post",
        "body_format": "markdown",
        "in_menu": "on",
    } | fields


def test_an_author_writes_and_publishes_a_post_under_their_own_name(client):
    user, author = make_staff_author()
    client.force_login(user)
    category, tag = Category.objects.create(name="Council"), Tag.objects.create(name="Money")

    client.post("/admin/posts/post/add/", post_fields(categories=[category.pk], tags=[tag.pk]))

    post = Post.objects.get()
    assert post.author == author
    assertContains(client.get(post.get_absolute_url()), "Some <strong>bold</strong> words.")
    assert list(post.tags.all()) == [tag]


def test_a_post_can_be_published_at_a_time_to_come(client):
    user, _author = make_staff_author()
    client.force_login(user)

    client.post("/admin/posts/post/add/", post_fields(published_at_0="2099-01-02", published_at_1="08:30"))

    post = Post.objects.get()
    assert post.is_scheduled
    assertContains(client.get(post.get_absolute_url()), "Scheduled for")


def test_a_preview_shows_the_page_and_saves_nothing(client):
    user, author = make_staff_author()
    client.force_login(user)
    post = make_post(author=author, body="As it is.")

    new = client.post("/admin/posts/post/preview/", post_fields(title=""))
    changed = client.post(f"/admin/posts/post/{post.pk}/preview/", post_fields(body="As it *could* be."))

    assertContains(new, "Some <strong>bold</strong> words.")
    assertContains(new, "not saved")
    assertContains(changed, "As it <em>could</em> be.")
    assert Post.objects.get().body == "As it is."


def test_an_author_can_not_see_change_or_preview_anothers_post(client):
    client.force_login(make_staff_author()[0])
    foreign = make_post(author=make_author(name="Else"), status="draft", body="Not for you.")

    for address in (f"/admin/posts/post/{foreign.pk}/change/", f"/admin/posts/post/{foreign.pk}/preview/"):
        for answer in (client.get(address, follow=True), client.post(address, post_fields(), follow=True)):
            assert b"Not for you." not in answer.content
    foreign.refresh_from_db()
    assert foreign.body == "Not for you."
    assertNotContains(client.get("/admin/posts/post/"), str(foreign.slug))


def test_a_picture_needs_alternative_text_or_to_be_called_decorative(client, editor):
    page = client.post("/admin/posts/picture/add/", {"file": picture_file(), "alt": ""})

    assertContains(page, "Describe what the picture shows")
    client.post("/admin/posts/picture/add/", {"file": picture_file(), "alt": "A teal field."})
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (40, 30)
    assertContains(client.get(f"/admin/posts/picture/{picture.pk}/change/"), f"![A teal field.]({picture.file.url})")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.png", b"<script>alert(1)</script>"),
        ("p.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("p.html", None),
        ("p.jpg", b""),
    ],
)
def test_what_is_no_picture_is_refused(client, editor, name, content):
    upload = picture_file(name) if content is None else SimpleUploadedFile(name, content)

    page = client.post("/admin/posts/picture/add/", {"file": upload, "alt": "x"})

    assertContains(page, "errorlist")
    assert not Picture.objects.exists()


def test_a_picture_in_somebody_elses_post_is_changed_by_editors_alone(client, editor):
    client.post("/admin/posts/picture/add/", {"file": picture_file(), "alt": "A teal field."})
    picture = Picture.objects.get()
    user, _author = make_staff_author()
    make_post(author=make_author(name="Else"), picture=picture)
    client.force_login(user)

    client.post(f"/admin/posts/picture/{picture.pk}/change/", {"alt": "Changed."})

    assert Picture.objects.get().alt == "A teal field."


def test_an_author_makes_no_page_for_the_menu(client):
    user, _author = make_staff_author()
    client.force_login(user)

    client.post("/admin/posts/post/add/", post_fields(kind="page"))

    assert Post.objects.get().kind == "post"


@pytest.mark.parametrize("place", [{}, {"menu_order": ""}])
def test_a_place_in_the_menu_may_be_left_empty(client, editor, place):
    client.force_login(editor)

    client.post("/admin/posts/post/add/", post_fields(author=make_author().pk) | place)

    assert Post.objects.get().menu_order == 0


def test_a_post_shows_its_picture_with_alternative_text_and_caption(client, editor):
    client.post(
        "/admin/posts/picture/add/",
        {"file": picture_file(), "alt": "A teal field.", "caption": "Spring", "credit": "Me"},
    )
    post = make_post(picture=Picture.objects.get())

    page = client.get(post.get_absolute_url())

    assertContains(page, 'alt="A teal field."')
    assertContains(page, "<figcaption>Spring")
    served = client.get(post.picture.file.url)
    assert served["Content-Type"] == "image/png"
    assert b"".join(served.streaming_content).startswith(b"\x89PNG")


@pytest.mark.parametrize("address", ["/admin/posts/blog/", "/admin/comments/discussionsettings/"])
def test_what_there_is_one_of_opens_at_once(client, editor, address):
    assert client.get(address, follow=True).redirect_chain[0][0].endswith("/1/change/")


def test_the_discussion_settings_are_saved_and_a_wrong_number_is_refused(client, editor, discussion):
    settings = discussion()
    fields = {
        "comments_open": "on",
        "moderation": "all",
        "max_links": "",
        "max_depth": "0",
        "per_page": "20",
        "order": "newest",
        "flood_seconds": "5",
        "notify_on": "digest",
        "spam_threshold": "0.8",
    }

    assertContains(client.post("/admin/comments/discussionsettings/1/change/", fields), "greater than or equal to 1")
    client.post("/admin/comments/discussionsettings/1/change/", fields | {"max_depth": "3"})

    settings.refresh_from_db()
    assert (settings.moderation, settings.max_links, settings.max_depth) == ("all", None, 3)
