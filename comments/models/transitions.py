"""What can be decided on one comment. The model inherits these; `bulk_decisions` does it for many."""

from django.db import models, transaction

from comments.decision_log import FORGOTTEN
from posts import outbox
from posts.models import Author

from .bulk_decisions import is_decision, targets_of
from .choices import Status
from .decision import Decision
from .queued import FORGET_ERASED
from .refusals import AlreadyDecided


class Transitions(models.Model):
    """Each returns its Decision, or None where there was nothing to decide, and raises AlreadyDecided
    where the row is no longer as the caller saw it."""

    class Meta:
        abstract = True

    def approve(self, *, by, reason="", **details):
        return self._decide("approve", by=by, reason=reason, **details)

    def hold(self, *, by, reason="", **details):
        return self._decide("hold", by=by, reason=reason, **details)

    def spam(self, *, by, reason="", **details):
        return self._decide("spam", by=by, reason=reason, **details)

    def trash(self, *, by, reason="", **details):
        return self._decide("trash", by=by, reason=reason, **details)

    def restore(self, *, by, reason="", **details):
        """Out of the trash or the spam, to what it was before."""
        return self._decide("restore", by=by, reason=reason, **details)

    def erase(self, *, by, reason="", **details):
        """Out of the trash or the spam, for ever: the log stays, without the text. Can't be taken back."""
        decision = self._decide("erase", by=by, reason=reason, **details)
        if decision:
            outbox.put(FORGET_ERASED)
            self.refresh_from_db()
        return decision

    def edit(self, body, *, by, reason="", seen=None, **details):
        """Replaces the text. The writer's own stays in `body_as_written`, each earlier one in the log."""
        if body == self.body:
            return None
        with transaction.atomic():
            before = self._locked(seen=seen)
            self.body_as_written = self.body_as_written or before.body
            self.body = body
            self.save(update_fields=["body", "body_as_written"])
            return self._log(
                from_status=self.status, by=by, reason=reason, body_before=before.body or FORGOTTEN, **details
            )

    def take_back(self, decision, *, by, seen=None, **details):
        """Makes the comment what it was before `decision`; an edit's old text comes back, and a move's old place.

        Raises AlreadyDecided where something was decided after it, or after `seen`, the newest decision when
        the caller looked, and CanNotMove where the old place is none any more. How it came in can't be taken back,
        nor a deletion for ever: None.
        """
        seen = seen or decision.pk
        if self.status == Status.ERASED:
            return None
        if decision.is_edit:
            return self.edit(decision.body_before, by=by, seen=seen, takes_back=decision, **details)
        if decision.is_move:
            return self._move(decision.moved["from"], by=by, seen=seen, takes_back=decision, **details)
        if decision.refuses_edit:
            return self.let_edit_wait(decision, by=by, seen=seen, **details)
        if not decision.from_status:
            return None
        return self._write(decision.from_status, decision, by=by, seen=seen, **details)

    def can_be_taken_back(self):
        """The numbers of the decisions that nothing has followed of their kind: the newest on the status, the
        newest on the text, the newest on the place, the newest on a changed text if that was refused. How the comment
        came in is not among them."""
        log = [] if self.status == Status.ERASED else self.decisions.exclude(from_status="").order_by("pk")
        kinds = ((row, (row.is_edit, row.is_move, row.changes_status)) for row in log)
        newest = {kind: row for row, kind in kinds if any(kind) or row.asked}.values()
        return {row.pk for row in newest if row.refuses_edit or row.is_edit or row.is_move or row.changes_status}

    def answer(self, body, *, by, batch=None, **details):
        """A moderator's reply below this comment, which it approves; returns the reply.

        Both decisions are of one batch: taken back, the comment is what it was, and the reply waits.
        """
        with transaction.atomic():
            self.approve(by=by, batch=batch, **details)
            reply = type(self).objects.create(
                post=self.post,
                parent=self,
                user=by,
                name=Author.name_of(by)[:80],
                email=by.email,
                body=body,
                status=Status.PENDING,
            )
            reply.approve(by=by, batch=batch)
            return reply

    def _decide(self, verb, *, by, seen=None, **details):
        """`seen`: the newest decision's number when the caller looked; a newer one on this comment wins."""
        ((_self, to, takes_back),) = targets_of([self], verb)
        return self._write(to, takes_back, by=by, seen=seen, **details)

    def _write(self, to, takes_back, *, by, seen, **details):
        with transaction.atomic():
            locked = self._locked(seen=seen)
            if not takes_back and not is_decision(locked, to, **details):
                return None
            (decision,) = type(self).objects.write([(locked, to, takes_back)], by=by, **details)
            self.status = to
            self._keep_stored({"status"})
            return decision

    def _locked(self, *, seen):
        """The row as it is now, locked for this transaction; raises AlreadyDecided if it has moved on."""
        locked = type(self).objects.select_for_update(no_key=True).get(pk=self.pk)
        moved_on = locked.status != self.status
        if seen is not None:
            moved_on = self.decisions.filter(pk__gt=seen).exists()
        if moved_on:
            raise AlreadyDecided(self.last_decision)
        return locked

    def _log(self, *, from_status, by=None, **details):
        return Decision.objects.create(
            comment=self, from_status=from_status, to_status=self.status, actor=by, **details
        )
