"""Comments that moved in, in the Markdown that shows every sign which does not clearly mark up.

Their texts were written for CommonMark, with a backslash before each sign that would have marked something up there:
it would be shown now. They are written anew from what stood in the file; what was edited here since is left alone.
"""

from django.db import migrations

from blog_site.moving.models import digest
from blog_site.moving.wordpress.html.comment_text import comment_markdown

STEP = 500
VALUES = ("kind", "name", "email", "url", "ip_address", "body", "submitted_at")


def write_anew(apps, schema_editor):
    Comment, ImportedRow = apps.get_model("comments", "Comment"), apps.get_model("blog_site", "ImportedRow")
    escaped = Comment.objects.filter(body__contains="\\").exclude(status="erased").order_by("pk").only(*VALUES)
    for comment in escaped.iterator(STEP):
        notes = ImportedRow.objects.filter(kind="comment", row=comment.pk).order_by("-pk")
        written, read = notes.exclude(digest="").first(), notes.exclude(original="").first()
        if not read or not written or written.digest != _digest(comment):
            continue
        comment.body = comment_markdown(read.original)
        Comment.objects.filter(pk=comment.pk).update(body=comment.body)
        ImportedRow.objects.filter(pk=written.pk).update(digest=_digest(comment))


def _digest(comment):
    return digest({name: getattr(comment, name) for name in VALUES})


class Migration(migrations.Migration):
    dependencies = [
        ("blog_site", "0004_folders"),
        ("comments", "0005_search_text"),
    ]

    operations = [
        migrations.RunPython(write_anew, migrations.RunPython.noop),
    ]
