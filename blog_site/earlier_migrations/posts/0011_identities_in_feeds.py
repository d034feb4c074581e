"""What posts and feeds are known by in feeds is stored, as it has been until now."""

import re
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import posts.guids

NOT_SHOWN = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag_uri(day, name):
    host = re.sub(r"[^a-z0-9.-]", "-", urlsplit(settings.SITE_URL).hostname)
    return f"tag:{host},{day:%Y-%m-%d}:{name}"


def fill_posts(apps, schema_editor):
    taken = set()
    # Of several with the same identity, the newest kept it.
    posts = apps.get_model("posts", "Post").objects.order_by("-published_at", "-pk")
    for post in posts.only("imported_guid", "created_at").iterator(chunk_size=2000):
        brought = NOT_SHOWN.sub("", post.imported_guid).replace("\ufffd", "?").strip()
        guid = tag_uri(post.created_at, f"post-{post.pk}") if not brought or brought in taken else brought
        taken.add(guid)
        posts.filter(pk=post.pk).update(guid=guid)


def fill_blog(apps, schema_editor):
    blog, _is_new = apps.get_model("posts", "Blog").objects.get_or_create(pk=1)
    has_readers = apps.get_model("posts", "Post").objects.exists()
    blog.feeds_prefix = settings.SITE_URL if has_readers else tag_uri(timezone.now(), uuid.uuid4().hex)
    blog.save(update_fields=["feeds_prefix"])


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0010_counting"),
    ]

    operations = [
        migrations.AddField(
            model_name="blog",
            name="feeds_prefix",
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name="post",
            name="guid",
            field=models.CharField(default=posts.guids.new_guid, editable=False, max_length=1000),
        ),
        migrations.RunPython(fill_posts, migrations.RunPython.noop),
        migrations.RunPython(fill_blog, migrations.RunPython.noop),
    ]
