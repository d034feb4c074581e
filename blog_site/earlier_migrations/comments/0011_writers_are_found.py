"""The words to search for of comments that came by the form had no name of their writer: they have it now."""

from django.db import migrations

from posts.markup import plain_text
from posts.words import index_text

STEP = 2000


def add_names(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects.exclude(name="").exclude(status="erased").order_by("pk")
    last = 0
    while rows := list(comments.filter(pk__gt=last).values_list("pk", "name", "search_text")[:STEP]):
        last = rows[-1][0]
        lacking = [pk for pk, name, words in rows if not words.startswith(index_text(name))]
        for comment in comments.filter(pk__in=lacking).only("name", "body_html"):
            words = index_text(f"{comment.name} {plain_text(comment.body_html)}")
            comments.filter(pk=comment.pk).update(search_text=words)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0010_moving"),
    ]

    operations = [
        migrations.RunPython(add_names, migrations.RunPython.noop),
    ]
