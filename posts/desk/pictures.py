from pathlib import PurePosixPath

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts.models import Post
from posts.pictures.checking import SUFFIXES
from posts.storage import TellsOfDisk


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
