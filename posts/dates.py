"""The spans of time that date archives cover, and moments in words, in the blog's own time zone."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format


class ArchiveDates(NamedTuple):
    start: datetime
    end: datetime  # exclusive
    heading: str


def archive_dates(year, month=None, day=None):
    """The span of a year, month or day, or None where the calendar has no such date."""
    zone = timezone.get_current_timezone()
    try:
        start = datetime(year, month or 1, day or 1, tzinfo=zone)
        if day:
            end = start + timedelta(days=1)
        elif month:
            end = (start + timedelta(days=32)).replace(day=1)
        else:
            end = start.replace(year=year + 1)
        start.astimezone(UTC)  # as databases are asked: east of Greenwich the first day of all begins before it
    except (ValueError, OverflowError):
        return None
    style = "DATE_FORMAT" if day else "YEAR_MONTH_FORMAT"
    return ArchiveDates(start, end, date_format(start, style) if month else str(year))


def time_in_words(time):
    """A moment as the desk says it: "10:42" today, "3 May 2026, 10:42" on any other day."""
    time = timezone.localtime(time)
    clock = date_format(time, "H:i")
    return clock if time.date() == timezone.localdate() else f"{date_format(time, 'DATE_FORMAT')}, {clock}"
