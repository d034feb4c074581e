from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

import posts.models.author


def posts_are_as_they_were_published(apps, schema_editor):
    Post = apps.get_model("posts", "Post")
    Post.objects.using(schema_editor.connection.alias).update(modified_at=Coalesce(F("published_at"), F("created_at")))


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0003_attachments"),
    ]

    operations = [
        migrations.AddField(
            model_name="author",
            name="fediverse",
            field=models.CharField(
                blank=True,
                help_text="A handle such as @name@server.example. Mastodon shows it with links to the posts.",
                max_length=200,
                validators=[posts.models.author.validate_handle],
                verbose_name="in the fediverse",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="modified_at",
            field=models.DateTimeField(default=timezone.now, editable=False),
        ),
        migrations.RunPython(posts_are_as_they_were_published, migrations.RunPython.noop),
    ]
