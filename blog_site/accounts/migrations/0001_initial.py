"""What is kept of accounts beside what django-allauth keeps."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("used", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="FirstPassword",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("password", models.CharField(max_length=128)),
            ],
        ),
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="time")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("login", "logged in"),
                            ("refused", "login refused"),
                            ("throttled", "too many attempts"),
                            ("logout", "logged out"),
                            ("expired", "session expired"),
                            ("sessions-ended", "sessions ended"),
                            ("reset-asked", "password reset link sent"),
                            ("password", "password changed"),
                            ("factor-added", "second factor added"),
                            ("factor-removed", "second factor removed"),
                            ("factor-refused", "second factor refused"),
                            ("codes", "new recovery codes"),
                            ("code-used", "recovery code used"),
                            ("rights", "rights changed"),
                            ("made", "account created"),
                            ("removed", "account removed"),
                        ],
                        max_length=20,
                        verbose_name="what happened",
                    ),
                ),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="network address")),
                ("detail", models.CharField(blank=True, max_length=500, verbose_name="details")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
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
                "verbose_name": "account event",
                "verbose_name_plural": "account events",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "login",
                                    "refused",
                                    "throttled",
                                    "logout",
                                    "expired",
                                    "sessions-ended",
                                    "reset-asked",
                                    "password",
                                    "factor-added",
                                    "factor-removed",
                                    "factor-refused",
                                    "codes",
                                    "code-used",
                                    "rights",
                                    "made",
                                    "removed",
                                ],
                            )
                        ),
                        name="account_event_kind_is_known",
                    )
                ],
            },
        ),
    ]
