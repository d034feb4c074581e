"""Whether a reader would see anything of a text."""

import unicodedata

# Look like nothing though they are letters, symbols or marks: Hangul fillers, the blank Braille pattern, a joiner,
# vowels of Khmer that are never drawn, the selectors of variants.
_BLANK = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F}
_BLANK |= {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def has_visible(text):
    """True if anything of `text` is drawn. White space, controls and what only changes its neighbours is not."""
    return any(unicodedata.category(character)[0] not in "CZ" and ord(character) not in _BLANK for character in text)
