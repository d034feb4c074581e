import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError
from PIL import Image

from blog_site.moving.files import archives
from blog_site.moving.files.archives import Tar, Zip, open_archive
from posts.models import Attachment, Picture, Post
from tests.wxr import SHARED, import_, make_attachment, make_export, make_item, make_uploads

UPLOADS = "https://old.example/wp-content/uploads"
PDF = b"%PDF-1.4\n%%EOF"


def png(width=30):
    file = io.BytesIO()
    Image.new("RGB", (width, 20), "teal").save(file, "PNG")
    return file.getvalue()


def make_tar(tmp_path, members, *, name="media.tar.gz"):
    """A tar of {name: content}; a TarInfo for a content goes in as it is."""
    with tarfile.open(tmp_path / name, "w:gz" if name.endswith("gz") else "w") as archive:
        for path, content in members.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(path)
            is_file = isinstance(content, bytes)
            info.size = len(content) if is_file else info.size
            archive.addfile(info, io.BytesIO(content) if is_file else None)
    return tmp_path / name


def make_zip(tmp_path, members):
    with zipfile.ZipFile(tmp_path / "media.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return tmp_path / "media.zip"


def make_folder(tmp_path, members):
    for name, content in members.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)
    return tmp_path / "folder"


def adds_up(report):
    for kind, numbers in report["numbers"].items():
        assert numbers["in_the_file"] == sum(numbers[name] for name in ("new", "updated", "here", "left_out")), kind
    return True


# --- Where files are taken from
@pytest.mark.parametrize("make", [make_folder, make_zip, make_tar], ids=["folder", "zip", "tar"])
@pytest.mark.parametrize(
    "layout",
    [
        "2019/05/{}",
        "./2019/05/{}",
        "uploads/2019/05/{}",
        "wp-content/uploads/2019/05/{}",
        "files/2019/05/{}",
        "media-export-7-from-0-to-9/2019/05/{}",
        "site/wp-content/uploads/2019/05/{}",
    ],
)
def test_files_are_found_by_their_path_whatever_stands_around_them(db, tmp_path, make, layout):
    media = make(tmp_path, {layout.format("ford.png"): png(), layout.format("other.png"): b"not asked for"})

    report = import_(make_export(tmp_path, make_attachment()), media=media)

    assert Picture.objects.get().width == 30
    assert report["numbers"]["attachments"]["new"] == 1


def test_a_tar_without_compression_is_taken_too_and_a_name_in_another_script_found(db, tmp_path):
    decomposed = "2019/05/fu\u0308r.png"  # as macOS writes it
    media = make_tar(tmp_path, {decomposed: png()}, name="media.tar")

    import_(make_export(tmp_path, make_attachment(url=f"{UPLOADS}/2019/05/f%C3%BCr.png")), media=media)

    assert Picture.objects.count() == 1


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize(
    "member",
    [
        link("2019/05/ford.png", "/etc/passwd"),
        link("2019/05/ford.png", "../../secret.png", tarfile.LNKTYPE),
        link("2019/05/ford.png", "", tarfile.CHRTYPE),
        link("2019/05/ford.png", "", tarfile.FIFOTYPE),
    ],
)
def test_what_is_no_plain_file_of_an_archive_is_left_there(db, tmp_path, member):
    media = make_tar(tmp_path, {"2019/05/ford.png": member})

    report = import_(make_export(tmp_path, make_attachment()), media=media)

    assert not Picture.objects.exists()
    assert "not in the tar" in report["skipped"][0]["why"]


def test_a_link_in_a_zip_is_left_there(db, tmp_path):
    info = zipfile.ZipInfo("2019/05/ford.png")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "media.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")

    report = import_(make_export(tmp_path, make_attachment()), media=tmp_path / "media.zip")

    assert "not in the zip" in report["skipped"][0]["why"]


@pytest.mark.parametrize("name", ["../2019/05/ford.png", "/2019/05/ford.png", "uploads/../../2019/05/ford.png"])
@pytest.mark.parametrize("make", [make_zip, make_tar], ids=["zip", "tar"])
def test_a_name_that_leads_out_of_an_archive_is_no_name(db, tmp_path, make, name):
    import_(make_export(tmp_path, make_attachment()), media=make(tmp_path, {name: png()}))

    assert not Picture.objects.exists()


@pytest.mark.parametrize("name", ["media.tar", "media.tar.gz"])
def test_a_tar_that_leads_back_to_its_own_beginning_is_refused(tmp_path, name):
    path = make_tar(tmp_path, {"uploads/a.txt": b"", "uploads/b.txt": b""}, name=name)
    data = bytearray(gzip.decompress(path.read_bytes()) if name.endswith("gz") else path.read_bytes())
    # The second header's size is -512, and its sum is right.
    data[512 + 124 : 512 + 136] = (-512).to_bytes(12, "big", signed=True)
    data[512 + 148 : 512 + 156] = b" " * 8
    data[512 + 148 : 512 + 156] = b"%06o\0 " % sum(data[512:1024])
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)

    with pytest.raises(archives.ArchiveError, match="leads back"):
        open_archive(path).has(["b.txt"])


def test_a_file_that_says_less_than_it_holds_or_too_much_is_left_out_with_why(tmp_path, monkeypatch):
    monkeypatch.setattr(archives.attachment, "MAX_BYTES", 1000)
    archive = Zip(make_zip(tmp_path, {"a.png": b"0" * 2000, "b.png": b"1" * 900}))

    taken = {name: file and file.read() for name, file in archive.files(["a.png", "b.png"])}

    assert taken == {"a.png": None, "b.png": b"1" * 900}
    assert "larger" in archive.reasons["a.png"]


@pytest.mark.parametrize("make", [make_zip, make_tar], ids=["zip", "tar"])
def test_an_archive_that_grows_a_hundredfold_is_refused(tmp_path, monkeypatch, make):
    monkeypatch.setattr("blog_site.moving.files.sources.GROWTH_FREE", 10_000)
    bomb = make(tmp_path, {"2019/05/a.txt": b"0" * 10_000_000, "2019/05/b.txt": b"1"})

    def taken():
        archive = open_archive(bomb)
        return [name for name, file in archive.files(["2019/05/a.txt"]) if file], archive.reasons

    if make is make_tar:
        with pytest.raises(archives.ArchiveError, match="hundredfold"):
            taken()
    else:
        assert taken() == ([], {"2019/05/a.txt": "the archive grows more than a hundredfold"})


def test_a_header_that_asks_for_much_memory_is_refused(tmp_path):
    huge = tarfile.TarInfo("pax")
    huge.type, huge.size = tarfile.XHDTYPE, 1 << 30
    path = tmp_path / "media.tar"
    path.write_bytes(huge.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 4096)

    with pytest.raises(archives.ArchiveError, match="too large"):
        Tar(path)


@pytest.mark.parametrize(
    "content", [b"", b"just words", b"PK\x03\x04 cut off", gzip.compress(b"no tar", mtime=0), b"\x1f\x8b broken"]
)
def test_what_is_no_archive_is_refused_in_one_line_and_nothing_written(db, tmp_path, content):
    media = tmp_path / "media.tar.gz"
    media.write_bytes(content)

    with pytest.raises(CommandError, match=r"media\.tar\.gz"):
        import_(make_export(tmp_path, make_item()), media=media)

    assert not Post.objects.exists()


def test_a_tar_that_was_cut_off_is_refused_before_anything_is_written(db, tmp_path):
    whole = make_tar(tmp_path, {"2019/05/ford.png": png(), "2019/05/b.png": bytes(range(256)) * 500}, name="m.tar")
    whole.write_bytes(whole.read_bytes()[:60_000])

    with pytest.raises(CommandError, match="cut off"):
        import_(make_export(tmp_path, make_item(), make_attachment(url=f"{UPLOADS}/2019/05/b.png")), media=whole)

    assert not Post.objects.exists()


def test_a_missing_archive_is_said_in_one_line(db, tmp_path):
    with pytest.raises(CommandError, match="no such folder or archive"):
        import_(make_export(tmp_path, make_item()), media=tmp_path / "none.tar")


# --- What an address means
@pytest.mark.parametrize(
    "address",
    [
        f"{UPLOADS}/2019/05/ford.png",
        f"{UPLOADS}/2019/05/ford.png?w=300",
        f"{UPLOADS}/2019/05/ford.png?resize=300%2C200&amp;ssl=1",
        f"{UPLOADS}/2019/05/ford-300x200.png",
        "http://www.old.example/wp-content/uploads/2019/05/ford.png",
        "//old.example/wp-content/uploads/2019/05/ford.png",
        "/wp-content/uploads/2019/05/ford-1024x683.png",
        "https://i0.wp.com/old.example/wp-content/uploads/2019/05/ford.png?resize=300%2C200&amp;ssl=1",
        "https://i2.wp.com/old.example/wp-content/uploads/2019/05/ford-300x200.png",
    ],
)
def test_every_address_of_a_picture_leads_to_it(db, tmp_path, address):
    path = make_export(tmp_path, make_item(text=f'<img src="{address}" alt="">'), make_attachment())

    import_(path, media=make_uploads(tmp_path, "2019/05/ford.png"))

    assert f'src="{Picture.objects.get().file.url}"' in Post.objects.get().body


def test_wordpress_scaled_pictures_are_known_by_their_other_sizes(db, tmp_path):
    text = f'<img src="{UPLOADS}/2019/05/ford-1024x683.png" alt="">'
    listed = make_attachment(url=f"{UPLOADS}/2019/05/ford-scaled.png")

    import_(
        make_export(tmp_path, make_item(text=text), listed), media=make_uploads(tmp_path, "2019/05/ford-scaled.png")
    )

    assert Picture.objects.get().file.url in Post.objects.get().body


def test_on_wordpress_com_files_have_a_host_of_their_own(db, tmp_path):
    text = '<img src="https://old.files.wordpress.com/2019/05/ford.png?w=300" alt="A ford">'

    import_(make_export(tmp_path, make_item(text=text)), media=make_uploads(tmp_path, "2019/05/ford.png"))

    picture = Picture.objects.get()
    assert (picture.alt, picture.file.url in Post.objects.get().body) == ("A ford", True)


def test_two_blogs_of_wordpress_com_do_not_mix_up_their_pictures(db, tmp_path):
    text = (
        '<img src="https://mine.files.wordpress.com/2019/05/a.png"><img src="https://mine.files.wordpress.com/b.png">'
        '<img src="https://theirs.files.wordpress.com/2019/05/a.png">'
    )

    import_(make_export(tmp_path, make_item(text=text)), media=make_uploads(tmp_path, "2019/05/a.png", "b.png"))

    assert "https://theirs.files.wordpress.com/2019/05/a.png" in Post.objects.get().body
    assert Picture.objects.count() == 2


def test_other_sizes_that_stay_behind_are_not_offered(db, tmp_path):
    text = f'<img srcset="{UPLOADS}/a.png 1x, {UPLOADS}/a@2x.png 2x" sizes="50vw" src="{UPLOADS}/a.png" alt="A">'

    import_(make_export(tmp_path, make_item(text=text)), media=make_uploads(tmp_path, "a.png"))

    body = Post.objects.get().body
    assert "srcset" not in body
    assert "sizes" not in body
    assert Picture.objects.get().file.url in body


def test_where_only_a_smaller_copy_is_left_it_is_taken(db, tmp_path):
    text = f'<img src="{UPLOADS}/2019/05/ford-300x200.png" alt="">'

    import_(make_export(tmp_path, make_item(text=text)), media=make_uploads(tmp_path, "2019/05/ford-300x200.png"))

    assert Picture.objects.get().file.url in Post.objects.get().body


def test_a_text_may_show_what_stands_in_another_file_of_the_blog(db, tmp_path):
    post = make_export(tmp_path, make_item(text=f'<img src="{UPLOADS}/2019/05/ford.png">'), name="a.xml")
    media = make_export(tmp_path, make_attachment(), name="b.xml")

    report = import_(post, media, media=make_uploads(tmp_path, "2019/05/ford.png"))

    assert Picture.objects.get().file.url in Post.objects.get().body
    assert report["numbers"]["attachments"]["new"] == 1
    assert adds_up(report)


# --- What is kept of it
def test_alt_text_caption_title_and_description_are_kept(db, tmp_path):
    item = make_item(
        id=9,
        slug="the-ford",
        title="Ford at dusk",
        text="Taken <b>from</b> the bridge.",
        status="inherit",
        post_type="attachment",
        attachment_url=f"{UPLOADS}/2019/05/ford.png",
        meta={"_wp_attachment_image_alt": "A ford"},
        inside="<excerpt:encoded>The &lt;i&gt;ford&lt;/i&gt;</excerpt:encoded>",
    )

    import_(make_export(tmp_path, item), media=make_uploads(tmp_path, "2019/05/ford.png"))

    attachment = Attachment.objects.get()
    assert (attachment.picture.alt, attachment.picture.caption) == ("A ford", "The ford")
    assert (attachment.title, attachment.description) == ("Ford at dusk", "Taken from the bridge.")


def test_a_caption_edited_here_stays_and_one_changed_there_comes_along(db, tmp_path):
    media = make_uploads(tmp_path, "2019/05/ford.png")
    import_(make_export(tmp_path, make_attachment(alt="A ford")), media=media)

    import_(make_export(tmp_path, make_attachment(alt="A wide ford")), media=media)
    assert Picture.objects.get().alt == "A wide ford"

    Picture.objects.update(alt="Our ford")
    import_(make_export(tmp_path, make_attachment(alt="A dry ford")), media=media)
    assert Picture.objects.get().alt == "Our ford"


def test_twice_nothing_doubles_and_no_folder_is_needed_the_second_time(db, tmp_path):
    path = make_export(tmp_path, make_attachment(), make_item(text=f'<img src="{UPLOADS}/2019/05/ford.png">'))
    import_(path, media=make_uploads(tmp_path, "2019/05/ford.png"))

    report = import_(path)

    assert (Picture.objects.count(), Attachment.objects.count()) == (1, 1)
    assert report["numbers"]["attachments"] == {"in_the_file": 1, "new": 0, "updated": 0, "here": 1, "left_out": 0}
    assert Picture.objects.get().file.url in Post.objects.get().body


def test_a_file_that_was_lost_here_is_taken_again(db, tmp_path):
    path, media = make_export(tmp_path, make_attachment()), make_uploads(tmp_path, "2019/05/ford.png")
    import_(path, media=media)
    default_storage.delete(Picture.objects.get().file.name)

    import_(path, media=media)

    assert default_storage.exists(Picture.objects.get().file.name)
    assert Attachment.objects.count() == 1


def test_what_a_killed_import_left_behind_is_written_over(db, tmp_path, settings):
    left = Path(settings.MEDIA_ROOT) / "wordpress/2019/05/ford.png"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a pict")

    import_(make_export(tmp_path, make_attachment()), media=make_uploads(tmp_path, "2019/05/ford.png"))

    assert Picture.objects.get().file.name == "wordpress/2019/05/ford.png"
    assert left.read_bytes().startswith(b"\x89PNG")


def test_another_blogs_file_of_the_same_name_is_another_file(db, tmp_path):
    other = "https://other.example/wp-content/uploads/2019/05/ford.png"
    import_(make_export(tmp_path, make_attachment()), media=make_folder(tmp_path, {"2019/05/ford.png": png(30)}))

    import_(
        make_export(tmp_path, make_attachment(url=other)), media=make_folder(tmp_path, {"2019/05/ford.png": png(40)})
    )

    assert sorted(picture.width for picture in Picture.objects.all()) == [30, 40]


def test_a_picture_whose_name_ends_wrongly_is_taken_under_a_right_one(db, tmp_path, client):
    media = make_folder(tmp_path, {"2019/05/ford.jpg": png(), "2019/05/weir.JPEG": b""})
    Image.new("RGB", (30, 20)).save(media / "2019/05/weir.JPEG", "JPEG")
    text = f'<img src="{UPLOADS}/2019/05/ford.jpg"><img src="{UPLOADS}/2019/05/weir.JPEG">'

    import_(make_export(tmp_path, make_item(text=text)), media=media)

    assert 'src="/media/wordpress/2019/05/ford.png"' in Post.objects.get().body
    assert Picture.objects.count() == 2
    old = client.get("/wp-content/uploads/2019/05/ford.jpg")
    assert old["Location"] == "/media/wordpress/2019/05/ford.png"


# --- Files that are no pictures
def test_a_pdf_is_kept_and_its_links_go_on_working(db, tmp_path, client):
    text = f'<a href="{UPLOADS}/2019/05/map.pdf">The map</a>'
    listed = make_attachment(id=12, url=f"{UPLOADS}/2019/05/map.pdf", alt="")

    report = import_(
        make_export(tmp_path, make_item(text=text), listed), media=make_folder(tmp_path, {"2019/05/map.pdf": PDF})
    )

    attachment = Attachment.objects.get()
    assert f'href="{attachment.file.url}"' in Post.objects.get().body
    for old in ("/wp-content/uploads/2019/05/map.pdf", "/?attachment_id=12", "/2019/05/01/upload-12/"):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, attachment.file.url), old
    answer = client.get(attachment.file.url)
    assert answer.getvalue() == PDF
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="map.pdf"',
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert adds_up(report)


def test_a_sound_is_played_and_not_saved(db, tmp_path, client):
    listed = make_attachment(url=f"{UPLOADS}/2019/05/owl.mp3")
    import_(make_export(tmp_path, listed), media=make_folder(tmp_path, {"2019/05/owl.mp3": b"ID3" + bytes(50)}))

    answer = client.get(Attachment.objects.get().file.url)

    assert answer.getvalue().startswith(b"ID3")
    assert answer["Content-Type"] == "audio/mpeg"
    assert not answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.html", b"<script>alert(1)</script>"),
        ("x.svg", b"<svg onload='alert(1)'/>"),
        ("x.js", b"alert(1)"),
        ("x.xml", b"<a/>"),
        ("x.php", b"<?php"),
        ("x.htaccess", b"AddType text/html .png"),
        ("x.pdf", b"<script>alert(1)</script>"),
        ("x.png", b"<script>alert(1)</script>"),
        ("x.txt", b"\xef\xbb\xbf  <script>alert(1)</script>"),
        ("x.mp4", b"<script>alert(1)</script>"),
        ("x.docx", b"MZ\x90"),
        ("x", b"%PDF-1.4"),
        ("x.mp3", b""),
    ],
)
def test_what_could_run_or_is_not_what_its_name_says_is_left_out(db, tmp_path, name, content):
    media = make_folder(tmp_path, {f"2019/05/{name}": content})

    report = import_(make_export(tmp_path, make_attachment(url=f"{UPLOADS}/2019/05/{name}")), media=media)

    assert not Attachment.objects.exists()
    assert [entry["what"] for entry in report["skipped"]] == [f"attachment 2019/05/{name} × 1"]
    assert adds_up(report)


def test_deleting_a_kept_file_deletes_it(db, tmp_path, django_capture_on_commit_callbacks):
    listed = make_attachment(url=f"{UPLOADS}/2019/05/map.pdf")
    import_(make_export(tmp_path, listed), media=make_folder(tmp_path, {"2019/05/map.pdf": PDF}))
    name = Attachment.objects.get().file.name

    with django_capture_on_commit_callbacks(execute=True):
        Attachment.objects.get().delete()

    assert not default_storage.exists(name)


# --- The numbers
def test_the_numbers_add_up_and_each_file_left_out_has_its_line(db, tmp_path):
    path = make_export(
        tmp_path,
        make_attachment(id=1, url=f"{UPLOADS}/2019/05/ford.png"),
        make_attachment(id=2, url=f"{UPLOADS}/2019/05/ford.png"),
        make_attachment(id=3, url=f"{UPLOADS}/2019/05/gone.png"),
        make_attachment(id=4, url="file:///etc/passwd"),
        make_item(id=5, text=f'<img src="{UPLOADS}/here.png"><img src="{UPLOADS}/not.png">'),
    )

    report = import_(path, media=make_uploads(tmp_path, "2019/05/ford.png", "here.png"))

    assert report["numbers"]["attachments"] == {"in_the_file": 4, "new": 1, "updated": 0, "here": 1, "left_out": 2}
    assert report["numbers"]["files"] == {"in_the_file": 2, "new": 1, "updated": 0, "here": 0, "left_out": 1}
    assert {entry["what"].partition(" ×")[0]: entry["lines"] for entry in report["skipped"]} == {
        "attachment 2019/05/gone.png": [5],
        "attachment 4": [6],
        "file named in a text, not.png": [7],
    }


def test_a_dry_run_leaves_no_file_even_of_several_exports(db, tmp_path, settings):
    files = [make_export(tmp_path, make_attachment(), name=name) for name in ("a.xml", "b.xml")]

    report = import_(*files, media=make_uploads(tmp_path, "2019/05/ford.png"), dry_run=True)

    assert adds_up(report)
    assert not [file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()]


# --- The hostile one
@pytest.mark.seed
def test_of_the_hostile_list_what_is_usable_is_taken_and_the_rest_refused(db, tmp_path, client):
    media = make_folder(tmp_path, {"2020/01/a.jpg": b"", "2020/01/b.png": png(), "c.gif": b"", "tmp/x.php": b"<?php"})
    for name, kind in (("2020/01/a.jpg", "JPEG"), ("c.gif", "GIF")):
        Image.new("RGB", (30, 20)).save(media / name, kind)

    report = import_(SHARED / "corpora/import/hostile/media.xml", media=media)

    assert Picture.objects.count() == 3
    post = Post.objects.get(imported_id=1)
    assert "old.example/wp-content" not in post.body
    assert "files.wordpress.com" not in post.body
    reasons = {entry["what"]: entry["why"] for entry in report["skipped"]}
    assert "not http" in reasons["attachment 4 × 1"]
    assert {"attachment 5 × 1", "attachment 6 × 1"} <= reasons.keys()
    assert adds_up(report)
    assert not list(Path(tmp_path / "media").rglob("*.php"))


def test_a_recording_that_came_in_is_linked_here_and_one_that_did_not_is_worth_a_look(db, tmp_path):
    text = f'[audio mp3="{UPLOADS}/owl.mp3"][/audio]\n\n[audio mp3="{UPLOADS}/lost.mp3"][/audio]'
    media = make_folder(tmp_path, {"owl.mp3": b"ID3" + bytes(50)})

    report = import_(make_export(tmp_path, make_item(text=text)), media=media)

    assert 'src="/media/wordpress/owl.mp3"' in Post.objects.get().body
    assert report["worth_a_look"][0]["why"] == [f"a file stays at its old address: {UPLOADS}/lost.mp3"]


@pytest.mark.parametrize(
    ("asked", "status", "part", "which"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-4", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_a_player_gets_the_part_of_a_recording_that_it_asks_for(db, client, settings, asked, status, part, which):
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "owl.mp3").write_bytes(b"0123456789")

    answer = client.get("/media/owl.mp3", headers={"Range": asked})

    content = answer.getvalue()
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, which)
    if status != 416:
        assert (content, int(answer["Content-Length"])) == (part, len(part))


def test_what_came_in_before_is_known_to_a_file_that_does_not_list_it(db, tmp_path):
    text = f'<img src="{UPLOADS}/2019/05/weir-300x200.png">'
    ford, weir = make_attachment(id=9), make_attachment(id=10, url=f"{UPLOADS}//2019/05/weir.png")
    uploads = make_uploads(tmp_path, "2019/05/ford.png", "2019/05/weir.png")
    import_(make_export(tmp_path, ford, weir, name="media.xml"), media=uploads)

    import_(make_export(tmp_path, make_item(text=text, meta={"_thumbnail_id": 9}), name="posts.xml"))

    post = Post.objects.get()
    assert post.picture.file.name == "wordpress/2019/05/ford.png"
    assert "/media/wordpress/2019/05/weir.png" in post.body
