"""What lists and feeds show of a post."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from posts import languages
from posts.cached_reverse import address

from .permalink import feed_of, path_of
from .text import time_to_read

# The columns, in the order of the fields of `Listed`.
LISTED = (
    *("pk", "title", "permalink", "language", "published_at", "modified_at", "author__name", "author__slug"),
    *("summary", "teaser_html", "more_label", "reading_minutes", "picture_id", "pinned", "comment_count", "guid"),
)


class Listed(NamedTuple):
    """A public post's columns that a list or a feed of posts shows: with Posts, and all that Django prepares for them,
    it takes four times as long to read."""

    pk: int
    title: str
    permalink: str
    language: str
    published_at: datetime
    modified_at: datetime
    author_name: str
    author_slug: str
    summary: str
    teaser_html: str
    more_label: str
    reading_minutes: int
    picture_id: int | None
    pinned: bool
    comment_count: int
    guid: str

    def __str__(self) -> str:
        return self.title or _("Untitled")

    @property
    def url(self) -> str:
        return path_of(self.permalink)

    @property
    def feed_url(self) -> str:
        return feed_of(self.url)

    @property
    def author_url(self) -> str:
        return address("posts:author", self.author_slug)

    @property
    def direction(self) -> str:
        return self.language and languages.direction(self.language)

    @property
    def reading_time(self) -> str:
        return time_to_read(self.reading_minutes)

    @property
    def last_modified(self) -> datetime:
        return max(self.modified_at, self.published_at)
