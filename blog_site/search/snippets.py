"""The piece of a text that shows why it was found, and where in it the words stand."""

from posts.markup import marked
from posts.words import is_unspaced, located

from .languages import stem

LENGTH = 240  # characters
BEFORE = 60  # of them before the first word that was found
LONGEST_READ = 100_000  # characters of a text that are looked through
READ_FIRST = 600  # of them; most texts have near their beginning what they were found for


def places(text, query, language):
    """[(start, end, n)] of all that `query` found in `text`, in order; `n` is the number of the term."""
    stand = list(located(text))
    places_of_terms = []
    for number, term in enumerate(query.wanted):
        for spelling in term.spellings:
            places_of_terms += (
                (start, end, number) for start, end in _standing(spelling, term.is_prefix, stand, language)
            )
    return sorted(places_of_terms)


def snippet_html(text, query, language):
    """About `LENGTH` characters of `text` around most of what was found, marked; its beginning, if nothing was."""
    hits, start = _best_place(text, query, language)
    start = 0 if start <= BEFORE else _word_start(text, start - BEFORE)
    end = len(text) if len(text) <= start + LENGTH else _word_end(text, start + LENGTH)
    piece = text[start:end].rstrip()
    inside = [
        (first - start, last - start) for first, last, _n in hits if start <= first and last <= start + len(piece)
    ]
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    moved = [(first + len(before), last + len(before)) for first, last in _apart(inside)]
    return marked(f"{before}{piece}{after}", moved)


def whole_html(text, query, language):
    """All of a short text, such as a title, with what was found marked."""
    return marked(text, _apart([place[:2] for place in places(text, query, language)]))


def _standing(spelling, is_prefix, stand, language):
    """Where the words of `spelling` stand one after the other."""
    stems = [stem(word, language) for word in spelling]
    last = len(spelling) - 1
    for place, (word, start, _end) in enumerate(stand):
        if not _is_same(word, spelling[0], stems[0], language, is_prefix and not last):
            continue
        rest = stand[place : place + len(spelling)]
        if len(rest) == len(spelling) and all(
            _is_same(rest[n][0], spelling[n], stems[n], language, is_prefix and n == last) for n in range(1, len(rest))
        ):
            # Of a longer run without spaces the one character alone was found.
            end = start + 1 if is_prefix and not last else rest[-1][2]
            yield start, end


def _is_same(word, wanted, wanted_stem, language, is_prefix):
    if word == wanted or (is_prefix and word.startswith(wanted)):
        return True
    # A stem is dear to find, and no ending changes how a word begins.
    return word[:2] == wanted[:2] and not is_unspaced(word) and stem(word, language) == wanted_stem


def _best_place(text, query, language):
    """(what was found, where the `LENGTH` characters begin in which most of the terms stand, the first such place).

    Words are dear to find: the rest of a text is left alone where a place near its beginning has all of them.
    """
    hits = places(text[:READ_FIRST], query, language)
    start, most = _best_start(hits)
    # Not at the very end, where a word is cut off.
    if most < len(query.wanted) or start + LENGTH > READ_FIRST:
        hits = places(text[:LONGEST_READ], query, language)
        start, most = _best_start(hits)
    return hits, start


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
