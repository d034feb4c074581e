"""A form of a post that is filled from an autosave instead of from what is stored."""

from django import forms
from django.core.exceptions import ValidationError


class RestoredForm:
    """For a ModelForm: opened, and not sent, it shows what `restored`, the autosave's `sent`, holds.

    What is stored stays the form's `initial`.
    """

    restored = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.restored_values = {} if self.is_bound else self._values()

    def get_initial_for_field(self, field, field_name):
        if field_name in self.restored_values:
            return self.restored_values[field_name]
        return super().get_initial_for_field(field, field_name)

    def _values(self):
        values = {}
        for name, field in self.fields.items():
            sent_as = self.add_prefix(name)
            if field.widget.value_omitted_from_data(self.restored, {}, sent_as):
                continue
            value = field.widget.value_from_datadict(self.restored, {}, sent_as)
            # What was chosen may be gone since, such as a category.
            if not isinstance(field, forms.ModelChoiceField | forms.ChoiceField) or _is_there(field, value):
                values[name] = value
        return values


def _is_there(field, value):
    try:
        field.clean(value)
    except ValidationError:
        return False
    return True
