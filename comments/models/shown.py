"""What a page shows of a comment."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from posts.models.sql import as_time

from .choices import Kind, Status

# Its columns, in the order of the fields of `Shown`.
DISPLAYED = (
    *("id", "post_id", "parent_id", "root_id", "user_id", "kind", "status"),
    *("name", "url", "body_html", "script", "submitted_at"),
)


class Shown(NamedTuple):
    """A comment's columns that readers see, for a page that has hundreds: a Comment takes ten times as long to make.

    What is decided, or told its writer alone, is a Comment's.
    """

    pk: int
    post_id: int
    parent_id: int | None
    root_id: int | None
    user_id: int | None
    kind: str
    status: str
    name: str
    url: str
    body_html: str
    script: str
    stored_at: datetime  # as the database has it: SQLite without the zone, which few of a page's comments are asked for

    @property
    def submitted_at(self) -> datetime:
        return as_time(self.stored_at)

    @property
    def shown_name(self) -> str:
        return self.name or _("Anonymous")

    @property
    def is_public(self) -> bool:
        return self.status == Status.APPROVED

    @property
    def is_ping(self) -> bool:
        return self.kind != Kind.COMMENT
