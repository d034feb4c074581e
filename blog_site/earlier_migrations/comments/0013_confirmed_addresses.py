"""Answers are mailed to confirmed addresses alone. Who asked for them before has proven nothing: none is taken for
confirmed, and each is asked at the next answer to their comment."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0012_names_are_their_bearers"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=600, unique=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", False), ("refused_at__isnull", True)),
                            models.Q(("confirmed_at__isnull", True), ("refused_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="mail_address_is_confirmed_or_refused",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AskingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(blank=True, max_length=600)),
                ("mailbox", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("number", models.PositiveSmallIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="asking_mail", to="comments.comment"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["mailbox", "asked_at"], name="asking_mail_lately")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mailbox", "day", "number"), name="asking_mail_is_the_days_only_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 3)), name="asking_mails_are_few"
                    ),
                ],
            },
        ),
    ]
