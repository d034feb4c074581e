"""The two groups of staff: Authors write and moderate below their own posts, Editors everywhere.

And the rows that there is one of, so that scripts find them.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

AUTHORS = {
    "posts": [
        *("view_post", "add_post", "change_post"),
        *("view_picture", "add_picture", "change_picture"),
        *("view_tag", "add_tag", "view_category", "view_author"),
    ],
    "comments": ["view_comment", "change_comment", "view_decision", "view_rule"],
}
EDITORS = {
    "posts": [
        *AUTHORS["posts"],
        *("edit_others_posts", "delete_post", "delete_picture"),
        *("change_tag", "delete_tag", "add_category", "change_category", "delete_category"),
        *("add_author", "change_author", "change_blog", "view_blog"),
    ],
    "comments": [
        *AUTHORS["comments"],
        "moderate_comment",
        "view_rule",
        "add_rule",
        "change_rule",
        "delete_rule",
        "view_discussionsettings",
        "change_discussionsettings",
    ],
}


def make_groups(apps, schema_editor):
    # Permissions are otherwise made after all migrations: too late for these.
    for label in ("posts", "comments"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    Permission = apps.get_model("auth", "Permission")
    for name, wanted in (("Authors", AUTHORS), ("Editors", EDITORS)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for label, codenames in wanted.items():
            group.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=codenames))


def make_rows(apps, schema_editor):
    apps.get_model("posts", "Blog").objects.get_or_create(pk=1)
    apps.get_model("comments", "DiscussionSettings").objects.get_or_create(pk=1)


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["Authors", "Editors"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0001_initial"),
        ("posts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(make_groups, remove_groups),
        migrations.RunPython(make_rows, migrations.RunPython.noop),
    ]
