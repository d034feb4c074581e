"""What is typed into the page of the blog's settings: the blog itself, its menu, its links and its notices."""

import hashlib
from functools import partial

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from posts import accent
from posts.models import Blog, MenuItem, Notice, Picture, SocialLink
from posts.pictures import icon
from posts.pictures.checking import SUFFIXES
from posts.pictures.fields import PictureField

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
        help_text=_("The small picture in browser tabs, bookmarks and feed readers. A square picture looks best.")
        + " "
        + FORMATS,
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
    # Never shown: what is compared of the rows below with what stood there when the page was opened.
    parts = forms.CharField(disabled=True, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Blog
        fields = [
            *("title", "tagline", "language", "time_zone", "logo_place", "accent", "accent_dark"),
            *("home_page", "posts_per_page", "list_pictures", "posts_by_mail", "footer"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        logo = self.instance.logo
        self.initial["logo_alt"] = logo.alt if logo else ""
        self.initial["parts"] = _version_of_parts()
        for name, scheme in (("accent", "light"), ("accent_dark", "dark")):
            self.fields[name].widget.attrs["placeholder"] = accent.of_the_design(scheme)

    def store_pictures(self):
        """Stores what was uploaded, and sets it on the blog, which is still to be saved."""
        blog, typed = self.instance, self.cleaned_data
        before = blog.icon
        if typed["icon_file"]:
            blog.icon = icon.store(typed["icon_file"])
        elif typed.get("icon_remove"):
            blog.icon = ""
        if before and before != blog.icon:
            transaction.on_commit(partial(icon.delete, before), robust=True)
        changes_alt = "logo_alt" in self.changed_data
        blog.logo = _kept_picture(
            blog.logo, typed["logo_file"], typed["logo_alt"], is_gone=typed.get("logo_remove"), changes_alt=changes_alt
        )


class OrderedForm(forms.ModelForm):
    """A row in an order: with nothing in it but its place it is none."""

    def has_changed(self):
        return bool(set(self.changed_data) - ({"position"} if not self.instance.pk else set()))


class NoticeForm(forms.ModelForm):
    picture_file = UploadField(label=_("Picture"), help_text=FORMATS)
    picture_alt = forms.CharField(
        label=_("Alternative text"),
        max_length=500,
        required=False,
        help_text=_("Describes the picture for people who can’t see it. Leave empty if it is decorative."),
    )
    picture_remove = forms.BooleanField(label=_("Remove the picture"), required=False)

    class Meta:
        model = Notice
        fields = ["text", "address", "link_label", "starts_on", "ends_on", "place", "position"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        picture = self.instance.picture
        self.initial["picture_alt"] = picture.alt if picture else ""
        self.fields["text"].widget.attrs["rows"] = 3
        if not picture:
            self.fields["picture_remove"].widget = forms.HiddenInput()

    def save(self, commit=True):
        typed = self.cleaned_data
        self.instance.picture = _kept_picture(
            self.instance.picture,
            typed["picture_file"],
            typed["picture_alt"],
            is_gone=typed.get("picture_remove"),
            changes_alt="picture_alt" in self.changed_data,
        )
        return super().save(commit)


def _kept_picture(before, file, alternative, *, is_gone, changes_alt):
    """The row of what a form says of a picture: a new one, none, or the one before, with its alternative text."""
    said = {"alt": alternative, "decorative": not alternative}
    if file:
        return Picture.objects.create(file=file, **said)
    if is_gone or not before:
        return None
    if changes_alt:
        for name, value in said.items():
            setattr(before, name, value)
        before.save()
    return before


def _version_of_parts():
    """Another for each state of the stored menu, links and notices."""
    rows = [list(model.objects.order_by("pk").values_list()) for model in (MenuItem, SocialLink, Notice)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]
