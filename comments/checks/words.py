"""The author's two lists: words that hold a comment, words that mark it as spam.

A line is a word, a phrase, the beginning of a word (`press*`), an IP address or a CIDR range. Words match
whole words only, folded (see `comments.folding`), in name, e-mail, website, text and user agent; addresses
match the sender's address and nothing else.
"""

import ipaddress
import re
from functools import lru_cache

from django.utils.translation import gettext as _

from comments.folding import fold

from . import Finding, Verdict

# A word, or a sign by itself, so that "c++" and "$$$" can be listed too.
_TOKEN = re.compile(r"\w+|[^\w\s]")


def hold_words(comment, circumstances):
    if line := match(circumstances.settings.hold_words, comment):
        return Finding(
            "hold words",
            Verdict.HOLD,
            _("Matches “%(line)s”, a line of the words that hold.") % {"line": line},
            _("it has a word that the author wants to read first"),
        )
    return None


def block_words(comment, circumstances):
    if line := match(circumstances.settings.block_words, comment):
        return Finding(
            "block words",
            Verdict.SPAM,
            _("Matches “%(line)s”, a line of the words that block.") % {"line": line},
            # The words of the other list, so that nobody can tell from them which one it was.
            _("it has a word that the author wants to read first"),
        )
    return None


def match(lines, comment):
    """The first line found that matches the comment, cut to 100 characters for showing; None if none does."""
    if not lines.strip():
        return None
    word_list = WordList.of(lines)
    line = word_list.match_address(comment.ip_address)
    for text in (comment.body, comment.name, comment.email, comment.url, comment.user_agent):
        line = line or word_list.match(text)
    return line and line[:100]


class WordList:
    """A list's lines, arranged so that a text is looked up by its own words, however long the list is."""

    def __init__(self, lines):
        self.words, self.beginnings, self.phrases, self.networks = {}, {}, {}, {}
        for line in filter(None, (line.strip() for line in lines.splitlines())):
            if not self._add_network(line):
                self._add_words(line)
        self.beginning_lengths = sorted({len(beginning) for beginning in self.beginnings})

    # The text is the key: a list that was changed is another list. Two lists, and some to spare for a rehearsal.
    @staticmethod
    @lru_cache(maxsize=8)
    def of(lines):
        return WordList(lines)

    def match(self, text):
        """The line that matches somewhere in `text`, or None."""
        tokens = _TOKEN.findall(fold(text))
        for place, token in enumerate(tokens):
            if line := self.words.get(token) or self._match_beginning(token):
                return line
            for phrase, line in self.phrases.get(token, ()):
                if self._matches_at(phrase, tokens, place):
                    return line
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

    def _add_network(self, line):
        try:
            network = ipaddress.ip_network(line, strict=False)
        except ValueError:
            return False
        prefix = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
        self.networks.setdefault((network.version, network.prefixlen), {})[prefix] = line
        return True

    def _add_words(self, line):
        open_end = line.endswith("*")
        tokens = _TOKEN.findall(fold(line))
        if not tokens:
            return
        if len(tokens) > 1:
            self.phrases.setdefault(tokens[0], []).append(((tokens, open_end), line))
        elif open_end:
            self.beginnings.setdefault(tokens[0], line)
        else:
            self.words.setdefault(tokens[0], line)

    def _match_beginning(self, token):
        for length in self.beginning_lengths:
            if length > len(token):
                return None
            if line := self.beginnings.get(token[:length]):
                return line
        return None

    @staticmethod
    def _matches_at(phrase, tokens, place):
        wanted, open_end = phrase
        found = tokens[place : place + len(wanted)]
        if found == wanted:
            return True
        return open_end and found[:-1] == wanted[:-1] and len(found) == len(wanted) and found[-1].startswith(wanted[-1])
