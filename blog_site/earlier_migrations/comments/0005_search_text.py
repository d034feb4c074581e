"""The words of each comment as the readers' search has them."""

from django.db import migrations, models

from posts.markup import plain_text
from posts.words import index_text

STEP = 1000


def fill_words(apps, schema_editor):
    Comment, changed = apps.get_model("comments", "Comment"), []
    for comment in Comment.objects.exclude(status="erased").only("name", "body_html").order_by("pk").iterator(STEP):
        comment.search_text = index_text(f"{comment.name} {plain_text(comment.body_html)}")
        changed.append(comment)
        if len(changed) == STEP:
            Comment.objects.bulk_update(changed, ["search_text"], batch_size=200)
            changed = []
    Comment.objects.bulk_update(changed, ["search_text"], batch_size=200)


def drop_triggers(apps, schema_editor):
    """No trigger may name a column that is not there; after a migration forwards they are made again."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'comments_comment'")
        else:
            cursor.execute(
                "SELECT tgname || ' ON comments_comment' FROM pg_trigger "
                "WHERE tgrelid = 'comments_comment'::regclass AND NOT tgisinternal"
            )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0004_what_the_desk_looks_for"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="search_text",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.RunPython(fill_words, drop_triggers),
    ]
