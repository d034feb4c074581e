"""Moving in from the admin: upload, see what would come in, take it in, take it back; and who may."""

import fcntl
import gzip
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from blog_site.models import Import
from blog_site.moving import jobs
from blog_site.moving.files.archives import ArchiveError, open_archive
from blog_site.moving.files.sources import SourceError, kind_of, sources
from blog_site.moving.one_at_a_time import is_anybody_at_work, one_at_a_time
from posts.models import Post
from tests.factories import make_user
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    """The client, logged in as somebody who may do everything."""
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def given(tmp_path):
    """An import whose files were uploaded and not yet tried."""
    export = make_export(tmp_path, make_item(inside=make_wxr_comment()))
    source = Import.objects.create(files=["old blog.xml"], state="checking")
    jobs.store_uploads(source, [SimpleUploadedFile("old blog.xml", export.read_bytes())])
    return source


def page_of(client, source):
    return client.get(source.get_absolute_url()).content.decode()


def test_what_was_uploaded_is_tried_and_nothing_is_written(chief, given):
    call_command("run_import", given.pk, dry_run=True)

    given.refresh_from_db()
    page = page_of(chief, given)
    assert given.state == "checked"
    assert not Post.objects.exists()
    assert "Nothing has been saved yet." in page
    assert "Import now" in page
    assert "old blog.xml" in page


def test_it_is_taken_in_and_the_upload_is_deleted(chief, given):
    call_command("run_import", given.pk, dry_run=True)
    call_command("run_import", given.pk)

    given.refresh_from_db()
    page = page_of(chief, given)
    assert given.state == "done"
    assert Post.objects.get().comments.count() == 1
    assert "This has been imported." in page
    assert "Undo this import" in page
    assert not jobs.uploaded_files(given)


def test_a_broken_file_is_refused_with_its_name_and_line(chief, tmp_path):
    source = Import.objects.create(files=["cut off.xml"], state="checking")
    export = make_export(tmp_path, make_item())
    jobs.store_uploads(source, [SimpleUploadedFile("cut off.xml", export.read_bytes()[:-60])])

    call_command("run_import", source.pk, dry_run=True)

    source.refresh_from_db()
    assert source.state == "failed"
    assert "cut off.xml, line" in page_of(chief, source)
    assert "Import now" not in page_of(chief, source)


def test_what_was_broken_off_says_so_and_can_be_started_again(chief, given):
    Import.objects.filter(pk=given.pk).update(state="running")

    page = page_of(chief, given)

    assert "The import was interrupted" in page
    assert "Import now" in page


def test_undoing_says_first_what_goes_and_a_get_changes_nothing(chief, tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment())))
    source = Import.objects.get()
    address = reverse("admin:blog_site_import_undo", args=[source.pk])

    page = chief.get(address).content.decode()
    assert "1 post or page will be removed" in page
    assert Post.objects.exists()

    page = chief.post(address, follow=True).content.decode()
    assert "The import was undone." in page
    assert not Post.objects.exists()


def test_the_original_is_kept_beside_what_was_made_of_it(chief, tmp_path):
    import_(make_export(tmp_path, make_item(text="[video src='a.mp4'] Old words & <script>alert(1)</script>")))
    post = Post.objects.get()

    form = chief.get(reverse("admin:posts_post_change", args=[post.pk])).content.decode()
    address = reverse("admin:blog_site_import_original", args=["post", post.pk])
    original = chief.get(address).content.decode()

    assert address in form
    assert "[video src=&#x27;a.mp4&#x27;] Old words" in original
    assert "<script>alert" not in original


@pytest.mark.parametrize("name", ["change", "undo", "go"])
def test_nobody_sees_or_does_it_without_permission(client, tmp_path, name):
    import_(make_export(tmp_path, make_item()))
    client.force_login(make_user(is_staff=True))
    address = reverse(f"admin:blog_site_import_{name}", args=[Import.objects.get().pk])

    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403
    assert Post.objects.exists()


def test_what_is_in_can_not_be_forgotten_and_what_was_only_tried_can(chief, given, tmp_path):
    import_(make_export(tmp_path, make_item(), name="other.xml"))
    done = Import.objects.latest("pk")

    def delete(source):
        return chief.post(reverse("admin:blog_site_import_delete", args=[source.pk]), {"post": "yes"})

    assert delete(done).status_code == 403
    assert delete(given).status_code == 302
    assert list(Import.objects.all()) == [done]
    assert not jobs.uploaded_files(given)


def test_what_is_uploaded_is_tried_once_it_is_stored(chief, tmp_path, monkeypatch, django_capture_on_commit_callbacks):
    started = []
    monkeypatch.setattr(jobs, "start", lambda source, *, dry_run: started.append((source, dry_run)))
    export = SimpleUploadedFile("blog.xml", make_export(tmp_path, make_item()).read_bytes())

    with django_capture_on_commit_callbacks(execute=True):
        chief.post(reverse("admin:blog_site_import_add"), {"uploads": export})
        before_the_commit = list(started)

    assert before_the_commit == []
    assert started == [(Import.objects.get(), True)]


def test_an_upload_is_nobody_elses_on_the_machine(given):
    jobs.store_uploads(given, [], SimpleUploadedFile("media.zip", b"PK"))

    assert jobs.folder_of(given).stat().st_mode & 0o077 == 0


def test_two_who_look_at_the_same_moment_see_that_nothing_runs(given):
    folder = jobs.folder_of(given)
    with (folder / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_SH)

        assert not jobs.is_running(given)


def test_whoever_imports_keeps_all_others_out_whichever_connection_they_are_given():
    with one_at_a_time():
        assert is_anybody_at_work()
        with pytest.raises(jobs.StillRunning), one_at_a_time():
            pass

    assert not is_anybody_at_work()


def test_a_zip_whose_names_can_not_be_read_is_refused_in_words(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("é.xml", "<rss/>")
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xc3\x28"))

    assert kind_of([path]) == "wordpress"
    with pytest.raises(SourceError, match="damaged"):
        sources(path)
    with pytest.raises(ArchiveError, match=r"export\.zip"):
        open_archive(path)


@pytest.mark.parametrize("pack", ["gzip", "zip"])
def test_an_export_that_grows_a_hundredfold_is_refused(tmp_path, monkeypatch, pack):
    monkeypatch.setattr("blog_site.moving.files.sources.GROWTH_FREE", 10_000)
    bomb = make_export(tmp_path, make_item(text="0" * 2_000_000)).read_bytes()
    path = tmp_path / "bomb"
    if pack == "gzip":
        path.write_bytes(gzip.compress(bomb))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("blog.xml", bomb)

    with pytest.raises(CommandError, match="hundredfold"):
        import_(path)

    assert not Post.objects.exists()


def test_an_upload_without_a_file_is_refused_in_words(chief):
    page = chief.post(reverse("admin:blog_site_import_add"), {}).content.decode()

    assert "This field is required." in page
    assert not Import.objects.exists()


def test_several_files_in_a_zip_come_in_whatever_their_order(tmp_path):
    below = make_item(id=2, slug="below", post_type="page", post_parent=3, link="https://old.example/above/below/")
    above = make_item(id=3, slug="above", post_type="page", link="https://old.example/above/")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(make_export(tmp_path, below, name="blog.001.xml"), "old/blog.001.xml")
        archive.write(make_export(tmp_path, above, name="blog.002.xml"), "old/blog.002.xml")
        archive.writestr("__MACOSX/old/._blog.001.xml", b"\0\0")
        archive.writestr("old/readme.txt", "Hello")
    path = tmp_path / "export.zip"
    path.write_bytes(packed.getvalue())

    report = import_(path)

    assert report["pages"] == 2
    assert Post.objects.get(slug="below").parent.slug == "above"
    assert not report["warnings"]
    assert Import.objects.get().files == ["export.zip"]
