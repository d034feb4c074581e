"""What a decision reads of the comments that it is taken on: few columns, and of one comment, as of most, by statements
that are put together once."""

from posts.prepared import Prepared

# What `BulkDecisionQuerySet.write()` asks of a comment, in the order of the model's columns, as `from_db()` takes them.
DECIDED_FROM = ("id", "post_id", "parent_id", "kind", "email", "status", "address_id", "notify")


def lock(comments, pks):
    """Those of `comments` that have these numbers, as they are stored, locked for this transaction: `DECIDED_FROM`."""
    rows = _ONE_LOCKED(pk=pks[0]) if len(pks) == 1 else _locked(comments.filter(pk__in=pks))
    return [comments.model.from_db(comments.db, DECIDED_FROM, row) for row in rows]


def find_to_tell_of(comments, replies):
    """The numbers of those of these replies whose parents' writers are to be told of them."""
    rows = _ONE_TO_TELL_OF(pk=replies[0]) if len(replies) == 1 else _to_tell_of(comments.filter(pk__in=replies))
    return [pk for (pk,) in rows]


def _locked(comments):
    return comments.select_for_update(no_key=True).order_by("pk").values_list(*DECIDED_FROM)


def _to_tell_of(replies):
    return replies.filter(parent__notify=True, announced_at=None).values_list("pk")


def _one(pk):
    from .comment import Comment  # they need each other

    return Comment.objects.filter(pk=pk)


_ONE_LOCKED = Prepared(lambda pk: _locked(_one(pk)))
_ONE_TO_TELL_OF = Prepared(lambda pk: _to_tell_of(_one(pk)))
