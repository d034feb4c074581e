"""What readers get of a picture: the size that fits, upright and in its colours, and a page that doesn't jump."""

import os
import re
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image, ImageCms
from pytest_django.asserts import assertContains

from posts.models import Blog, Picture, Post
from posts.pictures import work
from posts.pictures.renditions import widths_for
from tests.factories import make_author, make_post
from tests.pictures import CAMERA, animated, encoded, exif, make_picture, photograph, upload

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[1]


def render():
    call_command("make_renditions", stdout=StringIO())


def test_a_picture_that_gets_its_sizes_leaves_the_text_around_it_in_the_language_of_the_blog():
    """The worker leaves the sizes to a process of their own: its quotation marks were English ones."""
    Blog.objects.update_or_create(pk=1, defaults={"language": "de"})
    picture = make_picture()
    with translation.override("de"):
        post = make_post(body=f'![A]({picture.get_absolute_url()})\n\nEr sagte "ja".')

    render()

    post.refresh_from_db()
    assert "<source" in post.body_html
    assert "„ja“" in post.body_html


def rendition(picture, kind, width):
    picture.refresh_from_db()
    with default_storage.open(picture.renditions[kind][str(width)]) as file:
        image = Image.open(BytesIO(file.read()))
    image.load()
    return image


def weight(picture, kind, width):
    return default_storage.size(picture.renditions[kind][str(width)])


def shown(client, post):
    return BeautifulSoup(client.get(post.get_absolute_url()).content, "html.parser").find("article")


# --- The sizes


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (1, [1]),
        (300, [300]),
        (360, [360]),
        (1000, [360, 720, 1000]),
        (1920, [360, 720, 1080, 1440, 1920]),
        (8000, [360, 720, 1080, 1440, 1920]),
    ],
)
def test_no_size_is_larger_than_the_original(width, widths):
    assert widths_for(width) == widths


def test_a_photograph_is_there_in_five_widths_of_both_formats_and_light_on_a_telephone():
    picture = make_picture(encoded(photograph(2400, 1600), quality=92, exif=exif()))

    render()

    for kind in ("webp", "avif"):
        for width in (360, 720, 1080, 1440, 1920):
            made = rendition(picture, kind, width)
            assert made.size == (width, round(width * 2 / 3))
            assert made.format == kind.upper()
            assert not made.getexif()
        assert weight(picture, kind, 360) <= 60_000
    # What a telephone with three pixels a point fetches, where it knows the format.
    assert weight(picture, "avif", 1080) <= 60_000


def colours(picture, kind="webp"):
    """The colour of the upper left and of the lower right corner of the largest size."""
    picture.refresh_from_db()
    made = rendition(picture, kind, max(map(int, picture.renditions[kind])))
    return made.mode, made.getpixel((4, 4)), made.getpixel((made.width - 5, made.height - 5))


def near(colour, expected):
    return all(abs(one - other) < 24 for one, other in zip(colour, expected, strict=False))


def two_fields(mode, first, second):
    image = Image.new(mode, (120, 80), first)
    image.paste(second, (60, 0, 120, 80))
    return image


@pytest.mark.parametrize("kind", ["webp", "avif"])
@pytest.mark.parametrize(
    ("name", "content", "first", "second"),
    [
        ("cmyk.jpg", encoded(two_fields("CMYK", (0, 255, 255, 0), (255, 0, 255, 0))), (255, 0, 0), (0, 255, 0)),
        ("grey.jpg", encoded(two_fields("L", 40, 200)), (40, 40, 40), (200, 200, 200)),
        ("deep.png", encoded(two_fields("I;16", 10_280, 51_400), "PNG"), (40, 40, 40), (200, 200, 200)),
        ("bits.png", encoded(two_fields("1", 0, 1), "PNG"), (0, 0, 0), (255, 255, 255)),
        ("palette.png", encoded(two_fields("RGB", "red", "lime").quantize(4), "PNG"), (255, 0, 0), (0, 255, 0)),
        ("still.gif", encoded(two_fields("RGB", "red", "lime"), "GIF"), (255, 0, 0), (0, 255, 0)),
        ("turned.jpg", encoded(two_fields("RGB", "red", "lime"), exif=exif(orientation=3)), (0, 255, 0), (255, 0, 0)),
        (
            "turned.avif",
            encoded(two_fields("RGB", "red", "lime"), "AVIF", exif=exif(orientation=3)),
            (0, 255, 0),
            (255, 0, 0),
        ),
    ],
)
def test_every_kind_of_picture_comes_out_in_its_colours(name, content, first, second, kind):
    picture = make_picture(content, name=name)

    render()

    mode, upper_left, lower_right = colours(picture, kind)
    assert mode == "RGB"
    assert near(upper_left, first)
    assert near(lower_right, second)


@pytest.mark.parametrize("kind", ["webp", "avif"])
@pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
def test_what_is_transparent_stays_so(mode, kind):
    image = two_fields("RGBA", (200, 200, 200, 255), (0, 0, 0, 0)).convert(mode)
    picture = make_picture(encoded(image, "PNG"), name="clear.png")

    render()

    mode, upper_left, lower_right = colours(picture, kind)
    assert mode == "RGBA"
    assert near(upper_left, (200, 200, 200, 255))
    assert lower_right[3] < 10


def test_a_profile_is_worked_into_the_colours_and_one_that_is_none_changes_nothing():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The same primaries, named in another order: who shows them unconverted shows green for red.
    swapped = srgb.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")
    image = two_fields("RGB", "red", "blue")
    converted = make_picture(encoded(image, "PNG", icc_profile=swapped), name="swapped.png")
    broken = make_picture(encoded(image, "PNG", icc_profile=b"no profile"), name="broken.png")

    render()

    assert near(colours(converted)[1], (0, 255, 0))
    assert near(colours(broken)[1], (255, 0, 0))
    assert "icc_profile" not in rendition(converted, "webp", 120).info


def test_an_animation_and_what_can_not_be_read_are_shown_as_they_are(client, caplog):
    moving = make_picture(animated("GIF"), name="moving.gif")
    broken = make_picture()
    default_storage.delete(broken.file.name)
    default_storage.save(broken.file.name, upload(b"no picture"))

    render()
    render()

    assert not Picture.objects.waiting().exists()
    assert f"No renditions of the picture {broken.file.name}" in caplog.text
    (img,) = shown(client, make_post(picture=moving)).find_all("img")
    assert (img["src"], img["width"], img["height"]) == (moving.file.url, "40", "30")


# --- In the page


def test_a_page_shows_the_original_until_the_sizes_are_there_and_then_the_sizes(client):
    lead, inside = make_picture(), make_picture(alt="A lid")
    post = make_post(picture=lead, body=f"Look:\n\n![]({inside.file.url})\n\nSo.")
    before = shown(client, post)
    stamp = Post.objects.get().changed_at

    render()

    after = shown(client, post)
    assert [img["src"] for img in before.find_all("img")] == [lead.file.url, inside.file.url]
    assert not before.find("picture")
    assert Post.objects.get().changed_at > stamp
    first, second = after.find_all("picture")
    for element, picture in ((first, lead), (second, inside)):
        picture.refresh_from_db()
        img = element.img
        assert (img["width"], img["height"]) == ("600", "400")
        assert [source["type"] for source in element.find_all("source")] == ["image/avif", "image/webp"]
        for source in element.find_all("source"):
            candidates = [each.split() for each in source["srcset"].split(", ")]
            assert [width for _address, width in candidates] == ["360w", "600w"]
            assert source["sizes"]
            for address, _width in candidates:
                answer = client.get(address)
                assert answer.getvalue()
                assert answer["Content-Type"] == source["type"]
                assert "immutable" in answer["Cache-Control"]
    assert (first.img.get("fetchpriority"), first.img.get("loading")) == ("high", None)
    assert (second.img.get("fetchpriority"), second.img.get("loading")) == (None, "lazy")
    assert (first.img["alt"], second.img["alt"]) == ("A drain", "A lid")


def test_without_a_picture_on_top_the_first_of_the_text_is_fetched_at_once(client):
    picture = make_picture()
    post = make_post(body=f"![One]({picture.file.url})\n\n![Two]({picture.file.url})")

    first, second = shown(client, post).find_all("img")

    assert (first.get("fetchpriority"), first.get("loading")) == ("high", None)
    assert (second.get("fetchpriority"), second.get("loading")) == (None, "lazy")


def test_a_picture_on_its_own_line_has_its_caption_and_credit_and_one_in_a_sentence_has_not(client):
    picture = make_picture(caption="The drain, <1999>", credit="Photo: Ann & Bo")
    alone = make_post(body=f"Look:\n\n![]({picture.file.url})")
    inside = make_post(body=f"Look ![]({picture.file.url}) here.")

    figure = shown(client, alone).find("figure")

    assert figure.img["alt"] == "A drain"
    assert figure.figcaption.get_text() == "The drain, <1999> Photo: Ann & Bo"
    assert not shown(client, inside).find("figure")


def test_new_words_for_a_picture_are_in_the_posts_at_once(client, editor):
    picture = make_picture()
    post = make_post(body=f"![]({picture.file.url})")

    client.post(f"/admin/posts/picture/{picture.pk}/change/", {"alt": "A grating", "caption": "On Mill Lane"})

    assert shown(client, post).img["alt"] == "A grating"
    assert shown(client, post).figcaption.get_text() == "On Mill Lane"


def test_a_width_that_a_text_asks_for_is_kept_in_proportion(client):
    picture = make_picture()
    post = make_post(
        body_format="html", body=f'<p><img class="alignleft" src="{picture.file.url}" width="300" height="9">'
    )
    render()

    img = shown(client, post).img

    assert (img["width"], img["height"], img["class"]) == ("300", "200", ["alignleft"])
    assert "300px" in shown(client, post).source["sizes"]


def test_a_file_without_a_row_has_its_measures_and_other_hosts_pictures_are_links(client):
    name = default_storage.save("loose/lid.png", upload(encoded(photograph(50, 40), "PNG")))
    post = make_post(
        body=f"![A lid](/media/{name}) ![Gone](/media/gone.png) ![Out](/media/../../etc/passwd) ![X](https://x.example/y.png)"
    )

    lid, gone, out = shown(client, post).find_all("img")

    assert (lid["width"], lid["height"]) == ("50", "40")
    assert not gone.get("width")
    assert not out.get("width")
    foreign = shown(client, post).find("a", href="https://x.example/y.png")
    assert foreign.text == "X"


@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_nobody_writes_sources_of_their_own(client, body_format):
    picture = make_picture()
    post = make_post(
        body_format=body_format,
        body='<picture><source srcset="https://x.example/a.webp 1w" type="image/webp">'
        f'<img src="{picture.file.url}" srcset="https://x.example/b.webp 2w" sizes="1px" onerror="x()"></picture>',
    )
    render()

    text = Post.objects.get(pk=post.pk).body_html

    assert "<source" in text
    for tag in re.findall(r"<(?:source|img)[^>]*>", text):
        assert "x.example" not in tag
        assert "onerror" not in tag
    assert text.count("<picture>") == text.count("<img") == 1


def test_a_bio_shows_its_picture_in_its_sizes_too(client):
    picture = make_picture()
    make_author(bio=f"![Me]({picture.file.url})")
    post = make_post()

    render()

    assert shown(client, post).find("aside").picture.img["alt"] == "Me"


def test_a_feed_has_one_address_a_picture(client):
    picture = make_picture()
    make_post(body=f"![A drain]({picture.file.url})")
    render()

    feed = client.get("/feed/").text

    assert "srcset" not in feed
    assert f"http://127.0.0.1:8000{Picture.objects.get().fallback_url}" in feed


def test_sizes_cost_a_post_no_query(client):
    picture = make_picture()
    bare, full = make_post(), make_post(picture=picture, body=f"![A drain]({picture.file.url})")
    render()
    for post in (bare, full):
        client.get(post.get_absolute_url())

    with CaptureQueriesContext(connection) as without_pictures:
        client.get(bare.get_absolute_url())
    with CaptureQueriesContext(connection) as with_pictures:
        client.get(full.get_absolute_url())

    assert len(with_pictures) == len(without_pictures)


# --- The admin


def test_the_list_of_pictures_shows_small_ones_and_what_there_is_of_each(client, editor):
    done = make_picture()
    render()
    done.refresh_from_db()
    waiting = make_picture(alt="A lid")

    page = client.get("/admin/posts/picture/")

    assertContains(page, f'src="{done.url_for(360)}"')
    assertContains(page, f'src="{waiting.file.url}"')
    assertContains(page, "600\u00a0×\u00a0400", count=2)
    assertContains(client.get(f"/admin/posts/picture/{done.pk}/change/"), "360, 600")
    assertContains(client.get(f"/admin/posts/picture/{waiting.pk}/change/"), "being made")
    assertContains(client.get("/admin/posts/picture/add/"), 'accept=".jpg,.jpeg,.png,.gif,.webp,.avif"')


# --- Who makes them


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_them():
    picture = make_picture()
    picture.refresh_from_db()
    assert not picture.renditions

    call_command("worker", until_idle=True)

    picture.refresh_from_db()
    assert set(picture.renditions) == {"webp", "avif"}


def test_the_worker_has_a_process_of_its_own_make_them(tmp_path):
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "k3y-" * 20,
        "DATABASE_URL": f"sqlite:///{tmp_path}/blog.sqlite3",
        "MEDIA_ROOT": f"{tmp_path}/media",
        "DJANGO_SETTINGS_MODULE": "blog_site.settings",
    }
    (tmp_path / "drain.jpg").write_bytes(encoded(photograph(400, 300), exif=exif()))
    make = (
        "import django; django.setup()\n"
        "from django.core.files import File; from django.db import transaction; from posts.models import Picture\n"
        "with transaction.atomic():\n"
        "    for number in range(3):\n"
        f"        with open(r'{tmp_path}/drain.jpg', 'rb') as file:\n"
        "            Picture(alt=f'Drain {number}').file.save('drain.jpg', File(file))\n"
    )
    look = (
        "import django; django.setup(); from posts.models import Picture\n"
        "print(Picture.objects.waiting().count(), *Picture.objects.values_list('renditions', flat=True))"
    )

    def run(*arguments):
        run = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        return run.stdout

    run("manage.py", "migrate")
    run("-c", make)

    assert run("-c", look).startswith("3")
    run("manage.py", "worker", "--until-idle")

    found = run("-c", look)
    assert found.startswith("0")
    assert found.count("avif") == found.count("webp") * 1
    assert len(list(tmp_path.glob("media/renditions/**/*.avif"))) == 6
    assert not any(CAMERA.encode() in path.read_bytes() for path in tmp_path.glob("media/**/*.*"))


def test_a_picture_that_is_deleted_while_its_sizes_are_made_leaves_nothing(django_capture_on_commit_callbacks):
    picture = make_picture()
    with django_capture_on_commit_callbacks(execute=True):
        Picture.objects.get().delete()
    default_storage.save(picture.file.name, upload(encoded(photograph(400, 300))))

    work.render(picture)

    assert not any(default_storage.listdir(f"renditions/{picture.file.name.rpartition('/')[0]}"))


def test_making_sizes_leaves_who_calls_it_as_quick_as_it_was():
    before = os.nice(0)

    render()

    assert os.nice(0) == before


def test_readers_go_before_a_process_that_makes_sizes():
    code = (
        "import os, runpy, sys; sys.argv = ['manage.py', 'make_renditions', '--help']\n"
        "before = os.nice(0)\n"
        "try: runpy.run_path('manage.py', run_name='__main__')\n"
        "except SystemExit: print(os.nice(0) > before)"
    )

    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout.splitlines()[-1] == "True"
