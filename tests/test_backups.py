"""A backup is whole or there is none; restoring it brings everything back, and a damaged one changes nothing."""

import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands
from django.db import connection

from blog_site import backups
from comments.models import Comment
from posts.models import Picture
from tests.factories import make_comment, make_picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(tmp_path):
    """The path of a backup of a blog with a picture and a comment."""
    make_picture(name="drain.png")
    make_comment(body="Keep me.")
    call_command("backup", str(tmp_path / "backup.zip"))
    return tmp_path / "backup.zip"


def change(backup, name, content):
    """Writes the backup anew with other content of one member."""
    with zipfile.ZipFile(backup) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    with zipfile.ZipFile(backup, "w") as archive:
        for member, was in members.items():
            archive.writestr(member, content if member == name else was)


def test_a_backup_has_the_database_and_every_file(backup, capsys):
    picture = Picture.objects.get()

    call_command("backup", "--check", str(backup))

    assert "is whole" in capsys.readouterr().out
    with zipfile.ZipFile(backup) as archive:
        assert f"media/{picture.file.name}" in archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        assert set(manifest["sha256"]) == set(archive.namelist()) - {"manifest.json"}


def test_a_backup_overwrites_nothing(backup):
    with pytest.raises(CommandError, match="exists"):
        call_command("backup", str(backup))


def test_a_backup_that_can_not_be_written_leaves_no_file(tmp_path):
    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", str(tmp_path / "missing" / "backup.zip"))

    assert not list(tmp_path.glob("missing/*"))


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
def test_a_backup_that_was_cut_off_is_refused(backup, share):
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(CommandError, match="no whole backup"):
        call_command("restore", str(backup), yes=True)

    assert Comment.objects.filter(body="Keep me.").exists()


def test_a_backup_of_which_a_file_has_changed_is_refused(backup):
    change(backup, f"media/{Picture.objects.get().file.name}", b"other bytes")

    with pytest.raises(CommandError, match="damaged"):
        call_command("restore", str(backup), yes=True)


def test_a_file_that_would_land_elsewhere_is_refused(backup, settings):
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    name = next(name for name in manifest["sha256"] if name.startswith("media/"))
    manifest["sha256"]["media/../../evil"] = manifest["sha256"][name]
    with zipfile.ZipFile(backup) as archive:
        content = archive.read(name)
    with zipfile.ZipFile(backup, "a") as archive:
        archive.writestr("media/../../evil", content)
    change(backup, "manifest.json", json.dumps(manifest))

    with pytest.raises(CommandError, match="outside of MEDIA_ROOT"):
        call_command("restore", str(backup), yes=True)

    assert not (Path(settings.MEDIA_ROOT).parent.parent / "evil").exists()


def test_a_backup_of_a_newer_version_is_refused(backup):
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["migrations"].append(["comments", "9999_from_the_future"])
    change(backup, "manifest.json", json.dumps(manifest))

    with pytest.raises(CommandError, match="newer version"):
        call_command("restore", str(backup), yes=True)


def test_a_backup_of_another_kind_of_database_is_refused(backup):
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["vendor"] = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    change(backup, "manifest.json", json.dumps(manifest))

    with pytest.raises(CommandError, match=r"DATABASE_URL names|can.t be opened"):
        call_command("restore", str(backup), yes=True)


def test_a_broken_sqlite_file_is_found_broken(tmp_path):
    whole = tmp_path / "whole.sqlite3"
    with sqlite3.connect(whole) as database:
        database.execute("CREATE TABLE t (x)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 500)
    database.close()
    content = bytearray(whole.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(content)

    assert not backups.sqlite.problem(whole)
    assert backups.sqlite.problem(broken)


def test_the_documents_name_commands_that_exist():
    named = re.findall(r"manage\.py (\w+)", Path("docs/operating.md").read_text())

    assert {"backup", "restore"} <= set(named) <= set(get_commands())
