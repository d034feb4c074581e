"""The report of an import, as the person reads it who gave the files in the administration, for every file we have."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext, override

from blog_site.models import Import
from blog_site.moving.report import Report
from posts.models import Post
from tests.factories import make_user
from tests.wxr import SHARED, import_, make_export, make_item

pytestmark = pytest.mark.django_db
CORPORA = SHARED / "corpora" / "import"
FILES = sorted([*CORPORA.glob("*/*.xml"), *(SHARED / "cases" / "import").glob("*.xml")])
REFUSED = {"billion-laughs.xml", "truncated.xml", "xxe-file.xml", "wpimporter-malformed-simple.xml"}


@pytest.fixture
def chief(client):
    """The client, logged in as somebody who may do everything."""
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def give(chief):
    """Uploads a file as the form does, and lets the process run that the administration starts: the Import."""

    def upload(path, *, dry_run):
        export = SimpleUploadedFile(path.name, path.read_bytes())
        chief.post(reverse("admin:blog_site_import_add"), {"uploads": export})
        source = Import.objects.latest("pk")
        call_command("run_import", source.pk, dry_run=dry_run)
        source.refresh_from_db()
        return source

    return upload


@pytest.mark.seed
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("dry_run", [True, False], ids=["tried", "taken-in"])
def test_the_report_of_every_file_opens(chief, give, path, dry_run):
    source = give(path, dry_run=dry_run)

    page = chief.get(source.get_absolute_url())

    assert page.status_code == 200
    if path.name in REFUSED:
        assert source.state == "failed"
        assert f"{path.name}, line" in page.content.decode()
    else:
        assert source.state == ("checked" if dry_run else "done")
        # A new blog speaks the language of the one that it came from.
        with override(re.search(r'<html lang="([^"]+)"', page.text)[1]):
            assert gettext("The numbers") in page.text
        # Nobody who reads this has a command line.
        report = page.content.decode().partition('<div class="import">')[2].partition("</main>")[0]
        assert not re.search(r"(?<![<!-])--[a-z]+|manage\.py", report)


@pytest.mark.parametrize("kind", Report.KINDS)
def test_each_kind_of_thing_that_is_counted_has_its_row(chief, kind):
    report = Report()
    report.found(kind, 3)
    source = Import.objects.create(files=["blog.xml"], state="checked", report=report.as_dict())

    page = chief.get(source.get_absolute_url()).content.decode()

    assert f'<th scope="row">{Report.KINDS[kind]}</th><td class="number">3</td>' in page


def test_a_report_that_was_kept_before_a_kind_was_counted_still_opens(chief):
    report = Report().as_dict()
    del report["numbers"]["files"]
    source = Import.objects.create(files=["blog.xml"], state="done", report=report)

    assert chief.get(source.get_absolute_url()).status_code == 200


def test_what_was_edited_here_is_told_without_a_word_of_the_command_line(chief, give, tmp_path):
    import_(make_export(tmp_path, make_item()))
    post = Post.objects.get()
    post.title = "Mine"
    post.save()

    source = give(make_export(tmp_path, make_item(title="Theirs"), name="again.xml"), dry_run=False)

    page = chief.get(source.get_absolute_url()).content.decode()
    assert "edited here since, and left as it is" in page
    assert "--overwrite" not in page
