"""Moving out from the admin: ask for a copy, see how far it is, download it; who may, and when it is gone."""

import fcntl
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from blog_site import upkeep
from blog_site.models import Export, Import
from blog_site.moving import exporting, jobs
from tests.factories import make_comment, make_editor, make_picture, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/blog_site/export/add/"
EVERYTHING = {"kind": "wordpress", "with_media": "on", "personal": "on"}


@pytest.fixture
def owner(client):
    user = make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def helper(client):
    """An account that may export, and may not have readers' personal data."""
    user = make_editor()
    user.user_permissions.add(*Permission.objects.filter(codename__in=["add_export", "view_export"]))
    client.force_login(user)
    return user


def ask(client, **fields):
    """The export that the form asks for."""
    answer = client.post(ADD, fields)
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.latest("pk")


def made(client, **fields):
    """The same, when its process has come to its end."""
    export = ask(client, **fields)
    call_command("run_export", export.pk)
    export.refresh_from_db()
    return export


def download(client, export, name="blog.xml"):
    return client.get(reverse("admin:blog_site_export_download", args=[export.pk, name]))


def bytes_of(answer):
    return b"".join(answer.streaming_content)


def status_of_download(client, export, name="blog.xml"):
    answer = download(client, export, name)
    if answer.streaming:
        bytes_of(answer)  # a file that is read to its end is closed
    return answer.status_code


def test_personal_data_goes_out_only_if_an_owner_says_so(client, owner):
    page = client.get(ADD)

    assertContains(page, '<input type="checkbox" name="personal"')
    assert page.context["adminform"].form["personal"].value() is False
    assert not ask(client, kind="wordpress").personal


@pytest.fixture
def at_work():
    """`at_work(source)`: a process that holds its lock, as the one that makes it does."""
    processes = []

    def start(source):
        folder = jobs.make_folder(source)
        with (folder / jobs.LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            command = [sys.executable, "-c", "import time; time.sleep(600)"]
            processes.append(subprocess.Popen(command, pass_fds=[lock.fileno()]))
        (folder / jobs.PROCESS).write_text(str(processes[-1].pid))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


# --- What is in it


def test_a_wordpress_export_is_made_and_downloaded_with_its_pictures(client, owner):
    post = make_post(title="Forty-one buckets", picture=make_picture(name="bucket.png"))
    make_comment(post=post, email="bo@example.org")

    export = made(client, **EVERYTHING)

    page = client.get(export.get_absolute_url())
    assertContains(page, "The export is ready.")
    assertContains(page, "Download pictures.zip")
    answer = download(client, export)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
    text = bytes_of(answer).decode()
    assert "Forty-one buckets" in text
    assert "bo@example.org" in text
    names = zipfile.ZipFile(BytesIO(bytes_of(download(client, export, "pictures.zip")))).namelist()
    assert len(names) == 1
    assert names[0] in text


def test_a_json_export_names_its_pictures_as_they_are_stored(client, owner):
    picture = make_picture()

    export = made(client, kind="json", with_media="on", personal="on")

    stored = json.loads(bytes_of(download(client, export, "blog.json")))["pictures"][0]["file"]
    assert stored == picture.file.name
    assert zipfile.ZipFile(BytesIO(bytes_of(download(client, export, "pictures.zip")))).namelist() == [stored]


def test_a_picture_whose_file_is_gone_is_named_and_stops_nothing(client, owner):
    picture = make_picture(name="lost.png")
    picture.file.storage.delete(picture.file.name)

    export = made(client, **EVERYTHING)

    assertContains(client.get(export.get_absolute_url()), picture.file.name)
    assertContains(client.get(export.get_absolute_url()), "1 picture or file is missing")


def test_an_export_without_personal_data_has_no_address_of_a_reader(client, owner):
    make_comment(email="bo@example.org", ip_address="192.0.2.7", body="Whose boot is it?")

    text = bytes_of(download(client, made(client, kind="wordpress"))).decode()

    assert "Whose boot is it?" in text
    assert "bo@example.org" not in text
    assert "192.0.2.7" not in text


def test_json_without_personal_data_is_refused_in_words(client, owner):
    assertContains(client.post(ADD, {"kind": "json"}), "A JSON file always has personal data in it.")
    assert not Export.objects.exists()


# --- Who may


def test_who_may_not_have_personal_data_gets_none_whatever_they_send(client, helper):
    make_comment(email="bo@example.org")
    assertNotContains(client.get(ADD), "personal data")

    export = made(client, kind="json", personal="on", with_media="on")

    assert (export.kind, export.personal) == ("wordpress", False)
    assert "bo@example.org" not in bytes_of(download(client, export)).decode()


def test_an_owners_export_is_not_there_for_who_may_not_have_personal_data(client, owner, helper):
    client.force_login(owner)
    export = made(client, **EVERYTHING)
    client.force_login(helper)

    assert status_of_download(client, export) == 404
    assert client.post(reverse("admin:blog_site_export_cancel", args=[export.pk])).status_code == 404
    assertNotContains(client.get("/admin/blog_site/export/"), str(export))
    assert client.get(export.get_absolute_url()).status_code == 302


@pytest.mark.parametrize("who", ["author", "nobody"])
def test_others_get_nothing(client, owner, who):
    export = made(client, kind="wordpress")
    if who == "author":
        client.force_login(make_staff_author()[0])
    else:
        client.logout()

    statuses = [
        client.get(export.get_absolute_url()).status_code,
        status_of_download(client, export),
        client.post(ADD, {"kind": "wordpress"}).status_code,
        client.post(reverse("admin:blog_site_export_cancel", args=[export.pk])).status_code,
    ]

    assert statuses == [403 if who == "author" else 302] * 4
    assert Export.objects.count() == 1


def test_a_right_that_was_taken_away_counts_from_then_on(client, helper):
    export = made(client)
    assert status_of_download(client, export) == 200

    helper.user_permissions.clear()

    assert status_of_download(client, export) == 403


@pytest.mark.parametrize("name", ["log", "lock", "blog.json", "..", "blog.xml.unfinished"])
def test_nothing_else_of_its_folder_can_be_downloaded(client, owner, name):
    export = made(client, kind="wordpress")

    assert status_of_download(client, export, name) == 404
    for number in (export.pk + 1, 10**30):
        assert client.get(reverse("admin:blog_site_export_download", args=[number, "blog.xml"])).status_code == 404


def test_the_home_page_has_buttons_for_who_may_move_and_for_nobody_else(client, owner):
    assertContains(client.get("/admin/"), "Export this blog")
    assertContains(client.get("/admin/"), "Import a blog")

    client.force_login(make_staff_author()[0])

    assertNotContains(client.get("/admin/"), "Export this blog")
    assertNotContains(client.get("/admin/"), "Import a blog")


# --- How far it is


def test_its_page_and_the_home_page_say_how_far_it_is_and_what_is_left(client, owner, at_work):
    export = ask(client, kind="wordpress")
    at_work(export)
    Export.objects.filter(pk=export.pk).update(state="running")
    jobs.write_progress(export, "0.250\n100/400")

    page = client.get(export.get_absolute_url())

    assertContains(page, "100 of 400 posts, pictures and files")
    assertContains(page, '<progress id="progress" value="25" max="100"></progress>', html=True)
    assertContains(page, "Less than a minute left.")
    assertContains(page, '<noscript><meta http-equiv="refresh" content="5"></noscript>')
    assertContains(page, "progress.js")
    assertContains(client.get("/admin/"), "being made · 25%")


def test_one_that_waits_for_another_says_so(client, owner, at_work):
    export = ask(client, kind="wordpress")
    at_work(export)

    assertContains(client.get(export.get_absolute_url()), "when another import or export has ended")


def test_asked_for_twice_it_is_made_once(client, owner, at_work):
    export = ask(client, kind="wordpress")
    at_work(export)

    again = client.post(ADD, {"kind": "wordpress"}, follow=True)

    assertContains(again, "This export is already being made.")
    assert again.redirect_chain[-1][0] == export.get_absolute_url()
    assert Export.objects.count() == 1


def test_a_cancelled_one_ends_its_process_and_leaves_nothing(client, owner, at_work):
    export = ask(client, kind="wordpress")
    process = at_work(export)
    address = reverse("admin:blog_site_export_cancel", args=[export.pk])

    client.get(address)
    assert process.poll() is None

    assertContains(client.post(address, follow=True), "The export was cancelled.")
    assert process.wait(5) != 0
    assert not Export.objects.exists()
    assert not jobs.folder_of(export).exists()


def test_of_a_killed_one_no_half_file_is_offered(client, owner):
    export = ask(client, kind="wordpress")
    Export.objects.filter(pk=export.pk).update(state="running")
    folder = jobs.make_folder(export) / jobs.FILES
    folder.mkdir()
    (folder / "blog.xml.unfinished").write_text("<rss>")

    page = client.get(export.get_absolute_url())

    assertContains(page, "The export was interrupted")
    assertNotContains(page, "Download")
    assert status_of_download(client, export) == 404


def test_what_a_killed_one_has_half_written_is_deleted_by_the_worker(client, owner):
    export = ask(client, kind="wordpress")
    folder = jobs.make_folder(export) / jobs.FILES
    folder.mkdir()
    (folder / "blog.xml.unfinished").write_text("<rss>")
    exporting.tidy()
    assert folder.exists()  # it may just have begun

    Export.objects.filter(pk=export.pk).update(begun_at=timezone.now() - timedelta(minutes=2))
    exporting.tidy()

    assert not folder.exists()
    assertContains(client.get(export.get_absolute_url()), "The export was interrupted")


def test_one_that_somebody_works_at_is_left_alone_by_the_worker(client, owner, at_work):
    export = ask(client, kind="wordpress")
    process = at_work(export)
    Export.objects.filter(pk=export.pk).update(begun_at=timezone.now() - timedelta(minutes=2))

    exporting.tidy()

    assert process.poll() is None
    assert Export.objects.get().state == "waiting"


def test_the_home_page_leads_to_what_is_ready(client, owner):
    export = made(client, kind="wordpress")

    assertContains(client.get("/admin/"), f'<a href="{export.get_absolute_url()}">')
    assertContains(client.get("/admin/"), "Ready to download until")


def test_a_file_that_is_not_whole_any_more_is_not_offered(client, owner):
    export = made(client, kind="wordpress")
    (jobs.folder_of(export) / jobs.FILES / "blog.xml").write_text("cut off")

    assertContains(client.get(export.get_absolute_url()), "The files are no longer on this server.")
    assert status_of_download(client, export) == 302


def test_a_full_disk_is_told_and_what_was_half_written_is_deleted(client, owner):
    export = ask(client, kind="wordpress")
    folder = jobs.make_folder(export) / jobs.FILES
    folder.mkdir()
    (folder / "blog.xml.unfinished").symlink_to("/dev/full")

    call_command("run_export", export.pk)

    assertContains(client.get(export.get_absolute_url()), "The disk is full or read-only.")
    assert not folder.exists()


def test_one_that_is_finished_is_not_made_again(client, owner):
    export = made(client, kind="wordpress")

    with pytest.raises(CommandError, match="No export"):
        call_command("run_export", export.pk)


# --- How long it is kept


def test_after_three_days_it_is_not_there_any_more_and_the_worker_deletes_it(client, owner):
    export = made(client, kind="wordpress")
    Export.objects.filter(pk=export.pk).update(begun_at=timezone.now() - timedelta(days=3, minutes=1))

    assertContains(client.get(export.get_absolute_url()), "has been deleted")
    assert status_of_download(client, export) == 302

    upkeep.run()

    assert not Export.objects.exists()
    assert not jobs.folder_of(export).exists()


def test_the_worker_keeps_what_is_younger(client, owner):
    export = made(client, kind="wordpress")

    exporting.tidy()

    assert status_of_download(client, export) == 200


def test_a_deleted_one_takes_its_files_along(client, owner):
    export = made(client, kind="wordpress")

    client.post(reverse("admin:blog_site_export_delete", args=[export.pk]), {"post": "yes"})

    assert not Export.objects.exists()
    assert not jobs.folder_of(export).exists()


def test_its_folder_is_nobody_elses_on_the_machine(client, owner):
    assert jobs.folder_of(made(client, kind="wordpress")).stat().st_mode & 0o077 == 0


# --- Imports


def test_an_import_can_be_cancelled_while_it_runs(client, owner, at_work):
    source = Import.objects.create(files=["blog.xml"], state="running")
    process = at_work(source)
    jobs.write_progress(source, "0.500\n")
    assertContains(client.get(source.get_absolute_url()), "Cancel the import")
    assertContains(client.get(source.get_absolute_url()), "Less than a minute left.")
    address = reverse("admin:blog_site_import_cancel", args=[source.pk])

    client.get(address)
    assert process.poll() is None

    assertContains(client.post(address, follow=True), "The import was cancelled.")
    assert process.wait(5) != 0


def test_who_may_not_import_cancels_none(client, helper, at_work):
    source = Import.objects.create(files=["blog.xml"], state="running")
    process = at_work(source)

    assert client.post(reverse("admin:blog_site_import_cancel", args=[source.pk])).status_code == 403
    assert process.poll() is None
