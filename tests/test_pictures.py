"""What becomes of an uploaded file: refused with a word on what to do, or stored without what it tells of its maker."""

import struct
import zlib
from io import BytesIO, StringIO
from random import Random

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError
from django.db.models import ProtectedError
from PIL import Image, ImageCms, ImageOps
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Autosave, Picture, Post
from posts.pictures.checking import validate_picture
from posts.pictures.cleaning import cleaned
from tests.factories import make_author, make_post, make_staff_author, make_user
from tests.pictures import (
    CAMERA,
    ORIENTATION,
    animated,
    content_of,
    encoded,
    exif,
    make_picture,
    photograph,
    stored,
    upload,
)

pytestmark = pytest.mark.django_db

KINDS = {"JPEG": "drain.jpg", "PNG": "drain.png", "WEBP": "drain.webp", "AVIF": "drain.avif"}


def files():
    """The names of all stored files."""

    def below(folder):
        folders, names = default_storage.listdir(folder)
        return [f"{folder}/{name}" for name in names] + [name for each in folders for name in below(f"{folder}/{each}")]

    return below(".") if default_storage.exists("") else []


def png_claiming(width, height):
    """A PNG of a hundred bytes that says it is so large."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def gif_of_frames(number, *, screen=(1, 1)):
    """A GIF of so many frames of one pixel, 15 bytes each, on a screen of this size."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * number + b"\x3b"


# --- What is taken out


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("kind", KINDS)
def test_neither_place_nor_camera_is_kept_and_the_picture_stands_upright(kind, orientation):
    lying = photograph(60, 40)
    lying.paste("red", (0, 0, 20, 20))

    picture = make_picture(encoded(lying, kind, exif=exif(orientation=orientation), quality=95), name=KINDS[kind])

    kept = stored(picture)
    assert CAMERA.encode() not in content_of(picture)
    # What turns an AVIF is part of the picture; Pillow reads it into this tag alone.
    assert set(kept.getexif()) <= ({ORIENTATION} if kind == "AVIF" else set())
    kept = ImageOps.exif_transpose(kept)
    assert kept.size == (picture.width, picture.height) == ((60, 40) if orientation in (1, 3) else (40, 60))
    corner = {1: (5, 5), 3: (55, 35), 6: (35, 5), 8: (5, 55)}[orientation]
    red, green, blue = kept.convert("RGB").getpixel(corner)
    assert red > 180
    assert green + blue < 160


def test_without_a_turn_not_a_pixel_of_a_photograph_changes():
    content = encoded(photograph(90, 60), exif=exif(), progressive=True, comment=b"for you alone")

    picture = make_picture(content)

    assert stored(picture).tobytes() == Image.open(BytesIO(content)).tobytes()
    assert b"for you alone" not in content_of(picture)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_colour_profile_stays(kind):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    picture = make_picture(
        encoded(photograph(30, 20), kind, exif=exif(orientation=6), icc_profile=profile), name=KINDS[kind]
    )

    assert stored(picture).info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_hangs_on_behind_a_picture_is_not_stored(kind):
    hidden = b"PK\x03\x04<script>alert(1)</script>"

    picture = make_picture(encoded(photograph(30, 20), kind) + hidden, name=f"drain.{kind.lower()}"[:9].rstrip("."))

    assert hidden not in content_of(picture)
    assert stored(picture).size == (30, 20)


@pytest.mark.parametrize(("kind", "name"), [("GIF", "a.gif"), ("WEBP", "a.webp"), ("PNG", "a.png"), ("AVIF", "a.avif")])
def test_an_animation_goes_on_moving(kind, name):
    options = {} if kind == "GIF" else {"exif": exif()}

    picture = make_picture(animated(kind, **options), name=name)

    kept = stored(picture)
    assert kept.n_frames == 3
    assert kept.info["duration"] == 120
    assert CAMERA.encode() not in content_of(picture)


def test_a_telephones_photograph_with_a_second_one_in_it_becomes_one():
    first, second = photograph(60, 40), photograph(30, 20)

    picture = make_picture(encoded(first, "MPO", save_all=True, append_images=[second], exif=exif()))

    assert stored(picture).format == "JPEG"
    assert stored(picture).size == (60, 40)


def test_cleaning_what_is_clean_changes_nothing():
    pictures = [
        make_picture(encoded(photograph(60, 40), kind, exif=exif(orientation=8)), name=KINDS[kind]) for kind in KINDS
    ]

    assert not any(picture.clean_file() for picture in pictures)


def test_pictures_from_before_are_cleaned_by_a_command_and_keep_their_address(capsys):
    picture = make_picture()
    content = encoded(photograph(60, 40), exif=exif(orientation=6))
    default_storage.delete(picture.file.name)
    default_storage.save(picture.file.name, upload(content))
    name = picture.file.name

    call_command("clean_pictures")
    call_command("clean_pictures")

    picture.refresh_from_db()
    assert picture.file.name == name
    assert (picture.width, picture.height) == stored(picture).size == (40, 60)
    assert CAMERA.encode() not in content_of(picture)
    assert capsys.readouterr().out == "pictures: 1 changed\npictures: 0 changed\n"


# --- What is refused


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("words.jpg", b"<html><script>alert(1)</script></html>", "not a picture that browsers can show"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Save it as JPEG"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        ("half.gif", b"GIF89a<script>alert(1)</script>", "not a picture"),
        ("other.jpg", encoded(photograph(30, 20), "PNG"), "Rename it so that it ends in .png"),
        ("other.png", animated("GIF"), "Rename it so that it ends in .gif"),
        ("large.png", png_claiming(20_000, 20_000), "more than 50 million pixels"),
        ("bomb.png", png_claiming(60_000, 60_000), "more than 50 million pixels"),
        ("bomb.png", png_claiming(2**31 - 1, 2**31 - 1), "more than 50 million pixels"),
        ("long.png", png_claiming(30_000, 2), "wider or higher than 16,383"),
        ("long.gif", gif_of_frames(700), "animation is too long"),
        ("longer.gif", gif_of_frames(500_000), "animation is too long"),
        ("heavy.jpg", encoded(photograph(30, 20)) + b"\0" * 15 * 1024 * 1024, "larger than 15 MB"),
    ],
)
def test_what_is_wrong_or_huge_or_disguised_is_refused_with_a_word_on_what_to_do(client, editor, name, content, words):
    form = {"file": SimpleUploadedFile(name, content), "alt": "A drain"}

    answer = client.post("/admin/posts/picture/add/", form)

    assertContains(answer, words)
    assertContains(answer, 'value="A drain"')
    assert not Picture.objects.exists()
    assert files() == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_a_file_that_was_cut_off_is_refused(kind):
    content = encoded(photograph(200, 150), kind)
    name = {"GIF": "drain.gif"}.get(kind) or KINDS[kind]

    for part in (0.05, 0.5, 0.9):
        with pytest.raises(ValidationError):
            validate_picture(upload(content[: int(len(content) * part)], name))
    validate_picture(upload(content, name))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_broken_bytes_are_refused_or_cleaned_and_never_an_error(kind):
    options = {} if kind == "GIF" else {"exif": exif(orientation=6)}
    whole = encoded(photograph(60, 40), kind, **options)
    dice = Random(7)  # noqa: S311 (the same bytes each time)
    name = {"GIF": "drain.gif"}.get(kind) or KINDS[kind]
    outcomes = set()

    for _ in range(400):
        broken = bytearray(whole)
        for _ in range(dice.choice((1, 3, 20))):
            broken[dice.randrange(dice.choice((80, 400, len(broken))))] = dice.randrange(256)
        file = upload(bytes(broken), name)
        try:
            validate_picture(file)
            outcomes.add(len(cleaned(file)) > 0)
        except ValidationError as error:
            outcomes.add(bool(error.messages))

    assert outcomes == {True}


def test_an_animation_of_too_many_pixels_is_refused():
    with pytest.raises(ValidationError, match="animation is too long"):
        validate_picture(upload(gif_of_frames(40, screen=(2200, 2000)), "long.gif"))


def test_if_the_row_can_not_be_stored_neither_is_the_file():
    with pytest.raises(IntegrityError):
        Picture.objects.create(file=upload(encoded(photograph(30, 20))), alt="A drain", decorative=True)

    assert files() == []


def test_a_name_says_what_is_in_it():
    same = encoded(photograph(30, 20))

    first, again, other = make_picture(same, name="Ein Gully! (2).JPG"), make_picture(same), make_picture()

    assert first.file.name.rpartition("/")[2].startswith("ein-gully-2-")
    assert first.file.name.endswith(".jpg")
    assert first.file.name.rpartition("-")[2] == again.file.name.rpartition("-")[2]
    assert other.file.name.rpartition("-")[2] != again.file.name.rpartition("-")[2]


# --- Replacing and deleting


def test_a_picture_that_is_replaced_takes_its_files_along_and_stands_in_its_texts(
    client, editor, django_capture_on_commit_callbacks
):
    picture = make_picture()
    call_command("make_renditions", stdout=StringIO())
    post = make_post(body=f"![A drain]({picture.file.url})\n\nAnd words.")
    before = set(files())

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            f"/admin/posts/picture/{picture.pk}/change/",
            {"file": SimpleUploadedFile("grating.png", encoded(photograph(50, 40), "PNG")), "alt": "A grating"},
        )

    picture.refresh_from_db()
    post.refresh_from_db()
    assert not before & set(files())
    assert (picture.width, picture.renditions, picture.rendered_at) == (50, {}, None)
    assert picture.file.url in post.body
    assert picture.file.url in post.body_html
    assert client.get(picture.file.url).getvalue() == content_of(picture)


def test_a_picture_that_is_deleted_takes_its_files_along(client, editor, django_capture_on_commit_callbacks):
    one, *others = (make_picture() for _ in range(3))
    call_command("make_renditions", stdout=StringIO())
    assert len(files()) > 3

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/posts/picture/{one.pk}/delete/", {"post": "yes"})
        client.post(
            "/admin/posts/picture/",
            {"action": "delete_selected", "_selected_action": [each.pk for each in others], "post": "yes"},
        )

    assert not Picture.objects.exists()
    assert files() == []


def test_a_picture_that_only_earlier_versions_and_unsaved_texts_have_is_not_deleted_without_a_word(client, editor):
    picture = make_picture()
    body = f"![x]({picture.file.url})"
    post = make_post(title="The ford", body=body)
    post.body = "Without it."
    post.save()
    private = make_post(author=make_author(name="Zed"), title="Hidden", body=body, status="private")
    private.body = "Without it."
    private.save()
    for account, key in ((editor, "a" * 20), (make_user(), "b" * 20)):
        Autosave.objects.create(account=account, key=key, fields={"title": ["My draft"], "body": [body]})
    own = make_staff_author()[0]
    own.user_permissions.add(Permission.objects.get(codename="delete_picture"))
    address = f"/admin/posts/picture/{picture.pk}/delete/"

    page = client.get(address)
    client.force_login(own)
    others_page = client.get(address)
    client.post(address, {"post": "yes"})

    assertContains(page, "An earlier version of “The ford” shows it")
    assertContains(page, "An earlier version of “Hidden” shows it")
    assertContains(page, "What you have typed and not saved (My draft) would miss it.")
    assertContains(page, "Something that another person has typed and not saved would miss it.")
    assertNotContains(others_page, "Hidden")
    assertNotContains(others_page, "My draft")
    assertContains(others_page, "An earlier version of a post that you don&#x27;t have permission to view")
    assert not Picture.objects.exists()


def test_a_picture_that_stands_in_a_text_is_not_deleted_and_the_page_says_where(client, editor):
    picture = make_picture()
    make_post(title="Forty buckets", body=f"![]({picture.file.url})")
    make_author(name="Drainpipe", bio=f"![]({picture.file.url})")

    page = client.get(f"/admin/posts/picture/{picture.pk}/delete/")
    client.post(f"/admin/posts/picture/{picture.pk}/delete/", {"post": "yes"})

    assertContains(page, "the text of “Forty buckets”")
    assertContains(page, "Drainpipe")
    for delete in (picture.delete, Picture.objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()
    assert default_storage.exists(picture.file.name)


def test_a_picture_in_somebody_elses_text_is_changed_by_editors_alone(client):
    picture = make_picture()
    make_post(author=make_author(name="Else"), body=f"![]({picture.file.url})")
    client.force_login(make_staff_author()[0])

    client.post(f"/admin/posts/picture/{picture.pk}/change/", {"alt": "Changed."})

    assert Picture.objects.get().alt == "A drain"


# --- Words for who doesn't see it


def post_form(**fields):
    return {
        "title": "Written here",
        "status": "published",
        "published_at_0": "",
        "published_at_1": "",
        "body_format": "markdown",
        "kind": "post",
        "menu_order": "0",
    } | fields


def test_a_post_is_not_published_with_a_picture_that_says_nothing_and_the_page_names_it(client, editor):
    author = make_author(user=editor)
    body = "Look:\n\n![](/media/2026/03/grate.png)\n\n![ ](https://elsewhere.example/lid.jpg) ![A lid](/media/lid2.png)"

    refused = client.post("/admin/posts/post/add/", post_form(body=body, author=author.pk))

    assertContains(refused, "The picture “grate.png” in the text has no alternative text.")
    assertContains(refused, "The picture “lid.jpg” in the text")
    assertNotContains(refused, "“lid2.png” in")
    assert not Post.objects.exists()
    client.post("/admin/posts/post/add/", post_form(body=body, author=author.pk, status="draft"))
    assert Post.objects.get().status == "draft"


def test_what_was_public_before_does_not_stand_in_the_way_of_a_correction(client, editor):
    post = make_post(body="![](/media/old.png) Wrods.")
    form = post_form(author=post.author.pk, published_at_0="2026-03-14", published_at_1="09:30")

    client.post(f"/admin/posts/post/{post.pk}/change/", form | {"body": "![](/media/old.png) Words."})
    refused = client.post(
        f"/admin/posts/post/{post.pk}/change/", form | {"body": "![](/media/old.png) ![](/media/new.png)"}
    )

    assert Post.objects.get().body == "![](/media/old.png) Words."
    assertContains(refused, "“new.png”")
    assertNotContains(refused, "“old.png” in")


@pytest.mark.parametrize(
    ("written", "fields", "shown"),
    [
        ("![]({})", {"alt": "A drain"}, 'alt="A drain"'),
        ("![The drain on Mill Lane]({})", {"alt": "A drain"}, 'alt="The drain on Mill Lane"'),
        ("![]({})", {"decorative": True}, 'alt=""'),
    ],
)
def test_a_picture_brings_its_words_into_the_text(client, editor, written, fields, shown):
    picture = make_picture(**fields)

    client.post(
        "/admin/posts/post/add/",
        post_form(body=written.format(picture.file.url), author=make_author(user=editor).pk),
    )

    assert shown in Post.objects.get().body_html
