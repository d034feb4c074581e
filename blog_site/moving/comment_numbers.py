"""The numbers of comments: those that they had where they come from, as far as they can keep them."""

from django.db import connection, transaction

from comments.models import Comment

BATCH = 500
# A comment keeps its number, and so its address `#comment-N`, up to here: far above what a blog has, and far
# enough below the column's end that those to come have numbers too.
HIGHEST_KEPT = 10**12


def keep_numbers(new):
    """Gives comments the numbers that they had, where nobody has them here: `#comment-N` goes on being theirs."""
    wanted = {row.imported_id for row in new if row.imported_id and row.imported_id <= HIGHEST_KEPT}
    if not wanted:
        return
    taken = set()
    for some in batches(wanted):
        taken |= set(Comment.objects.filter(pk__in=some).values_list("pk", flat=True))
    for row in new:
        if row.imported_id in wanted - taken:
            row.pk = row.imported_id
            taken.add(row.pk)


def reserve_numbers(highest):
    """Comments that come in from readers have numbers above `highest` from now on."""
    highest = min(highest, HIGHEST_KEPT)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'comments_comment'")
            here = cursor.fetchone()
            if not here:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('comments_comment', %s)", [highest])
            elif here[0] < highest:
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = 'comments_comment'", [highest])
            return
        sequence = "pg_get_serial_sequence('comments_comment', 'id')"
        cursor.execute(
            f"SELECT setval({sequence}, greatest(%s, nextval({sequence})))",
            [highest],
        )


def batches(numbers):
    """Yields the numbers in order, in lists that no database finds too long."""
    numbers = sorted(numbers)
    return (numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH))
