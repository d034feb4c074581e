"""What the index has, whichever database keeps it."""

from typing import NamedTuple

from comments.models.queryset import PUBLIC
from posts.models.sql import public_now


class SearchTable(NamedTuple):
    """A table with words to find, and the index that has those of its rows of one status."""

    table: str
    index: str  # type: ignore[assignment]  # not a tuple's own `index()`
    columns: dict  # {column of the index: column of the table}
    status: str  # a row of another is not in the index at all; whether it is public now is asked for with each search


POSTS = SearchTable(
    "posts_post", "search_posts", {"title": "search_title", "text": "search_text"}, public_now()["status"]
)
COMMENTS = SearchTable("comments_comment", "search_comments", {"text": "search_text"}, PUBLIC["status"])
SOURCES = (POSTS, COMMENTS)
# Each word once, for the spelling: letters alone, and so many.
WORDS = "search_words"
SHORTEST, LONGEST = 3, 30
