"""What is odd about lines of a word list: that they never match, match nearly everything, or mean another thing."""

import re
import unicodedata

from django.utils.translation import gettext as _

from comments.word_lists import lines_of, network_of, tokens_of

# What nearly every e-mail address or website has.
IN_EVERY_ADDRESS = {"http", "https", "www", "com", "org", "net", "html"}
SIGNS_OF_ADDRESSES = set(".:/@")
# Ranges wider than this are more than one provider's.
WIDEST = {4: 8, 6: 16}
# An address or a range that is not written as one: "192.168.*", "10.0.0.", "10.0.0.1-9", "10.0.0.0/33".
_LIKE_AN_ADDRESS = re.compile(
    r"\d{1,3}(\.\d{1,3}){1,2}\.(\*(\.\*)*)?|\d{1,3}(\.\d{1,3}){3}(\s*[-/]\s*[\d.]+)?", re.ASCII
)
_WORDS_IN_A_ROW = re.compile(r"\w+(\s*[,;]\s*\w+)+[,;]?")


def advice_on(lines):
    """[what to know of a line, as a sentence] for the lines of a list that are probably not meant as they stand."""
    return list(filter(None, map(_advice, lines_of(lines))))


def _advice(line):
    shown = {"line": line[:100]}
    if network := network_of(line):
        is_wide = network.prefixlen < WIDEST[network.version]
        return is_wide and _("“%(line)s” is a very wide range and matches a great many people.") % shown
    tokens = tokens_of(line)
    if not tokens:
        return _("“%(line)s” never matches, because it has no letter, digit or symbol that counts.") % shown
    if _matches_nearly_all(tokens, line.endswith("*")):
        return (
            _("“%(line)s” matches almost everything, because it is in most texts, email addresses or websites.") % shown
        )
    if _LIKE_AN_ADDRESS.fullmatch(line):
        return _("“%(line)s” is not an IP address, so it is treated as words. Write a range like 192.0.2.0/24") % shown
    if line.startswith("*"):
        return _("“%(line)s”: an asterisk only works at the end of a line. It is ignored here.") % shown
    if _WORDS_IN_A_ROW.fullmatch(line):
        return _("“%(line)s” is treated as one phrase. To match single words, put each on its own line.") % shown
    return ""


def _matches_nearly_all(tokens, is_open):
    if len(tokens) > 1:
        return all(token in IN_EVERY_ADDRESS or token in SIGNS_OF_ADDRESSES for token in tokens)
    (token,) = tokens
    if is_open:
        return len(token) <= 2 and token[0].isalnum() and not _is_a_word(token)
    return token in IN_EVERY_ADDRESS or (len(token) == 1 and not _is_a_word(token))


def _is_a_word(character):
    """Whether it says something by itself: a Chinese character; a currency, a picture."""
    return unicodedata.category(character[0])[0] == "S" or unicodedata.name(character[0], "").startswith("CJK")
