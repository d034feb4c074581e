"""The piece of a text that shows why it was found, and where in it the words stand."""

from functools import lru_cache

from posts.markup import marked
from posts.words import is_unspaced, located

from .languages import CHANGES_BEGINNINGS, stem

LENGTH = 240  # characters
BEFORE = 60  # of them before the first word that was found
END = "</p>"
LONGEST_READ = 100_000  # characters of a text that are looked through
# Most texts have near their beginning what they were found for: so much of each is read first. It is kept, as it is
# looked through, for the next search: 15 KB each, eight times that in scripts without spaces.
READ_FIRST = 600
LONGEST_KEPT = 3_000  # characters of HTML
MOST_KEPT = 50


class Wanted:
    """The terms of a query, to be looked for in texts of one language."""

    def __init__(self, query, language):
        self.language = language
        self.terms = query.wanted
        self.spellings = [
            (number, term.is_prefix, [(word, stem(word, language)) for word in spelling])
            for number, term in enumerate(self.terms)
            for spelling in term.spellings
        ]
        self._begun_by = {}  # {word: those of the spellings that begin with it}: a page has the same words many times

    def places(self, stand):
        """[(start, end, n)] of all that is found in a text, in order; `n` is the number of the term. `stand`: the words
        of the text as `located()` has them."""
        hits = []
        for place, (word, start, _end) in enumerate(stand):
            spellings = self._begun_by.get(word)
            if spellings is None:
                spellings = self._begun_by[word] = self._beginning_with(word)
            for number, is_prefix, spelling in spellings:
                rest = stand[place : place + len(spelling)]
                if self._is_spelling(rest, spelling, is_prefix):
                    # Of a longer run without spaces the one character alone was found.
                    end = start + 1 if is_prefix and len(spelling) == 1 else rest[-1][2]
                    hits.append((start, end, number))
        return sorted(hits)

    def _beginning_with(self, word):
        return [each for each in self.spellings if self._is_same(word, *each[2][0], each[1] and len(each[2]) == 1)]

    def _is_spelling(self, rest, spelling, is_prefix):
        """Whether the words of `rest`, of which the first is the same, are those of a spelling."""
        last = len(spelling) - 1
        return len(rest) == len(spelling) and all(
            self._is_same(rest[n][0], *spelling[n], is_prefix and n == last) for n in range(1, len(rest))
        )

    def _is_same(self, word, wanted, wanted_stem, is_prefix):
        if word == wanted or (is_prefix and word.startswith(wanted)):
            return True
        # A stem is dear to find, and no ending changes how a word begins.
        may_be = word[:2] == wanted[:2] or self.language in CHANGES_BEGINNINGS
        return may_be and not is_unspaced(word) and stem(word, self.language) == wanted_stem


def snippet_html(html, words_of, wanted):
    """About `LENGTH` characters of `words_of(html)` around most of what is `wanted`, marked; the beginning, if nothing
    was found."""
    text, hits, start = _best_place(html, words_of, wanted)
    start = 0 if start <= BEFORE else _word_start(text, start - BEFORE)
    end = len(text) if len(text) <= start + LENGTH else _word_end(text, start + LENGTH)
    piece = text[start:end].rstrip()
    inside = [
        (first - start, last - start) for first, last, _n in hits if start <= first and last <= start + len(piece)
    ]
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    moved = [(first + len(before), last + len(before)) for first, last in _apart(inside)]
    return marked(f"{before}{piece}{after}", moved)


def whole_html(text, wanted):
    """All of a short text, such as a title, with what was found marked."""
    return marked(text, _apart([place[:2] for place in wanted.places(list(located(text)))]))


def _best_place(html, words_of, wanted):
    """(text, what stands in it, where the `LENGTH` characters begin in which most of the terms are, the first such
    place). All of the text is read only where its beginning has no place with all terms."""
    if (end := html.find(END, READ_FIRST, LONGEST_KEPT)) > 0:
        text, stand = _beginning(html[: end + len(END)], words_of)
        hits = wanted.places(stand)
        start, most = _best_start(hits)
        # Not at the very end, where the text goes on.
        if most == len(wanted.terms) and start + LENGTH < len(text):
            return text, hits, start
    text = words_of(html)
    hits = wanted.places(list(located(text[:LONGEST_READ])))
    return text, hits, _best_start(hits)[0]


@lru_cache(maxsize=MOST_KEPT)
def _beginning(html, words_of):
    """(the first words of some HTML, where they stand)"""
    text = words_of(html)[:READ_FIRST]
    return text, tuple(located(text))


def _best_start(hits):
    """(where the `LENGTH` characters begin in which most of the terms stand, how many these are)."""
    best, most = 0, 0
    for place, (start, _end, _number) in enumerate(hits):
        near = {number for first, last, number in hits[place : place + 50] if last <= start + LENGTH - BEFORE}
        if len(near) > most:
            best, most = start, len(near)
    return best, most


def _word_start(text, place):
    space = text.find(" ", place, place + BEFORE)
    return place if space < 0 else space + 1


def _word_end(text, place):
    space = text.rfind(" ", place - BEFORE, place)
    return place if space < 0 else space


def _apart(spans):
    """The places, those that touch or overlap as one."""
    apart = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart
