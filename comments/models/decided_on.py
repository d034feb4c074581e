"""What the log of decisions says of a comment. The model inherits these; they read its `decisions`, which a list
fetches beforehand."""

from django.db import models

from .choices import Status


class DecidedOn(models.Model):
    class Meta:
        abstract = True

    @property
    def newest_change(self):
        """The newest decision on its status."""
        changes = [row for row in self.decisions.all() if row.changes_status]
        return max(changes, key=lambda decision: decision.pk, default=None)

    @property
    def last_decision(self):
        return self.decisions.select_related("actor").order_by("-pk").first()

    @property
    def rule_told(self):
        """The rule that the newest decision on its status names, for its writer; None if it names none."""
        telling = [row for row in self.decisions.all() if row.changes_status or row.rule_id]
        newest = max(telling, key=lambda decision: decision.pk, default=None)
        return newest and newest.rule

    def why_it_waits(self):
        """What the checks found when it came in, or when its writer changed it last, as stored: [{"check", "verdict",
        "why", "plain"}]."""
        checked = [row for row in self.decisions.all() if not row.from_status or (row.by_writer and row.is_edit)]
        last = max(checked, key=lambda decision: decision.pk, default=None)
        return [finding for finding in last.findings if finding["verdict"] != "approve"] if last else []

    @property
    def reasons_told(self):
        """Why it waits, for its writer: each completes "It is waiting because …". Of spam they are those that a
        comment which waits has."""
        return list(dict.fromkeys(finding["plain"] for finding in self.why_it_waits() if finding["plain"]))

    @property
    def is_refused(self):
        """Whether somebody has refused it. What the checks alone take for spam isn't: its writer is shown that it
        waits, and must not learn otherwise from what becomes of the same text sent again."""
        if self.status != Status.SPAM:
            return self.status in {Status.TRASH, Status.ERASED}
        newest = self.newest_change
        by_checks = newest and not newest.from_status and any(f["verdict"] == "spam" for f in newest.findings)
        return not by_checks
