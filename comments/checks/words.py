"""The author's two lists: words that hold a comment, words that mark it as spam.

Words are looked for in the text, as it was typed and as readers see it, in the name, the e-mail address and the
website; IP addresses and ranges match the sender's address and nothing else. The browser's name for itself is not
read: nobody wrote it. `comments.word_lists` says what a line matches.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from comments.cleaning import clean_line
from comments.models import Comment
from comments.word_lists import Match, WordList
from posts.markup import plain_text

from . import Finding, SubmissionContext, Verdict


def hold_words(comment: Comment, context: SubmissionContext) -> Finding | None:
    if place := match(context.discussion.hold_words, comment):
        detail = _("Matches “%(line)s” in the words that hold a comment.") % {"line": place.line}
        return Finding("hold words", Verdict.HOLD, f"{detail} {place.where()}", _plain())
    return None


def block_words(comment: Comment, context: SubmissionContext) -> Finding | None:
    if place := match(context.discussion.block_words, comment):
        detail = _("Matches “%(line)s” in the words that mark a comment as spam.") % {"line": place.line}
        return Finding("block words", Verdict.SPAM, f"{detail} {place.where()}", _plain())
    return None


def _plain() -> str:
    # The same for both lists, so that nobody can tell from it which one it was.
    return _("it contains a word that the author wants to check first")


def match(lines: str, comment: Comment) -> "Place | None":
    """The first line found that matches the comment, and where it does, as a `Place`; None if none does."""
    if not lines.strip():
        return None
    word_list = WordList.of(lines)
    if comment.ip_address and (line := word_list.match_address(comment.ip_address)):
        return Place(line[:LONGEST], "ip_address", comment.ip_address, None)
    for field, text, is_markdown in texts_of(comment):
        if text and (hit := word_list.find(text, is_markdown=is_markdown)):
            return Place(hit.line[:LONGEST], field, text, hit)
    return None


def texts_of(comment: Comment) -> list[tuple[str, str, bool]]:
    """[(field, text, whether it is Markdown)] of all that is read; `shown` is the text as readers see it."""
    shown = plain_text(comment.body_html)
    return [
        ("body", comment.body, shown != comment.body),
        ("shown", shown if shown != comment.body else "", False),
        ("name", comment.name, False),
        ("email", comment.email, False),
        ("url", comment.url, False),
    ]


LONGEST = 100  # characters of a line that are told


class Place(NamedTuple):
    """Where a line matches a comment."""

    line: str
    field: str
    text: str
    found: Match | None  # None for an IP address

    def where(self) -> str:
        """Field and place in a sentence for moderators."""
        sentences = {
            "body": _("In the text: “%(words)s”"),
            "shown": _("In the text as readers see it: “%(words)s”"),
            "name": _("In the name: “%(words)s”"),
            "email": _("In the email address: “%(words)s”"),
            "url": _("In the website's address: “%(words)s”"),
            "ip_address": _("The IP address matches: %(words)s"),
        }
        words = self.found.snippet(self.text) if self.found else self.text
        return sentences[self.field] % {"words": clean_line(words)}
