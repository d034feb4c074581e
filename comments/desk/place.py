"""Where in the list a message stands: at the comment that it tells of, so that nobody has to look for it."""

from django.contrib import messages

from comments.models import Comment
from posts.ids import parse_id

# Of a comment that left the list the message stands at the next one; of one that came back, at the comment itself.
AFTER, AT = "after-", "at-"


def at_place(side, comment):
    """The mark for a message's `extra_tags`; none where there is no comment."""
    return f"{side}{comment.pk}" if comment else ""


def put_in_place(request, queue):
    """Gives the messages that wait to the row of the list where they belong, as its `told`, or to the list's top.

    Returns those for the top. The rows are in the list's own order, by time.
    """
    waiting = list(messages.get_messages(request))
    row = _row_for(waiting, queue)
    if row:
        row.told = waiting
    return [] if row else waiting


def _row_for(waiting, queue):
    places = [tag for message in waiting for tag in message.tags.split() if tag.startswith((AFTER, AT))]
    if not places or not queue.result_list:
        return None
    side, _dash, pk = places[0].rpartition("-")
    comment = Comment.objects.filter(pk=parse_id(pk)).only("submitted_at").first()
    if not comment:
        return None
    here = _key(comment)
    for row in queue.result_list:
        beyond = _key(row) < here if queue.newest_first else _key(row) > here
        if beyond or (row.pk == comment.pk and f"{side}-" == AT):
            return row
    return queue.result_list[-1]


def _key(comment):
    return comment.submitted_at, comment.pk
