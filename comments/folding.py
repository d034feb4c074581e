"""Text as a moderator hears it: what a disguise leaves the same comes out the same.

Folded are, beside what makes no difference to a search either (`posts.words.fold_for_search`: case, accents, vowel
marks of Arabic and Hebrew, full-width letters), invisible characters, HTML entities, Markdown marks inside a word, and
letters of other scripts that look like Latin ones. Word lists and comments are folded alike, so that a list in any
script still matches its own words.
"""

import html
import re

from posts import words

# Zero-width, soft hyphen, direction marks, variation selectors: they join what they stand between. And marks that are
# no part of any word: what is drawn over, below or around a letter of whatever script, and signs of recitation.
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e]"
    r"|[\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]|[\U000e0000-\U000e0fff]"
    r"|[\u0488\u0489\u0610-\u061a\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0730-\u074a\u08ca-\u08ff]"
    r"|[\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# A mark of another script makes a Latin letter no other letter.
_ON_LATIN = re.compile(rf"(?<=[a-z])[{words.MARKS}]+")
_MARKS = re.compile(r"[*_`~\\]")
# Hebrew punctuation that stands between words, in the midst of the points.
_BETWEEN_WORDS = str.maketrans("\u05be\u05c0\u05c3\u05c6", "    ")
# Lower-case letters that look like Latin ones: from Unicode's confusables (UTS 39), the common ones; small capitals.
_LOOK_ALIKES = str.maketrans(
    "авеѕікмнорстухјһԁԛԝӏгпαβεικνορτυχωηɑɡɩıօսոցզᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "abesikmhopctyxjhdqwlrnabeikvoptuxwnagiioungqabcdefghijklmnoprstuvwyz",
)
# The kafs, yehs and hehs of Arabic, Persian and Urdu keyboards, of which each writes words of the others too.
_LOOK_ALIKES |= str.maketrans("كڪيىےہھۀۂ", "ککیییهههه")
# Letters in black circles and squares, which have no plain form in Unicode.
_LOOK_ALIKES |= {start + n: chr(ord("a") + n) for start in (0x1F150, 0x1F170) for n in range(26)}


def fold_for_matching(text, *, with_marks=False):
    """`text` folded, for comparing; never for showing. `with_marks`: Markdown's marks stay, and divide words."""
    text = html.unescape(text)
    if not text.isascii():
        text = words.fold_for_search(_INVISIBLE.sub("", text).translate(_BETWEEN_WORDS))
        # The second casefold takes what only the compatibility forms reveal, such as mathematical capitals.
        text = _ON_LATIN.sub("", text.casefold().translate(_LOOK_ALIKES))
    return text.lower() if with_marks else _MARKS.sub("", text).lower()
