"""The words of a text as the search index has them, and as it is asked for them: one rule for both.

Folded are case, accents, ligatures and the forms of compatibility. Scripts that put no spaces between words
(Chinese, Japanese, Thai, …), and Korean, whose particles stand at the word, come as overlapping pairs of characters.
"""

import re
import unicodedata
from functools import lru_cache

LONGEST_WORD = 40  # characters; what is longer is no word, and is cut
# Bytes of UTF-8: PostgreSQL's tsvector has a limit of 1 MB, which a text of this size can't reach.
LONGEST_TEXT = 400_000

# Accents of Latin, Greek and Cyrillic (й is a letter of its own), points of Hebrew, vowels and stretching of Arabic.
_ACCENTS = re.compile(
    r"(?<!и)[\u0300-\u036f]|(?<=и)[\u0300-\u0305\u0307-\u036f]|[\u0591-\u05c7\u0640\u064b-\u065f\u0670]"
)
_SPELLINGS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d", "’": "'", "ʼ": "'"}
)
# The characters of the scripts without spaces, as the inside of a regular expression's brackets.
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUNS = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")


def _ranges(categories, start=0x300, end=0x10000):
    """The characters of these Unicode categories as the inside of a regular expression's brackets."""
    codes = (code for code in range(start, end) if unicodedata.category(chr(code)) in categories)
    ranges = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# Vowel signs and the like, which other scripts write as marks; letters and digits with them.
MARKS = _ranges({"Mn", "Mc"})
# No letter has more marks than this (UAX 15, "stream-safe"): to bring them into order takes time that goes with the
# square of their number. Looking for those of the rarer scripts takes long too, so only where there are any.
_HEAP_OF_MARKS = re.compile(rf"(?<=[{MARKS}]{{30}})[{MARKS}]+")
_BEYOND = re.compile(r"[\U00010000-\U0001ffff]")
_ALL_MARKS = MARKS + _ranges({"Mn", "Mc"}, 0x10000, 0x1E950)
_HEAP_OF_ALL_MARKS = re.compile(rf"(?<=[{_ALL_MARKS}]{{30}})[{_ALL_MARKS}]+")
_LETTER = rf"(?:[^\W_]|[{MARKS}])"
WORD = re.compile(rf"{_LETTER}+(?:['’ʼ]{_LETTER}+)*")
# What English puts behind an apostrophe: a possessive says nothing, the rest is part of the word.
_POSSESSIVE, _JOINED = {"s"}, {"d", "ll", "m", "re", "t", "ve"}


def fold_for_search(text):
    """`text` without what makes no difference to somebody who searches; for comparing, never for showing."""
    if text.isascii():
        return text.lower()
    heap = _HEAP_OF_ALL_MARKS if _BEYOND.search(text) else _HEAP_OF_MARKS
    text = unicodedata.normalize("NFKD", heap.sub("", text.casefold())).translate(_SPELLINGS)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", text))


def words(text, *, asked=False):
    """The words of `text` in order, as they are indexed; or, `asked`, as the index is asked for them as a phrase.

    The last character of a run without spaces is indexed alone too, so that one character is found: by its beginning.
    """
    result = []
    for match in WORD.finditer(fold_for_search(text)):
        word = match[0]
        if word.isascii() and "'" not in word:
            result.append(word[:LONGEST_WORD])  # as most are, and there are many
        else:
            result += _words_in(word)
    if asked and len(result) > 1 and is_unspaced(result[-1]) and result[-2][1:] == result[-1]:
        result.pop()
    return result


def located(text):
    """(word, start, end) for each of `words(text)`: where it stands in the text as it is shown."""
    for match in WORD.finditer(text):
        start, end = match.span()
        words_there = _words_of(match[0])
        # Each character of a run without spaces begins a word of its own.
        if len(words_there) == end - start and is_unspaced(words_there[0]):
            for place, word in enumerate(words_there, start):
                yield word, place, place + len(word)
        else:
            for word in words_there:
                yield word, start, end


def is_unspaced(text):
    """Whether `text` begins in a script that puts no spaces between words."""
    return _IS_UNSPACED.match(text) is not None


def index_text(text):
    """What the index has of `text`: its words, joined by one space each."""
    joined = " ".join(words(text))
    if len(joined) * 4 <= LONGEST_TEXT:
        return joined
    return joined.encode()[:LONGEST_TEXT].decode(errors="ignore").rpartition(" ")[0]


@lru_cache(maxsize=20_000)
def _words_of(shown):
    return words(shown)


def _words_in(folded):
    for part in _parts(folded):
        for run in _RUNS.findall(part):
            if is_unspaced(run):
                yield from (run[place : place + 2] for place in range(len(run)))
            else:
                yield run[:LONGEST_WORD]


def _parts(word):
    if "'" not in word:
        return [word]
    *before, last = word.split("'")
    if last in _POSSESSIVE:
        return before
    if last in _JOINED:
        return [*before[:-1], before[-1] + last]
    return [*before, last]
