"""What a page tells one person alone of its comments: who wrote one that waits, who may decide on it, who may change
their own. It depends on accounts, rights and the clock, so none of it is kept."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from comments.desk.verbs import called, may_open_desk, verbs_for
from comments.models import Comment
from comments.models.comment import permalink

NOTHING: dict[str, Any] = {}


class ToldOne:
    """For one page; `of()` then says it of each comment."""

    def __init__(self, post_url, reading, *, user=None, moderator=None, discussion=None):
        """`user`: the account that looks at the page; `moderator`: the same, where it may decide on what waits."""
        self.post_url, self.user, self.moderator, self.discussion = post_url, user, moderator, discussion
        self.awaited, self.token, self.waiting = reading.awaited, reading.token, reading.waiting

    def of(self, comment):
        """A dict, which is empty for what all are told the same of."""
        pk = comment.pk
        if pk != self.awaited and pk not in self.waiting:
            own_url = self.user and self._own_url(comment)
            return {"own_url": own_url} if own_url else NOTHING
        awaits = not comment.is_public
        is_decided_here = self.moderator and pk in self.waiting
        told = {"waits": self._waits(comment)} if is_decided_here else {"held": self._held(comment, awaits)}
        return told | {"awaits": awaits}

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
