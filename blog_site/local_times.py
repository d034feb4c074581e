"""Times as people type them, in the blog's own zone, whose clocks skip an hour in spring and repeat one in autumn."""

from datetime import UTC, datetime

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class LocalDateTimeField(forms.SplitDateTimeField):
    """A day and a time of it. What the page showed and nobody changed stays what it was, to the fraction.

    A new time that the clocks show twice is the first of the two; one that they skip is refused.
    """

    stored = None

    def get_bound_field(self, form, field_name):
        # As it is stored: what a form gives as the initial value has lost its fraction.
        self.stored = form.initial.get(field_name)
        return super().get_bound_field(form, field_name)

    def compress(self, data_list):
        if not data_list or None in data_list or "" in data_list:
            return super().compress(data_list)
        typed, zone = datetime.combine(*data_list), timezone.get_current_timezone()
        if isinstance(self.stored, datetime) and typed == _on_the_clock(self.stored, zone).replace(microsecond=0):
            return self.stored
        try:
            moment = typed.replace(tzinfo=zone)
            if _on_the_clock(moment.astimezone(UTC), zone) == typed:
                return moment
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid_date"], code="invalid_date") from error
        raise forms.ValidationError(
            _("%(time)s does not exist on %(day)s, because the clocks go forward. Enter an earlier or later time."),
            params={"time": date_format(typed, "TIME_FORMAT"), "day": date_format(typed, "DATE_FORMAT")},
            code="skipped",
        )


def _on_the_clock(time, zone):
    return timezone.localtime(time, zone).replace(tzinfo=None)
