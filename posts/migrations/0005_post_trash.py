"""Where a post in the trash comes back to, and the order of the list of posts."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0004_blog_settings"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="status_before_trash",
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                models.OrderBy(
                    django.db.models.functions.comparison.Coalesce("published_at", "created_at"), descending=True
                ),
                models.OrderBy(models.F("id"), descending=True),
                name="post_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                models.F("status"),
                models.OrderBy(
                    django.db.models.functions.comparison.Coalesce("published_at", "created_at"), descending=True
                ),
                models.OrderBy(models.F("id"), descending=True),
                name="post_desk_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("status_before_trash__in", ["", "draft", "published", "scheduled", "private"])),
                name="post_status_before_trash_is_known",
            ),
        ),
    ]
