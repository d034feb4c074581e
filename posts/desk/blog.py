"""The blog's own settings: one page, in groups, with a preview before anything is saved."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms.models import model_to_dict
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from posts import outbox
from posts.languages import choices
from posts.localised import spoken, time_zones
from posts.models import Blog, Category, MenuItem, Notice, Post, SocialLink
from posts.models.notice import MOST_NOTICES
from posts.rerendering import rerender_texts
from posts.storage import TellsOfDisk

from .base import OneRowAdmin
from .blog_form import BlogForm, NoticeForm, OrderedForm
from .blog_preview import show_preview

_COLOURS = _(
    "Links must be easy to read on light and dark pages. If a colour is not, it is refused, and the nearest one that "
    "is readable is suggested."
)


class OfTheBlog:
    """Rows that belong to the settings: who may change these may change those."""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("posts.change_blog")

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class OrderedInline(OfTheBlog, admin.StackedInline):
    """Rows in an order that is typed as numbers; with JavaScript they can be moved, too."""

    form = OrderedForm
    extra = 3
    classes = ["ordered"]


class MenuInline(OrderedInline):
    model = MenuItem
    verbose_name_plural = _("Menu")
    fields = [("position", "label", "page", "category", "address", "is_below")]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # Without the marks beside them that open pages of their own.
        if db_field.name == "page":
            pages = Post.objects.pages().exclude(status=Post.Status.TRASH)
            return db_field.formfield(queryset=pages.order_by("title", "pk"))
        if db_field.name == "category":
            return db_field.formfield(queryset=Category.objects.order_by("path"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class LinkInline(OrderedInline):
    model = SocialLink
    verbose_name_plural = _("Your pages elsewhere")
    fields = [("position", "label", "address")]


class NoticeInline(OfTheBlog, admin.StackedInline):
    model = Notice
    form = NoticeForm
    verbose_name_plural = _("Notices")
    extra, max_num = 1, MOST_NOTICES
    fields = [
        *("text", "address", "link_label", "picture_now", "picture_remove", "picture_file", "picture_alt"),
        *("starts_on", "ends_on", "place", "position"),
    ]
    readonly_fields = ["picture_now"]
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    }

    @admin.display(description=_("current picture"))
    def picture_now(self, notice):
        return (
            thumbnail(notice.picture, _("The picture of the notice")) if notice.picture else pgettext("picture", "none")
        )


class BlogAdmin(TellsOfDisk, OneRowAdmin):
    form = BlogForm
    inlines = [MenuInline, LinkInline, NoticeInline]
    page_title = _("Settings of the blog")
    readonly_fields = ["icon_now", "logo_now"]

    class Media:
        js = [forms.Script("settings.js", defer=True)]

    def get_fieldsets(self, request, obj=None):
        icon_now = ["icon_now", "icon_remove"] if obj and obj.icon else []
        logo_now = ["logo_now", "logo_remove"] if obj and obj.logo_id else []
        return [
            (_("The blog"), {"fields": ["title", "tagline", "language", "time_zone"]}),
            (_("Icon"), {"fields": [*icon_now, "icon_file"]}),
            (_("Logo or header picture"), {"fields": [*logo_now, "logo_file", "logo_place", "logo_alt"]}),
            (_("Colour"), {"fields": ["accent", "accent_dark"], "description": _COLOURS}),
            (_("Home page and lists of posts"), {"fields": ["home_page", "posts_per_page", "list_pictures"]}),
            (_("New posts by email"), {"fields": ["posts_by_mail"]}),
            (_("Footer"), {"fields": ["footer"]}),
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "language":
            kwargs |= {"widget": forms.Select(choices=_languages())}
        if db_field.name == "time_zone":
            kwargs |= {"widget": forms.Select(choices=_zones())}
        if db_field.name == "home_page":
            # Without the marks beside it that open pages of their own.
            pages = Post.objects.pages().exclude(status=Post.Status.TRASH).order_by("title", "pk")
            return db_field.formfield(queryset=pages, empty_label=_("The newest posts"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        """A script may send the fields that it knows: the others stay as they are."""
        if request.method == "POST" and "menuitems-TOTAL_FORMS" not in request.POST:
            sent = request.POST.copy()
            for name, value in model_to_dict(Blog.load(), exclude=["id", "icon", "logo"]).items():
                sent.setdefault(name, "" if value in (None, False) else value)
            for inline in self.inlines:
                prefix = inline.model._meta.get_field("blog").remote_field.get_accessor_name()
                sent.update({f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"})
            request.POST = sent
        return super().changeform_view(request, object_id, *args, **kwargs)

    def save_model(self, request, blog, form, change):
        form.store_pictures()
        super().save_model(request, blog, form, change)
        if "language" in form.changed_data:
            # Quotation marks and the words that we add to a text are the language's.
            outbox.put(rerender_texts)

    def get_urls(self):
        return [
            path("preview/", self.admin_site.admin_view(self.preview), name="posts_blog_preview"),
            *super().get_urls(),
        ]

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, OrderedInline):
            # Rows that are still empty go on where the last one ends.
            last = inline.model.objects.order_by("-position").values_list("position", flat=True).first() or 0
            kwargs["initial"] = [{"position": last + number} for number in range(1, inline.extra + 1)]
        return kwargs

    def preview(self, request):
        """The home page with what stands in the form; nothing is saved, valid or not."""
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:posts_blog_change", args=[1]))
        if not self.has_change_permission(request):
            raise PermissionDenied
        blog = Blog.load()
        form = self.get_form(request, blog, change=True)(request.POST, request.FILES, instance=blog)
        formsets, _inlines = self._create_formsets(request, blog, change=True)
        return show_preview(request, form, {formset.model: formset for formset in formsets})

    @admin.display(description=_("current site icon"))
    def icon_now(self, blog):
        return format_html('<img class="thumbnail" src="{}" alt="{}">', blog.icon_url, _("The site icon"))

    @admin.display(description=_("current logo or header picture"))
    def logo_now(self, blog):
        return thumbnail(blog.logo, _("The logo or header picture"))


def thumbnail(picture, said):
    return format_html('<img class="thumbnail" src="{}" alt="{}">', picture.url_for(360), picture.alt or said)


def _languages():
    machines = dict(choices()).get(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE)
    return [("", _("Server default: %(language)s") % {"language": machines}), *spoken()]


def _zones():
    by_region = {}
    for name in time_zones():
        region, _slash, place = name.partition("/")
        by_region.setdefault(region, []).append((name, (place or region).replace("_", " ").replace("/", ", ")))
    return [("", _("Server default: %(zone)s") % {"zone": settings.TIME_ZONE}), *by_region.items()]
