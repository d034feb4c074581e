"""A text as the spam classifier reads it: its words, their pieces, its links and its shape."""

import html
import math
import re
from itertools import chain, pairwise

from comments.folding import fold_for_matching

# Of a longer text the beginning and the end are read: a link at the end counts, and the time is bounded.
BEGINNING, END = 3_000, 1_000
# Of the facts, beside the words' 1.
SHAPE_WEIGHT = 0.3

_LINK = re.compile(r"<a\s([^<>]*)>([^<>]*)</a>", re.I)
_HREF = re.compile(r"href\s{0,9}=\s{0,9}[\"']?([^\"'\s]+)", re.I)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.I)
# What video sites make of "2:19": a link that nobody wrote.
_TIME = re.compile(r"[\d:]+")
# With a scheme; a name below a common domain, spaces around its dot or none; any name with a path after it.
_ADDRESS = re.compile(
    r"(?:https?://|(?<!\w)www\.)\s?\S+"
    r"|(?<![\w.-])[\w-]{1,60}(?:\.[\w-]{1,60}){0,5}"
    r"(?:\s{0,2}\.\s{0,2}(?:com|net|org|info)\b(?:/\S*)?|\.(?:biz|tv|io|co|uk|de|nl|fr|pl|ru|br)\b|\.[a-z]{2,12}/\S*)"
    r"|\S{0,60}watch\?v=\S*",
    re.I,
)
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?")
_TOKEN = re.compile(r"\w+(?:'\w+)?|[^\w\s]+")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_REPEATED = re.compile(r"(.)\1{2,}")
_DIGIT = re.compile(r"\d")
_EDGES = re.compile(r"^\W+|\W+$")


def cut(text):
    """The part of `text` that is read."""
    return text if len(text) <= BEGINNING + END else f"{text[:BEGINNING]} {text[1 - END :]}"


def split_links(text):
    """(`text` without its links, the links)"""
    text = _TAG.sub("\n", _LINK.sub(_written_link, html.unescape(text)))
    return _ADDRESS.sub(" ", text), [match[0].strip() for match in _ADDRESS.finditer(text)]


def template_of(text):
    """The same for texts that differ in numbers, links and punctuation alone, as those of one machine do."""
    return " ".join(_WORD.findall(_NUMBER.sub("0", fold_for_matching(split_links(cut(text))[0]))))


class Reading:
    """A text as the model reads it: tokens, each with its place among the words as they stand."""

    def __init__(self, text):
        text = _TAG.sub("\n", _LINK.sub(_written_link, html.unescape(cut(text))))
        self.raw, self.tokens, self.links, self.length, at = [], [], 0, 0, 0
        for match in _ADDRESS.finditer(text):
            self._add_words(text[at : match.start()])
            self._add_link(match[0])
            at = match.end()
        self._add_words(text[at:])

    def _add_words(self, text):
        for raw in text.split():
            folded = _REPEATED.sub(r"\1\1", _DIGIT.sub("0", fold_for_matching(raw)))
            self.tokens += [(token, len(self.raw)) for token in _TOKEN.findall(folded)]
            self.raw.append(raw)
            self.length += len(folded) + 1

    def _add_link(self, raw):
        address = _SCHEME.sub("", "".join(raw.split()).lower())
        site = re.split(r"[/?#:]", address, maxsplit=1)[0]
        depth = min(3, address.count("/"))
        names = ["<link>", f"<{fold_for_matching(site)[:60]}>", f"<depth {depth}>"] + ["<query>"] * ("?" in address)
        self.tokens += [(name, len(self.raw)) for name in names]
        self.raw.append(raw)
        self.links += 1

    @property
    def words(self):
        """The names of one to three tokens in a row, the text's ends among them."""
        ends = ["<", *(token for token, _place in self.tokens), ">"]
        pairs = list(map(" ".join, pairwise(ends)))
        return {*ends, *pairs, *map(" ".join, zip(pairs, ends[2:], strict=False))}

    @property
    def pieces(self):
        """The names of two to five characters in a row inside a token, its ends marked by a space."""
        return set(chain.from_iterable(map(_pieces, {token for token, _place in self.tokens})))

    @property
    def facts(self):
        """The shape of the text, and the constant: numbers of about one size."""
        bare_link = self.links > 0 and self.length < 20
        calls = any(token[0] in "@#+" for token, _place in self.tokens)
        return [
            1.0,
            *(SHAPE_WEIGHT * fact for fact in (math.log1p(self.length) / 5, self.links > 0, bare_link, calls)),
        ]

    def word_places(self):
        """{name: the places it covers} of `words`."""
        places = {}
        ends = [("<", None), *self.tokens, (">", None)]
        for size in (1, 2, 3):
            for start in range(len(ends) - size + 1):
                tokens, where = zip(*ends[start : start + size], strict=True)
                places.setdefault(" ".join(tokens), []).extend(place for place in where if place is not None)
        return {name: where for name, where in places.items() if where}

    def piece_places(self):
        """{name: the places it stands in} of `pieces`."""
        places = {}
        for token, place in self.tokens:
            for name in set(_pieces(token)):
                places.setdefault(name, []).append(place)
        return places

    def shown(self, place):
        """The word at `place` as it stands, without punctuation at its edges if it has anything else."""
        return _EDGES.sub("", self.raw[place]) or self.raw[place]


def _pieces(token):
    marked = f" {token} "
    size = len(marked)
    return [marked[start : start + length] for length in (2, 3, 4, 5) for start in range(max(1, size - length + 1))]


def _written_link(match):
    """A link as its writer wrote it: the words, where they are no address, and the address."""
    address = _HREF.search(match[1])
    if not address or _TIME.fullmatch(match[2].strip()):
        return match[2]
    return f" {address[1]} "
