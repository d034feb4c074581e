"""What a feed says of itself and of each entry, and the answer to whoever asks for it again and again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import http_date, parse_etags
from django.utils.translation import get_language

from posts.feeds.formats import FORMATS
from posts.feeds.text import XmlText, as_html, xml_text
from posts.generation import BEFORE_ALL, etag_of
from posts.models import Blog
from posts.pictures import icon
from posts.public_pages import changes_at

# No transaction takes longer from its call of public_changed() until it is stored.
LONGEST = timedelta(minutes=1)


@dataclass
class Channel:
    """`page`: the address of what the feed is of; `base`: its own as RSS, to which the other forms add theirs.

    `is_told`: the hub hears of what is new in it (see posts.websub). Only such a feed names the hub: who subscribed to
    another there would never hear of it again.
    """

    title: str
    description: str
    page: str
    base: str
    query: str = ""
    is_told: bool = False
    blog: Blog | None = None

    def __post_init__(self) -> None:
        self.title = xml_text(self.title).strip() or "…"
        self.description = xml_text(self.description).strip()

    @property
    def hub(self) -> str:
        return settings.WEBSUB_HUB if self.is_told else ""

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    def icon(self, size: int) -> str:
        """The address of the blog's icon at one of its sizes; empty where it has none."""
        return f"{settings.SITE_URL}{icon.url(self.blog.icon, size)}" if self.blog and self.blog.icon else ""

    def address(self, form: str) -> str:
        return _address(self.base, form) + self.query

    @property
    def guid(self) -> str:
        """Its identity, which is Atom's alone."""
        return (self.blog or Blog.load()).feed_guid(self.address("atom").removeprefix(settings.SITE_URL))

    def changed_at(self, entries: "list[Entry]") -> datetime:
        return max((entry.modified_at for entry in entries), default=BEFORE_ALL)


@dataclass(frozen=True)
class Replies:
    """The comments on an entry: where they stand, how many there are, and a feed of their own."""

    page: str
    base: str
    count: int

    def address(self, form: str) -> str:
        return _address(self.base, form)


@dataclass
class Entry:
    """One thing in a feed. Texts are plain but `content`, which is HTML; addresses are absolute."""

    pk: int
    guid: str
    url: str
    title: str
    author: str
    published_at: datetime
    modified_at: datetime
    content: str
    summary: str = ""
    author_url: str = ""
    picture: str = ""
    language: str = ""  # where it is not the channel's
    terms: list[str] = field(default_factory=list)
    replies: Replies | None = None
    in_reply_to: tuple[str, str] | None = None  # (guid, address)

    def __post_init__(self) -> None:
        for name in ("guid", "title", "author", "content", "summary"):
            setattr(self, name, XmlText(xml_text(getattr(self, name)).strip()))
        # A text of characters that can't be shown has nothing left; a feed wants something.
        self.title = self.title or "…"
        self.author = self.author or "…"
        self.content = self.content or as_html(self.title)
        self.terms = [term for term in map(xml_text, self.terms) if term.strip()]

    def unlike_others(self, time: datetime) -> datetime:
        """`time`, with the entry's number for a fraction where it has none: imported times are whole seconds."""
        return time if time.microsecond else time.replace(microsecond=self.pk % 1_000_000)


def _address(base: str, form: str) -> str:
    return base if form == "rss" else f"{base}{form}/"


def answer(
    request: HttpRequest,
    channel: Channel,
    form: str,
    generation: object,
    changed_at: datetime,
    entries: Callable[[], list[Entry]],
) -> HttpResponse:
    """The feed; 304 to whoever has it already, before anything of it is read.

    `generation` is any value that is another where the feed would be, and `changed_at` its time; `entries()` gives the
    `Entry`s.
    """
    write, content_type = FORMATS[form]
    etag = etag_of(channel, channel.hub, channel.language, form, generation)
    last_modified, is_settled = _last_modified(changed_at)
    changes_at(request, changed_at + LONGEST + timedelta(seconds=2))  # when its time is settled
    if _has_it(request, etag, last_modified if is_settled else None):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(write(channel, entries()), content_type=content_type)
    for name, value in (("ETag", etag), ("Last-Modified", last_modified)):
        response.headers[name] = value
    if channel.hub:
        # JSON has no place that WebSub knows.
        response.headers["Link"] = f'<{channel.hub}>; rel="hub", <{channel.address(form)}>; rel="self"'
    return response


def _last_modified(changed_at: datetime) -> tuple[str, bool]:
    """(the time for the header, whether who was told it has all that happened by then).

    Two things may happen in one second, and what was done earlier be stored later. So a time is rounded up once it is
    certain that nothing earlier is still to come, and until then down: who reads meanwhile is told a time that later
    is none.
    """
    is_settled = changed_at < timezone.now() - LONGEST
    return http_date(int(changed_at.timestamp()) + is_settled), is_settled


def _has_it(request: HttpRequest, etag: str, last_modified: str | None) -> bool:
    if tags := request.headers.get("If-None-Match"):
        # Compared weakly, as RFC 9110 says: an intermediary that compresses may have made it weak or strong.
        return tags.strip() == "*" or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in parse_etags(tags)}
    # The very same time, not a later one: a clock that was set back makes a feed older.
    return bool(last_modified) and request.headers.get("If-Modified-Since") == last_modified
