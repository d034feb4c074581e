"""What a reader types to get new posts by mail, and what they choose afterwards."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from posts.desk.tags import RowsField
from posts.email_addresses import validate_email
from posts.models import Category, Frequency


class ChoiceForm(forms.Form):
    """How often, and of what. Without categories of the blog there is nothing to choose."""

    frequency = forms.ChoiceField(
        label=_("How often"), choices=Frequency.choices, initial=Frequency.EACH, widget=forms.RadioSelect
    )
    categories = RowsField(
        label=_("Only posts in these categories"),
        queryset=Category.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none to get every post."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # One that has nothing yet may still be somebody's choice: it can be kept.
        chosen = self.initial.get("categories", [])
        rows = Category.objects.public() | Category.objects.filter(pk__in=[category.pk for category in chosen])
        self.fields["categories"].queryset = rows.order_by("path")
        self.fields["frequency"].required = False

    def clean_frequency(self):
        return self.cleaned_data["frequency"] or Frequency.EACH

    @property
    def chosen(self):
        """What it says, as `Subscriber.choose()` takes it."""
        return {
            "frequency": self.cleaned_data["frequency"],
            "categories": list(self.cleaned_data["categories"]) or None,
        }


class EmailField(forms.CharField):
    """An address as comments take them, international ones included."""

    widget = forms.EmailInput

    def clean(self, value):
        value = super().clean(value)
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValidationError(_("Enter an email address in the correct format, like name@example.org"))
        validate_email(value)
        return value


class SubscribeForm(ChoiceForm):
    email = EmailField(
        label=_("Your email address"),
        max_length=254,
        error_messages={"required": _("Enter your email address.")},
        # `type=email` would refuse addresses that we take.
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email", "autocapitalize": "none"}),
    )
    field_order = ["email", "frequency", "categories"]
