"""The library of pictures. What stands in somebody else's post is changed by editors alone."""

from itertools import repeat

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from posts.models import Author, Post
from posts.pictures.checking import MAX_BYTES
from posts.pictures.fields import shown_name
from posts.pictures.uses import kept_uses_of, used, used_by_others, uses_of
from posts.pictures.written import written
from posts.storage import TellsOfDisk

from .picture_forms import ACCEPTED, LineForm, PictureForm
from .uploads import PAGE, TakesUploads, visible_posts


class UsedFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "used"

    def lookups(self, request, model_admin):
        return [("yes", _("used in a post or a bio")), ("no", _("not used"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(pk__in=used())
        return queryset.exclude(pk__in=used()) if self.value() == "no" else queryset


class WordsFilter(admin.SimpleListFilter):
    title = _("alternative text")
    parameter_name = "words"

    def lookups(self, request, model_admin):
        return [("none", _("without alternative text")), ("decorative", _("decorative")), ("some", _("described"))]

    def queryset(self, request, queryset):
        choices = {
            "none": queryset.undescribed,
            "decorative": lambda: queryset.filter(decorative=True),
            "some": lambda: queryset.exclude(alt=""),
        }
        return choices.get(self.value(), lambda: queryset)()


class Library(ChangeList):
    """The list as cards, each with where its picture stands."""

    def get_results(self, request):
        super().get_results(request)
        self.user = request.user

    def cards(self):
        """{picture, form, name, thumbnail, text, places, hidden} of each; `form` is None if nothing may be typed."""
        pictures = list(self.result_list)
        places = uses_of(pictures)
        seen = visible_posts(self.user, [row for rows in places.values() for row in rows])
        for picture, form in zip(pictures, self.formset.forms if self.formset else repeat(None), strict=False):
            rows = places.get(picture.pk, [])
            shown = [row for row in rows if row in seen or not isinstance(row, Post)]
            yield {
                "picture": picture,
                "form": form,
                "name": shown_name(picture.file.name),
                "thumbnail": picture.url_for(360),
                "text": written(picture, "markdown", alt=picture.alt, caption=picture.caption),
                "places": shown,
                "hidden": len(rows) - len(shown),
            }


class PictureAdmin(TellsOfDisk, TakesUploads, admin.ModelAdmin):
    form = PictureForm
    list_display = ["thumbnail", "alt", "decorative"]
    list_display_links = ["thumbnail"]
    list_editable = ["alt", "decorative"]
    list_filter = [UsedFilter, WordsFilter]
    list_per_page = PAGE
    search_fields = ["alt", "caption", "file"]
    ordering = ["-uploaded_at", "-pk"]
    readonly_fields = ["in_text", "size", "sizes"]
    fields = ["file", "alt", "decorative", "caption", "credit", "size", "sizes", "in_text"]

    def get_fields(self, request, obj=None):
        return self.fields if obj else self.fields[:5]

    def get_changelist(self, request, **kwargs):
        return Library

    def get_changelist_form(self, request, **kwargs):
        """A line of the list: what this account may not change can't be typed into."""
        locked = set()
        if not request.user.has_perm("posts.edit_others_posts"):
            locked = used_by_others(request.user)

        class Line(LineForm):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                for field in self.fields.values():
                    field.disabled = self.instance.pk in locked

        return super().get_changelist_form(request, **{"form": Line} | kwargs)

    def changelist_view(self, request, extra_context=None):
        pictures = {"may_add": self.has_add_permission(request), "accepted": ACCEPTED, "max_bytes": MAX_BYTES}
        shown = {"title": _("Pictures"), "pictures": pictures}
        return super().changelist_view(request, (extra_context or {}) | shown)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "file":
            field.widget.attrs["accept"] = ACCEPTED
            field.help_text = _(
                "JPEG, PNG, GIF, WebP or AVIF, up to 15 MB. Location data is removed. A new file has a new address: "
                "all posts that show the picture follow it."
            )
        return field

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        shown = {"shown": obj.url_for(720)} if obj else {}
        return super().render_change_form(request, context | shown, add, change, form_url, obj)

    def get_deleted_objects(self, objs, request):
        """A picture that stands in a text can't be deleted: the page names the posts. It also names what would miss it:
        earlier versions, and what was typed and not saved."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        for picture in objs:
            posts, authors = picture.texts()
            seen = posts.filter(pk__in=Post.objects.visible_to(request.user).values("pk"))
            protected += [_("the text of “%(title)s”") % {"title": each} for each in [*seen, *authors]]
            if posts.count() > len(seen):
                protected.append(_("the text of a post you don't have permission to view"))
        return [*to_delete, *_told_of_kept(objs, request.user)], counts, needed, protected

    def has_change_permission(self, request, obj=None):
        """A picture that stands in somebody else's post, or shows somebody else, is changed by editors alone."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or request.user.has_perm("posts.edit_others_posts"):
            return True
        posts, authors = obj.texts()
        shown = Post.objects.filter(Q(picture=obj) | Q(pk__in=posts.values("pk")))
        signed = Author.objects.filter(Q(photo=obj) | Q(pk__in=authors.values("pk")))
        return not (shown.exclude(author__user=request.user).exists() or signed.exclude(user=request.user).exists())

    @admin.display(description=_("picture"))
    def thumbnail(self, picture):
        # It stands in a link, which is called by what it shows.
        name = picture.alt or shown_name(picture.file.name)
        return format_html('<img class="thumbnail" src="{}" alt="{}" loading="lazy">', picture.url_for(360), name)

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
        return written(picture, "markdown", alt=picture.alt, caption=picture.caption)


def _told_of_kept(pictures, user):
    """Lines for who is about to delete pictures, about what nobody reads now and somebody may want back."""
    posts, unsaved = kept_uses_of(pictures)
    seen = posts.filter(pk__in=Post.objects.visible_to(user).values("pk"))
    lines = [
        gettext("An earlier version of “%(title)s” shows it, and would miss it.") % {"title": post} for post in seen
    ]
    if posts.count() > len(seen):
        lines.append(gettext("An earlier version of a post that you don't have permission to view would miss it."))
    own = [autosave for autosave in unsaved if autosave.account_id == user.pk]
    lines += [
        gettext("What you have typed and not saved (%(title)s) would miss it.") % {"title": each.post or each.beginning}
        for each in own
    ]
    if len(unsaved) > len(own):
        lines.append(gettext("Something that another person has typed and not saved would miss it."))
    return lines
