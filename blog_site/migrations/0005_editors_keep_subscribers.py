"""Editors see and keep the list of who gets new posts by mail; authors don't."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

PERMISSIONS = ["view_subscriber", "add_subscriber", "change_subscriber", "delete_subscriber"]


def allow(apps, schema_editor):
    # Permissions are otherwise made after all migrations: too late for these.
    config = apps.get_app_config("posts")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    found = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="posts", codename__in=PERMISSIONS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="Editors"):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("blog_site", "0004_steps_of_upgrades"),
        ("comments", "0001_initial"),
        ("posts", "0013_new_posts_by_mail"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
