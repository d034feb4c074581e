"""Fills the columns that the desk filters by, for comments from before it had them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from comments.scripts import main_script
from posts.markup import plain_text

STEP = 1000
FILLED = ["writer", "script", "has_links", "first_time"]


def describe_comments(apps, schema_editor):
    Comment = apps.get_model("comments", "Comment")
    seen = set()  # writers of whom something was approved
    changed = []
    for comment in Comment.objects.order_by("submitted_at", "pk").iterator(chunk_size=STEP):
        writer = comment.email or f"{comment.name} at {comment.ip_address}"
        comment.writer = f"account {comment.user_id}" if comment.user_id else writer.casefold()[:300]
        comment.script = main_script(plain_text(comment.body_html))
        comment.has_links = "<a " in comment.body_html or bool(comment.url)
        comment.first_time = comment.writer not in seen
        if comment.status == "approved":
            seen.add(comment.writer)
        changed.append(comment)
        if len(changed) == STEP:
            Comment.objects.bulk_update(changed, FILLED, batch_size=100)
            changed = []
    Comment.objects.bulk_update(changed, FILLED, batch_size=100)


def note_objections(apps, schema_editor):
    Decision, Objection = apps.get_model("comments", "Decision"), apps.get_model("comments", "Objection")
    first = Decision.objects.filter(from_status="").exclude(findings=[]).values_list("comment", "findings")
    Objection.objects.bulk_create(
        (
            Objection(comment_id=comment, check_name=name)
            for comment, findings in first.iterator(chunk_size=STEP)
            for name in sorted({finding["check"] for finding in findings if finding["verdict"] != "approve"})
        ),
        batch_size=STEP,
        ignore_conflicts=True,
    )


def let_editors_delete(apps, schema_editor):
    config = apps.get_app_config("comments")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    for group in apps.get_model("auth", "Group").objects.filter(name="Editors"):
        wanted = {"content_type__app_label": "comments", "codename": "delete_comment"}
        group.permissions.add(*apps.get_model("auth", "Permission").objects.filter(**wanted))


class Migration(migrations.Migration):
    dependencies = [("comments", "0003_the_desk")]

    operations = [
        migrations.RunPython(describe_comments, migrations.RunPython.noop),
        migrations.RunPython(note_objections, migrations.RunPython.noop),
        migrations.RunPython(let_editors_delete, migrations.RunPython.noop),
    ]
