"""The addresses of archives, which a page names by the dozen."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=4096)
def address(view, name):
    """`reverse()` with one argument, remembered: it takes as long as the rest of a line of a list."""
    return reverse(view, args=[name])
