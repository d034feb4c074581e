"""The blog's own settings: one page, in groups, with a preview before anything is saved."""

from functools import partial

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts import outbox
from posts.languages import choices
from posts.localised import spoken, time_zones
from posts.models import Blog, Picture, Post
from posts.pictures import icon
from posts.pictures.checking import SUFFIXES
from posts.pictures.fields import PictureField
from posts.rerendering import rerender_texts
from posts.storage import TellsOfDisk

from .base import OneRowAdmin

FORMATS = _("JPEG, PNG, GIF, WebP or AVIF, up to 15 MB.")


class UploadField(forms.FileField):
    """A picture that may be chosen, checked as those of the library are."""

    default_validators = PictureField.default_validators

    def __init__(self, **options):
        widget = forms.FileInput(attrs={"accept": ",".join(SUFFIXES)})
        super().__init__(required=False, widget=widget, **options)


class BlogForm(forms.ModelForm):
    icon_file = UploadField(
        label=_("Site icon"),
        help_text=_("The small picture in browser tabs, bookmarks and feed readers. Best square.") + " " + FORMATS,
    )
    icon_remove = forms.BooleanField(label=_("Remove the site icon"), required=False)
    logo_file = UploadField(label=_("Logo or header picture"), help_text=FORMATS)
    logo_alt = forms.CharField(
        label=_("Alternative text of the header picture"),
        max_length=500,
        required=False,
        help_text=_("Describes it for people who can’t see it. Leave empty if it adds nothing to the title."),
    )
    logo_remove = forms.BooleanField(label=_("Remove the logo or header picture"), required=False)

    class Meta:
        model = Blog
        fields = [
            *("title", "tagline", "language", "time_zone", "logo_place", "accent", "accent_dark"),
            *("home_page", "posts_per_page", "list_pictures", "footer"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        logo = self.instance.logo
        self.initial["logo_alt"] = logo.alt if logo else ""

    def store_pictures(self):
        """Stores what was uploaded, and sets it on the blog, which is still to be saved."""
        blog, typed = self.instance, self.cleaned_data
        before = blog.icon
        if typed["icon_file"]:
            blog.icon = icon.store(typed["icon_file"])
        elif typed["icon_remove"]:
            blog.icon = ""
        if before and before != blog.icon:
            transaction.on_commit(partial(icon.delete, before), robust=True)
        if typed["logo_file"]:
            blog.logo = Picture.objects.create(file=typed["logo_file"], **_said(typed["logo_alt"]))
        elif typed["logo_remove"]:
            blog.logo = None
        elif blog.logo and "logo_alt" in self.changed_data:
            for name, value in _said(typed["logo_alt"]).items():
                setattr(blog.logo, name, value)
            blog.logo.save()


def _said(alternative):
    return {"alt": alternative, "decorative": not alternative}


class BlogAdmin(TellsOfDisk, OneRowAdmin):
    form = BlogForm
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
            (_("Footer"), {"fields": ["footer"]}),
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "language":
            kwargs |= {"widget": forms.Select(choices=_languages())}
        if db_field.name == "time_zone":
            kwargs |= {"widget": forms.Select(choices=_zones())}
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "home_page":
            # Without the marks beside it that open pages of their own.
            field = db_field.formfield(
                queryset=Post.objects.pages().exclude(status=Post.Status.TRASH).order_by("title", "pk"),
                empty_label=_("The newest posts"),
            )
        return field

    def save_model(self, request, blog, form, change):
        form.store_pictures()
        super().save_model(request, blog, form, change)
        if "language" in form.changed_data:
            # Quotation marks and the words that we add to a text are the language's.
            outbox.put(rerender_texts)

    @admin.display(description=_("site icon now"))
    def icon_now(self, blog):
        return format_html('<img class="thumbnail" src="{}" alt="{}">', blog.icon_url, _("The site icon"))

    @admin.display(description=_("logo or header picture now"))
    def logo_now(self, blog):
        said = blog.logo.alt or _("The logo or header picture")
        return format_html('<img class="thumbnail" src="{}" alt="{}">', blog.logo.url_for(360), said)


_COLOURS = _(
    "Links have to be readable on the pages of both schemes, light and dark: a colour that isn’t is refused, with the "
    "nearest one that is."
)


def _languages():
    machines = dict(choices()).get(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE)
    return [("", _("As this server is set up: %(language)s") % {"language": machines}), *spoken()]


def _zones():
    machines = settings.TIME_ZONE
    by_region = {}
    for name in time_zones():
        region, _slash, place = name.partition("/")
        by_region.setdefault(region, []).append((name, (place or region).replace("_", " ").replace("/", ", ")))
    return [("", _("As this server is set up: %(zone)s") % {"zone": machines}), *by_region.items()]
