"""What its writer can do with a comment, and what moderators then decide on it. The model inherits these.

Each returns its Decision, or None where there was nothing to do, and raises AlreadyDecided where the row is no longer
as the caller saw it.
"""

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from comments.decision_log import FORGOTTEN
from comments.rendering import render
from posts import outbox
from posts.models import Post, public_changed

from .check_hit import CheckHit
from .choices import Kind, Status
from .decision import Decision
from .notification import Notification
from .queued import TELL_AUTHOR, TELL_OF_EDIT
from .refusals import AlreadyDecided
from .waiting_edit import WaitingEdit

# What its writer is told of as waiting.
WAITS = {Status.PENDING, Status.SPAM}
# After that its writer may ask a moderator to look at it. With spam it is the same, or they would learn what it is.
LONG = timedelta(days=1)
MOST_EDITS = 20  # of one comment, by its writer: each is a row in the log


class WritersOwn(models.Model):
    class Meta:
        abstract = True

    # --- What they may

    def may_be_edited(self, discussion):
        """Whether its writer may change the text: for some minutes, or while it or another text for it waits."""
        if self.kind != Kind.COMMENT:
            return False
        if self.status in WAITS:
            return not self.is_refused_openly
        return self.is_public and (self.edited_until(discussion) > timezone.now() or bool(self.edit_that_waits))

    def edited_until(self, discussion):
        return self.submitted_at + timedelta(minutes=discussion.edit_minutes)

    def is_its_writers_alone(self, discussion):
        """Whether the address that its writer was led to is still theirs: as long as the comment waits, and then until
        its text is what it stays. Afterwards that address is as good as the permalink, and opens nothing more."""
        return not self.is_public or self.may_be_edited(discussion)

    @property
    def edit_that_waits(self):
        """The `WaitingEdit` of a public comment; None if there is none."""
        return getattr(self, "waiting_edit", None) if self.is_public else None

    @property
    def may_be_withdrawn(self):
        return self.kind == Kind.COMMENT and self.status in {*WAITS, Status.APPROVED}

    @property
    def is_refused_openly(self):
        """Whether its writer is told that somebody has refused it. That it was called spam only the owner of a proven
        address is told, and only where a moderator did so: a machine learns nothing from that."""
        if self.status == Status.SPAM:
            return bool(self.address_id) and bool(self.newest_change and self.newest_change.actor_id)
        return self.status in {Status.TRASH, Status.ERASED}

    @property
    def may_be_asked_about(self):
        """Whether its writer may ask for a second look: once, where a moderator has not published it, or, with a proven
        address, where it has waited for long, be it that the checks took it for spam."""
        if self.withdrawn_at or self.is_public or self.second_look is not None:
            return False
        has_waited = bool(self.address_id) and self.submitted_at < timezone.now() - LONG
        return self.is_refused_openly or (self.status in WAITS and has_waited)

    @property
    def second_look(self):
        """The words with which its writer asked for a second look; None where they did not."""
        asked = [decision for decision in self.decisions.all() if decision.asked == Decision.Asked.LOOK]
        return asked[0].asked_text if asked else None

    @property
    def has_edits_left(self):
        return sum(decision.by_writer for decision in self.decisions.all()) < MOST_EDITS

    # --- What they do

    def rewrite(self, body, *, findings, is_held, seen):
        """Its writer's new text, with what the checks found in it. What is public shows it at once, unless it
        `is_held`: then it waits beside the old one. What waits goes on waiting, with the new text."""
        findings = [finding.as_dict() for finding in findings]
        with transaction.atomic():
            before = self._locked(seen=seen)
            WaitingEdit.objects.filter(comment=self).delete()
            if body == before.body:
                return None
            if self.is_public and is_held:
                html = render(name=self.name, body=body, url=self.url).columns["body_html"]
                WaitingEdit.objects.create(comment=self, body=body, body_html=html, findings=findings)
                # One that they had dropped before anybody was told of it is no reason to be silent about this one.
                Notification.objects.filter(
                    comment=self, asked=Decision.Asked.EDIT, gathered=False, told_at=None
                ).delete()
                outbox.put(TELL_AUTHOR, self.pk, Decision.Asked.EDIT.value)
                return self._log_asked(Decision.Asked.EDIT, body, findings=findings)
            return self._replace(before, body, by_writer=True, findings=findings)

    def withdraw(self):
        """Its writer takes it back: it is in the trash, and says so wherever it leaves a place."""
        with transaction.atomic():
            locked = self._lock_now()
            if not locked.may_be_withdrawn:
                return None
            WaitingEdit.objects.filter(comment=self).delete()
            if not locked.is_public and self.replies.exists():
                # The place that it has left says something else now.
                public_changed(Post.objects.filter(pk=self.post_id), below=True)
            return self._write_own(locked, Status.TRASH)

    def ask_again(self, words):
        """Its writer asks for a second look: it waits once more, with their words."""
        with transaction.atomic():
            locked = self._lock_now()
            if not locked.may_be_asked_about:
                return None
            outbox.put(TELL_AUTHOR, self.pk, Decision.Asked.LOOK.value)
            return self._write_own(locked, Status.PENDING, asked=Decision.Asked.LOOK, asked_text=words)

    def remove_name(self):
        """Its writer's name, addresses and account are gone from it; the text, its place and its status stay."""
        with transaction.atomic():
            locked = self._lock_now()
            for name in ("name", "email", "url", "browser", "user_agent"):
                setattr(locked, name, "")
            locked.user = locked.address = locked.ip_address = None
            locked.notify = locked.reply_by_mail = locked.follow = False
            locked.save()
            return locked._log_asked(Decision.Asked.NAME)

    # --- What moderators decide on an edit that waits

    def accept_edit(self, *, by, seen=None, reason=""):
        """The new text of its writer is shown, and they are told, if they asked for that."""
        with transaction.atomic():
            before, edit = self._locked_edit(seen)
            edit.delete()
            return self._tell(self._replace(before, edit.body, by=by, reason=reason))

    def refuse_edit(self, *, by, seen=None, reason="", rule=None):
        """The old text stays; the log keeps the new one. Its writer is told, and by which rule, if they asked."""
        with transaction.atomic():
            _before, edit = self._locked_edit(seen)
            edit.delete()
            asked = {"asked": Decision.Asked.EDIT, "asked_text": edit.body}
            return self._tell(self._log(from_status=self.status, by=by, reason=reason, rule=rule, **asked))

    def let_edit_wait(self, decision, *, by, seen, **details):
        """The text that `decision` has refused waits again."""
        with transaction.atomic():
            before = self._locked(seen=seen)
            if not before.is_public or WaitingEdit.objects.filter(comment=self).exists():
                raise AlreadyDecided(self.last_decision)
            asked = self.decisions.filter(by_writer=True, asked=Decision.Asked.EDIT).order_by("pk").last()
            html = render(name=self.name, body=decision.asked_text, url=self.url).columns["body_html"]
            WaitingEdit.objects.create(
                comment=self, body=decision.asked_text, body_html=html, findings=asked.findings if asked else []
            )
            return self._log(
                from_status=self.status,
                by=by,
                takes_back=decision,
                asked=Decision.Asked.EDIT,
                asked_text=decision.asked_text,
                **details,
            )

    # --- How

    def _tell(self, decision):
        if self.notify and self.email:
            outbox.put(TELL_OF_EDIT, decision.pk)
        return decision

    def _locked_edit(self, seen):
        before = self._locked(seen=seen)
        edit = WaitingEdit.objects.filter(comment=self).first()
        if not edit or not before.is_public:
            raise AlreadyDecided(self.last_decision)
        return before, edit

    def _lock_now(self):
        """The row as it is now, whatever the caller saw, locked for this transaction."""
        return type(self).objects.select_for_update(no_key=True).get(pk=self.pk)

    def _replace(self, before, body, *, findings=(), **details):
        """The writer's newest words are what they wrote: there is no other text to keep beside them but in the log."""
        self.body, self.body_as_written = body, ""
        self.save(update_fields=["body", "body_as_written"])
        hits = {finding["check"] for finding in findings if finding["verdict"] != "approve"}
        CheckHit.objects.bulk_create(
            (CheckHit(comment=self, check_name=name) for name in sorted(hits)), ignore_conflicts=True
        )
        return self._log(
            from_status=self.status, body_before=before.body or FORGOTTEN, findings=list(findings), **details
        )

    def _write_own(self, locked, to, **details):
        (decision,) = type(self).objects.write([(locked, to, None)], by=None, by_writer=True, **details)
        self.refresh_from_db()
        return decision

    def _log_asked(self, asked, text="", **details):
        return self._log(from_status=self.status, by_writer=True, asked=asked, asked_text=text, **details)
