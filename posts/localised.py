"""The language and the time zone that the blog was given in its settings; the machine's where it was given none."""

from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils import dateformat, timezone, translation

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


@lru_cache(maxsize=4096)
def written(local, date_format, language):
    """A time, given as ISO 8601, in words: it takes Django longer than all else of a comment."""
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
