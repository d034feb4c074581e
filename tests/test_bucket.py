"""Pictures in a bucket: a server that speaks as S3 does, on this machine, has all that a disk has otherwise."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from moto.server import ThreadedMotoServer
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.backups import restore_files
from posts.models import Attachment, Picture
from tests.factories import make_picture, make_post
from tests.pictures import encoded, exif, photograph

BUCKET = "a-blog"
KEY = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bucket(server, settings):
    """The bucket itself, as its owner sees it; the blog keeps its pictures there."""
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    bucket = boto3.resource("s3", endpoint_url=address, region_name="us-east-1", **KEY).Bucket(BUCKET)
    bucket.create()
    options = {"bucket_name": BUCKET, "endpoint_url": address, "region_name": "us-east-1"}
    options |= {"access_key": "a", "secret_key": "b"}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "posts.bucket.Bucket", "OPTIONS": options}}
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


@pytest.fixture
def chief(client):
    client.force_login(User.objects.create_superuser("chief", "chief@example.org", "a long password for one"))
    return client


def names(bucket):
    return sorted(stored.key for stored in bucket.objects.all())


def content_of(response):
    return b"".join(response.streaming_content)


def addresses_in(page):
    """Of all pictures that a page shows, in every size."""
    text = page.content.decode()
    sets = re.findall(r'srcset="([^"]+)"', text)
    found = {part.split()[0] for each in sets for part in each.split(", ")}
    return found | set(re.findall(r'<img[^>]* src="([^"]+)"', text))


@pytest.mark.django_db(transaction=True)
def test_a_picture_in_a_bucket_is_uploaded_shown_and_deleted_as_on_a_disk(bucket, chief, client, settings):
    photo = encoded(photograph(800, 600), exif=exif())
    form = {"file": SimpleUploadedFile("Ford.jpg", photo), "alt": "The ford", "caption": "", "credit": ""}
    assert chief.post("/admin/posts/picture/add/", form).status_code == 302
    call_command("worker", until_idle=True)
    picture = Picture.objects.get()
    post = make_post(picture=picture)

    client.logout()
    page = client.get(post.get_absolute_url())
    shown = addresses_in(page)

    # What `img-src 'self'` lets a browser fetch, and each of them is there, in all formats.
    assert {address.partition("/media/")[0] for address in shown} == {""}
    assert {Path(address).suffix for address in shown} == {".avif", ".webp"}
    assert len(names(bucket)) == len(shown - {picture.file.url}) + 1
    assert not Path(settings.MEDIA_ROOT, picture.file.name).exists()
    for address in shown | {picture.file.url}:
        answer = client.get(address)
        assert answer.headers["Content-Type"].startswith("image/")
        Image.open(BytesIO(content_of(answer))).load()

    post.delete()
    client.force_login(User.objects.get())
    assert client.post(f"/admin/posts/picture/{picture.pk}/delete/", {"post": "yes"}).status_code == 302
    assert names(bucket) == []
    assert client.get(picture.file.url, follow=True).status_code == 404


@pytest.mark.django_db
def test_a_part_of_a_film_is_all_that_is_fetched_of_it(bucket, client):
    bucket.put_object(Key="2026/03/ford.mp4", Body=b"0123456789")

    part = client.get("/media/2026/03/ford.mp4", headers={"Range": "bytes=2-5"})
    whole = client.get("/media/2026/03/ford.mp4")

    assert (part.status_code, content_of(part), part.headers["Content-Range"]) == (206, b"2345", "bytes 2-5/10")
    assert (content_of(whole), whole.headers["Content-Length"]) == (b"0123456789", "10")
    known = {"If-Modified-Since": whole.headers["Last-Modified"]}
    assert client.get("/media/2026/03/ford.mp4", headers=known).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["gone.png", "%2e%2e/%2e%2e/etc/passwd", "a" * 1100 + ".png", "./"])
def test_what_is_not_in_the_bucket_is_not_found(bucket, client, name):
    assert client.get(f"/media/{name}", follow=True).status_code in (400, 404)


@pytest.mark.django_db
def test_what_an_earlier_version_left_in_a_picture_is_cleaned_in_the_bucket(bucket):
    picture = make_picture()
    photo = encoded(photograph(80, 60), exif=exif())
    bucket.put_object(Key=picture.file.name, Body=photo)

    assert picture.clean_file()

    assert b"Obscura" not in bucket.Object(picture.file.name).get()["Body"].read()
    assert (picture.width, picture.height) == (80, 60)


@pytest.mark.django_db
def test_an_export_takes_pictures_and_files_from_the_bucket(bucket, tmp_path):
    picture = make_picture()
    Attachment.objects.create(file=SimpleUploadedFile("minutes.pdf", b"%PDF-1.4"), address="example.org/minutes.pdf")

    call_command("export_wordpress", str(tmp_path / "blog.xml"), "--media", str(tmp_path / "files.zip"))

    with zipfile.ZipFile(tmp_path / "files.zip") as archive:
        exported = {Path(name).name: archive.read(name) for name in archive.namelist()}
    assert exported[Path(picture.file.name).name] == bucket.Object(picture.file.name).get()["Body"].read()
    assert b"%PDF-1.4" in exported.values()


@pytest.mark.django_db
def test_a_bucket_that_is_away_loses_no_word_and_no_row(bucket, chief, settings):
    picture = make_picture(alt="The ford")
    away = settings.STORAGES["default"]["OPTIONS"] | {"bucket_name": "nobodys"}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "posts.bucket.Bucket", "OPTIONS": away}}
    form = {"file": SimpleUploadedFile("a.png", encoded(photograph(8, 6), "PNG")), "alt": "Words that are typed"}

    refused = chief.post("/admin/posts/picture/add/", form)
    kept = chief.post(f"/admin/posts/picture/{picture.pk}/delete/", {"post": "yes"}, follow=True)
    files = {"file": SimpleUploadedFile("b.png", encoded(photograph(8, 6), "PNG"))}
    sent = chief.post("/admin/posts/picture/upload/", files)
    health = chief.get("/healthz")

    assertContains(refused, "Words that are typed")
    away = "The storage for pictures and files can’t be reached, or refuses access."
    assertContains(refused, f"Nothing was saved. {away}")
    assertContains(kept, f"Nothing was deleted. {away}")
    assert sent.json()["errors"][0].startswith(away)
    for page in (refused, kept):
        assertNotContains(page, "disk")
    assert Picture.objects.count() == 1
    assertContains(health, "media: ", status_code=503)


@pytest.mark.django_db(transaction=True)
def test_a_backup_has_what_is_in_the_bucket_and_restores_it_there(bucket, tmp_path):
    picture = make_picture()
    before = bucket.Object(picture.file.name).get()["Body"].read()

    call_command("backup", str(tmp_path / "backup.zip"))
    bucket.objects.all().delete()
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        restore_files(archive)

    assert names(bucket) == [picture.file.name]
    assert bucket.Object(picture.file.name).get()["Body"].read() == before
