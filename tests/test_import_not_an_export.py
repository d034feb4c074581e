"""A file that is no export is called what it is, in one line, in the admin and on the command line alike."""

import gzip

import pytest
from django.core.management import CommandError, call_command

from blog_site.models import Import
from posts.models import Post
from tests.wxr import import_, make_attachment, make_export, make_item

pytestmark = pytest.mark.django_db
OTHERS = [
    (b"", "the file is empty: it has 0 bytes"),
    (b"\n\n  \t\r\n", "the file is empty: there is nothing but white space in it"),
    (b"\xef\xbb\xbf\n", "the file is empty: there is nothing but white space in it"),
    (b'{"posts": []}', "this is JSON, not a "),
    (b"%PDF-1.7\n%\xe2", "this is a PDF, not a "),
    (b"\x89PNG\r\n\x1a\n", "this is a picture, not a "),
    (b"-- MySQL dump 10.13\nCREATE TABLE wp_posts (a int);", "this is a dump of a database, not a "),
    (b"Just words about exports.", "this is a text without any XML, not a "),
]


@pytest.mark.parametrize("command", ["import_wordpress", "import_disqus"])
@pytest.mark.parametrize(("content", "told"), OTHERS)
@pytest.mark.parametrize("packed", [False, True])
def test_what_has_nothing_in_it_or_something_else_is_called_so(tmp_path, command, content, told, packed):
    file = tmp_path / "empty.xml"
    file.write_bytes(gzip.compress(content) if packed else content)

    with pytest.raises(CommandError) as refused:
        call_command(command, str(file))

    assert told in str(refused.value)
    assert "empty.xml, line 1" in str(refused.value)
    assert "broken" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_told_of_pictures_that_were_not_given_names_no_option_of_the_command_line(tmp_path):
    file = make_export(tmp_path, make_item(), make_attachment())

    told = [import_(file), import_(file, media=tmp_path)]

    assert "no pictures and files were given" in told[0]["skipped"][0]["why"]
    assert "it is not in the folder of pictures and files" in told[1]["skipped"][0]["why"]
    assert "--" not in str([report["skipped"] + report["warnings"] for report in told])
    assert "--" not in str([source.report["skipped"] for source in Import.objects.all()])
    assert Post.objects.count() == 1
