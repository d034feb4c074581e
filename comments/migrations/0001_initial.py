"""Comments, decisions, settings; the one row of the settings, so that scripts find it; and the two groups of staff:
Authors write and moderate below their own posts, Editors everywhere.
"""

import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import posts.guids

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
        *("moderate_comment", "delete_comment"),
        *("add_rule", "change_rule", "delete_rule"),
        *("view_discussionsettings", "change_discussionsettings"),
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


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["Authors", "Editors"]).delete()


def make_settings(apps, schema_editor):
    apps.get_model("comments", "DiscussionSettings").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("posts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("comment", "comment"), ("pingback", "pingback"), ("trackback", "trackback")],
                        default="comment",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("email", models.CharField(blank=True, max_length=254, verbose_name="email")),
                ("url", models.CharField(blank=True, max_length=200, verbose_name="website")),
                ("body", models.TextField(verbose_name="text")),
                ("body_html", models.TextField(blank=True, editable=False)),
                ("body_as_written", models.TextField(blank=True, editable=False)),
                ("fingerprint", models.CharField(blank=True, editable=False, max_length=32)),
                ("search_text", models.TextField(blank=True, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("approved", "approved"),
                            ("spam", "spam"),
                            ("trash", "in the trash"),
                            ("erased", "deleted permanently"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("submitted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="submitted")),
                ("edited_at", models.DateTimeField(editable=False, null=True)),
                ("guid", models.CharField(default=posts.guids.new_guid, editable=False, max_length=1100)),
                ("browser", models.CharField(blank=True, editable=False, max_length=32)),
                ("ip_address", models.GenericIPAddressField(blank=True, null=True, verbose_name="IP address")),
                ("network", models.CharField(blank=True, editable=False, max_length=43)),
                ("flood", models.BigIntegerField(editable=False, null=True)),
                ("user_agent", models.CharField(blank=True, editable=False, max_length=300)),
                ("notify", models.BooleanField(default=False, verbose_name="wants emails about replies")),
                ("reply_by_mail", models.BooleanField(default=False, verbose_name="may be replied to by email")),
                ("writer", models.CharField(blank=True, editable=False, max_length=300)),
                ("script", models.CharField(blank=True, editable=False, max_length=20)),
                ("has_links", models.BooleanField(default=False, editable=False)),
                ("first_time", models.BooleanField(default=False, editable=False)),
                ("announced_at", models.DateTimeField(editable=False, null=True)),
                ("imported_id", models.PositiveBigIntegerField(editable=False, null=True)),
                ("disqus_id", models.PositiveBigIntegerField(editable=False, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="comments.comment",
                        verbose_name="in reply to",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="posts.post",
                        verbose_name="post",
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comments.comment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "permissions": [("moderate_comment", "Can moderate all comments")],
            },
        ),
        migrations.CreateModel(
            name="CheckHit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("check_name", models.CharField(max_length=100, verbose_name="check")),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="check_hits", to="comments.comment"
                    ),
                ),
            ],
            options={
                "verbose_name": "check hit",
                "verbose_name_plural": "check hits",
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
        ),
        migrations.CreateModel(
            name="DiscussionSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("comments_open", models.BooleanField(default=True, verbose_name="comments open")),
                (
                    "close_after_days",
                    models.PositiveIntegerField(
                        blank=True, help_text="Leave empty for never.", null=True, verbose_name="close after days"
                    ),
                ),
                (
                    "moderation",
                    models.CharField(
                        choices=[
                            ("all", "Hold every comment"),
                            ("first", "Hold a person's comments until one has been approved"),
                            ("none", "Hold no comment because of who wrote it"),
                        ],
                        default="first",
                        help_text="Whichever you choose, a comment that uses the name of an author, a member of staff or the blog is held unless it is sent from their own account.",
                        max_length=10,
                        verbose_name="moderation",
                    ),
                ),
                (
                    "max_links",
                    models.PositiveIntegerField(
                        blank=True,
                        default=2,
                        help_text="Hold comments with more links than this. Leave empty for no limit.",
                        null=True,
                        verbose_name="links",
                    ),
                ),
                (
                    "hold_words",
                    models.TextField(
                        blank=True,
                        help_text="One on each line: a word, a phrase, the beginning of a word (press*), an IP address or a range (10.0.0.0/8). Words are matched in the comment, as typed and as readers see it, and in the name, email address and website. Whole words match, or any part of the text in languages without spaces. Case, accents and disguises are ignored. An IP address matches everyone who writes from there.",
                        verbose_name="hold comments containing",
                    ),
                ),
                (
                    "block_words",
                    models.TextField(
                        blank=True,
                        help_text="As above. Use sparingly: people caught by mistake are not told.",
                        verbose_name="mark as spam if it contains",
                    ),
                ),
                (
                    "spam_threshold",
                    models.FloatField(
                        default=0.75,
                        help_text="From 0 to 1. A comment that scores more than this is marked as spam; from 0.5 it is held. The filter learns from your decisions, once there are 20 of each kind. At 1 it marks nothing as spam.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="spam filter threshold",
                    ),
                ),
                (
                    "spam_days",
                    models.PositiveIntegerField(
                        blank=True,
                        default=30,
                        help_text="Older spam can be deleted permanently from the spam list. Nothing is deleted automatically. Leave empty to keep it.",
                        null=True,
                        verbose_name="days to keep spam",
                    ),
                ),
                (
                    "trash_days",
                    models.PositiveIntegerField(
                        blank=True,
                        default=30,
                        help_text="Older comments can be deleted permanently from the trash. Nothing is deleted automatically. Leave empty to keep them.",
                        null=True,
                        verbose_name="days to keep the trash",
                    ),
                ),
                ("require_name_email", models.BooleanField(default=True, verbose_name="name and email required")),
                (
                    "registration_required",
                    models.BooleanField(
                        default=False,
                        help_text="Only people who are logged in can comment.",
                        verbose_name="account required",
                    ),
                ),
                (
                    "max_depth",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Deeper replies are shown at the last level, with the name of the person they reply to.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="maximum reply depth",
                    ),
                ),
                (
                    "per_page",
                    models.PositiveSmallIntegerField(
                        default=50,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(200),
                        ],
                        verbose_name="threads per page",
                    ),
                ),
                (
                    "order",
                    models.CharField(
                        choices=[("oldest", "Oldest first"), ("newest", "Newest first")],
                        default="oldest",
                        max_length=10,
                        verbose_name="order",
                    ),
                ),
                (
                    "flood_seconds",
                    models.PositiveIntegerField(
                        default=15,
                        help_text="By the same person. Enter 0 for no limit; the four limits below are then off too.",
                        verbose_name="seconds between comments",
                    ),
                ),
                (
                    "hourly_per_network",
                    models.PositiveIntegerField(
                        blank=True,
                        default=30,
                        help_text="A school, an office or a mobile network may share one address range. Further comments are held; from three times this number they are refused for a while, and the commenter keeps their text. Yours and moderators' comments don't count. Leave empty for no limit.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="comments per hour from one network",
                    ),
                ),
                (
                    "daily_per_network",
                    models.PositiveIntegerField(
                        blank=True,
                        default=150,
                        help_text="As above.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="comments per day from one network",
                    ),
                ),
                (
                    "hourly_per_post",
                    models.PositiveIntegerField(
                        blank=True,
                        default=500,
                        help_text="Further comments are held; from three times this number they are refused for a while. This limit and the next do not stop people with an approved comment whose account or browser is known. Leave empty for no limit.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="comments per hour on one post",
                    ),
                ),
                (
                    "daily_limit",
                    models.PositiveIntegerField(
                        blank=True,
                        default=3000,
                        help_text="As above.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="comments per day on the whole blog",
                    ),
                ),
                (
                    "notify_on",
                    models.CharField(
                        choices=[
                            ("none", "Never"),
                            ("held", "When a comment is held"),
                            ("all", "For every comment"),
                            ("digest", "Once a day, a list of what is waiting"),
                        ],
                        default="held",
                        max_length=10,
                        verbose_name="emails to the author",
                    ),
                ),
                (
                    "blog",
                    models.OneToOneField(
                        default=1,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="posts.blog",
                    ),
                ),
            ],
            options={
                "verbose_name": "discussion settings",
                "verbose_name_plural": "discussion settings",
            },
        ),
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
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="text")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="written")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="comments.comment"
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gathered", models.BooleanField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="comments.comment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="version")),
                ("title", models.CharField(max_length=150, verbose_name="title")),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="In plain words. The commenter is told this with the decision.",
                        verbose_name="text",
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="retired")),
            ],
            options={
                "verbose_name": "rule",
                "verbose_name_plural": "rules",
                "constraints": [
                    models.UniqueConstraint(fields=("number", "version"), name="rule_version_is_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at", None)), fields=("number",), name="rule_is_current_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pending", "waiting"),
                            ("approved", "approved"),
                            ("spam", "spam"),
                            ("trash", "in the trash"),
                            ("erased", "deleted permanently"),
                        ],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("approved", "approved"),
                            ("spam", "spam"),
                            ("trash", "in the trash"),
                            ("erased", "deleted permanently"),
                        ],
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("findings", models.JSONField(blank=True, default=list, verbose_name="findings")),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided")),
                ("batch", models.UUIDField(blank=True, null=True)),
                ("body_before", models.TextField(blank=True, verbose_name="text before")),
                ("moved", models.JSONField(blank=True, null=True, verbose_name="moved")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="comments.comment",
                        verbose_name="comment",
                    ),
                ),
                (
                    "takes_back",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comments.decision",
                        verbose_name="undoes",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="comments.rule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("verb", models.CharField(max_length=10)),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("numbers", models.JSONField(default=list)),
                ("seen", models.BigIntegerField(null=True)),
                ("was", models.CharField(blank=True, max_length=10)),
                ("total", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("running", "in progress"),
                            ("stopped", "stopped"),
                            ("finished", "finished"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("late", models.JSONField(default=list)),
                ("planned_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comments.rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch",
                "verbose_name_plural": "batches",
            },
        ),
        migrations.CreateModel(
            name="SpamModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.BinaryField()),
                ("lessons", models.PositiveIntegerField()),
                ("learned_through", models.BigIntegerField()),
                ("learned_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="spam_model_is_one_row")],
            },
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["post", "status", "submitted_at", "id"], name="comment_thread"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["status", "submitted_at", "id"], name="comment_queue"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["submitted_at", "id"], name="comment_order"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["script", "status", "submitted_at", "id"], name="comment_script"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("has_links", True)), fields=["status", "submitted_at", "id"], name="comment_links"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("first_time", True)), fields=["status", "submitted_at", "id"], name="comment_first"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["writer", "status", "submitted_at", "id"], name="comment_writer"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["fingerprint", "submitted_at"], name="comment_repetition"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["ip_address", "submitted_at"], name="comment_flood"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("browser", ""), _negated=True), fields=["browser", "status"], name="comment_browser"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("edited_at__isnull", False)), fields=["post", "edited_at"], name="comment_edited"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["pending", "approved", "spam", "trash", "erased"])),
                name="comment_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["comment", "pingback", "trackback"])), name="comment_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parent__isnull", True), ("root__isnull", True)),
                    models.Q(("parent__isnull", False), ("root__isnull", False)),
                    _connector="OR",
                ),
                name="comment_reply_has_a_root",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parent", models.F("id")), _negated=True),
                    models.Q(("root", models.F("id")), _negated=True),
                ),
                name="comment_does_not_answer_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="checkhit",
            index=models.Index(fields=["check_name", "comment"], name="check_hit_by_check"),
        ),
        migrations.AddConstraint(
            model_name="checkhit",
            constraint=models.UniqueConstraint(fields=("comment", "check_name"), name="check_hit_is_made_once"),
        ),
        migrations.AddIndex(
            model_name="askingmail",
            index=models.Index(fields=["mailbox", "asked_at"], name="asking_mail_lately"),
        ),
        migrations.AddConstraint(
            model_name="askingmail",
            constraint=models.UniqueConstraint(
                fields=("mailbox", "day", "number"), name="asking_mail_is_the_days_only_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="askingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 3)), name="asking_mails_are_few"
            ),
        ),
        migrations.AddConstraint(
            model_name="discussionsettings",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="discussion_settings_are_one_row"),
        ),
        migrations.AddConstraint(
            model_name="discussionsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_depth__gte", 1), ("per_page__gte", 1)), name="discussion_shows_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="note_says_something"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["account", "made_at"], name="notice_lately"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("comment", "account"), name="notice_once_to_an_account"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("account", None)), fields=("comment",), name="notice_once_of_an_answer"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(condition=models.Q(("actor__isnull", False)), fields=["id"], name="decision_by_people"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(condition=models.Q(("batch__isnull", False)), fields=["batch"], name="decision_batch"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_status__in", ["pending", "approved", "spam", "trash", "erased"]),
                    ("from_status__in", ["", "pending", "approved", "spam", "trash", "erased"]),
                ),
                name="decision_statuses_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("from_status", models.F("to_status")), _negated=True),
                    models.Q(("body_before", ""), _negated=True),
                    ("moved__isnull", False),
                    models.Q(("reason", ""), _negated=True),
                    ("rule__isnull", False),
                    ("takes_back__isnull", False),
                    _connector="OR",
                ),
                name="decision_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "running", "stopped", "finished"])),
                name="batch_state_is_known",
            ),
        ),
        migrations.RunPython(make_groups, remove_groups),
        migrations.RunPython(make_settings, migrations.RunPython.noop),
    ]
