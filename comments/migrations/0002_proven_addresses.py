"""Addresses whose owners are known, their browsers and names; links in mails, each for one purpose."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="address",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="comments",
                to="comments.mailaddress",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="disowned_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="mailaddress",
            name="proven_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="ClaimedName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=32)),
                ("claimed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="comments.mailaddress"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["key"], name="claimed_name_key")],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "address"), name="claimed_name_is_claimed_once_by_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="MailedLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=20)),
                ("address", models.CharField(max_length=600)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "comment",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mailed_links",
                        to="comments.comment",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["address"], name="mailed_link_address")],
            },
        ),
        migrations.CreateModel(
            name="RememberedBrowser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=32, unique=True)),
                ("remembered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_used_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="browsers", to="comments.mailaddress"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="remembered_browser_has_a_name"
                    )
                ],
            },
        ),
    ]
