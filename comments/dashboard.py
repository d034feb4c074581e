"""What the author wants to know first: what waits, what was decided, and which of the rules is a bad one."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from comments.drift import find_drift
from comments.models import CheckHit, Comment, Decision
from comments.models.queryset import COUNTED_UP_TO, up_to

DAYS = 30
DAYS_BEFORE = 90  # with which those are compared
LAST_DECISIONS = 8
LAST_WAITING = 5
Status = Comment.Status
SPAM_CHECK = "learned"
APPROVED = Q(comment__status=Status.APPROVED)
REMOVED = Q(comment__status__in=[Status.SPAM, Status.TRASH])
CAME_AS_SPAM, CAME_TO_WAIT = Q(to_status=Status.SPAM), Q(to_status=Status.PENDING)


def waiting(user):
    """Of what this account may decide on: `waiting`, how many wait, in words; `since`, when the oldest of them came, or
    None; `oldest`, the first ones, at most `LAST_WAITING`, with their posts; `waiting_edits`: how many public ones have
    a changed text that waits."""
    mine = Comment.objects.moderated_by(user).in_moderation().oldest_first()
    # As many as are counted, the oldest first: one look for both.
    pks = list(mine.values_list("pk", flat=True)[: COUNTED_UP_TO + 1])
    oldest = Comment.objects.filter(pk__in=pks[:LAST_WAITING]).oldest_first().select_related("post")
    oldest = list(oldest.only("name", "body", "submitted_at", "post__title")) if pks else []
    since = oldest[0].submitted_at if oldest else None
    edits = Comment.objects.moderated_by(user).with_waiting_edit().count()
    return {"waiting": up_to(len(pks)), "since": since, "oldest": oldest, "waiting_edits": edits}


def figures(user):
    """For who may moderate, of what they may moderate: a dict of

    `decisions`: the newest by people; `days`: [(date, number of comments)], every day of the last `DAYS`; `most`: the
    greatest of those numbers; `came`: {"all", "held", "spam": number} in these days; `checks`: [{"check_name", "all",
    "approved", "removed": number}], the busiest first: what a check objected to in these days, and what became of it;
    `drift`: the `Drift` of the spam check, or None.
    """
    mine = Comment.objects.moderated_by(user)
    start = _midnight(timezone.localdate() - timedelta(days=DAYS - 1))
    recent = mine.filter(submitted_at__gte=start)
    days = _days(recent)
    # The newest first, each asked whether it is theirs: the other way round all of theirs would be read.
    newest = Decision.objects.filter(Exists(mine.filter(pk=OuterRef("comment"))), actor__isnull=False)
    newest = newest.select_related("comment__post", "actor").order_by("-pk")[:LAST_DECISIONS]
    came = Decision.objects.filter(comment__in=recent, from_status="").aggregate(
        all=Count("pk"), held=Count("pk", filter=CAME_TO_WAIT), spam=Count("pk", filter=CAME_AS_SPAM)
    )
    checks = list(_checks(recent))
    return {
        "decisions": sorted(newest, key=lambda decision: decision.decided_at, reverse=True),
        "days": days,
        "most": max(number for _day, number in days),
        "came": came,
        "checks": checks,
        "drift": _drift(checks, mine, start),
    }


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _days(recent):
    """[(date, number of comments)] of the last `DAYS`."""
    today = timezone.localdate()
    days = [today - timedelta(days=n) for n in reversed(range(DAYS))]
    # The last one has no end: a second machine's clock may be ahead.
    ends = [Q(submitted_at__lt=_midnight(day)) for day in days[1:]] + [Q()]
    counts = recent.order_by().aggregate(
        **{
            f"day_{n}": Count("pk", filter=Q(submitted_at__gte=_midnight(day)) & end)
            for n, (day, end) in enumerate(zip(days, ends, strict=True))
        }
    )
    return [(day, counts[f"day_{n}"]) for n, day in enumerate(days)]


def _checks(recent):
    """Of each check: what it objected to in these comments, and what became of it."""
    hits = CheckHit.objects.filter(comment__in=recent.order_by()).order_by()
    return (
        hits.values("check_name")
        .annotate(all=Count("pk"), approved=Count("pk", filter=APPROVED), removed=Count("pk", filter=REMOVED))
        .order_by("-all", "check_name")
    )


def _drift(checks, mine, start):
    """The `Drift` of the spam check, or None; compared with what it did in the `DAYS_BEFORE`."""
    lately = next((check for check in checks if check["check_name"] == SPAM_CHECK), None)
    if not lately:
        return None
    earlier = mine.filter(submitted_at__gte=start - timedelta(days=DAYS_BEFORE), submitted_at__lt=start).order_by()
    before = CheckHit.objects.filter(comment__in=earlier, check_name=SPAM_CHECK).aggregate(
        approved_before=Count("pk", filter=APPROVED), removed_before=Count("pk", filter=REMOVED)
    )
    return find_drift(approved=lately["approved"], removed=lately["removed"], **before)
