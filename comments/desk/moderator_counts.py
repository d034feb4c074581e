"""What moderators want to know beside a comment's words, and may: how many others its writer has sent, and the like."""

from django.db.models import OuterRef, Subquery

from comments.models import Comment
from comments.models.queryset import COUNTED, VISIBLE_TO_MODERATORS, CountUpTo, reach_of
from posts.prepared import Prepared

OF_WRITER = {f"writer_{status.value}": status for status in VISIBLE_TO_MODERATORS}
A_PAGE = 25  # comments
SINCE = tuple(f"since_{name}" for name in OF_WRITER)
COLUMNS = (*OF_WRITER, "waiting_on_post", "same_text")


def add_moderator_counts(comments, user):
    """Gives these comments, in one statement, what this moderator may know, each number counted up to `COUNTED`:

    `writer_approved`, `writer_pending`, `writer_spam`, `writer_trash`: the writer's comments, this one
    included; `writer_since`: when the first came; `waiting_on_post`; `same_text`: how many readers' comments
    have this text. For the rows of a page: each costs a few look-ups.
    """
    if not comments:
        return
    by_pk = {comment.pk: comment for comment in comments}
    # One statement for all pages of up to so many: the last stands there more than once.
    numbers = tuple(by_pk) + (comments[-1].pk,) * (-len(by_pk) % A_PAGE)
    for pk, *counted in _COUNTED(reach=reach_of(user), comments=numbers):
        numbers, since = counted[: len(COLUMNS)], counted[len(COLUMNS) :]
        by_pk[pk].__dict__.update(zip(COLUMNS, numbers, strict=True))
        by_pk[pk].writer_since = min(filter(None, since), default=None)


def _count(reach, comments):
    mine = Comment.objects.within_reach(reach)
    of_writer = mine.filter(writer=OuterRef("writer")).exclude(writer="")
    on_post = mine.filter(post=OuterRef("post")).in_moderation()
    # An author who thanks everybody is no wave of advertising.
    same_text = mine.of_readers().filter(fingerprint=OuterRef("fingerprint")).exclude(fingerprint="")
    of_status = {name: of_writer.filter(status=status) for name, status in OF_WRITER.items()}
    counted = (
        Comment.objects.filter(pk__in=comments)
        .order_by()
        .annotate(
            **{name: CountUpTo(theirs.values("pk")[:COUNTED]) for name, theirs in of_status.items()},
            waiting_on_post=CountUpTo(on_post.values("pk")[:COUNTED]),
            same_text=CountUpTo(same_text.values("pk")[:COUNTED]),
            # By status: its index then has the first one. Of all together PostgreSQL reads every comment in the order
            # they came, where it takes the writer for one who has sent many.
            **{
                name: Subquery(theirs.order_by("submitted_at").values("submitted_at")[:1])
                for name, theirs in zip(SINCE, of_status.values(), strict=True)
            },
        )
    )
    return counted.values_list("pk", *COLUMNS, *SINCE)


_COUNTED = Prepared(_count)
