"""What other settings would have done to the comments of the last twelve months, before they are saved."""

import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from comments.checks import names
from comments.checks.words import match
from comments.flood import CEILINGS
from comments.models import Comment, DiscussionSettings

PERIOD = timedelta(days=365)
SECONDS = 3  # the newest come first; what the time did not reach is said
MOST_TIMES = 100_000  # comments of which it is known when they came, for the limits; read in less than that time
EXAMPLES_SHOWN = 50
READ = (
    *("name", "email", "url", "body", "body_html", "ip_address", "network"),
    *("status", "submitted_at", "user", "browser", "address", "post"),
)


@dataclass
class Effect:
    """What one changed setting would have caught that it did not, or let through that it caught."""

    setting: str  # the field's name
    caught: int = 0
    caught_approved: int = 0  # of those, what the moderators approved in the end
    freed: int = 0
    freed_removed: int = 0  # of those, what the moderators marked as spam or trashed
    examples: list = field(default_factory=list)  # [(comment, whether it would have been caught)], the newest

    def __bool__(self):
        return bool(self.caught or self.freed)

    def add(self, comment, *, caught):
        if caught:
            self.caught += 1
            self.caught_approved += comment.is_public
        else:
            self.freed += 1
            self.freed_removed += comment.status in {Comment.Status.SPAM, Comment.Status.TRASH}
        if len(self.examples) < EXAMPLES_SHOWN:
            self.examples.append((comment, caught))


@dataclass
class Rehearsal:
    effects: list  # of those settings that would have made a difference
    looked_at: int = 0
    since: object = None  # the oldest comment that was looked at, where the time was over before the end


def rehearse(old, new, *, seconds=SECONDS):
    """A `Rehearsal` of the settings `new` instead of `old`; None where nothing that decides has changed."""
    judges = {setting: judge for setting, rule in RULES.items() if (judge := rule(old, new, setting))}
    if not judges:
        return None
    effects = {setting: Effect(setting) for setting in judges}
    looked_at, since, end = 0, None, time.monotonic() + seconds
    for comment in _comments():
        for setting, judge in judges.items():
            before, after = judge(comment)
            if before != after:
                effects[setting].add(comment, caught=after)
        looked_at += 1
        if looked_at % 100 == 0 and time.monotonic() > end:
            since = comment.submitted_at
            break
    return Rehearsal([effect for effect in effects.values() if effect], looked_at, since)


def _comments():
    """What strangers wrote in the period, the newest first; moderators pass without a check."""
    return (
        Comment.objects.filter(submitted_at__gt=timezone.now() - PERIOD, kind=Comment.Kind.COMMENT)
        .exclude(status=Comment.Status.ERASED)
        .of_readers()
        .order_by("-submitted_at", "-pk")
        .only(*READ)
        .iterator(chunk_size=500)
    )


# --- For each setting: None where it is the same, or a function of a comment: (caught before, caught now).


def _words(old, new, setting):
    before, after = getattr(old, setting), getattr(new, setting)
    lines = [{line.strip() for line in text.splitlines()} - {""} for text in (before, after)]
    added, removed = "\n".join(sorted(lines[1] - lines[0])), "\n".join(sorted(lines[0] - lines[1]))
    if not added and not removed:
        return None

    def judge(comment):
        # Most comments match no line that has changed: the long lists are asked of the others alone.
        if match(added, comment) or match(removed, comment):
            return bool(match(before, comment)), bool(match(after, comment))
        return False, False

    return judge


def _links(old, new, setting):
    limits = old.max_links, new.max_links
    if limits[0] == limits[1]:
        return None
    return lambda comment: tuple(limit is not None and comment.link_count > limit for limit in limits)


def _mode(old, new, setting):
    modes = old.moderation, new.moderation
    if modes[0] == modes[1]:
        return None
    known_since, protected = _known_since(), names.bearers()

    def caught(comment, mode):
        if mode != DiscussionSettings.Moderation.FIRST:
            return mode == DiscussionSettings.Moderation.ALL
        return not _was_known(comment, known_since)

    def judge(comment):
        if names.taken_from(comment.name, comment.user_id, protected):
            return True, True  # whatever the mode
        return tuple(caught(comment, mode) for mode in modes)

    return judge


def _was_known(comment, known_since):
    times = [known_since.get(proof) for proof in _proofs(comment)]
    return any(time and time < comment.submitted_at for time in times)


def _proofs(comment):
    """What its writer was known by, as `Comment.objects.vouching_for()` asks it."""
    yield "user", comment.user_id
    yield "address", comment.address_id
    yield "browser", comment.browser, comment.email.casefold()


def _known_since():
    """{what somebody is known by: when the first approved comment of theirs came}"""
    known = {}
    for columns in (["user"], ["address"], ["browser", "email"]):
        nobody = {columns[0]: "" if columns[0] == "browser" else None}
        approved = Comment.objects.approved().exclude(**nobody).order_by()
        for *proof, since in approved.values_list(*columns).annotate(Min("submitted_at")):
            key = (columns[0], *(part.casefold() if isinstance(part, str) else part for part in proof))
            known[key] = min(since, known.get(key, since))
    return known


def _limit(old, new, setting):
    limits = getattr(old, setting), getattr(new, setting)
    if limits[0] == limits[1]:
        return None
    ceiling = next(ceiling for ceiling in CEILINGS if ceiling.setting == setting)
    known_since, times = _known_since() if ceiling.spares_known else {}, _times(ceiling.alike)

    def judge(comment):
        if _was_known(comment, known_since):
            return False, False
        came = times.get(getattr(comment, ceiling.alike) if ceiling.alike else None, [])
        first = bisect_right(came, comment.submitted_at - ceiling.within)
        before = bisect_left(came, comment.submitted_at) - first
        return tuple(limit is not None and before >= limit for limit in limits)

    return judge


def _times(column):
    """{what stands in the column: when comments came, the oldest first}; of networks those that are still known."""
    times = defaultdict(list)
    recent = Comment.objects.filter(submitted_at__gt=timezone.now() - PERIOD).of_readers().order_by("-submitted_at")
    for came, *alike in recent.values_list("submitted_at", *filter(None, [column]))[:MOST_TIMES]:
        if alike != [""]:
            times[alike[0] if alike else None].append(came)
    return {alike: came[::-1] for alike, came in times.items()}


RULES = {
    "moderation": _mode,
    "max_links": _links,
    "hold_words": _words,
    "block_words": _words,
    **{ceiling.setting: _limit for ceiling in CEILINGS},
}
