"""What a page says of its comments: a dict each, which `comments.thread_html` writes and `comments.jsonld` reads."""

from functools import lru_cache
from zlib import crc32

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.desk.verbs import called, may_open_desk, verbs_for
from comments.models import Comment
from comments.models.comment import permalink
from comments.scripts import language_of
from posts.localised import Times

# Of avatars; the classes stand in static/site/thread.css.
HUES = 9


class ThreadRows:
    """What all comments of a page share, found once; `row()` then makes each of them."""

    def __init__(self, post, reading, *, can_answer, moderator=None, user=None, discussion=None):
        """`user`: the account that looks at the page; `moderator`: the same, where it may decide on what waits."""
        self.post_url = post_url = post.get_absolute_url()
        self.page, self.comments = reading.page, reading.comments
        self.awaited, self.token = reading.awaited, reading.token
        self.waiting, self.moderator = reading.waiting, moderator
        self.numbers = reading.page.numbers
        self.user, self.discussion = user, discussion
        self.here = {entry.pk for entry in self.page.entries}
        self.branch_url = f"{post_url}?thread="
        self.reply_url = f"{post_url}{self.page.query}{'&' if self.page.query else '?'}replytocom="
        self.can_answer = can_answer
        self.author_user = post.author.user_id
        self.times = Times("DATETIME_FORMAT")
        self.reply_to = _("Reply to %(name)s")
        self.heading = _("Comment %(number)s:")
        # In two, since the name between them stands in an element of its own.
        self.answers = (_("in reply to %(number)s by %(name)s") % {"number": "{0}", "name": "{1}"}).partition("{1}")

    def row(self, entry):
        """An entry of the page as it is written."""
        folds = entry.folds
        place = {
            "id": entry.pk,
            "tombstone": entry.tombstone,
            "withdrawn": entry.withdrawn,
            "opens": entry.opens,
            "folds": folds and ngettext("%(n)s more reply", "%(n)s more replies", folds) % {"n": folds},
            "unfolds": entry.unfolds,
            "closes": entry.closes,
            "goes_on": self.page.goes_on.get(entry.pk),
        }
        return place if entry.tombstone else place | self._text_of(entry, self.comments[entry.pk])

    def _text_of(self, entry, comment):
        pk, name = entry.pk, comment.shown_name
        initials, hue = avatar(name)
        is_awaited = entry.pk == self.awaited or entry.pk in self.waiting
        awaits = is_awaited and not comment.is_public
        is_decided_here = self.moderator and entry.pk in self.waiting
        by_author = bool(comment.user_id) and comment.user_id == self.author_user
        row = {
            "name": name,
            "website": comment.url,
            "body_html": comment.body_html,
            "initials": initials,
            "hue": hue,
            "lang": comment.script != "Latin" and language_of(comment.script, comment.body_html),
            "url": permalink(self.post_url, pk),
            "number": entry.number,
            "heading": self.heading % {"number": entry.number} if entry.number else "",
            **self.times.of(comment.submitted_at),
            "by_author": by_author,
            "states": f"{' by-author' if by_author else ''}{' awaiting' if awaits else ''}",
            "answers": entry.parent and self._answered(entry),
            "waits": is_decided_here and self._waits(comment),
            "held": is_awaited and not is_decided_here and self._held(comment, awaits),
            "reply_url": "",
            "own_url": self.user and not is_awaited and self._own_url(comment),
        }
        if self.can_answer and not awaits:
            row |= {"reply_url": f"{self.reply_url}{pk}#respond", "reply_label": self.reply_to % {"name": name}}
        return row

    def _answered(self, entry):
        """What the comment answers, and where that stands: on this page, or on one of the branch's own."""
        parent, answered = entry.parent, self.comments.get(entry.parent)
        number = answered and self.numbers.get(parent)
        if not number:
            return {"number": None}
        before, _name, after = self.answers
        return {
            "number": number,
            "url": f"#comment-{parent}" if parent in self.here else f"{self.branch_url}{parent}#comment-{parent}",
            "near": entry.near,
            "before": before.format(number),
            "name": answered.shown_name,
            "after": after.format(number),
        }

    def _held(self, comment, awaits):
        """What its writer alone is told of it."""
        is_refused = comment.is_refused_openly
        return {
            "awaits": awaits,
            # Its writer can do more with it on a page of its own.
            "pk": comment.pk if comment.kind == Comment.Kind.COMMENT else None,
            "is_withdrawn": is_refused and comment.withdrawn_at,
            "is_refused": is_refused,
            "may_ask": is_refused and comment.may_be_asked_about,
            "rule": comment.rule_told if awaits else None,
            "why": comment.reasons_told if awaits else [],
            "token": self.token if comment.pk == self.awaited else "",
            "url": permalink(self.post_url, comment.pk),
        }

    def _own_url(self, comment):
        """Where an account can change its own comment, while it is fresh."""
        is_fresh = comment.user_id == self.user.pk and Comment.edited_until(comment, self.discussion) > timezone.now()
        return reverse("comments:mine-one", args=[comment.pk]) if is_fresh else ""

    def _waits(self, comment):
        """What who may decide on it is told and offered, in the place of what its writer is told."""
        offered = verbs_for(comment, self.moderator) if may_open_desk(self.moderator) else []
        open_url = reverse("admin:comments_comment_change", args=[comment.pk])
        return {
            "why": [finding["why"] for finding in comment.why_it_waits()],
            "second_look": comment.second_look,
            # To hold what waits is to leave it.
            "verbs": [verb for verb in offered if verb[0] != "hold"],
            "decide_url": reverse("admin:comments_comment_decide", args=[comment.pk]),
            "open_url": open_url,
            "called_open": called("open", comment),
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
