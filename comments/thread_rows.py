"""What a page says of its comments: a dict each, which `comments.thread_html` writes.

What everybody reads of a comment comes of values alone: of its columns, of its `Place`, and of what it has in common
with the others of its page (`Shared`). So nothing else is needed to know whether it is the same as before.
"""

from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comments.models.comment import permalink
from comments.scripts import language_of
from posts.localised import Times

# Of avatars; the classes stand in static/site/thread.css.
HUES = 9


class Shared(NamedTuple):
    """What the comments of a page have in common."""

    language: str | None
    zone: tzinfo
    post_url: str
    query: str  # of the page's address
    can_answer: bool
    author_user: int | None  # the account of the post's author

    @classmethod
    def by(cls, post, page, *, can_answer):
        """In the language and the zone of this moment."""
        now = get_language(), timezone.get_current_timezone()
        return cls(*now, post.get_absolute_url(), page.query, can_answer, post.author.user_id)


class Answered(NamedTuple):
    """The comment that another answers; without a number, where it is not shown."""

    pk: int
    number: int | None = None
    name: str = ""
    near: bool = False  # it stands right above
    is_here: bool = False  # it stands on this page, not on one of the branch's own


class Place(NamedTuple):
    """Where a comment stands on its page: see `threads.Entry`."""

    pk: int
    tombstone: bool
    withdrawn: bool
    number: int | None
    answers: Answered | None
    opens: bool
    folds: int
    unfolds: bool
    closes: tuple[bool, ...]
    goes_on: tuple[int, int] | None  # the branch, on a page of its own: (with which comment, how many follow)


def places(page, comments):
    """The `Place` of each entry of a page; `comments` by number."""
    here = {entry.pk for entry in page.entries}
    return [
        Place(
            entry.pk,
            entry.tombstone,
            entry.withdrawn,
            entry.number,
            _answered(entry, page.numbers, comments, here) if entry.parent and not entry.tombstone else None,
            entry.opens,
            entry.folds,
            entry.unfolds,
            tuple(entry.closes),
            page.goes_on.get(entry.pk),
        )
        for entry in page.entries
    ]


def _answered(entry, numbers, comments, here):
    parent, answered = entry.parent, comments.get(entry.parent)
    number = answered and numbers.get(parent)
    return Answered(parent, number, answered.shown_name, entry.near, parent in here) if number else Answered(parent)


class ThreadRows:
    """The words that all comments of a page share, found once; `row()` then makes each of them."""

    def __init__(self, shared):
        self.post_url, self.can_answer, self.author_user = shared.post_url, shared.can_answer, shared.author_user
        self.branch_url = f"{shared.post_url}?thread="
        self.reply_url = f"{shared.post_url}{shared.query}{'&' if shared.query else '?'}replytocom="
        self.times = Times("DATETIME_FORMAT")
        self.reply_to = _("Reply to %(name)s")
        self.heading = _("Comment %(number)s:")
        # In two, since the name between them stands in an element of its own.
        self.answers = (_("in reply to %(number)s by %(name)s") % {"number": "{0}", "name": "{1}"}).partition("{1}")

    def row(self, place, comment, told):
        """A comment as it is written; `told` is what `told_one` says of it. A tombstone has neither."""
        folds = place.folds
        where = place._asdict() | {
            "folds": folds and ngettext("%(n)s more reply", "%(n)s more replies", folds) % {"n": folds}
        }
        return where if place.tombstone else where | self._text_of(place, comment, told)

    def _text_of(self, place, comment, told):
        name, number, awaits = comment.shown_name, place.number, told.get("awaits", False)
        initials, hue = avatar(name)
        by_author = bool(comment.user_id) and comment.user_id == self.author_user
        row = {
            "name": name,
            "website": comment.url,
            "body_html": comment.body_html,
            "initials": initials,
            "hue": hue,
            "lang": comment.script != "Latin" and language_of(comment.script, comment.body_html),
            "url": permalink(self.post_url, place.pk),
            "heading": self.heading % {"number": number} if number else "",
            **self.times.of(comment.submitted_at),
            "by_author": by_author,
            "states": f"{' by-author' if by_author else ''}{' awaiting' if awaits else ''}",
            "answers": place.answers and self._answers(place.answers),
            "reply_url": "",
        }
        if self.can_answer and not awaits:
            row |= {"reply_url": f"{self.reply_url}{place.pk}#respond", "reply_label": self.reply_to % {"name": name}}
        return row

    def _answers(self, answered):
        """What the comment answers, and where that stands: on this page, or on one of the branch's own."""
        pk, number = answered.pk, answered.number
        if not number:
            return {"number": None}
        before, _name, after = self.answers
        return {
            "number": number,
            "url": f"#comment-{pk}" if answered.is_here else f"{self.branch_url}{pk}#comment-{pk}",
            "near": answered.near,
            "before": before.format(number),
            "name": answered.name,
            "after": after.format(number),
        }


@lru_cache(maxsize=4096)
def avatar(name):
    """(one or two letters, "0" to "8") that stand for a name: always the same, and made from it alone."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    initials = words[0][0].upper()
    # Letters without capitals are no initials: they would join, or be a word.
    if len(words) > 1 and words[-1][0].upper() != words[-1][0].lower():
        initials += words[-1][0].upper()
    return initials, str(crc32(name.casefold().encode()) % HUES)
