"""Imports and the rows that came with them; and the outbox, as the admin shows it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutgoingTask",
            fields=[],
            options={
                "verbose_name": "outgoing task",
                "verbose_name_plural": "outgoing tasks",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("django_tasks_database.dbtaskresult",),
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("wordpress", "WordPress"), ("disqus", "Disqus")],
                        default="wordpress",
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "uploaded"),
                            ("checking", "checking"),
                            ("checked", "checked, not imported yet"),
                            ("running", "importing"),
                            ("done", "imported"),
                            ("failed", "failed"),
                            ("undoing", "being undone"),
                            ("undone", "undone"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("files", models.JSONField(default=list, verbose_name="files")),
                (
                    "fetch_media",
                    models.BooleanField(
                        default=False,
                        help_text="Downloads the pictures from the old blog before its posts are imported.",
                        verbose_name="fetch the pictures",
                    ),
                ),
                (
                    "overwrite",
                    models.BooleanField(
                        default=False,
                        help_text="Uses the text in the file even if a post or comment has been edited here since it was imported.",
                        verbose_name="overwrite",
                    ),
                ),
                ("folders", models.JSONField(default=list, editable=False)),
                ("unfinished_after", models.BigIntegerField(editable=False, null=True)),
                ("report", models.JSONField(default=dict, editable=False)),
                ("error", models.TextField(blank=True, editable=False)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="started")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("post", "post"),
                            ("comment", "comment"),
                            ("author", "author"),
                            ("category", "category"),
                            ("tag", "tag"),
                            ("picture", "picture"),
                            ("attachment", "file"),
                            ("blog", "blog"),
                        ],
                        max_length=10,
                    ),
                ),
                ("row", models.BigIntegerField()),
                ("before", models.JSONField(null=True)),
                ("public_at", models.DateTimeField(null=True)),
                ("original", models.TextField(blank=True)),
                ("digest", models.CharField(blank=True, max_length=32)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="blog_site.import"
                    ),
                ),
            ],
            options={
                "verbose_name": "imported row",
                "verbose_name_plural": "imported rows",
            },
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["uploaded", "checking", "checked", "running", "done", "failed", "undoing", "undone"])
                ),
                name="import_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["wordpress", "disqus"])), name="import_kind_is_known"
            ),
        ),
        migrations.AddIndex(
            model_name="importedrow",
            index=models.Index(fields=["kind", "row", "-id"], name="imported_row"),
        ),
        migrations.AddConstraint(
            model_name="importedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["post", "comment", "author", "category", "tag", "picture", "attachment", "blog"])
                ),
                name="imported_row_kind_is_known",
            ),
        ),
    ]
