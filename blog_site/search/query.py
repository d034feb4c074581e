"""What somebody typed, as terms to look for. Nothing of it is an instruction to the database."""

import re
from dataclasses import dataclass, replace

from posts.words import is_unspaced, words

LONGEST = 1_000  # characters that are read
MOST_TERMS = 12
MOST_WORDS = 20  # of a phrase
# A phrase in quotation marks of any kind, or a word; after a hyphen that follows a space, what may not be there.
_TERM = re.compile(r"""((?:^|(?<=\s))-)?(?:["“”„«]([^"“”„«»]*)(?:["“”»]|$)|([^\s"“”„«»]+))""")


@dataclass(frozen=True)
class Term:
    """One word or phrase: it is found where any of `spellings`, tuples of index words, stands."""

    typed: str
    spellings: tuple
    excluded: bool = False
    quoted: bool = False

    @property
    def is_prefix(self):
        """One character of a script without spaces: words that begin with it are meant."""
        last = self.spellings[0][-1]
        return len(last) == 1 and is_unspaced(last)

    @property
    def is_word(self):
        """A single word, in which there can be a typing error."""
        return not self.excluded and not self.quoted and len(self.spellings[0]) == 1


@dataclass(frozen=True)
class Query:
    terms: tuple
    any: bool = False  # what has one of the terms is found, not only what has all
    was_cut: bool = False

    @property
    def wanted(self):
        return [term for term in self.terms if not term.excluded]

    @property
    def excluded(self):
        return [term for term in self.terms if term.excluded]

    def with_terms(self, terms):
        return replace(self, terms=tuple(terms))

    def for_any(self):
        return replace(self, any=True)

    def __str__(self):
        return " ".join(_as_typed(term) for term in self.terms)


def parse(text):
    """The `Query` that `text` is; without wanted terms, if there is no word in it."""
    terms, was_cut = [], len(text) > LONGEST
    for match in _TERM.finditer(text[:LONGEST]):
        excluded, phrase, word = match.groups()
        typed = (word if phrase is None else phrase).strip()
        if spelled := words(typed, asked=True):
            was_cut |= len(terms) == MOST_TERMS
            spelling = tuple(spelled[:MOST_WORDS])
            terms.append(Term(typed, (spelling,), excluded=bool(excluded), quoted=phrase is not None))
    return Query(tuple(terms[:MOST_TERMS]), was_cut=was_cut)


def _as_typed(term):
    return ("-" if term.excluded else "") + (f'"{term.typed}"' if term.quoted else term.typed)
