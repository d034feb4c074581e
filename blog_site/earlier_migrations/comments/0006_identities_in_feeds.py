"""What comments are known by in feeds is stored, as it has been until now; and when one was changed."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db import migrations, models
from django.db.models import Count

import posts.guids

STEP = 5000


def own_guid(pk, submitted_at):
    host = re.sub(r"[^a-z0-9.-]", "-", urlsplit(settings.SITE_URL).hostname)
    return f"tag:{host},{submitted_at:%Y-%m-%d}:comment-{pk}"


def fill_comments(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects.order_by("pk")
    columns = ("pk", "submitted_at", "imported_id", "post__imported_guid")
    last = 0
    while rows := list(comments.filter(pk__gt=last).values_list(*columns)[:STEP]):
        guids = [
            (f"{brought}#comment-{imported_id}" if imported_id and brought else own_guid(pk, submitted_at), pk)
            for pk, submitted_at, imported_id, brought in rows
        ]
        store(schema_editor, guids)
        last = rows[-1][0]
    # Of several with the same identity, the newest kept it.
    twice = comments.order_by().values_list("guid").annotate(Count("pk")).filter(pk__count__gt=1)
    for guid, _number in list(twice):
        same = comments.filter(guid=guid).order_by("-submitted_at", "-pk").values_list("pk", "submitted_at")
        store(schema_editor, [(own_guid(*row), row[0]) for row in same[1:]])


def store(schema_editor, guids):
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("UPDATE comments_comment SET guid = %s WHERE id = %s", guids)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0005_search_text"),
        ("posts", "0011_identities_in_feeds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="edited_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="comment",
            name="guid",
            field=models.CharField(default=posts.guids.new_guid, editable=False, max_length=1100),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("edited_at__isnull", False)), fields=["post", "edited_at"], name="comment_edited"
            ),
        ),
        migrations.RunPython(fill_comments, migrations.RunPython.noop),
    ]
