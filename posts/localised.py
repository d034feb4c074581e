"""The language and the time zone that the blog was given in its settings; the machine's where it was given none."""

from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils import dateformat, formats, timezone, translation

from posts import languages

# Spoken without a catalogue: the strings are written in it.
WRITTEN_IN = ("en", "en-gb")


@contextmanager
def localised(blog):
    """Within it words are in the language of the blog, and times in its zone."""
    with ExitStack() as stack:
        if blog.language:
            stack.enter_context(translation.override(blog.language))
        if zone := _zone(blog.time_zone):
            stack.enter_context(timezone.override(zone))
        yield


@cache
def _zone(name):
    """None where the machine does not know it, or none was chosen. Every request asks."""
    return ZoneInfo(name) if name in time_zones() else None


class Times:
    """How pages that show many times write them: in the current zone and language, as a format of Django's says.

    `format_name`: "DATE_FORMAT" or the like.
    """

    def __init__(self, format_name):
        self._zone = timezone.get_current_timezone()
        self._format = formats.get_format(format_name), translation.get_language()

    def of(self, moment):
        """{"machine_date": as programs read it, "date": as people do}"""
        machine_date = moment.astimezone(self._zone).isoformat(timespec="seconds")
        return {"machine_date": machine_date, "date": _in_words(machine_date, *self._format)}


@lru_cache(maxsize=4096)
def _in_words(local, date_format, _language):
    """It takes Django longer than all else of a comment."""
    return dateformat.format(datetime.fromisoformat(local), date_format)


@cache
def spoken():
    """(code, the language's own name) of each that the blog's own words are translated to, by name."""
    folder = Path(settings.LOCALE_PATHS[0])
    codes = {translation.to_language(path.parent.parent.name) for path in folder.glob("*/LC_MESSAGES/django.po")}
    return tuple((code, name) for code, name in languages.choices() if code in {*codes, *WRITTEN_IN})


@cache
def time_zones():
    """The names of those that a place has, such as `Europe/London`, and UTC."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))}
    return (*sorted(places), "UTC")
