"""What somebody tells readers of themselves: one form for the admin and for their own profile."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from posts.models import Author, Picture
from posts.models.author import MOST_LINKS, is_login_name, validate_links
from posts.pictures.checking import MAX_BYTES

from .base import ArchiveAdmin, RendersFirst
from .picture_forms import ACCEPTED

EMPTY_ROWS = 2


class LinksWidget(forms.Widget):
    """Rows of a label and an address; those that are left empty are none."""

    def render(self, name, value, attrs=None, renderer=None):
        links = value if isinstance(value, list) else []
        rows = [*links, *({"label": "", "address": ""} for _row in range(EMPTY_ROWS))][:MOST_LINKS]
        first = (attrs or {}).get("id", f"id_{name}")
        shown = [
            (first if number == 0 else f"{first}_{number}", name, gettext("Label"), gettext("Address"), link)
            for number, link in enumerate(rows)
        ]
        return format_html(
            '<div class="link-rows">{}</div>',
            format_html_join(
                "",
                '<p><label for="{0}">{2}</label> <input type="text" id="{0}" name="{1}_label" value="{4}"> '
                '<label for="{0}_address">{3}</label> '
                '<input type="url" id="{0}_address" name="{1}_address" value="{5}" inputmode="url" '
                'placeholder="https://"></p>',
                ((*parts, link.get("label", ""), link.get("address", "")) for *parts, link in shown),
            ),
        )

    def value_from_datadict(self, data, files, name):
        if not hasattr(data, "getlist"):
            return data.get(name, [])
        labels, addresses = data.getlist(f"{name}_label"), data.getlist(f"{name}_address")
        pairs = zip(labels, addresses, strict=False)
        return [{"label": label.strip(), "address": address.strip()} for label, address in pairs if label + address]

    def value_omitted_from_data(self, data, files, name):
        return f"{name}_address" not in data and name not in data

    def use_required_attribute(self, initial):
        return False


class LinksField(forms.Field):
    widget = LinksWidget

    def clean(self, value):
        links = [
            {"label": link["label"] or _host_of(link["address"]), "address": _with_scheme(link["address"])}
            for link in value or []
            if link["label"] or link["address"]
        ]
        validate_links(links)
        return links

    def has_changed(self, initial, data):
        return not self.disabled and (initial or []) != (data or [])


def _with_scheme(address):
    return address if ":" in address.split("/")[0] or not address else f"https://{address}"


def _host_of(address):
    return address.partition("://")[2].partition("/")[0].removeprefix("www.")


class ProfileForm(forms.ModelForm):
    """Name, photo, bio and links. `save()` stores a photo that was sent as a picture of the library."""

    links = LinksField(
        label=_("Links"),
        required=False,
        help_text=_("Your website, and your pages elsewhere. Shown with your bio, and marked as yours."),
    )
    new_photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("Shown with the bio and on the page of your posts. A square one looks best."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    remove_photo = forms.BooleanField(label=_("Remove the photo"), required=False)

    field_order = ["name", "new_photo", "remove_photo", "bio", "links", "fediverse"]

    class Meta:
        model = Author
        fields = ["name", "bio", "links", "fediverse"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.picture = None
        if not self.instance.photo_id:
            self.fields.pop("remove_photo", None)

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if is_login_name(name, self.instance.user) and name != self.instance.name:
            raise ValidationError(
                _("This is the name that you log in with. Choose another one for readers."), code="login_name"
            )
        return name

    def clean(self):
        cleaned = super().clean()
        sent = cleaned.get("new_photo")
        if sent and "name" in cleaned:
            self.picture = Picture(file=sent, alt=cleaned["name"])
            try:
                self.picture.full_clean()
            except ValidationError as error:
                self.add_error(
                    "new_photo", [message for messages in error.message_dict.values() for message in messages]
                )
        return cleaned

    def save(self, commit=True):
        before = self.instance.photo
        with transaction.atomic():
            if self.picture:
                self.picture.save()
                self.instance.photo = self.picture
            elif self.cleaned_data.get("remove_photo"):
                self.instance.photo = None
            saved = super().save(commit)
            if commit:
                discard_photo(before, self.instance)
        return saved


def discard_photo(picture, author):
    """Deletes a photo that is not shown any more, unless something else shows it."""
    if picture and picture.pk != author.photo_id:
        try:
            with transaction.atomic():
                picture.delete()
        except ProtectedError:
            pass


class AuthorAdmin(RendersFirst, ArchiveAdmin):
    rendered_field = "bio"
    form = ProfileForm
    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["name", "pk"]

    def get_fieldsets(self, request, obj=None):
        may_change = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        photo = ["new_photo", *(["remove_photo"] if obj and obj.photo_id else [])] if may_change else []
        return [(None, {"fields": ["name", *photo, "bio", "links", "fediverse", "slug"]})]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        # With a script pictures come into the bio as into a text.
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        may_add = may and request.user.has_perm("posts.add_picture")
        pictures = {"may_add": may_add, "accepted": ACCEPTED, "max_bytes": MAX_BYTES}
        return super().render_change_form(request, context | {"pictures": pictures}, add, change, form_url, obj)

    def save_model(self, request, author, form, change):
        before = Author.objects.filter(pk=author.pk).select_related("photo").first()
        super().save_model(request, author, form, change)
        if before:
            discard_photo(before.photo, author)
