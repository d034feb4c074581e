from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0009_place_in_the_menu_may_be_empty"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="post", name="post_author_archive"),
        migrations.RemoveIndex(model_name="post", name="post_pinned"),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["author", "kind", "status", "-published_at", "-id"], name="post_author_archive"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("pinned", True)),
                fields=["kind", "status", "-published_at", "-id"],
                name="post_pinned",
            ),
        ),
    ]
