"""How decisions are written, on one comment or on a thousand: statuses, log, counts and mails, in a few queries."""

from collections import Counter

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from posts import outbox
from posts.email_addresses import same_address
from posts.models import Post, public_changed
from posts.steps import Steps

from .browser_key import BrowserKey
from .choices import Kind, Status
from .decided_rows import find_to_tell_of, lock
from .decision import Decision
from .follow import Follow
from .mail_address import MailAddress
from .mailed_link import MailedLink
from .note import Note
from .queued import ANNOUNCE, TELL_OF_ANSWER, TELL_WRITER, TELL_WRITERS
from .refusals import CanNotMove
from .remembered_browser import RememberedBrowser
from .waiting_edit import WaitingEdit

STEP = 500
STATUS_OF_VERB = {
    "approve": Status.APPROVED,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.TRASH,
    "erase": Status.ERASED,
}
# What a verb can be said of, where that is not everything.
OUT = {Status.TRASH, Status.SPAM}
# What is left of a comment that is deleted for ever: its place, its times, and the log.
BLANK = {
    **dict.fromkeys(
        [
            *("name", "email", "url", "body", "body_html", "body_as_written", "fingerprint", "search_text"),
            *("user_agent", "browser"),
        ],
        "",
    ),
    "writer": "",
    "script": "",
    "has_links": False,
    "notify": False,
    "follow": False,
    "reply_by_mail": False,
    "ip_address": None,
    "network": "",
    "user": None,
    "address": None,
}


class BulkDecisionQuerySet(models.QuerySet):
    def decide(self, verb, *, by, pks=None, seen=None, was=None, **details):
        """Decides on all of these, in short steps of up to 500, each a transaction of its own.

        `verb`: `approve`, `hold`, `spam`, `trash`, `restore` or `erase`. Returns (number decided, number that were so
        already, the decisions of others that came first): `seen` is the newest decision when the caller looked,
        and `was` the status that all of them had then, where it was one. `pks`: their numbers, where the caller has
        them. `details`: reason, rule, batch of the rows in the log.
        """
        pks = pks or list(self.order_by("submitted_at", "pk").values_list("pk", flat=True))
        done, unchanged, late = 0, 0, []
        steps = Steps()
        for some in steps.split(pks, at_most=STEP):
            with steps.step():
                # Read, and so locked, before anybody's newer decision is looked for: none can come in between.
                rows = lock(self.model.objects.all(), some)
                earlier = {} if seen is None else _decided_since(rows, seen, was)
                targets = targets_of([row for row in rows if row.pk not in earlier], verb)
                wanted = [target for target in targets if is_decision(*target[:2], **details)]
                self.model.objects.write(wanted, by=by, **details)
            late += earlier.values()
            done += len(wanted)
            unchanged += len(targets) - len(wanted)
        return done, unchanged, late

    def take_back(self, decisions, *, by, **details):
        """Takes back these decisions, in short steps, each comment to what it was before.

        `decisions`: a queryset, with a comment's newest among them. Returns (number taken back, the newer
        decisions of those where something was decided since). `details`: batch of the rows in the log.
        """
        pks = list(decisions.order_by("pk").values_list("pk", flat=True))
        done, late = 0, []
        steps = Steps()
        for some in steps.split(pks, at_most=STEP):
            with steps.step():
                chosen = list(Decision.objects.filter(pk__in=some).order_by("pk"))
                last = {decision.comment_id: decision.pk for decision in chosen}
                these = self.filter(pk__in=last).select_for_update(no_key=True).order_by("pk")
                rows = {row.pk: row for row in these}
                newest = _newest_of(rows.values())
                late += [newest[pk] for pk in rows if newest[pk].pk != last[pk]]
                mine = [(rows[d.comment_id], d) for d in chosen if newest[d.comment_id].pk == last[d.comment_id]]
                wanted = [
                    (row, decision.from_status, decision)
                    for row, decision in mine
                    if decision.from_status and decision.is_on_status and row.status != Status.ERASED
                ]
                # An edit and a decision may have been one press: the text comes back first.
                done += sum(
                    _taken_back(row, decision, by=by, seen=last[row.pk], **details)
                    for row, decision in mine
                    if not decision.is_on_status
                )
                done += len(self.model.objects.write(wanted, by=by, **details))
        return done, late

    def untouched_since(self, time):
        """What came before that time, and was last decided on before it."""
        lately = Decision.objects.filter(comment=models.OuterRef("pk"), decided_at__gte=time)
        return self.filter(~models.Exists(lately), submitted_at__lt=time)

    def write(self, wanted, *, by, **details):
        """The one place that writes a status. Returns the new rows of the log.

        `wanted`: [(comment, locked and as it is stored; its new status; the decision that this takes back)].
        """
        decisions = Decision.objects.bulk_create(
            Decision(comment=row, from_status=row.status, to_status=to, actor=by, takes_back=takes_back, **details)
            for row, to, takes_back in wanted
        )
        for status in Status:
            if pks := [row.pk for row, to, _takes_back in wanted if to == status]:
                self.filter(pk__in=pks).update(status=status, **_comes_with(status, **details))
                if status == Status.ERASED:
                    Decision.objects.filter(comment__in=pks).forget_texts()
                    Note.objects.filter(comment__in=pks).delete()
                    for model in (MailedLink, WaitingEdit, BrowserKey):
                        model.objects.filter(comment__in=pks).delete()
                    self._forget_addresses([row for row, to, _takes_back in wanted if to == status])
        self._withdraw_again({row.pk: back for row, to, back in wanted if back and to == Status.TRASH})
        public = Status.APPROVED
        self.became_public({row: (to == public) - (row.status == public) for row, to, _takes_back in wanted})
        if by:
            self._tell_writers({row: to for row, to, _takes_back in wanted})
        return decisions

    def _tell_writers(self, statuses):
        """Has those told who asked what becomes of their comments: {comment: its new status}."""
        changed = {row for row, to in statuses.items() if row.notify and row.email and to != row.status}
        pks = [row.pk for row in changed if statuses[row] in {Status.APPROVED, *OUT}]
        if len(pks) == 1:
            # At once, so that who is answered in the same moment hears first that theirs is published.
            outbox.put(TELL_WRITER, *pks)
        elif pks:
            outbox.put(TELL_WRITERS, sorted(pks))

    def _withdraw_again(self, taken_back):
        """What its writer had withdrawn, and is back in the trash since a decision was taken back, is theirs again:
        {comment's number: that decision}."""
        if not taken_back:
            return
        before = Decision.objects.filter(comment__in=taken_back, to_status=Status.TRASH, takes_back=None).order_by("pk")
        last = {row.comment_id: row for row in before if row.changes_status and row.pk < taken_back[row.comment_id].pk}
        for pk, decision in last.items():
            if decision.by_writer:
                self.filter(pk=pk).update(withdrawn_at=decision.decided_at)

    def _forget_addresses(self, erased):
        emails = {same_address(row.email) for row in erased if row.email}
        if emails:
            known = self.model.objects.filter(writer__in=emails).values_list("writer", flat=True)
            # An account's comments go by its number; their address is known all the same.
            proven = self.model.objects.filter(address__address__in=emails).values_list("address__address", flat=True)
            # What somebody else has typed an address in is nothing to whoever is known by it, or follows posts with it.
            typed = emails - {same_address(row.email) for row in erased if row.address_id}
            following = Follow.objects.filter(address__address__in=typed).values_list("address__address", flat=True)
            browsers = RememberedBrowser.objects.filter(address__address__in=typed)
            known_by = browsers.values_list("address__address", flat=True)
            MailAddress.objects.forget(emails, known=[*known, *proven, *following, *known_by])

    def take_out(self):
        """Removes comments and their log, as if they had never come: for the undoing of an import that brought them.

        Nothing may have been decided on them here, and what answers them is among them.
        """
        numbers = list(self.values_list("pk", flat=True))
        with transaction.atomic():
            self.model.objects.filter(pk__in=numbers).public_changed()
            # First the comments: of those that are there the database keeps the log.
            rows = models.QuerySet(self.model).filter(pk__in=numbers)
            rows._raw_delete(rows.db)
            for relation in self.model._meta.related_objects:
                if relation.related_model is not self.model:
                    rows = models.QuerySet(relation.related_model).filter(**{f"{relation.field.name}__in": numbers})
                    rows._raw_delete(rows.db)

    def became_public(self, changes):
        """What follows when comments enter (1) or leave (-1) the public: {comment: change}."""
        counts = Counter()
        for comment, change in changes.items():
            if change:
                counts[comment.post_id] += change if comment.kind == Kind.COMMENT else 0
        if counts:
            new = {pk: F("comment_count") + change for pk, change in counts.items()}
            public_changed(Post.objects.filter(pk__in=counts), counts=new, below=True)
        replies = [comment.pk for comment, change in changes.items() if change > 0 and comment.parent_id]
        if replies:
            for pk in find_to_tell_of(self, replies):
                outbox.put(TELL_OF_ANSWER, pk)
        shown = [comment for comment, change in changes.items() if change > 0 and comment.kind == Kind.COMMENT]
        if shown:
            # One task for all of them and for whoever follows, be they ten thousand.
            followed = Follow.objects.any_of({comment.post_id for comment in shown})
            if pks := sorted(comment.pk for comment in shown if comment.post_id in followed):
                outbox.put(ANNOUNCE, pks)


def _comes_with(status, *, by_writer=False, **_details):
    """The columns that follow the new status."""
    if status == Status.ERASED:
        return BLANK
    columns = {"withdrawn_at": timezone.now() if by_writer and status == Status.TRASH else None}
    # Who asks for a second look hears of it, whatever comes of it.
    return columns | ({"told_status": ""} if by_writer and status == Status.PENDING else {})


def changes(verb, status):
    """Whether the verb means anything for a comment in this status."""
    return status in OUT if verb in {"erase", "restore"} else status not in {STATUS_OF_VERB[verb], Status.ERASED}


def is_decision(row, to, *, reason="", rule=None, **_details):
    """Whether there is anything to write: a new status, or, for what goes on waiting, why it does."""
    return to != row.status or (to == Status.PENDING and bool(reason or rule))


def targets_of(rows, verb):
    """[(row, the status that `verb` gives it, the decision that this takes back or None)]"""
    if verb == "erase":
        # What is public or waits is not deleted by one slip of the hand: first the trash, or the spam.
        return [(row, Status.ERASED if row.status in OUT else row.status, None) for row in rows]
    if verb != "restore":
        return [(row, row.status if row.status == Status.ERASED else STATUS_OF_VERB[verb], None) for row in rows]
    # To what it was before the newest decision into its present status, undoings aside.
    into = Decision.objects.filter(comment__in=rows, takes_back=None, body_before="", moved__isnull=True).order_by("pk")
    entered = {(decision.comment_id, decision.to_status): decision for decision in into}
    targets = []
    for row in rows:
        before = entered.get((row.pk, row.status)) if row.status in OUT else None
        to = ((before and before.from_status) or Status.PENDING) if row.status in OUT else row.status
        targets.append((row, to, before))
    return targets


def _taken_back(row, decision, **details):
    """Whether this edit or move is undone; a place that is none any more can't be had back."""
    try:
        return bool(row.take_back(decision, **details))
    except CanNotMove:
        return False


def _newest_of(rows):
    """{comment's number: its newest decision}"""
    newest = Decision.objects.filter(comment__in=rows).select_related("actor").order_by("pk")
    return {decision.comment_id: decision for decision in newest}


def _decided_since(rows, seen, was):
    """{comment's number: its newest decision}, for those that have one after `seen`, or are no longer as they were.

    A decision's number is given before it is stored: on PostgreSQL one that was on its way when the page was made
    may have a lower number than another that the page knew.
    """
    newest = _newest_of(rows)
    changed = {row.pk for row in rows if was and row.status != was}
    return {pk: decision for pk, decision in newest.items() if decision.pk > seen or pk in changed}
