"""Whether the spam check errs more often than it did, by what people made of the comments that it objected to."""

from typing import NamedTuple

# Comments that were decided, lately and before: of fewer the share says little.
FEWEST = 20
# It has drifted where people approved at least this share, and twice what it was before; or, where there is nothing to
# compare it with, half. Below 100 genuine comments it may be wrong with one in ten (see `checks.classifier`).
SHARE, TIMES, SHARE_ALONE = 0.25, 2, 0.5


class Drift(NamedTuple):
    decided: int  # comments of late to which it objected, and of which it is known what they were
    approved: int  # those of them that people approved
    share: int  # per cent
    share_before: int | None  # per cent; None where too few had come before


def find_drift(*, approved, removed, approved_before, removed_before):
    """The `Drift` of a check that objected to so many comments, lately and before; None where it errs as it did."""
    decided, decided_before = approved + removed, approved_before + removed_before
    if decided < FEWEST:
        return None
    before = approved_before / decided_before if decided_before >= FEWEST else None
    share = approved / decided
    if share < (SHARE_ALONE if before is None else max(SHARE, TIMES * before)):
        return None
    return Drift(decided, approved, round(100 * share), None if before is None else round(100 * before))
