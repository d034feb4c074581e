"""What the W3C's feed validator would say of a feed: its documented errors and warnings, as far as they concern what
a blog writes. https://validator.w3.org/feed/docs/ explains each.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.entities import name2codepoint
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import html5lib

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
SLASH = "{http://purl.org/rss/1.0/modules/slash/}comments"
WFW = "{http://wellformedweb.org/CommentAPI/}commentRss"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
THREAD = "{http://purl.org/syndication/thread/1.0}"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+.-]*:(//)?[0-9a-zA-Z;/?:@&=+$._!~*'()%,#-]+")
SAFE_TAGS = {
    *("a", "abbr", "article", "aside", "b", "bdi", "blockquote", "br", "caption", "cite", "code", "col", "colgroup"),
    *(
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ),
    *("h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q", "s", "samp", "section"),
    *(
        "source",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
    ),
    *("tr", "u", "ul", "var"),
}


def problems(answer, address):
    """What is wrong with a feed that was served at `address`: a list of short texts, empty for a good one."""
    text = answer.content.decode()
    root = ElementTree.fromstring(text)
    found = [f"characters: {mark!r}" for mark in set(re.findall("[\x7f-\x9f\ufffd]", text))]
    return found + (_rss(root, address) if root.tag == "rss" else _atom(root, address))


def _rss(root, address):
    channel = root.find("channel")
    names = [child.tag for child in channel]
    found = [f"no {name}" for name in ("title", "link", "description", "language") if name not in names]
    found += [f"{name} twice" for name in ("title", "link", "description", "lastBuildDate") if names.count(name) > 1]
    if "item" in names and set(names[names.index("item") :]) != {"item"}:
        found.append("something after the items")
    links = {link.get("rel"): link.get("href") for link in channel.findall(f"{ATOM}link")}
    found += [] if links.get("self") == address else [f"self is {links.get('self')}"]
    found += _no_html(channel.findtext("title")) + _no_html(channel.findtext("description"))
    found += _uri(channel.findtext("link")) + _rfc_822(channel.findtext("lastBuildDate"))
    guids = [item.findtext("guid") for item in channel.findall("item")]
    found += [f"guid twice: {guid}" for guid in set(guids) if guids.count(guid) > 1]
    for item in channel.findall("item"):
        found += _rss_item(item)
    return found


def _rss_item(item):
    names = [child.tag for child in item]
    found = [f"{name} twice" for name in set(names) - {"category"} if names.count(name) > 1]
    found += [f"blank {name}" for name in ("title", "guid", CREATOR) if not (item.findtext(name) or "").strip()]
    found += ["author, which is a mail address"] if "author" in names else []
    found += ["blank category" for category in item.findall("category") if not (category.text or "").strip()]
    found += ["content before description"] if names.index("description") > names.index(CONTENT) else []
    for name in ("title", "category"):
        found += [problem for element in item.findall(name) for problem in _no_html(element.text)]
    for name in ("link", "comments", WFW):
        found += _uri(item.findtext(name)) if name in names else []
    if item.find("guid").get("isPermaLink") != "false":
        found += _uri(item.findtext("guid"))
    found += [] if item.findtext(SLASH, "0").isdigit() else ["slash:comments is no number"]
    return (
        found + _rfc_822(item.findtext("pubDate")) + _html(item.findtext("description")) + _html(item.findtext(CONTENT))
    )


def _atom(root, address):
    found = [] if root.get(XML_LANGUAGE) else ["no language"]
    names = [child.tag for child in root]
    found += [f"no {name}" for name in ("title", "id", "updated") if ATOM + name not in names]
    if f"{ATOM}entry" in names and set(names[names.index(f"{ATOM}entry") :]) != {f"{ATOM}entry"}:
        found.append("something after the entries")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    found += [] if links.get("self") == address else [f"self is {links.get('self')}"]
    found += _uri(root.findtext(f"{ATOM}id")) + _rfc_3339(root.findtext(f"{ATOM}updated"))
    found += _construct(root.find(f"{ATOM}title")) + _construct(root.find(f"{ATOM}subtitle"))
    entries = root.findall(f"{ATOM}entry")
    for name in ("id", "updated"):
        values = [entry.findtext(ATOM + name) for entry in entries]
        found += [f"{name} twice: {value}" for value in set(values) if values.count(value) > 1]
    for entry in entries:
        found += _atom_entry(entry)
    return found


def _atom_entry(entry):
    found = _uri(entry.findtext(f"{ATOM}id")) + _rfc_3339(entry.findtext(f"{ATOM}updated"))
    found += _rfc_3339(entry.findtext(f"{ATOM}published"))
    for name in ("title", "summary", "content"):
        found += _construct(entry.find(ATOM + name))
    author = entry.find(f"{ATOM}author")
    name = author.findtext(f"{ATOM}name") or ""
    found += [] if name.strip() else ["blank name"]
    found += _no_html(name) + ([f"mail address in {name!r}"] if re.search(r"<[^<>@]+@[^<>@]+>", name) else [])
    found += ["mail address"] if author.find(f"{ATOM}email") is not None else []
    found += ["blank category" for category in entry.findall(f"{ATOM}category") if not category.get("term").strip()]
    kinds = [(link.get("rel"), link.get("type")) for link in entry.findall(f"{ATOM}link")]
    found += [f"link twice: {kind}" for kind in set(kinds) if kinds.count(kind) > 1]
    for link in entry.findall(f"{ATOM}link"):
        found += _uri(link.get("href"))
        found += [] if link.get(f"{THREAD}count") is None or link.get("rel") == "replies" else ["thr:count elsewhere"]
    return found


def _construct(element):
    if element is None:
        return []
    found = [] if (element.text or "").strip() else [f"blank {element.tag}"]
    if element.get("type", "text") == "html":
        return found + _html(element.text)
    return found + _no_html(element.text)


def _no_html(text):
    """A text that a reader could take for HTML, unless it is HTML that shows nothing but text."""
    found = [f"HTML in a text: {tag}" for tag in re.findall(r"</\w+>|<[a-zA-Z/][^<]{0,20}", text or "")]
    shown = re.sub(r"&(lt|gt|amp);", "", text or "")
    return found + [f"entity in a text: {name}" for name in re.findall(r"&(\w+)", shown) if name in name2codepoint]


def _html(text):
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parseFragment(text or "")
    found = [f"HTML error: {error[1]}" for error in parser.errors]
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
            continue
        found += [] if element.tag in SAFE_TAGS else [f"<{element.tag}>"]
        for name, value in element.attrib.items():
            found += [f"attribute {name}"] if name == "style" or name.startswith("on") else []
            found += [] if name not in {"href", "src"} or re.match(r"\w+:", value) else [f"relative: {value}"]
            if name == "srcset":
                found += [f"relative: {part}" for part in value.split(", ") if not re.match(r"\w+:", part)]
    return found


def _uri(text):
    if not URI.fullmatch(text or ""):
        return [f"no URI: {text}"]
    parts = urlsplit(text)
    canonical = parts.scheme not in {"http", "https"} or urljoin(text, parts.path)
    return [] if canonical else [f"not canonical: {text}"]


def _rfc_822(text):
    if not RFC_822.fullmatch(text or ""):
        return [f"no date: {text}"]
    return _plausible(parsedate_to_datetime(text))


def _rfc_3339(text):
    if not RFC_3339.fullmatch(text or ""):
        return [f"no date: {text}"]
    return _plausible(datetime.fromisoformat(text))


def _plausible(time):
    return [] if time.year >= 1990 and time < datetime.now(UTC) + timedelta(minutes=10) else [f"implausible: {time}"]
