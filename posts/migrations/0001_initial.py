"""Posts, authors, terms, pictures and files; and the one row of the blog, so that scripts find it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import posts.guids
import posts.languages
import posts.models.attachment
import posts.models.author
import posts.pictures.fields
import posts.slugs


def make_blog(apps, schema_editor):
    apps.get_model("posts", "Blog").objects.get_or_create(pk=1, defaults={"feeds_prefix": posts.guids.new_prefix()})


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "number of changes",
                "verbose_name_plural": "numbers of changes",
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "slug",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        unique=True,
                        validators=[posts.slugs.validate_slug],
                        verbose_name="slug",
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
            },
        ),
        migrations.CreateModel(
            name="Author",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "slug",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        unique=True,
                        validators=[posts.slugs.validate_slug],
                        verbose_name="slug",
                    ),
                ),
                (
                    "bio",
                    models.TextField(blank=True, help_text="Markdown. Shown below every post.", verbose_name="bio"),
                ),
                ("bio_html", models.TextField(blank=True, editable=False)),
                (
                    "fediverse",
                    models.CharField(
                        blank=True,
                        help_text="For example @name@server.example. Mastodon shows it with links to your posts.",
                        max_length=200,
                        validators=[posts.models.author.validate_handle],
                        verbose_name="Mastodon handle",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="author",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "author",
                "verbose_name_plural": "authors",
            },
        ),
        migrations.CreateModel(
            name="Blog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(default="Right of Reply", max_length=200, verbose_name="title")),
                ("tagline", models.CharField(blank=True, max_length=300, verbose_name="tagline")),
                ("feeds_prefix", models.CharField(blank=True, editable=False, max_length=300)),
            ],
            options={
                "verbose_name": "blog",
                "verbose_name_plural": "blog",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="blog_is_one_row")],
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "slug",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        unique=True,
                        validators=[posts.slugs.validate_slug],
                        verbose_name="slug",
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("path", models.CharField(editable=False, max_length=1000, unique=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="posts.category",
                        verbose_name="parent",
                    ),
                ),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", posts.pictures.fields.PictureField(upload_to="%Y/%m/", verbose_name="file")),
                ("width", models.PositiveIntegerField(editable=False, null=True)),
                ("height", models.PositiveIntegerField(editable=False, null=True)),
                ("renditions", models.JSONField(blank=True, default=dict, editable=False)),
                ("rendered_at", models.DateTimeField(editable=False, null=True)),
                (
                    "alt",
                    models.CharField(
                        blank=True,
                        help_text="Describes the picture for people who can't see it.",
                        max_length=500,
                        verbose_name="alternative text",
                    ),
                ),
                (
                    "decorative",
                    models.BooleanField(
                        default=False,
                        help_text="The picture adds nothing to the text, so screen readers skip it.",
                        verbose_name="decorative",
                    ),
                ),
                ("caption", models.CharField(blank=True, max_length=500, verbose_name="caption")),
                (
                    "credit",
                    models.CharField(
                        blank=True, help_text="Who made the picture.", max_length=200, verbose_name="credit"
                    ),
                ),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="uploaded")),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "indexes": [
                    models.Index(fields=["file"], name="picture_file"),
                    models.Index(
                        condition=models.Q(("rendered_at", None)), fields=["id"], name="picture_waits_for_renditions"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("alt", ""), ("decorative", True)),
                            models.Q(("decorative", False), models.Q(("alt", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="picture_has_alt_text_or_is_decorative",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "body_format",
                    models.CharField(
                        choices=[("markdown", "Markdown"), ("html", "HTML")],
                        default="markdown",
                        max_length=10,
                        verbose_name="format",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=posts.languages.choices,
                        help_text="If the text is not in the language of the blog. Quotation marks, hyphenation and text direction follow it.",
                        max_length=20,
                        verbose_name="language",
                    ),
                ),
                (
                    "excerpt",
                    models.TextField(
                        blank=True,
                        help_text="Plain text for lists and feeds. Leave empty to use the beginning of the post.",
                        verbose_name="excerpt",
                    ),
                ),
                ("body_html", models.TextField(blank=True, editable=False)),
                ("contents_html", models.TextField(blank=True, editable=False)),
                ("teaser_html", models.TextField(blank=True, editable=False)),
                ("more_label", models.CharField(blank=True, editable=False, max_length=100)),
                ("reading_minutes", models.PositiveIntegerField(default=0, editable=False)),
                ("summary", models.TextField(blank=True, editable=False)),
                ("search_text", models.TextField(blank=True, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("post", "post"), ("page", "page")], default="post", max_length=10, verbose_name="kind"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "slug",
                    models.CharField(
                        blank=True,
                        help_text="Last part of the web address. Made from the title if left empty.",
                        max_length=200,
                        validators=[posts.slugs.validate_slug],
                        verbose_name="slug",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("published", "published"),
                            ("private", "private"),
                            ("trash", "in the trash"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Publish date. A future date schedules the post. Leave empty for now.",
                        null=True,
                        verbose_name="publication",
                    ),
                ),
                ("in_menu", models.BooleanField(default=True, help_text="For pages.", verbose_name="in the menu")),
                (
                    "menu_order",
                    models.IntegerField(
                        blank=True,
                        default=0,
                        help_text="For pages. The lowest number comes first.",
                        verbose_name="position in the menu",
                    ),
                ),
                (
                    "pinned",
                    models.BooleanField(
                        default=False, help_text="Show at the top of the home page.", verbose_name="pinned"
                    ),
                ),
                ("comments_open", models.BooleanField(default=True, verbose_name="comments open")),
                (
                    "moderation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("first", "Hold a person's comments until one has been approved"),
                            ("all", "Hold every comment"),
                        ],
                        help_text="For a post that needs more care than the rest. Can only be stricter than the site setting.",
                        max_length=10,
                        verbose_name="moderation",
                    ),
                ),
                ("comment_count", models.PositiveIntegerField(default=0, editable=False)),
                ("related", models.JSONField(default=list, editable=False)),
                ("permalink", models.CharField(editable=False, max_length=1000, null=True, unique=True)),
                ("imported_path", models.CharField(blank=True, editable=False, max_length=1000)),
                ("imported_id", models.PositiveBigIntegerField(editable=False, null=True)),
                ("imported_guid", models.CharField(blank=True, editable=False, max_length=1000)),
                ("guid", models.CharField(default=posts.guids.new_guid, editable=False, max_length=1000)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("generation", models.PositiveBigIntegerField(default=1, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("modified_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("search_title", models.TextField(blank=True, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="posts.author",
                        verbose_name="author",
                    ),
                ),
                (
                    "categories",
                    models.ManyToManyField(
                        blank=True, related_name="posts", to="posts.category", verbose_name="categories"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"kind": "page"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="posts.post",
                        verbose_name="parent page",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="posts.picture",
                        verbose_name="picture",
                    ),
                ),
                ("tags", models.ManyToManyField(blank=True, related_name="posts", to="posts.tag", verbose_name="tags")),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
                "permissions": [("edit_others_posts", "Can edit other people's posts")],
            },
        ),
        migrations.CreateModel(
            name="OldPath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=1000, unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="old_paths",
                        to="posts.author",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="old_paths",
                        to="posts.category",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="old_paths",
                        to="posts.post",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="old_paths", to="posts.tag"
                    ),
                ),
            ],
            options={
                "verbose_name": "old address",
                "verbose_name_plural": "old addresses",
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=1000, unique=True, verbose_name="old address")),
                ("path", models.CharField(db_index=True, max_length=1000)),
                ("page_path", models.CharField(blank=True, db_index=True, max_length=1000)),
                ("imported_id", models.PositiveBigIntegerField(db_index=True, null=True)),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=200,
                        upload_to="%Y/%m/",
                        validators=[posts.models.attachment.validate_attachment],
                        verbose_name="file",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="title")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("uploaded_at", models.DateTimeField(editable=False, null=True, verbose_name="uploaded")),
                (
                    "picture",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="posts.picture",
                        verbose_name="picture",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported file",
                "verbose_name_plural": "imported files",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file", ""), ("picture__isnull", False)),
                            models.Q(("picture__isnull", True), models.Q(("file", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="attachment_is_a_picture_or_a_file",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["kind", "status", "-published_at", "-id"], name="post_lists"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["author", "kind", "status", "-published_at", "-id"], name="post_author_archive"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("imported_id__isnull", False)), fields=["imported_id"], name="post_imported_id"
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["slug"], name="post_slug"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("pinned", True)),
                fields=["kind", "status", "-published_at", "-id"],
                name="post_pinned",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "published", "private", "trash"])),
                name="post_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["post", "page"])), name="post_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("moderation__in", ["", "first", "all"])), name="post_moderation_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("body_format__in", ["markdown", "html"])), name="post_body_format_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    models.Q(("permalink__isnull", False), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="post_published_has_time_and_permalink",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent__isnull", True), ("kind", "page"), _connector="OR"),
                name="post_below_another_is_a_page",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="post_is_not_below_itself"
            ),
        ),
        migrations.AddConstraint(
            model_name="oldpath",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("author__isnull", True),
                        ("category__isnull", True),
                        ("post__isnull", False),
                        ("tag__isnull", True),
                    ),
                    models.Q(
                        ("author__isnull", True),
                        ("category__isnull", False),
                        ("post__isnull", True),
                        ("tag__isnull", True),
                    ),
                    models.Q(
                        ("author__isnull", True),
                        ("category__isnull", True),
                        ("post__isnull", True),
                        ("tag__isnull", False),
                    ),
                    models.Q(
                        ("author__isnull", False),
                        ("category__isnull", True),
                        ("post__isnull", True),
                        ("tag__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="old_path_leads_to_one_thing",
            ),
        ),
        migrations.RunPython(make_blog, migrations.RunPython.noop),
    ]
