"""Invitations, what is asked once on a new blog, and events of both."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import blog_site.accounts.invitation


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("posts", "0002_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="email address")),
                (
                    "role",
                    models.CharField(
                        choices=[("author", "Author"), ("editor", "Editor"), ("owner", "Owner")],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("nonce", models.CharField(default=blog_site.accounts.invitation.new_nonce, max_length=40)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Setup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sample", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="accountevent",
            name="account_event_kind_is_known",
        ),
        migrations.AlterField(
            model_name="accountevent",
            name="kind",
            field=models.CharField(
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
                    ("invited", "invitation sent"),
                    ("revoked", "invitation revoked"),
                ],
                max_length=20,
                verbose_name="what happened",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountevent",
            constraint=models.CheckConstraint(
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
                            "invited",
                            "revoked",
                        ],
                    )
                ),
                name="account_event_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="author",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="invitation", to="posts.author"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="setup",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="setup_is_one_row"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["author", "editor", "owner"])), name="invitation_role_is_known"
            ),
        ),
    ]
