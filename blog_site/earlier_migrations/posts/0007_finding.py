"""What posts are found by: the words of the search, pins, the menu's order, the posts that are like one."""

from django.db import migrations, models

from posts.markup import plain_text
from posts.words import index_text

STEP = 200


def fill_words(apps, schema_editor):
    Post, changed = apps.get_model("posts", "Post"), []
    for post in Post.objects.only("title", "body_html").order_by("pk").iterator(chunk_size=STEP):
        post.search_title, post.search_text = index_text(post.title), index_text(plain_text(post.body_html))
        changed.append(post)
        if len(changed) == STEP:
            Post.objects.bulk_update(changed, ["search_title", "search_text"], batch_size=50)
            changed = []
    Post.objects.bulk_update(changed, ["search_title", "search_text"], batch_size=50)


def drop_triggers(apps, schema_editor):
    """No trigger may name a column that is not there; after a migration forwards they are made again."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'posts_post'")
        else:
            cursor.execute(
                "SELECT tgname || ' ON posts_post' FROM pg_trigger "
                "WHERE tgrelid = 'posts_post'::regclass AND NOT tgisinternal"
            )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0006_old_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="menu_order",
            field=models.IntegerField(
                default=0, help_text="For pages: the lowest number stands first.", verbose_name="place in the menu"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="pinned",
            field=models.BooleanField(default=False, help_text="Stands first on the home page.", verbose_name="pinned"),
        ),
        migrations.AddField(
            model_name="post",
            name="related",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name="post",
            name="search_text",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name="post",
            name="search_title",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("pinned", True)), fields=["-published_at", "-id"], name="post_pinned"
            ),
        ),
        migrations.RunPython(fill_words, drop_triggers),
    ]
