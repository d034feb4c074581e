"""Text as a moderator hears it: what a disguise leaves the same comes out the same.

Folded are case, accents, full-width letters, invisible characters, HTML entities, Markdown marks inside
a word, and letters of other scripts that look like Latin ones. Word lists and comments are folded alike,
so that a list in any script still matches its own words.
"""

import html
import re
import unicodedata

# Zero-width, soft hyphen, direction marks, variation selectors: they join what they stand between.
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e]"
    r"|[\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]|[\U000e0000-\U000e0fff]"
)
_MARKS = re.compile(r"[*_`~\\]")
# Accents of Latin, Greek and Cyrillic; the vowel signs of other scripts are letters, and stay.
_ACCENTS = re.compile(r"[\u0300-\u036f]")
# Lower-case letters that look like Latin ones: from Unicode's confusables (UTS 39), the common ones.
_LOOK_ALIKES = str.maketrans(
    "авеѕікмнорстухјһԁԛԝӏгпαβεικνορτυχωηɑɡɩıօսոցզ",
    "abesikmhopctyxjhdqwlrnabeikvoptuxwnagiioungq",
)


def fold(text):
    """`text` folded, for comparing; never for showing."""
    text = html.unescape(text)
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
        # The second casefold takes what only the compatibility forms reveal, such as mathematical capitals.
        text = text.casefold().translate(_LOOK_ALIKES)
    return _MARKS.sub("", text).lower()
