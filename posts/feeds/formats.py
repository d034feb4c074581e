"""The three forms of a feed: each takes a `Channel` and its `Entry`s, and gives text.

What the specifications leave open is chosen so that the W3C's validator warns of nothing: in RSS, whose titles may or
may not be HTML, text that could be read as HTML is written as such; a name that could be is written otherwise; no two
entries of an Atom feed have changed at the same time.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.feedgenerator import rfc2822_date, rfc3339_date

from posts.feeds.text import as_html, as_name, reads_as_html, xml_text
from posts.guids import as_uri

if TYPE_CHECKING:
    from posts.feeds.channel import Channel, Entry

THREAD = "http://purl.org/syndication/thread/1.0"  # RFC 4685
_NONE: Mapping[str, object] = {}


class Xml:
    """A document as it is written; leaves out what XML can't hold."""

    def __init__(self) -> None:
        self.parts = ['<?xml version="1.0" encoding="utf-8"?>\n']

    def __str__(self) -> str:
        return "".join(self.parts)

    def open(self, name: str, attributes: Mapping[str, object] = _NONE) -> None:
        self.parts.append(f"<{name}{_write_attributes(attributes)}>")

    def close(self, name: str) -> None:
        self.parts.append(f"</{name}>\n")

    def element(self, name: str, text: object = "", attributes: Mapping[str, object] = _NONE) -> None:
        self.parts.append(f"<{name}{_write_attributes(attributes)}>{escape(xml_text(text))}</{name}>\n")

    def link(self, name: str, rel: str, href: str, **attributes: object) -> None:
        self.element(name, "", {"rel": rel, "href": href, **attributes})

    def rss_text(self, name: str, text: str) -> None:
        """Plain text, as the RSS profile wants it written."""
        text = xml_text(text)
        written = escape(as_html(text) if reads_as_html(text) else text)
        self.parts.append(f"<{name}>{written.replace('&amp;', '&#x26;').replace('&lt;', '&#x3C;')}")
        self.close(name)

    def atom_text(self, name: str, text: str) -> None:
        is_html = reads_as_html(text)
        self.element(name, as_html(text) if is_html else text, {"type": "html" if is_html else "text"})

    def in_reply_to(self, entry: "Entry", identity: Callable[[str], str]) -> None:
        if entry.in_reply_to:
            guid, href = entry.in_reply_to
            self.element("thr:in-reply-to", "", {"ref": identity(guid), "href": href, "type": "text/html"})


def _write_attributes(attributes: Mapping[str, object]) -> str:
    return "".join(f" {key}={quoteattr(xml_text(value))}" for key, value in attributes.items())


def rss(channel: "Channel", entries: "list[Entry]") -> str:
    """RSS 2.0 with the whole text in `content:encoded`."""
    xml = Xml()
    namespaces = {
        "version": "2.0",
        "xmlns:atom": "http://www.w3.org/2005/Atom",
        "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
        "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        "xmlns:slash": "http://purl.org/rss/1.0/modules/slash/",
        "xmlns:thr": THREAD,
        "xmlns:wfw": "http://wellformedweb.org/CommentAPI/",
    }
    xml.open("rss", namespaces)
    xml.open("channel")
    xml.rss_text("title", channel.title)
    xml.element("link", channel.page)
    xml.rss_text("description", channel.description or channel.title)
    xml.link("atom:link", "self", channel.address("rss"), type="application/rss+xml")
    if channel.hub:
        xml.link("atom:link", "hub", channel.hub)
    xml.element("language", channel.language)
    xml.element("lastBuildDate", rfc2822_date(channel.changed_at(entries)))
    if image := channel.icon(32):
        xml.open("image")
        for name, value in (("url", image), ("title", channel.title), ("link", channel.page)):
            xml.element(name, value)
        xml.element("width", 32)
        xml.element("height", 32)
        xml.close("image")
    for entry in entries:
        _rss_item(xml, entry)
    xml.close("channel")
    xml.close("rss")
    return str(xml)


def _rss_item(xml: Xml, entry: "Entry") -> None:
    xml.open("item")
    xml.rss_text("title", entry.title)
    xml.element("link", entry.url)
    xml.element("guid", entry.guid, {"isPermaLink": "false"})
    xml.element("pubDate", rfc2822_date(entry.published_at))
    xml.element("dc:creator", entry.author)
    for term in entry.terms:
        xml.rss_text("category", term)
    xml.element("description", as_html(entry.summary))
    xml.element("content:encoded", entry.content)
    xml.in_reply_to(entry, str)
    if entry.replies:
        xml.element("comments", entry.replies.page)
        xml.element("slash:comments", entry.replies.count)
        xml.element("wfw:commentRss", entry.replies.address("rss"))
    xml.close("item")


def atom(channel: "Channel", entries: "list[Entry]") -> str:
    """Atom (RFC 4287) with threads (RFC 4685)."""
    xml = Xml()
    xml.open(
        "feed",
        {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:thr": THREAD, "xml:lang": channel.language},
    )
    xml.atom_text("title", channel.title)
    if channel.description:
        xml.atom_text("subtitle", channel.description)
    xml.element("id", channel.guid)
    xml.link("link", "alternate", channel.page, type="text/html")
    xml.link("link", "self", channel.address("atom"), type="application/atom+xml")
    if channel.hub:
        xml.link("link", "hub", channel.hub)
    xml.element("updated", rfc3339_date(channel.changed_at(entries)))
    if image := channel.icon(180):
        xml.element("icon", image)
    for entry in entries:
        _atom_entry(xml, entry)
    xml.close("feed")
    return str(xml)


def _atom_entry(xml: Xml, entry: "Entry") -> None:
    xml.open("entry", {"xml:lang": entry.language} if entry.language else {})
    xml.atom_text("title", entry.title)
    xml.link("link", "alternate", entry.url, type="text/html")
    xml.element("id", as_uri(entry.guid))
    xml.element("published", rfc3339_date(entry.published_at))
    xml.element("updated", rfc3339_date(entry.unlike_others(entry.modified_at)))
    xml.open("author")
    xml.element("name", as_name(entry.author))
    if entry.author_url:
        xml.element("uri", entry.author_url)
    xml.close("author")
    for term in entry.terms:
        xml.element("category", "", {"term": term})
    if entry.summary:
        xml.element("summary", as_html(entry.summary), {"type": "html"})
    xml.element("content", entry.content, {"type": "html"})
    xml.in_reply_to(entry, as_uri)
    if replies := entry.replies:
        xml.link("link", "replies", replies.page, **{"type": "text/html", "thr:count": replies.count})
        address = replies.address("atom")
        xml.link("link", "replies", address, **{"type": "application/atom+xml", "thr:count": replies.count})
        xml.element("thr:total", replies.count)
    xml.close("entry")


def json_feed(channel: "Channel", entries: "list[Entry]") -> str:
    """JSON Feed 1.1. What RFC 4685 has and it has not stands in extensions of ours, `_replies` and `_in_reply_to`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.page,
        "feed_url": channel.address("json"),
        "description": channel.description,
        "language": channel.language,
        "icon": channel.icon(512),
        "favicon": channel.icon(32),
        "hubs": [{"type": "WebSub", "url": channel.hub}] if channel.hub else [],
        "items": [_json_item(entry) for entry in entries],
    }
    return json.dumps({key: value for key, value in feed.items() if value or key == "items"}, ensure_ascii=False)


def _json_item(entry: "Entry") -> dict[str, Any]:
    author = {"name": entry.author, "url": entry.author_url}
    item: dict[str, Any] = {
        "id": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content,
        "summary": entry.summary,
        "image": entry.picture,
        "language": entry.language,
        "date_published": rfc3339_date(entry.published_at),
        "date_modified": rfc3339_date(entry.modified_at),
        "authors": [{key: value for key, value in author.items() if value}],
        "tags": entry.terms,
    }
    if entry.replies:
        replies = entry.replies
        item["_replies"] = {"url": replies.page, "feed_url": replies.address("json"), "count": replies.count}
    if entry.in_reply_to:
        item["_in_reply_to"] = dict(zip(("id", "url"), entry.in_reply_to, strict=True))
    return {key: value for key, value in item.items() if value}


# (writer, content type) by the name that stands in the address.
FORMATS = {
    "rss": (rss, "application/rss+xml; charset=utf-8"),
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json; charset=utf-8"),
}
