"""Where posts are written. Authors see and change their own; editors all."""

from pathlib import PurePosixPath

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts import costly_text, websub
from posts.models import Attachment, Author, Blog, Category, Picture, Post, Tag
from posts.pictures.checking import SUFFIXES
from posts.storage import TellsOfDisk
from posts.views import show


class OneRowAdmin(admin.ModelAdmin):
    """For a model of one row: its list leads straight to it, and it can't be added or deleted."""

    def changelist_view(self, request, extra_context=None):
        row = self.model.load()
        return HttpResponseRedirect(
            reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        )

    def get_object(self, request, object_id, from_field=None):
        return self.model.load()

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class RendersFirst(admin.ModelAdmin):
    """A text that may take long is set before the transaction, in which others would wait for it."""

    rendered_field: str

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        if request.method == "POST" and costly_text.is_risky(request.POST.get(self.rendered_field, ""), "markdown"):
            stored = self.get_object(request, unquote(object_id)) if object_id else None
            if self.has_change_permission(request, stored) if stored else self.has_add_permission(request):
                self.typed(request, stored).is_valid()
        return super().changeform_view(request, object_id, *args, **kwargs)

    def typed(self, request, stored):
        """The form as it was sent."""
        form = self.get_form(request, stored, change=bool(stored))
        return form(request.POST, request.FILES, instance=stored or self.model())


@admin.register(Blog)
class BlogAdmin(OneRowAdmin):
    pass


@admin.register(Post)
class PostAdmin(RendersFirst):
    rendered_field = "body"
    list_display = ["title", "kind", "state", "author", "published_at", "comments"]
    list_filter = ["kind", "status", "categories"]
    list_select_related = ["author"]
    search_fields = ["title", "body"]
    ordering = ["-created_at", "-pk"]
    date_hierarchy = "published_at"
    filter_horizontal = ["categories", "tags"]
    fieldsets = [
        (None, {"fields": ["title", "body", "excerpt", "picture"]}),
        (_("Filed under"), {"fields": ["categories", "tags"]}),
        (
            _("Publication"),
            {"fields": ["status", "published_at", "author", "comments_open", "moderation", "slug", "pinned"]},
        ),
        (
            _("Pages and formats"),
            {"fields": ["kind", "parent", "in_menu", "menu_order", "body_format", "language"], "classes": ["collapse"]},
        ),
    ]

    def get_form(self, request, obj=None, **kwargs):
        help_texts = {"body": _("Markdown. “How to write”, above, explains the formatting.")}
        return super().get_form(request, obj, help_texts=help_texts, **kwargs)

    @admin.display(description=_("status"), ordering="status")
    def state(self, post):
        return _("scheduled") if post.is_scheduled else post.get_status_display()

    @admin.display(description=_("comments"), ordering="comment_count")
    def comments(self, post):
        return post.comment_count

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=Post.objects.editable_by(request.user).values("pk"))

    def get_fieldsets(self, request, obj=None):
        if request.user.has_perm("posts.edit_others_posts"):
            return self.fieldsets
        # Who may not edit for others signs as themselves, and leaves the blog's pages, menu and front alone.
        editors_own = {"author", "kind", "parent", "in_menu", "menu_order", "pinned"}
        return [
            (title, options | {"fields": [name for name in options["fields"] if name not in editors_own]})
            for title, options in self.fieldsets
        ]

    def get_changeform_initial_data(self, request):
        author = Author.objects.filter(user=request.user).first()
        return super().get_changeform_initial_data(request) | {"author": author and author.pk}

    def save_model(self, request, post, form, change):
        if not post.author_id:
            post.author = Author.for_account(request.user)
        was_hidden = Post.objects.filter(pk=post.pk).exclude(status=Post.Status.PUBLISHED).exists()
        super().save_model(request, post, form, change)
        websub.announce(post, was_hidden=was_hidden)

    def get_urls(self):
        preview = self.admin_site.admin_view(self.preview)
        return [
            path("preview/", preview, name="posts_post_preview_new"),
            path("<int:pk>/preview/", preview, name="posts_post_preview"),
            *super().get_urls(),
        ]

    def preview(self, request, pk=None):
        """The page as it would look with what stands in the form; nothing is saved, valid or not."""
        stored = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:posts_post_changelist"))
        if not (self.has_change_permission(request, stored) if stored else self.has_add_permission(request)):
            raise PermissionDenied
        form = self.typed(request, stored)
        form.is_valid()
        post = form.instance
        post.published_at = post.published_at or timezone.now()
        if not post.author_id:
            post.author = Author.objects.filter(user=request.user).first() or Author(name=str(request.user), slug="-")
        is_rendered = post.rerender()
        return show(request, post, preview=True, refused="" if is_rendered else costly_text.REFUSED)


class ArchiveAdmin(admin.ModelAdmin):
    """For what posts are listed by: it has a page on the site once something public is listed there."""

    def get_view_on_site_url(self, obj=None):
        is_there = obj and self.model.objects.public().filter(pk=obj.pk).exists()
        return super().get_view_on_site_url(obj) if is_there else None


@admin.register(Author)
class AuthorAdmin(RendersFirst, ArchiveAdmin):
    rendered_field = "bio"
    list_display = ["name", "slug", "user"]
    list_select_related = ["user"]
    search_fields = ["name"]
    ordering = ["name", "pk"]


@admin.register(Category)
class CategoryAdmin(ArchiveAdmin):
    list_display = ["name", "path"]
    search_fields = ["name"]
    ordering = ["path", "pk"]


@admin.register(Tag)
class TagAdmin(ArchiveAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["name", "pk"]


@admin.register(Picture)
class PictureAdmin(TellsOfDisk, admin.ModelAdmin):
    list_display = ["thumbnail", "alt", "caption", "size", "sizes", "uploaded_at"]
    list_display_links = ["thumbnail", "alt"]
    search_fields = ["alt", "caption", "file"]
    ordering = ["-uploaded_at", "-pk"]
    readonly_fields = ["in_text", "size", "sizes"]
    fields = ["file", "alt", "decorative", "caption", "credit", "size", "sizes", "in_text"]

    def get_fields(self, request, obj=None):
        return self.fields if obj else self.fields[:5]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "file":
            field.widget.attrs["accept"] = ",".join(SUFFIXES)
            field.help_text = _("JPEG, PNG, GIF, WebP or AVIF, up to 15 MB. Location data is removed.")
        return field

    def get_deleted_objects(self, objs, request):
        """A picture that stands in a text can't be deleted: the page names the posts."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        for picture in objs:
            posts, authors = picture.texts()
            seen = posts.filter(pk__in=Post.objects.visible_to(request.user).values("pk"))
            protected += [_("the text of “%(title)s”") % {"title": each} for each in [*seen, *authors]]
            if posts.count() > len(seen):
                protected.append(_("the text of a post you don't have permission to view"))
        return to_delete, counts, needed, protected

    def has_change_permission(self, request, obj=None):
        """A picture that stands in somebody else's post is changed by editors alone."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or request.user.has_perm("posts.edit_others_posts"):
            return True
        posts, authors = obj.texts()
        shown = Post.objects.filter(Q(picture=obj) | Q(pk__in=posts.values("pk")))
        others = shown.exclude(author__user=request.user).exists() or authors.exclude(user=request.user).exists()
        return not others

    @admin.display(description=_("picture"))
    def thumbnail(self, picture):
        # It stands in a link, which is called by what it shows.
        said = picture.alt or PurePosixPath(picture.file.name).name
        return format_html('<img class="thumbnail" src="{}" alt="{}" loading="lazy">', picture.url_for(360), said)

    @admin.display(description=_("size"))
    def size(self, picture):
        return f"{picture.width}\u00a0×\u00a0{picture.height}" if picture.width else "–"

    @admin.display(description=_("resized copies"))
    def sizes(self, picture):
        if widths := picture.renditions.get("webp"):
            return ", ".join(widths)
        return _("only the original") if picture.rendered_at else _("being made; until then readers get the original")

    @admin.display(description=_("paste this into a post"))
    def in_text(self, picture):
        return f"![{picture.alt}]({picture.file.url})"


@admin.register(Attachment)
class AttachmentAdmin(TellsOfDisk, admin.ModelAdmin):
    """What came with an import and is no picture: to look for, and to delete with its file."""

    list_display = ["__str__", "link", "address"]
    search_fields = ["title", "address"]
    ordering = ["-pk"]
    fields = ["title", "description", "link", "address"]
    readonly_fields = ["title", "description", "link", "address"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(picture=None)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def delete_queryset(self, request, queryset):
        for attachment in queryset:
            attachment.delete()

    @admin.display(description=_("file"))
    def link(self, attachment):
        return format_html('<a href="{}">{}</a>', attachment.get_absolute_url(), attachment.file.name)
