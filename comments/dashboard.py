"""What the author wants to know first: what waits, what was decided, and which of the rules is a bad one."""

from datetime import timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from comments.drift import find_drift
from comments.models import CheckHit, Comment, Decision
from comments.models.queryset import COUNTED_UP_TO, up_to

DAYS = 30
DAYS_BEFORE = 90  # with which those are compared
LAST_DECISIONS = 8
LAST_WAITING = 5
Status = Comment.Status
CAME_AS_SPAM, CAME_TO_WAIT = Q(to_status=Status.SPAM), Q(to_status=Status.PENDING)


def waiting(user):
    """Of what this account may decide on: `waiting`, how many wait, in words; `since`, when the oldest of them came, or
    None; `oldest`, the first ones, at most `LAST_WAITING`, with their posts."""
    mine = Comment.objects.moderated_by(user).in_moderation().oldest_first()
    # As many as are counted, the oldest first: one look for both.
    found = list(mine.values_list("pk", "submitted_at")[: COUNTED_UP_TO + 1])
    oldest = Comment.objects.filter(pk__in=[pk for pk, _at in found[:LAST_WAITING]]).oldest_first()
    return {
        "waiting": up_to(len(found)),
        "since": found[0][1] if found else None,
        "oldest": oldest.select_related("post").only("name", "body", "submitted_at", "post__title") if found else [],
    }


def figures(user):
    """For who may moderate, of what they may moderate: a dict of

    `decisions`: the newest by people; `days`: [(date, number of comments)], every day of the last `DAYS`; `most`: the
    greatest of those numbers; `came`: {"all", "held", "spam": number} in these days; `checks`: [{"check_name", "all",
    "approved", "removed": number}], the busiest first: what a check objected to in these days, and what became of it;
    `drift`: the `Drift` of the spam check, or None.
    """
    mine = Comment.objects.moderated_by(user)
    today = timezone.localdate()
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    recent = mine.filter(submitted_at__gte=start)
    by_day = dict(recent.order_by().annotate(day=TruncDate("submitted_at")).values_list("day").annotate(Count("pk")))
    days = [(day, by_day.get(day, 0)) for day in (today - timedelta(days=n) for n in reversed(range(DAYS)))]
    newest = Decision.objects.filter(comment__in=mine, actor__isnull=False).select_related("comment__post", "actor")
    newest = newest.order_by("-pk")[:LAST_DECISIONS]
    came = Decision.objects.filter(comment__in=recent, from_status="").aggregate(
        all=Count("pk"), held=Count("pk", filter=CAME_TO_WAIT), spam=Count("pk", filter=CAME_AS_SPAM)
    )
    checks = list(_checks(mine, start))
    return {
        "decisions": sorted(newest, key=lambda decision: decision.decided_at, reverse=True),
        "days": days,
        "most": max(number for _day, number in days),
        "came": came,
        "checks": checks,
        "drift": _drift(checks),
    }


def _checks(mine, start):
    """Of each check: what it objected to since `start`, what became of it, and what had become of it before."""
    lately, earlier = Q(comment__submitted_at__gte=start), Q(comment__submitted_at__lt=start)
    approved = Q(comment__status=Status.APPROVED)
    removed = Q(comment__status__in=[Status.SPAM, Status.TRASH])
    comments = mine.filter(submitted_at__gte=start - timedelta(days=DAYS_BEFORE)).order_by()
    hits = CheckHit.objects.filter(comment__in=comments).order_by()
    return (
        hits.values("check_name")
        .annotate(
            all=Count("pk", filter=lately),
            approved=Count("pk", filter=lately & approved),
            removed=Count("pk", filter=lately & removed),
            approved_before=Count("pk", filter=earlier & approved),
            removed_before=Count("pk", filter=earlier & removed),
        )
        .filter(all__gt=0)
        .order_by("-all", "check_name")
    )


def _drift(checks):
    """The `Drift` of the spam check, or None."""
    numbers = ("approved", "removed", "approved_before", "removed_before")
    spam_check = next((check for check in checks if check["check_name"] == "learned"), None)
    return spam_check and find_drift(**{name: spam_check[name] for name in numbers})
