"""What is typed about a picture: in the library, in the editor's dialog, and in the post's form without a script."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from posts.ids import parse_id
from posts.pictures.checking import SUFFIXES

ACCEPTED = ",".join(SUFFIXES)
# As many as a list without search may have.
NEWEST = 100

_DESCRIBE = _("Describe what the picture shows, or tick “decorative” if it adds nothing to the text.")


class PictureForm(forms.ModelForm):
    """A picture is described where somebody looks at it alone."""

    def clean(self):
        typed = super().clean()
        if "alt" in self.fields and not self.errors and not typed["alt"] and not typed["decorative"]:
            self.add_error("alt", _DESCRIBE)
        return typed


class LineForm(forms.ModelForm):
    """A picture in the list: one that waits for its words may go on waiting."""

    alt = forms.CharField(label=_("alternative text"), max_length=500, required=False)


class WordsForm(forms.Form):
    """What the dialog sends of one picture: it may leave out what the picture has."""

    alt = forms.CharField(max_length=500, required=False)
    decorative = forms.BooleanField(required=False)
    caption = forms.CharField(max_length=500, required=False)

    def __init__(self, *args, picture, **kwargs):
        super().__init__(*args, **kwargs)
        self.picture = picture

    def clean(self):
        typed = super().clean()
        if self.errors or self.picture.is_described:
            return typed
        if not typed["alt"] and not typed["decorative"]:
            self.add_error("alt", _DESCRIBE)
        # What is described decorates no more.
        return typed | {"decorative": typed["decorative"] and not typed["alt"]}


class NewPictureForm(forms.ModelForm):
    """Fields of the post's form for one picture: the way without a script.

    What comes of them is decided before the form is read (see post_pictures.py); `refused` is what was wrong.
    """

    refused: tuple[str, ...] = ()

    new_picture = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPTED}), allow_empty_file=True
    )
    new_picture_place = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("text", _("at the end of the text")), ("top", _("at the top of the post, and in lists"))],
    )
    new_picture_alt = forms.CharField(
        label=_("Alternative text"),
        max_length=500,
        required=False,
        help_text=_("Describes the picture for people who can't see it."),
    )
    new_picture_decorative = forms.BooleanField(label=_("Decorative"), required=False)
    new_picture_caption = forms.CharField(label=_("Caption"), max_length=500, required=False)

    @cached_property
    def changed_data(self):
        """What of the post was changed: the admin's log names it."""
        return [name for name in super().changed_data if not name.startswith("new_picture")]

    def clean_new_picture(self):
        if self.refused:
            raise ValidationError(list(self.refused))
        return None


class Newest(ModelChoiceIterator):
    """The newest rows; whatever else is chosen is found all the same."""

    def __iter__(self):
        yield ("", self.field.empty_label)
        for picture in self.queryset.only("file", "alt").order_by("-pk")[:NEWEST]:
            yield self.choice(picture)


class PictureSelect(forms.Select):
    """Has the picture that is chosen among its options, however old it is, and its address for the script."""

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        options = [option for _name, options, _index in groups for option in options]
        if value and value != [""] and not any(option["selected"] for option in options):
            chosen = self.choices.queryset.filter(pk__in=[parse_id(str(each)) for each in value]).first()
            if chosen:
                options.append(self.create_option(name, chosen.pk, str(chosen), True, len(options)))
                groups.append((None, options[-1:], len(groups)))
        return groups


class PictureChoice(forms.ModelChoiceField):
    iterator = Newest
    widget = PictureSelect
