"""A thread as schema.org has it, for search engines."""

import html
import re
from itertools import islice

from comments.plain import as_text

_TAG = re.compile(r"<[^>]*>")
# A page of a thread may hold a thousand; who wants them all reads the page.
COMMENTS_TOLD = 100


def comments_of(rows, comments, site_url):
    """What stands on the page, in its order, as a list of dicts for JSON-LD; what waits is left out.

    `rows` are the entries as `comments.thread_rows` makes them, `comments` the rows by number. A reply names what it
    answers.
    """
    shown = (row for row in rows if not row["tombstone"] and comments[row["id"]].is_public)
    told = list(islice(shown, COMMENTS_TOLD))
    addresses = {row["id"]: site_url + row["url"] for row in told}
    return [_comment(row, addresses[row["id"]], addresses.get(comments[row["id"]].parent_id)) for row in told]


def _comment(row, address, parent):
    told = {
        "@type": "Comment",
        "url": address,
        "author": {"@type": "Person", "name": str(row["name"])},
        "dateCreated": row["machine_date"],
        "text": _words(row["body_html"]),
    }
    if parent:
        told["parentItem"] = {"@type": "Comment", "url": parent}
    return told


def _words(body_html):
    """The words of a stored comment: our own HTML, in which no attribute has a bracket."""
    if "<li" in body_html or "<blockquote" in body_html:
        return as_text(body_html)
    return html.unescape(_TAG.sub("", body_html)).strip()
