"""How many comments may come in at once: from one person, from one network, below one post and in all.

One network is a household, a school or a whole town's telephones: it stops nobody before it sends more than a room full
of people would. Above each ceiling of the settings comments wait; above `REFUSED_FROM` times as many they are refused
for a while, and the words stay in the form. Moderators, and authors below their own posts, are neither counted nor
stopped.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.checks import Finding, Verdict, skips_checks
from comments.models import Comment
from posts.networks import is_public, network_of

NETWORK_LIMIT = 20  # comments from one network within the seconds that one person has to wait
REFUSED_FROM = 3  # times a ceiling
# From so many within an hour on, what comes from one network is one flood, and teaches the spam check once.
FLOOD_FROM = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOCK = 7_203_116  # any number: PostgreSQL's advisory locks of networks


@dataclass(frozen=True)
class Ceiling:
    setting: str  # the field of the settings that has the number
    within: timedelta
    alike: str  # the column in which those that are counted together are alike; empty: all comments count
    why: object  # text, translated when it is shown; for moderators
    spares_known: bool  # who was approved before is not stopped by what strangers send


CEILINGS = [
    Ceiling(
        "hourly_per_network",
        HOUR,
        "network",
        gettext_lazy("%(n)d comments arrived from the same network within an hour, and the limit is %(most)d."),
        spares_known=False,
    ),
    Ceiling(
        "daily_per_network",
        DAY,
        "network",
        gettext_lazy("%(n)d comments arrived from the same network within a day, and the limit is %(most)d."),
        spares_known=False,
    ),
    Ceiling(
        "hourly_per_post",
        HOUR,
        "post_id",
        gettext_lazy("%(n)d comments arrived on this post within an hour, and the limit is %(most)d."),
        spares_known=True,
    ),
    Ceiling(
        "daily_limit",
        DAY,
        "",
        gettext_lazy("%(n)d comments arrived on this blog within a day, and the limit is %(most)d."),
        spares_known=True,
    ),
]


@dataclass(frozen=True)
class Answer:
    """What becomes of a comment because of how many came before it."""

    seconds: int = 0  # until it may be sent; 0: now
    refusal: str = ""  # what its writer is told, where that is not now
    findings: tuple = ()  # why it waits, if it does
    flood: int | None = None  # the number of the comment with which its flood began


def judge(comment, context, *, is_final):
    """The `Answer` to `comment`, not stored yet. `is_final` in the transaction that stores it: of many that come at the
    same time each is counted."""
    discussion = context.discussion
    if not discussion.flood_seconds or skips_checks(comment, context):
        return Answer()
    pause = timedelta(seconds=discussion.flood_seconds)
    if last := Comment.objects.sent_within(pause).by_apparent_identity(comment).order_by("-submitted_at").first():
        seconds = _seconds_until(last.submitted_at + pause, pause)
        message = _("You’ve just posted a comment. Wait %(seconds)d seconds, then send this one again.")
        return Answer(seconds, message % {"seconds": seconds})
    network = network_of(comment.ip_address)
    if is_final:
        _wait_for_others_from(network)
    counted = _count(comment, network, pause)
    if counted["burst"] >= NETWORK_LIMIT:
        return _refuse(Q(network=network), pause, NETWORK_LIMIT)
    reached = [(ceiling, counted[ceiling.setting], limit) for ceiling, limit in _reached(counted, discussion)]
    if any(ceiling.spares_known for ceiling, *_rest in reached) and _is_known(comment, context):
        reached = [row for row in reached if not row[0].spares_known]
    for ceiling, number, limit in reached:
        if number >= REFUSED_FROM * limit:
            return _refuse(_alike(ceiling, comment), ceiling.within, REFUSED_FROM * limit)
    flood = (counted["flood"] or counted["first"]) if counted["from_network"] + 1 >= FLOOD_FROM else None
    return Answer(findings=tuple(_finding(comment, *row) for row in reached), flood=flood)


def _count(comment, network, pause):
    """How many came before: {the setting of each ceiling: number}, and more about those from the same network."""
    now = timezone.now()
    numbers = {
        ceiling.setting: Count("pk", filter=_alike(ceiling, comment) & Q(submitted_at__gt=now - ceiling.within))
        for ceiling in CEILINGS
        if network or ceiling.alike != "network"
    }
    if network:
        lately = Q(network=network, submitted_at__gt=now - HOUR)
        numbers["burst"] = Count("pk", filter=Q(network=network, submitted_at__gt=now - pause))
        numbers["from_network"] = Count("pk", filter=lately)
        numbers["flood"], numbers["first"] = Max("flood", filter=lately), Min("pk", filter=lately)
    nothing = dict.fromkeys(["burst", "from_network", "flood", "first", *(c.setting for c in CEILINGS)], 0)
    return nothing | Comment.objects.sent_within(max(DAY, pause)).of_readers().aggregate(**numbers)


def _alike(ceiling, comment):
    """The condition on the comments that are counted together with this one."""
    value = network_of(comment.ip_address) if ceiling.alike == "network" else comment.post_id
    return Q(**{ceiling.alike: value}) if ceiling.alike else Q()


def _reached(counted, discussion):
    for ceiling in CEILINGS:
        limit = getattr(discussion, ceiling.setting)
        if limit and counted[ceiling.setting] >= limit:
            yield ceiling, limit


def _is_known(comment, context):
    return Comment.objects.vouching_for(**context.proven, email=comment.email).exists()


def _finding(comment, ceiling, number, limit):
    why = ceiling.why % {"n": number, "most": limit}
    if not ceiling.spares_known and not is_public(comment.ip_address):
        why += " " + _(
            "The address does not belong to a visitor. If there is a proxy in front of this blog, add it to "
            "TRUSTED_PROXIES."
        )
    # The same for each ceiling: who else writes from somebody's network is nobody's business.
    return Finding("flood", Verdict.HOLD, why, _("many comments are arriving at the moment"))


def _refuse(condition, within, limit):
    """Refused until fewer than `limit` of those are of the time `within`."""
    times = Comment.objects.sent_within(within).of_readers().filter(condition).order_by("-submitted_at")
    nth = times.values_list("submitted_at", flat=True)[limit - 1 : limit].first()
    seconds = _seconds_until((nth or timezone.now()) + within, within)
    minutes = math.ceil(seconds / 60)
    message = ngettext(
        "Too many comments are arriving at the moment. Send yours again in %(n)d minute.",
        "Too many comments are arriving at the moment. Send yours again in %(n)d minutes.",
        minutes,
    )
    # To the minute where it is long: nobody needs to know when exactly somebody else wrote.
    return Answer(minutes * 60 if within > timedelta(minutes=1) else seconds, message % {"n": minutes})


def _seconds_until(time, most):
    """Whole seconds, 1 at the least: what is stored may seem to be of later, where a clock was set back."""
    seconds = round((time - timezone.now()).total_seconds())
    return min(max(1, seconds), round(most.total_seconds()))


def _wait_for_others_from(network):
    """One at a time from one network: of many at once each is counted. SQLite has one writer at a time anyway."""
    if network and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, network])
