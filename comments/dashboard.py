"""What the author wants to know first: what waits, what was decided, and which of the rules is a bad one."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from comments.drift import find_drift
from comments.models import CheckHit, Comment, Decision
from comments.models.queryset import COUNTED_UP_TO, VISIBLE_TO_MODERATORS, CountUpTo, up_to

DAYS = 30
DAYS_BEFORE = 90  # with which those are compared
# So many of the comments of these days, the newest, say how many were held, and why: more would say the same.
NEWEST = 2_000
LAST_DECISIONS = 8
LAST_WAITING = 5
Status = Comment.Status
SPAM_CHECK = "learned"
APPROVED = Q(comment__status=Status.APPROVED)
REMOVED = Q(comment__status__in=[Status.SPAM, Status.TRASH])


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

    `decisions`: the newest by people; `days`: [(date, number of comments)], every day of the last `DAYS`, each counted
    up to `COUNTED_UP_TO`; `most`: the greatest of those numbers, in words; `received`: their sum, in words; `came`:
    {"all", "held", "spam": number} of the `NEWEST` comments of these days; `checks`: [{"check_name", "all", "approved",
    "removed": number}], the busiest first: what a check objected to in those, and what became of it; `more`: "+" where
    there may be others, to stand behind each of these; `drift`: the `Drift` of the spam check, or None.
    """
    mine = Comment.objects.moderated_by(user)
    start = _midnight(timezone.localdate() - timedelta(days=DAYS - 1))
    recent = _newest(mine.filter(submitted_at__gte=start))
    came = _came(recent)
    days = _days(mine)
    # The newest first, each asked whether it is theirs: the other way round all of theirs would be read.
    newest = Decision.objects.filter(Exists(mine.filter(pk=OuterRef("comment"))), actor__isnull=False)
    newest = newest.select_related("comment__post", "actor").order_by("-pk")[:LAST_DECISIONS]
    checks = list(_checks(recent))
    return {
        "decisions": sorted(newest, key=lambda decision: decision.decided_at, reverse=True),
        "days": days,
        "most": up_to(max(number for _day, number in days)),
        "received": _sum(number for _day, number in days),
        "came": came,
        "more": "+" if came["all"] >= NEWEST else "",
        "checks": checks,
        "drift": _drift(checks, mine, start),
    }


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _newest(comments):
    """The newest of these, which an index has in this order."""
    return comments.order_by("-submitted_at", "-pk")[:NEWEST]


def _came(recent):
    """{"all", "held", "spam": how many these are, and how many of them came in to wait, or as spam}."""
    # Asked of each comment by itself: of a join PostgreSQL would begin with the whole log.
    first = Decision.objects.filter(comment=OuterRef("pk"), from_status="").values("to_status")[:1]
    return recent.annotate(came_as=Subquery(first)).aggregate(
        all=Count("pk"),
        held=Count("pk", filter=Q(came_as=Status.PENDING)),
        spam=Count("pk", filter=Q(came_as=Status.SPAM)),
    )


def _days(mine):
    """[(date, number of comments, counted up to `COUNTED_UP_TO`)] of the last `DAYS`."""
    # Of each status by itself: an index has them by their time.
    mine = mine.filter(status__in=VISIBLE_TO_MODERATORS).order_by()
    today = timezone.localdate()
    days = [today - timedelta(days=n) for n in reversed(range(DAYS))]
    # The last one has no end: a second machine's clock may be ahead.
    ends = [Q(submitted_at__lt=_midnight(day)) for day in days[1:]] + [Q()]
    of_days = (mine.filter(end, submitted_at__gte=_midnight(day)) for day, end in zip(days, ends, strict=True))
    numbers = [CountUpTo(comments.values("pk")[: COUNTED_UP_TO + 1]) for comments in of_days]
    counted = Comment.objects.order_by().values_list(*numbers).first() or [0] * DAYS
    return list(zip(days, counted, strict=True))


def _sum(numbers):
    """The sum of numbers that were counted up to `COUNTED_UP_TO`, in words."""
    numbers = list(numbers)
    total = sum(min(number, COUNTED_UP_TO) for number in numbers)
    return f"{total}+" if max(numbers) > COUNTED_UP_TO else str(total)


def _checks(recent):
    """Of each check: what it objected to in these comments, and what became of it."""
    hits = CheckHit.objects.filter(comment__in=recent.values("pk")).order_by()
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
    earlier = mine.filter(submitted_at__gte=start - timedelta(days=DAYS_BEFORE), submitted_at__lt=start)
    before = CheckHit.objects.filter(comment__in=_newest(earlier).values("pk"), check_name=SPAM_CHECK).aggregate(
        approved_before=Count("pk", filter=APPROVED), removed_before=Count("pk", filter=REMOVED)
    )
    return find_drift(approved=lately["approved"], removed=lately["removed"], **before)
