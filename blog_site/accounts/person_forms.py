"""What is typed about people: who they are, and what they may do."""

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog_site.accounts.role import MAY, Role
from blog_site.versions import VersionedForm
from comments.likeness import borne
from posts.desk.people import ProfileForm
from posts.models import Author


def refuse_name_of_another(name, author):
    """Raises ValidationError where readers would take a new name for another person's of this blog."""
    others = Author.objects.exclude(pk=author.pk).values_list("name", "name")
    if name != author.name and (taken := borne(name, list(others))):
        raise ValidationError(
            _("“%(name)s” writes here already. Add something so that readers can tell you apart."),
            params={"name": taken[0]},
            code="name_taken",
        )


class PersonForm(ProfileForm):
    """The form of a person in the admin."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored_name = self.instance.name

    def clean_name(self):
        name = super().clean_name()
        refuse_name_of_another(name, Author(pk=self.instance.pk, name=self.stored_name))
        return name


class OwnProfileForm(VersionedForm, PersonForm):
    """One's own profile: two windows don't overwrite each other's."""


class ReaderForm(forms.Form):
    """The profile of an account that writes nothing but comments."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("As readers see it, beside your comments.")
    )


def role_field(**options):
    """Which role, each with what it may do."""
    choices = [(role.value, format_html("<span><b>{}</b> {}</span>", role.label, MAY[role])) for role in Role]
    return forms.ChoiceField(label=gettext_lazy("Role"), choices=choices, widget=forms.RadioSelect, **options)


class AddressForm(forms.Form):
    """An e-mail address that no other account has, and a role."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = role_field()

    def __init__(self, *args, user=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_email(self):
        email = self.cleaned_data["email"].strip()
        has_it = User.objects.filter(email__iexact=email).exclude(pk=self.user and self.user.pk).first()
        if has_it:
            raise ValidationError(self._refusal(has_it), code="email_taken")
        return email

    def _refusal(self, user):
        author = Author.objects.filter(user=user).first()
        name = author.name if author else user.get_username()
        if not user.is_active:
            return _("“%(name)s” has this address. The account is deactivated: reactivate it.") % {"name": name}
        return _("“%(name)s” has an account with this address. Change their role instead.") % {"name": name}


class InvitationForm(AddressForm):
    """`author`: whose byline gets an account; None where the person is new, and has a name to be typed."""

    field_order = ["name", "email", "role"]
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=150,
        help_text=gettext_lazy("As readers will see it. They can change it themselves."),
    )

    def __init__(self, *args, author=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.author = author
        if author:
            del self.fields["name"]
        self.initial.setdefault("role", Role.AUTHOR)

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        refuse_name_of_another(name, Author())
        return name


class RightsForm(AddressForm):
    """The address and role of an account that is there. One with rights of its own may keep them."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["email"].required = bool(user.email)


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        Author.objects.none(),
        label=gettext_lazy("To"),
        empty_label=gettext_lazy("Choose a person"),
        error_messages={"invalid_choice": gettext_lazy("Choose somebody who is not deactivated.")},
    )

    def __init__(self, *args, author, **kwargs):
        super().__init__(*args, **kwargs)
        others = Author.objects.exclude(pk=author.pk).exclude(user__is_active=False)
        self.fields["to"].queryset = others.order_by("name", "pk")
