"""Files that go out and come back keep their names, the days they came up, and what leads to them."""

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from posts.models import Attachment, Picture, Post
from tests.factories import make_post
from tests.test_export_wordpress import export, start_afresh
from tests.wxr import import_, make_attachment, make_export, make_item, make_uploads

pytestmark = pytest.mark.django_db
OLD = "https://old.example/wp-content/uploads"


def upload(name, kind="PNG", colour="teal"):
    file = BytesIO()
    Image.new("RGB", (30, 20), colour).save(file, kind)
    picture = Picture(alt="A grating")
    picture.file.save(name, ContentFile(file.getvalue()))
    return picture


def round_trip(tmp_path, settings, number):
    """The names in the archive, and the addresses and dates in the file, after one way out; then it comes back."""
    file, archive = tmp_path / f"{number}.xml", tmp_path / f"{number}.zip"
    export(file, media=archive)
    start_afresh()
    settings.MEDIA_ROOT = tmp_path / f"media-{number}"
    import_(file, media=archive)
    text = file.read_text()
    told = re.findall(r"<wp:(?:attachment_url|post_date_gmt)>.*?</wp", text)
    shown = re.findall(r"wp-content/uploads/[^\"'<\s)\]]+", text)
    return sorted(zipfile.ZipFile(archive).namelist()), told, set(shown)


def test_names_and_days_stay_through_any_number_of_round_trips(tmp_path, settings):
    pictures = [upload("grating.png"), upload("Drain cover 1.JPG", "JPEG"), upload("grating.png", colour="red")]
    Picture.objects.update(uploaded_at=datetime(2012, 3, 4, 5, 6, 7, tzinfo=UTC))
    make_post(picture=pictures[1], body="\n\n".join(f"![x]({picture.file.url})" for picture in pictures))

    trips = [round_trip(tmp_path, settings, number) for number in range(3)]

    assert trips[1] == trips[0]
    assert trips[2] == trips[0]
    assert set(Picture.objects.values_list("uploaded_at", flat=True)) == {datetime(2012, 3, 4, 5, 6, 7, tzinfo=UTC)}


def test_what_once_came_from_elsewhere_keeps_its_name_and_day(tmp_path, settings):
    names = ["2019/05/für dich.png", "2019/05/a.png", "wordpress/2019/05/a.png", "logo.png", "sites/3/2019/05/a.png"]
    uploads = make_uploads(tmp_path, *names)
    (uploads / "2019/05/map.pdf").write_bytes(b"%PDF-1.4")
    Image.new("RGB", (3, 2)).save(uploads / "2019/05/wrong.jpg", "PNG")
    listed = [*names, "2019/05/map.pdf", "2019/05/wrong.jpg"]
    items = [make_attachment(id=number, url=f"{OLD}/{name}") for number, name in enumerate(listed, 20)]
    text = "".join(f'<a href="{OLD}/{name}">x</a>' for name in listed)
    import_(make_export(tmp_path, make_item(text=text), *items), media=uploads)

    trips = [round_trip(tmp_path, settings, number) for number in range(3)]

    assert trips[0][0] == sorted(listed)
    assert trips[1] == trips[0]
    assert trips[2] == trips[0]
    day = datetime(2019, 5, 1, 8, tzinfo=UTC)
    assert set(Picture.objects.values_list("uploaded_at", flat=True)) == {day}
    assert Attachment.objects.get(path="2019/05/map.pdf").uploaded_at == day
    assert len(set(re.findall(r'href="([^"]+)"', Post.objects.get().body))) == len(listed)


def test_coming_back_to_where_it_is_changes_no_name_and_no_day(tmp_path, settings):
    picture = upload("grating.png")
    import_(
        make_export(
            tmp_path, make_item(text=f'<img src="{OLD}/2019/05/a.png">'), make_attachment(url=f"{OLD}/2019/05/a.png")
        ),
        media=make_uploads(tmp_path, "2019/05/a.png"),
    )
    make_post(body=f"![x]({picture.file.url})")
    before = sorted(Picture.objects.values_list("pk", "file", "uploaded_at"))

    for number in range(2):
        import_(export(tmp_path / f"{number}.xml", media=tmp_path / f"{number}.zip"), media=tmp_path / f"{number}.zip")

    assert sorted(Picture.objects.values_list("pk", "file", "uploaded_at")) == before
    assert export(tmp_path / "2.xml").read_text().count("attachment_url") == 4


def test_a_blog_that_has_another_address_by_now_knows_its_files_again(tmp_path, settings):
    picture = upload("grating.png")
    import_(
        make_export(tmp_path, make_item(text="x"), make_attachment(url=f"{OLD}/2019/05/a.png")),
        media=make_uploads(tmp_path, "2019/05/a.png"),
    )
    post = make_post(body=f"![x]({picture.file.url})")
    before = sorted(Picture.objects.values_list("pk", "file"))
    for number, host in enumerate(["https://a.example", "https://b.example"]):
        file = export(tmp_path / f"{number}.xml", media=tmp_path / f"{number}.zip")
        settings.SITE_URL = host

        import_(file, media=tmp_path / f"{number}.zip")

        assert sorted(Picture.objects.values_list("pk", "file")) == before
    post.refresh_from_db()
    assert post.body == f"![x]({picture.file.url})"


def test_the_day_is_the_files_where_it_has_one_and_an_import_again_leaves_it(tmp_path):
    local_only = make_attachment(url=f"{OLD}/a.png").replace("2019-05-01 08:00:00", "0000-00-00 00:00:00")
    none = (
        make_attachment(id=10, url=f"{OLD}/b.png").replace("2019-05-01 08:00:00", "").replace("2019-05-01 09:00:00", "")
    )
    file = make_export(tmp_path, local_only, none)
    media = make_uploads(tmp_path, "a.png", "b.png")

    import_(file, media=media)
    Picture.objects.filter(attachments__path="b.png").update(uploaded_at=datetime(2001, 1, 1, tzinfo=UTC))
    report = import_(file, media=media)

    days = dict(Picture.objects.values_list("attachments__path", "uploaded_at"))
    assert days == {"a.png": datetime(2019, 5, 1, 9, tzinfo=UTC), "b.png": datetime(2001, 1, 1, tzinfo=UTC)}
    assert report["numbers"]["attachments"]["here"] == 2
