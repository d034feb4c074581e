"""What a blog's own decisions teach about spam: texts and labels in, a score and its reasons out.

No database, no service, nothing but the standard library. `learn` always starts from the texts themselves,
so a decision that is taken back is unlearned by learning again without it; neither the order of the texts
nor the process makes a difference to the model.

The model is a ridge regression over three groups of features of the folded text: words with their neighbours,
pieces of words, and a few facts of its shape. However many there are of a kind it weighs the same, but genuine
comments are fitted closer than spam: sparing them comes first, and what people mark as spam is the more mixed.
Of links the site counts and not the rest of the address, which is new each time. No word is built in.

The constants were chosen on the YouTube Spam Collection (Alberto, Lochter, Almeida 2015), comments under three
videos, by learning from two, and from one, and checking on the others. Tried and left out: naive Bayes weights,
the logistic and the hinge loss, averages of models of one group each, and the worst sentence instead of the text
were worse; n-grams across words, pairs of words further apart, shares of capitals, digits and non-ASCII letters,
and learning from repeated texts only once changed nothing.
"""

import hashlib
import math
import struct
import zlib
from array import array
from collections import Counter
from itertools import accumulate, chain
from operator import mul

from .reading import Reading, cut

# Fewer of either kind teach nothing: the rule.
FEWEST = 20
# Score above which a comment is called spam. See tests/test_spam_classifier.py for what it lets through and catches.
SPAM_THRESHOLD = 0.75
# The newest texts of each kind are enough, about 4,000 comments, and bound the time and memory of learning.
MOST_CHARACTERS = 400_000
# Seen in one text only, a feature teaches that text; beyond the limit the rarest go.
SEEN_IN, MOST_FEATURES = 2, 100_000
# How closely each kind is fitted, genuine and spam: the smaller, the closer.
RIDGES = 1.0, 4.0
# What is rare weighs by this power of its rarity: pieces by more, as the short ones are in every text.
RARITY_POWERS = {"words": 2, "pieces": 3}
# Passes over the examples, and the mean square error to stop at: no score of the collection is then further than
# 0.01 from where it ends.
PASSES, CLOSE_ENOUGH = 40, 1e-6
# From the regression's scale (-1 genuine, 1 spam) to a probability: fitted to threads that were not learned.
# The middle is below 0 as spam is fitted less closely.
MIDDLE, STEEPNESS = -0.24, 8.0

_MAGIC = b"spam-model-2"
_HEADER = struct.Struct(f"<{len(_MAGIC)}s16sI")
_DIGEST_SIZE = 16


class DamagedModel(ValueError):
    """The bytes are no model of this version: learn again from the log."""


def learn(examples):
    """The `Model` of `examples`, pairs of a text and whether it is spam, oldest first.

    The newest 400,000 characters of each kind count. Takes about 1 ms of CPU an example of 100 characters.
    """
    kinds = [], []
    for text, is_spam in examples:
        kinds[bool(is_spam)].append(cut(text))
    kinds = [_newest(texts) for texts in kinds]
    genuine, spam = map(len, kinds)
    if min(genuine, spam) < FEWEST:
        return Model(spam=spam, genuine=genuine)
    examples = sorted(((text, kind) for kind in (0, 1) for text in kinds[kind]), key=_by_hash)
    readings = [Reading(text) for text, _kind in examples]
    targets = [1.0 if kind else -1.0 for _text, kind in examples]
    ridges = [RIDGES[kind] * 2 * (spam if kind else genuine) / len(examples) for _text, kind in examples]
    groups = [_Group([getattr(reading, name) for reading in readings], power) for name, power in RARITY_POWERS.items()]
    facts = [reading.facts for reading in readings]
    duals = _fit(groups, facts, targets, ridges)
    weights = array("f", (_dot(column, duals) for column in zip(*facts, strict=True)))
    return Model(spam=spam, genuine=genuine, tables=tuple(group.table(duals) for group in groups), facts=tuple(weights))


def _newest(texts):
    sizes = accumulate(len(text) for text in reversed(texts))
    return texts[len(texts) - sum(size <= MOST_CHARACTERS for size in sizes) :]


def _by_hash(example):
    text, kind = example
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest(), kind


class _Group:
    """One group of features while it is learned: numbers for names, and the texts as numbers."""

    def __init__(self, texts, power):
        seen = Counter(chain.from_iterable(texts))
        often = [(-count, name) for name, count in seen.items() if count >= SEEN_IN]
        kept = sorted(often)[:MOST_FEATURES]
        self.names = [name for _count, name in kept]
        self.rarity = [(math.log((1 + len(texts)) / (1 - count)) + 1) ** power for count, _name in kept]
        number = {name: index for index, name in enumerate(self.names)}
        self.texts = [array("I", sorted(number[name] for name in names if name in number)) for names in texts]
        lengths = (math.sqrt(sum(map(self.rarity.__getitem__, numbers))) for numbers in self.texts)
        self.lengths = [length or 1.0 for length in lengths]

    def pull_of(self, duals):
        """How far each feature pulls, if each text is to weigh as in `duals`."""
        pull = [0.0] * len(self.names)
        for numbers, length, dual in zip(self.texts, self.lengths, duals, strict=True):
            step = dual / length
            for number in numbers:
                pull[number] += step * self.rarity[number]
        return pull

    def margins(self, duals):
        """How far each text is pulled by that."""
        pull_of = self.pull_of(duals).__getitem__
        return [sum(map(pull_of, numbers)) / length for numbers, length in zip(self.texts, self.lengths, strict=True)]

    def table(self, duals):
        """{name: (pull, rarity)}, as exact as it is stored."""
        pull, rarity = array("f", self.pull_of(duals)), array("f", self.rarity)
        return dict(zip(self.names, zip(pull, rarity, strict=True), strict=True))


def _fit(groups, facts, targets, ridges):
    """The weights of the texts that solve the ridge regression: conjugate gradients in the dual.

    Unlike going through the texts one by one, it ends in the same place whatever their order.
    """
    columns = list(zip(*facts, strict=True))
    duals = [0.0] * len(targets)
    left = direction = targets
    error = _dot(left, left)
    for _pass in range(PASSES):
        if error < CLOSE_ENOUGH * len(targets):
            break
        weights = [_dot(column, direction) for column in columns]
        margins = zip(*(group.margins(direction) for group in groups), strict=True)
        applied = [
            _dot(weights, values) + sum(pulled) + ridge * dual
            for values, pulled, ridge, dual in zip(facts, margins, ridges, direction, strict=True)
        ]
        step = error / _dot(direction, applied)
        duals = _moved(duals, step, direction)
        left = _moved(left, -step, applied)
        before, error = error, _dot(left, left)
        direction = _moved(left, error / before, direction)
    return duals


def _dot(values, others):
    return sum(map(mul, values, others))


def _moved(values, step, direction):
    return [value + step * towards for value, towards in zip(values, direction, strict=True)]


class Model:
    """What was learned. Never changed; compare, share and store it freely."""

    def __init__(self, *, spam=0, genuine=0, tables=({}, {}), facts=()):
        self.spam, self.genuine = spam, genuine
        self._words, self._pieces = tables
        self._facts = facts

    @property
    def is_ready(self):
        """Whether it has seen enough to say anything."""
        return min(self.spam, self.genuine) >= FEWEST

    def score(self, text):
        """How likely `text` is spam, from 0 to 1; None before 20 of each kind were seen."""
        if not self.is_ready:
            return None
        reading = Reading(text)
        margin = sum(map(mul, self._facts, reading.facts)) - MIDDLE
        margin += _margin(self._words, reading.words) + _margin(self._pieces, reading.pieces)
        # Margins beyond 2 don't occur; this keeps the exponential in its range whatever was stored.
        return 1 / (1 + math.exp(-STEEPNESS * max(-10.0, min(10.0, margin))))

    def explain(self, text, most=5):
        """The words of `text` that weighed most, heaviest first, as [(word, weight)], at most `most` of them.

        A word is as it stands in the text, without the punctuation around it. Above 0 it weighed for spam,
        below against; 1 is the distance from undecided to certain. What is no word's (length) is left out.
        """
        if not self.is_ready:
            return []
        reading = Reading(text)
        weights = Counter()
        for table, places in ((self._words, reading.word_places()), (self._pieces, reading.piece_places())):
            known = {name: where for name, where in places.items() if name in table}
            length = math.sqrt(sum(table[name][1] for name in known))
            for name, where in known.items():
                for place in where:
                    weights[place] += table[name][0] / length / len(where)
        shown = Counter()
        for place, weight in weights.items():
            shown[reading.shown(place)] += weight
        ranked = sorted(shown.items(), key=lambda item: (-abs(item[1]), item[0]))
        return [(word, weight) for word, weight in ranked if word and weight][:most]

    def to_bytes(self):
        """The model for storing, about 8 bytes a feature: checked on the way back, and never executed."""
        parts = []
        for table in (self._words, self._pieces):
            names = "\n".join(table).encode("utf-8", "surrogatepass")
            numbers = struct.pack(f"<{2 * len(table)}f", *chain.from_iterable(table.values()))
            parts += [struct.pack("<II", len(table), len(names)), names, numbers]
        facts = struct.pack(f"<{len(self._facts)}f", *self._facts)
        body = struct.pack("<III", self.spam, self.genuine, len(self._facts)) + facts + b"".join(parts)
        packed = zlib.compress(body)
        return _HEADER.pack(_MAGIC, _digest(packed), len(body)) + packed

    @classmethod
    def from_bytes(cls, data):
        """The model that `to_bytes` stored; raises `DamagedModel` for anything else."""
        data = bytes(data)
        if len(data) < _HEADER.size:
            raise DamagedModel("The stored spam model is cut short.")
        magic, digest, size = _HEADER.unpack_from(data)
        if magic != _MAGIC:
            raise DamagedModel("The stored spam model is of another version, or no model.")
        packed = data[_HEADER.size :]
        if digest != _digest(packed):
            raise DamagedModel("The stored spam model is damaged: its checksum differs.")
        try:
            return cls._from_body(zlib.decompressobj().decompress(packed, size))
        except (zlib.error, struct.error, ValueError) as error:
            raise DamagedModel("The stored spam model is damaged: its parts don't fit.") from error

    @classmethod
    def _from_body(cls, body):
        spam, genuine, count = struct.unpack_from("<III", body)
        facts = struct.unpack_from(f"<{count}f", body, 12)
        at = 12 + 4 * count
        tables = []
        for _table in range(2):
            count, size = struct.unpack_from("<II", body, at)
            names = body[at + 8 : at + 8 + size].decode("utf-8", "surrogatepass").split("\n") if count else []
            numbers = struct.unpack_from(f"<{2 * count}f", body, at + 8 + size)
            tables.append(dict(zip(names, zip(numbers[::2], numbers[1::2], strict=True), strict=True)))
            at += 8 + size + 8 * count
        return cls(spam=spam, genuine=genuine, tables=tuple(tables), facts=facts)


def _digest(packed):
    return hashlib.blake2b(packed, digest_size=_DIGEST_SIZE).digest()


def _margin(table, names):
    known = [table[name] for name in names if name in table]
    return sum(pull for pull, _rarity in known) / math.sqrt(sum(rarity for _pull, rarity in known)) if known else 0.0
