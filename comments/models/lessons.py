"""What of the log of decisions teaches the spam check.

Only what a person decided, and each flood once, whoever sends it and however many comments it has: what came from one
network within an hour, the same text, or texts of one machine in one batch of decisions. A copy of a public comment
that is marked as spam is so for its sender, or for its link: its words teach nothing, or the filter would take readers
for spammers.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Min, OuterRef, Subquery

from comments.rendering import fingerprint_of
from comments.spam_classifier.reading import cut, split_links, template_of

from .choices import Status
from .comment import Comment
from .decision import Decision

# So many of the newest of each kind are enough, and bound the time of learning to a few seconds; of each kind, or a
# flood of one would push out all that is known of the other.
MOST_LESSONS = 1000
MOST_READ = 10_000
AT_ONCE = 500  # fingerprints in one query


class Decided(NamedTuple):
    """A comment on which a person has decided."""

    pk: int
    text: str  # as it was written
    fingerprint: str
    submitted_at: datetime
    flood: int | None
    batch: object  # of the decision


def lessons_from_log():
    """([(text, whether it is spam)], the oldest first; the number of comments that they were chosen from).

    What the checks decided alone teaches nothing, or they would teach themselves; nor does taking a decision back:
    what counts is who first made the comment what it is again.
    """
    approved, spam = _read_decided(Status.APPROVED), _read_decided(Status.SPAM)
    lessons = [(comment, False) for comment in _take_one_of_each_flood(approved)]
    lessons += [(comment, True) for comment in _take_one_of_each_flood(_without_copies(spam))]
    lessons.sort(key=lambda lesson: (lesson[0].submitted_at, lesson[0].pk))
    return [(comment.text, is_spam) for comment, is_spam in lessons], len(approved) + len(spam)


def _read_decided(status):
    """The newest comments that a person has made what they are, the newest first."""
    decided = Decision.objects.filter(comment=OuterRef("pk"), to_status=OuterRef("status"), takes_back=None)
    decided = decided.exclude(from_status=F("to_status")).order_by("-pk")
    rows = (
        Comment.objects.filter(status=status)
        .annotate(decided_by=Subquery(decided.values("actor")[:1]), batch=Subquery(decided.values("batch")[:1]))
        .filter(decided_by__isnull=False)
        .order_by("-submitted_at", "-pk")
        .values_list("pk", "body", "body_as_written", "fingerprint", "submitted_at", "flood", "batch")[:MOST_READ]
    )
    return [
        Decided(pk, as_written or body, fingerprint_of(as_written) if as_written else fingerprint, *rest)
        for pk, body, as_written, fingerprint, *rest in rows
    ]


def _take_one_of_each_flood(comments):
    """Of `comments`, the newest first, those that teach: of each flood the newest."""
    taken, known = [], set()
    for comment in comments:
        # The first of a flood came before there was one: the others have its number.
        signs = {("flood", comment.flood or comment.pk), ("text", comment.fingerprint)}
        if comment.batch and (template := template_of(comment.text)):
            signs.add(("batch", comment.batch, template))
        if known.isdisjoint(signs):
            taken.append(comment)
        known |= signs
        if len(taken) == MOST_LESSONS:
            break
    return taken


def _without_copies(spam):
    """`spam` without copies of comments that were public before; of a copy with links added, the links."""
    # Of a long text only the beginning and the end are read: it is no copy with a link, but may be one without.
    bare = {comment.pk: split_links(comment.text) for comment in spam if cut(comment.text) == comment.text}
    prints = {pk: fingerprint_of(text) for pk, (text, links) in bare.items() if links and text.strip()}
    public_since = _find_public({comment.fingerprint for comment in spam} | set(prints.values()))

    def is_copy(fingerprint, comment):
        return fingerprint in public_since and public_since[fingerprint] <= comment.submitted_at

    for comment in spam:
        if is_copy(comment.fingerprint, comment):
            continue
        if is_copy(prints.get(comment.pk), comment):
            comment = comment._replace(text=" ".join(bare[comment.pk][1]))
        yield comment


def _find_public(fingerprints):
    """{fingerprint: when the first public comment with it came}, of those that there are."""
    fingerprints, submitted_at = sorted(fingerprints - {""}), {}
    for start in range(0, len(fingerprints), AT_ONCE):
        public = Comment.objects.approved().filter(fingerprint__in=fingerprints[start : start + AT_ONCE]).order_by()
        submitted_at |= dict(public.values_list("fingerprint").annotate(Min("submitted_at")))
    return submitted_at
