"""A list of words, one a line, and where it matches a text: in time that goes with the text, however long the list is.

A line is a word, a phrase, the beginning of a word (`press*`), an IP address or a range. Words match whole words only,
folded (see `comments.folding`); in scripts without spaces each character is a word by itself, so that a line matches
anywhere in the text.
"""

import ipaddress
import re
from bisect import bisect_left
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from comments.folding import fold_for_matching
from posts.words import MARKS, UNSPACED

# A character of a script without spaces, or a word of another, with its vowel signs; or a sign by itself, so that
# "c++" and "$$$" can be listed too.
_TOKEN = re.compile(rf"[{UNSPACED}][{MARKS}]*|(?:[^\W_{UNSPACED}]|[{MARKS}])+|[^\w\s]|_")
# Most lines can't be an address, which saves half of the time that a long list takes.
_ADDRESS = re.compile(r"[0-9a-f:./]+", re.IGNORECASE)
# Characters shown before what was found, and, at the most, from there on.
BEFORE, FROM_THERE_ON = 30, 90


def lines_of(text):
    """The lines of a list, each once."""
    return list(dict.fromkeys(filter(None, map(str.strip, text.splitlines()))))


def network_of(line):
    """The IP address or range that the line is, or None."""
    if not _ADDRESS.fullmatch(line):
        return None
    try:
        return ipaddress.ip_network(line, strict=False)
    except ValueError:
        return None


def tokens_of(text, *, with_marks=False):
    """The words and signs of `text`, folded, in order."""
    return _TOKEN.findall(fold_for_matching(text, with_marks=with_marks))


# Two lists, or the two states of them that a rehearsal compares, read the same few texts one after the other.
@lru_cache(maxsize=16)
def _readings(text, is_markdown):
    """[(whether Markdown's marks divide words, the tokens)]: where they are shown, and it matters, in both ways."""
    folded, marked = fold_for_matching(text), fold_for_matching(text, with_marks=True)
    readings = [(False, _TOKEN.findall(folded))]
    return readings if is_markdown or marked == folded else [*readings, (True, _TOKEN.findall(marked))]


class Match(NamedTuple):
    """A line of a list that matches, and the place of its first word among `tokens_of()` the text."""

    line: str
    place: int
    with_marks: bool = False

    def snippet(self, text):
        """What was found as it stands in the text, and what stands beside it, on one line."""
        # Folding moves everything; so the first character with which there are enough words is looked for.
        beginnings = range(1, len(text) + 1)
        start = bisect_left(
            beginnings, self.place + 1, key=lambda end: len(tokens_of(text[:end], with_marks=self.with_marks))
        )
        shown = slice(max(0, start - BEFORE), start + min(FROM_THERE_ON, 2 * len(self.line) + BEFORE))
        words = " ".join(text[shown].split())
        return f"{'…' if shown.start else ''}{words}{'…' if shown.stop < len(text) else ''}"


class WordList:
    """The lines, arranged so that a text is looked up by its own words."""

    def __init__(self, lines):
        self.networks, phrases = {}, []
        for line in lines_of(lines):
            if network := network_of(line):
                self._add_network(network, line)
            elif tokens := tokens_of(line):
                phrases.append((line, tokens, line.endswith("*")))
        self._phrases = _Phrases(phrases)

    # The text is the key: a list that was changed is another list. Two lists, and some to spare for a rehearsal.
    @staticmethod
    @lru_cache(maxsize=8)
    def of(lines):
        return WordList(lines)

    def match(self, text):
        """The line that matches somewhere in `text`, or None."""
        hit = self.find(text)
        return hit and hit.line

    def find(self, text, *, is_markdown=False):
        """The first `Match` in `text`, or None. `is_markdown`: its marks are not what readers see."""
        for with_marks, tokens in _readings(text, is_markdown):
            if hit := self._phrases.find(tokens):
                return Match(*hit, with_marks)
        return None

    def match_address(self, address):
        """The line with this IP address or a range around it, or None."""
        if not address or not self.networks:
            return None
        ip = ipaddress.ip_address(address)
        ip = getattr(ip, "ipv4_mapped", None) or ip
        for (version, length), networks in self.networks.items():
            if version == ip.version and (line := networks.get(int(ip) >> (ip.max_prefixlen - length))):
                return line
        return None

    def _add_network(self, network, line):
        prefix = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
        self.networks.setdefault((network.version, network.prefixlen), {})[prefix] = line


class _Phrases:
    """Many phrases, found in one walk over a text's words: the automaton of Aho and Corasick (1975).

    A state is what the words up to here have in common with the beginnings of phrases: the longest such beginning.
    State 0 has none; the others are numbered in the order of their length, which is what building them needs.
    """

    def __init__(self, phrases):
        """`phrases`: [(line, its words, whether the last is but the beginning of one)]"""
        self._lines = [(line, len(words)) for line, words, _is_open in phrases]
        self._words = {}  # {word: its number}
        self._next = {}  # {state and number of a word, as one number: the state after that word}
        self._shorter = [0]  # of each state: the longest other one that the same words end in
        self._ends = [-1]  # of each state: the phrase that ends there, or -1
        self._open = {}  # {state: {beginning of the next word: the phrase that ends with it}}
        self._build(phrases)
        self._lengths = {state: sorted({*map(len, beginnings)}) for state, beginnings in self._open.items()}
        # Of each state: the longest that the same words end in and after which a beginning is enough, or -1.
        self._opens = []
        for state, shorter in enumerate(self._shorter):
            self._opens.append(state if state in self._open else self._opens[shorter] if state else -1)

    def find(self, words):
        """(line, place of its first word) of the phrase that ends first in `words`, or None."""
        state, numbers = 0, self._words
        for place, word in enumerate(words):
            phrase = self._begun_by(word, state) if self._open else -1
            if phrase < 0:
                state = self._after(state, numbers[word]) if word in numbers else 0
                phrase = self._ends[state]
            if phrase >= 0:
                line, length = self._lines[phrase]
                return line, place + 1 - length
        return None

    def _build(self, phrases):
        going_on, states = range(len(phrases)), [0] * len(phrases)
        for depth in count(1):
            # All of one length before the next.
            for phrase in going_on:
                _line, words, is_open = phrases[phrase]
                state, word, is_last = states[phrase], words[depth - 1], depth == len(words)
                if is_last and is_open:
                    self._open.setdefault(state, {}).setdefault(word, phrase)
                    continue
                states[phrase] = state = self._grow(state, word)
                if is_last:
                    self._ends[state] = phrase
            going_on = [phrase for phrase in going_on if len(phrases[phrase][1]) > depth]
            if not going_on:
                return

    def _grow(self, state, word):
        number = self._words.setdefault(word, len(self._words))
        key = state << 32 | number
        if key not in self._next:
            shorter = self._after(self._shorter[state], number) if state else 0
            self._next[key] = len(self._shorter)
            self._shorter.append(shorter)
            self._ends.append(self._ends[shorter])
        return self._next[key]

    def _after(self, state, number):
        while (following := self._next.get(state << 32 | number)) is None and state:
            state = self._shorter[state]
        return following or 0

    def _begun_by(self, word, state):
        state = self._opens[state]
        while state >= 0:
            for length in self._lengths[state]:
                if length > len(word):
                    break
                if (phrase := self._open[state].get(word[:length])) is not None:
                    return phrase
            state = self._opens[self._shorter[state]] if state else -1
        return -1
