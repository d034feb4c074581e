"""The words that a mistyped one may mean: words of the index, a letter or two away."""

from dataclasses import replace

from blog_site.replica import connection_read_from

from . import index
from .finding import find
from .query import Query

SHORTEST = 4  # letters: a shorter word is a letter away from everything
LONG = 7  # from so many letters on, two mistakes are forgiven
LONGEST = 30
MOST_TRIED = 8
MOST_TAKEN = 3


def corrected(query):
    """`query` with the words that stand nowhere replaced by those that they may mean; None if none is."""
    terms = [_corrected(term) for term in query.terms]
    return None if terms == list(query.terms) else query.with_terms(terms)


def _corrected(term):
    if not term.is_word or not SHORTEST <= len(term.spellings[0][0]) <= LONGEST or _stands_anywhere(term):
        return term
    meant = _meant(term)
    return replace(term, typed=meant[0], spellings=tuple((word,) for word in meant)) if meant else term


def _meant(term):
    """The nearest words that are public somewhere, those at one distance alone."""
    word = term.spellings[0][0]
    limit = 1 if len(word) < LONG else 2
    with connection_read_from().cursor() as cursor:
        similar = index.asked_by(cursor).similar_words(cursor, word, _variants(word))
    measured = ((distance(word, other, limit), other[0] != word[0], other) for other in set(similar))
    nearest = sorted(entry for entry in measured if entry[0] <= limit)[:MOST_TRIED]
    meant = []
    for away, _begins, other in nearest:
        if meant and away > meant[0][0]:
            break
        # The list of words knows scheduled posts and what was taken down, too: what is told is what is public.
        if _stands_anywhere(replace(term, spellings=((other,),))):
            meant.append((away, other))
    return [other for _away, other in meant[:MOST_TAKEN]]


def _stands_anywhere(term):
    return bool(find(Query((term,)), most=1))


def _variants(word):
    """`word` with two neighbours swapped, and with a letter left out: what shares no piece with it, if it is short."""
    swapped = (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1))
    shorter = (word[:n] + word[n + 1 :] for n in range(len(word)))
    return sorted({*swapped, *shorter} - {word})


def distance(one, other, limit):
    """Letters to add, leave out, change or swap with the next one until `one` is `other`; more than `limit` is inf."""
    if abs(len(one) - len(other)) > limit:
        return float("inf")
    before_last, last = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == its:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return float("inf")
        before_last, last = last, current
    return last[-1] if last[-1] <= limit else float("inf")
