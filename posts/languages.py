"""The languages that a text can be in: those that Django knows, whether the blog speaks them or not."""

from functools import cache

from django.conf.locale import LANG_INFO


@cache
def choices():
    """(code, the language's own name) of each, by name."""
    names = ((code, about["name_local"]) for code, about in LANG_INFO.items() if "name_local" in about)
    return tuple(sorted(((code, name[:1].upper() + name[1:]) for code, name in names), key=lambda choice: choice[1]))


def is_known(code):
    """Whether a text can be in it."""
    return "name_local" in LANG_INFO.get(code, ())


def direction(code):
    """Which way a language is written: "ltr" or "rtl"."""
    about = LANG_INFO.get(code) or LANG_INFO.get(code.partition("-")[0], {})
    return "rtl" if about.get("bidi") else "ltr"
