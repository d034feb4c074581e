"""Whether two names look the same to a reader, whatever letters, titles and signs they are written with.

Beside what `comments.folding` folds, these make no difference: capitals and rarer letters that look like Latin ones
(Unicode's confusables, UTS 39), digits and signs that stand for letters, spaces and punctuation, and titles before or
behind the name.
"""

import html
import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from comments.folding import fold_for_matching
from posts import words

# By the letter that they look like; what folding or Unicode's compatibility forms give anyway is not among them.
_LOOK_ALIKES = {
    "a": "Ꭺᗅ⍺ꓮ𐊠𖽀",
    "b": "ƄЬᏏᏴᑲᖯᗷꓐꞴ𐊂𐊡𐌁",
    "c": "ᏟⲤⲥꓚꮯ𐊢𐌂𐐕𐐽𐔜𑣩𑣲🝌",
    "d": "ᎠᏧᑯᗞᗪꓒꓓ",
    "e": "ҽᎬ℮⋿ⴹꓰꬲ𐊆𑢦𑢮",
    "f": "ϜքᖴẝꓝꞘꞙꬵ𐊇𐊥𐔥𑢢𑣂𝈓",
    "g": "ƍԌᏀᏳᶃꓖ",
    "h": "ΗհᎻᏂᕼⲎꓧ𐋏",
    "i": "Ꭵ⍳ꙇꭵ𑣃",
    "j": "ͿϳᎫᒍꓙꞲ",
    "k": "ᏦᛕⲔꓗ𐔘",
    "l": "ǀΙІӀӏ۱Ꮮᒪᛁ∣⏽ⲒⳐⵏꓡꓲ𐊊𐌉𐌠𐐛𐔦𑢣𑢲𖼖𖼨𝈪",
    "m": "ΜϺᎷᗰᛖⲘꓟ𐊰𐌑",
    "n": "ΝռⲚꓠ𐔓",
    "o": "σ۵०০੦૦ଠ୦௦౦೦ഠ൦๐໐ဝ၀ჿዐᴑⲞⲟⵔ〇ꓳꬽ𐊒𐊫𐐄𐐬𐓂𐓪𐔖𑓐𑢵𑣈𑣗𑣠",
    "p": "Ꮲᑭ⍴Ⲣⲣꓑ𐊕",
    "q": "գⵕ",
    "r": "ᎡᏒᖇᴦⲅꓣꭇꭈꮁ𐒴𖼵𝈖",
    "s": "ƽՏᏕᏚꓢꮪ𐊖𐐠𐑈𑣁𖼺",
    "t": "Ꭲ⊤⟙Ⲧꓔ𐊗𐊱𐌕𑢼𖼊🝨",
    "u": "ʋሀᑌ∪⋃ꓴꞟꭎꭒ𐓎𐓶𑢸𑣘𖽂",
    "v": "Ѵѵ۷Ꮩᐯ∨⋁ⴸꓦꛟꮩ𐔝𑜆𑢠𑣀𖼈𝈍",
    "w": "ɯѡաᎳᏔꓪꮃ𑜊𑜎𑜏𑣦𑣯",
    "x": "×ᕁᕽ᙭᙮ᚷ╳⤫⤬⨯ⲬⵝꓫꞳ𐊐𐊴𐌗𐌢𐔧𑣬",
    "y": "ɣΥγҮүყᎩᎽᶌỿⲨꓬꭚ𐊲𑢤𑣜𖽃",
    "z": "ΖᏃꓜꮓ𐋵𑢩𑣄𑣥",
}
# Not among Unicode's, and read as such beside Latin letters all the same.
_READ_AS = {"a": "ʌɅΛȺ", "e": "ɛƐ", "n": "п", "r": "ɾ", "t": "ŧŦ†", "w": "Шш"}
_LETTERS = {
    ord(sign): letter for table in (_LOOK_ALIKES, _READ_AS) for letter, signs in table.items() for sign in signs
} | {0x1F1E6 + number: chr(ord("a") + number) for number in range(26)}  # the letters that flags are made of
# In a name that imitates another, these stand for an i or for an l.
_I_OR_L = "\ue000"
_IMITATED = (
    {ord(sign): letter for letter, signs in {"o": "0", "e": "3€", "a": "4@", "s": "5$"}.items() for sign in signs}
    | _LETTERS
    | {ord(sign): _I_OR_L for sign in _LOOK_ALIKES["i"] + _LOOK_ALIKES["l"] + "I1|!¡"}
)
# A small l begins no name: there it stands for a capital I.
_SMALL_L = re.compile(r"\bl")
_WORD = re.compile(rf"(?:[^\W_]|[{words.MARKS}{_I_OR_L}])+")
# The same to the eye, side by side.
_PAIRS = (("rn", "m"), ("vv", "w"))

# Titles, folded; those that mean the same come together.
_TITLES = (
    "councillor/cllr/councilor/cllor doctor/dr/docteur/doctora/dra professor/prof/professeur/profesor/profesora "
    "mr/mister mrs ms miss mx sir dame lord lady baroness reverend/rev/revd father/fr sister mayor president minister "
    "judge captain/capt major colonel/col inspector sergeant/sgt herr frau stadtrat stadtratin burgermeister "
    "burgermeisterin monsieur/m madame/mme mademoiselle/mlle maitre/me conseiller conseillere maire senor/sr "
    "senora/sra senorita/srta don dona concejal concejala alcalde alcaldesa cynghorydd/cyng the real"
)
_BEHIND = "mp mep msp ms phd md obe mbe cbe kc qc esq jp ba ma bsc msc the"
_ROLES = "official author admin administrator moderator editor staff"


def _as_l(word):
    """`word` with one letter for i, l and what stands for either."""
    return word.replace(_I_OR_L, "l").replace("i", "l")


_TITLE = {_as_l(title): same.partition("/")[0] for same in f"{_TITLES} {_ROLES}".split() for title in same.split("/")}
_IS_BEHIND = {_as_l(word) for word in f"{_BEHIND} {_ROLES}".split()}


class Name(NamedTuple):
    """A name as it is compared: with its titles, without them, and whether two words or more are left then."""

    whole: str
    bare: str
    is_full: bool


@lru_cache(maxsize=4096)
def readings(name):
    """What `name` may be read as, as its bearer has it: [Name]."""
    plain = _plain(name)
    return list(dict.fromkeys(_compared(fold_for_matching(text)) for text in (plain, plain.translate(_LETTERS))))


def key_of(name):
    """The same for all names that a reader would take for each other, and for some others: to look them up by. Empty
    for a name without a letter or sign."""
    imitated = _imitated(name)
    text = imitated.bare if imitated.is_full else imitated.whole
    return blake2b(_as_l(text).encode(), digest_size=16).hexdigest() if text else ""


def is_alike(name, other):
    """Whether a reader would take one of the two names for the other."""
    return bool(borne(name, [(other, other)]) or borne(other, [(name, name)]))


def borne(name, others):
    """Whom of `others`, [(a name, anything)], a reader would take `name` for: [anything]."""
    mine = [*readings(name), _imitated(name)]
    wholes = [one.whole for one in mine]
    # Without its titles one's name is another's if that has two words: "Councillor Ann" is not "Ann".
    bares = wholes + [one.bare for one in mine]
    return [
        anything
        for other, anything in others
        if any(
            any(_may_be(whole, one.whole) for whole in wholes)
            or (one.is_full and any(_may_be(bare, one.bare) for bare in bares))
            for one in readings(other)
        )
    ]


def _imitated(name):
    """What `name` may be read as by who takes it for another's."""
    return _compared(fold_for_matching(_SMALL_L.sub(_I_OR_L, _plain(name)).translate(_IMITATED)))


def _plain(name):
    return unicodedata.normalize("NFKC", html.unescape(name))


def _compared(folded):
    named = _WORD.findall(folded)
    if not named:
        return Name("".join(folded.split()), "", False)
    first = 0
    while first < len(named) - 1 and _as_l(named[first]) in _TITLE:
        named[first] = _TITLE[_as_l(named[first])]
        first += 1
    last = len(named)
    while number := _behind(named[first:last]):
        last -= number
    left = named[first:last]
    return Name(_joined(named), _joined(left), len(left) > 1)


def _behind(named):
    """How many words at the end are a title: "PhD" is one, "Ph.D." two."""
    for number in (1, 2):
        if len(named) > number and _as_l("".join(named[-number:])) in _IS_BEHIND:
            return number
    return 0


def _joined(named):
    text = "".join(named)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text


def _may_be(text, other):
    """Whether `text`, in which a sign may stand for an i or an l, says `other`."""
    if _I_OR_L not in text:
        return text == other
    pairs = zip(text, other, strict=True) if len(text) == len(other) else [("", other)]
    return all(sign == letter or (sign == _I_OR_L and letter in "il") for sign, letter in pairs)
