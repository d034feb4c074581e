"""The languages in which words have stems: PostgreSQL's and Snowball's names for them."""

from functools import cache, lru_cache

import snowballstemmer
from django.conf import settings

from posts.words import is_unspaced

OTHER = "simple"
# {language code: PostgreSQL's configuration, which has the name of Snowball's algorithm}
NAMES = {
    "ar": "arabic",
    "hy": "armenian",
    "eu": "basque",
    "ca": "catalan",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "ga": "irish",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
# Of these, whose stems may begin otherwise than their words: the article of Arabic, the prefixes of Indonesian.
CHANGES_BEGINNINGS = {"arabic", "dutch", "indonesian", "irish", "tamil", "yiddish"}


def name_of(code):
    """The name for a language code such as `de-at`, of the blog's if empty; `simple` where words keep their ends."""
    return NAMES.get((code or settings.LANGUAGE_CODE).lower().partition("-")[0], OTHER)


@lru_cache(maxsize=50_000)
def stem(word, language):
    """`word`, as `posts.words` has it, without its ending in the language of this name."""
    if language == OTHER or is_unspaced(word):
        return word
    return _stemmer(language).stemWord(word)


@cache
def _stemmer(language):
    return snowballstemmer.stemmer(language)
