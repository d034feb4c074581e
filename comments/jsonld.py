"""A thread as schema.org has it, for search engines."""

import html
import re
from itertools import islice

from comments.models.comment import permalink
from comments.plain import as_text
from posts.localised import Times

_TAG = re.compile(r"<[^>]*>")
# A page of a thread may hold a thousand; who wants them all reads the page.
COMMENTS_TOLD = 100


def comments_of(page, comments, url):
    """What stands on the page, in its order, as a list of dicts for JSON-LD; what waits is left out.

    `comments` are those of the page by number, `url` is the post's whole address. A reply names what it answers.
    """
    standing = (comments[entry.pk] for entry in page.entries if not entry.tombstone)
    public = list(islice((comment for comment in standing if comment.is_public), COMMENTS_TOLD))
    addresses = {comment.pk: permalink(url, comment.pk) for comment in public}
    times = Times("DATETIME_FORMAT")
    return [_comment(comment, times.of(comment.submitted_at)["machine_date"], addresses) for comment in public]


def _comment(comment, machine_date, addresses):
    described = {
        "@type": "Comment",
        "url": addresses[comment.pk],
        "author": {"@type": "Person", "name": str(comment.shown_name)},
        "dateCreated": machine_date,
        "text": _words(comment.body_html),
    }
    if parent := addresses.get(comment.parent_id):
        described["parentItem"] = {"@type": "Comment", "url": parent}
    return described


def _words(body_html):
    """The words of a stored comment: our own HTML, in which no attribute has a bracket."""
    if "<li" in body_html or "<blockquote" in body_html:
        return as_text(body_html)
    return html.unescape(_TAG.sub("", body_html)).strip()
