"""What moderators want to know beside a comment's words, and may: how many others its writer has sent, and the like."""

from django.db.models import OuterRef, Subquery

from comments.models import Comment
from comments.models.queryset import COUNTED, VISIBLE_TO_MODERATORS, CountUpTo
from posts.models.sql import as_time

from .statements import fetch

OF_WRITER = {f"writer_{status.value}": status for status in VISIBLE_TO_MODERATORS}
COLUMNS = (*OF_WRITER, "waiting_on_post", "same_text", "writer_since")


def add_moderator_counts(comments, user):
    """Gives these comments, in one statement, what this moderator may know, each number counted up to `COUNTED`:

    `writer_approved`, `writer_pending`, `writer_spam`, `writer_trash`: the writer's comments, this one
    included; `writer_since`: when the first came; `waiting_on_post`; `same_text`: how many readers' comments
    have this text. For the rows of a page: each costs a few look-ups.
    """
    if not comments:
        return
    by_pk = {comment.pk: comment for comment in comments}
    these = f'WHERE "comments_comment"."id" IN ({", ".join(["%s"] * len(by_pk))})'
    for pk, *numbers, since in fetch(_counted, user, these, by_pk):
        by_pk[pk].__dict__.update(zip(COLUMNS, [*numbers, as_time(since)], strict=True))


def _counted(user):
    mine = Comment.objects.moderated_by(user)
    of_writer = mine.filter(writer=OuterRef("writer")).exclude(writer="")
    on_post = mine.filter(post=OuterRef("post")).in_moderation()
    # An author who thanks everybody is no wave of advertising.
    same_text = mine.of_readers().filter(fingerprint=OuterRef("fingerprint")).exclude(fingerprint="")
    of_status = {name: of_writer.filter(status=status) for name, status in OF_WRITER.items()}
    counted = Comment.objects.order_by().annotate(
        **{name: CountUpTo(comments.values("pk")[:COUNTED]) for name, comments in of_status.items()},
        waiting_on_post=CountUpTo(on_post.values("pk")[:COUNTED]),
        same_text=CountUpTo(same_text.values("pk")[:COUNTED]),
        writer_since=Subquery(of_writer.order_by("submitted_at").values("submitted_at")[:1]),
    )
    return counted.values_list("pk", *COLUMNS)
