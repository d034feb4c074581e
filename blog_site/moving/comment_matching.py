"""Which of a post's comments a record of an export is: by a number, or by its words, its writer and its second."""

from collections import defaultdict

from comments.models import Comment
from posts.guids import kept_guid, new_guid
from posts.markup import plain_text, render_comment

# Where a comment's number stands: WordPress's, and Disqus's. One comment may have come in by both.
KEYS = ("imported_id", "disqus_id")


class Known:
    """The comments that are here, each taken once: two in one file may have the same number."""

    def __init__(self, post, existing):
        self.post, self.guids = post, {comment.guid for comment in existing}
        self.by_number, self.by_second = defaultdict(list), defaultdict(list)
        for comment in existing:
            for key in KEYS:
                if getattr(comment, key):
                    self.by_number[key, getattr(comment, key)].append(comment)
            self.by_second[_second(comment.submitted_at)].append(comment)
        self.taken = set()

    def take(self, values):
        """Which of them it is, or None. By a number; one that was born here and comes back in our own export, or that
        came in by another export, has none of this one's, and is known by its words and its time."""
        numbered = [row for key in KEYS if values[key] for row in self.by_number[key, values[key]]]
        numbered = [row for row in numbered if row.pk not in self.taken]
        then = [row for row in self.by_second[_second(values["submitted_at"])] if row.pk not in self.taken]
        born_here = [row for row in then if not any(getattr(row, key) for key in KEYS)]
        same = [row for row in numbered if row in then and row.body == values["body"]]
        same = same or [row for row in born_here if row.body == values["body"]]
        comment = next(iter(same or numbered or _alike(then, values)), None)
        if comment:
            self.taken.add(comment.pk)
        return comment

    def new_guid(self, values, said):
        """The identity in feeds of one that is none of them: what our own export has `said`, or WordPress's."""
        if not said and values["imported_id"] and self.post.imported_guid:
            said = f"{self.post.imported_guid}#comment-{values['imported_id']}"
        guid = kept_guid(said[:1100])
        guid = new_guid() if guid in self.guids else guid
        self.guids.add(guid)
        return guid


def at_once(row, values):
    """The same second: more an export does not say."""
    return _second(row.submitted_at) == _second(values["submitted_at"])


def _second(moment):
    return moment.replace(microsecond=0)


def _alike(rows, values):
    """Those of the same second that one with these values is, whose numbers say nothing against it."""
    rows = [row for row in rows if not any(values[key] and getattr(row, key) for key in KEYS)]
    rows = [row for row in rows if row.status != Comment.Status.ERASED and row.kind == values["kind"]]
    rows = [row for row in rows if _folded(row.name) == _folded(values["name"])]
    if not rows:
        return []
    # The two exports say the same in different HTML.
    words = _folded(plain_text(render_comment(values["body"])))
    return [row for row in rows if words and _folded(plain_text(row.body_html)) == words]


def _folded(text):
    return "".join(text.casefold().split())
