"""A WordPress export (WXR 1.0 to 1.2) as a stream of plain records, in memory that does not grow with the file.

Expat is used directly, without its own namespaces: WordPress.com writes `<atom:link>` without
declaring `atom`, which a parser that minds namespaces refuses. Prefixes are resolved here, by address.
"""

import re
from xml.parsers import expat

from blog_site.moving.errors import ExportError, describe_content
from blog_site.moving.records import (
    CAME_FROM,
    CORRECTIONS,
    IDENTITY,
    MARKDOWN,
    OLD_PATH,
    Author,
    Category,
    Channel,
    Comment,
    Image,
    Item,
    Meta,
    Tag,
    Term,
)
from blog_site.moving.xml_repair import Mender, is_wide

CHUNK = 1 << 16
WXR_ADDRESS = re.compile(r"https?://wordpress\.org/export/1\.[0-2]/(excerpt/)?")
ADDRESSES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
}
USUAL_PREFIXES = {"wp": "wp", "excerpt": "excerpt", "content": "content", "dc": "dc"}
# The rest of the metadata is plugins' and caches', some of it about people: not kept. Disqus's plugin wrote which
# comment of Disqus's one is.
META_KEYS = {
    *(CAME_FROM, CORRECTIONS, IDENTITY),
    *("_thumbnail_id", "_wp_attachment_image_alt", MARKDOWN, "dsq_post_id", "footnotes"),
    *("_menu_item_type", "_menu_item_object", "_menu_item_object_id"),
    *("_menu_item_menu_item_parent", "_menu_item_url"),
    *("_wp_old_slug", "_wp_old_date", OLD_PATH, "_right_of_reply_language"),
}
# Of these a post has one for each time that it moved; they are kept in one value, a line each.
MANY = {"_wp_old_slug", "_wp_old_date", OLD_PATH}


RECORDS = {
    ("rss",): {"channel": Channel},
    ("rss", "channel"): {
        "item": Item,
        "wp:author": Author,
        "wp:category": Category,
        "wp:tag": Tag,
        "image": Image,
    },
    **{("rss", "channel", name): {"wp:termmeta": Meta} for name in ("wp:author", "wp:category", "wp:tag")},
    ("rss", "channel", "item"): {"wp:comment": Comment, "wp:postmeta": Meta},
    ("rss", "channel", "item", "wp:comment"): {"wp:commentmeta": Meta},
}
NONE: dict = {}
# White space around these texts is the author's; around all others it is the file's.
TEXTS = {"content:encoded", "wp:comment_content", "wp:meta_value"}


def read(source, *, warn=lambda message: None, progress=lambda size: None):
    """Yields the Authors, Categories, Tags and Items of an ExportFile in their order, then its Channel.

    `warn(message)` is told what was mended, `progress(size)` how many bytes more were read. Raises ExportError for a
    file that is not well-formed, that has a DOCTYPE or that is no WordPress export, and OSError.
    """
    reader = _Reader(warn)
    mender = Mender(lambda line, message: warn(f"line {line}: {message}"))
    with source.open() as file:
        chunk = file.read(CHUNK)
        if b"<" not in chunk and len(chunk) < CHUNK:
            raise ExportError(1, describe_content(chunk))
        chunk = chunk if is_wide(chunk) else _without_junk(chunk, warn)
        while chunk:
            progress(len(chunk))
            yield from reader.feed(mender.feed(chunk))
            chunk = file.read(CHUNK)
        yield from reader.close(mender.feed(b"", last=True))


def _without_junk(chunk, warn):
    """The chunk from its first `<` on: what a server or an editor put before it is none of the export."""
    before, mark, after = chunk.partition(b"<")
    if mark and before.strip(b"\xef\xbb\xbf \t\r\n"):
        warn("line 1: what stood before the XML was left out")
    return mark + after if mark else chunk


class _Reader:
    def __init__(self, warn):
        self.warn = warn
        self.warned = set()
        self.path = ()
        # What prefixes mean where the parser is, and what names have been found to mean there.
        self.scopes = [({"": ""}, {})]
        self.records = []
        self.done = []
        self.text = None
        self.term = None
        self.is_wxr = False
        self.parser = expat.ParserCreate("utf-8")  # whatever the file says: the Mender has seen to that
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    @property
    def line(self):
        return self.parser.CurrentLineNumber

    def feed(self, chunk, last=False):
        try:
            self.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            cause = expat.ErrorString(error.code)
            raise ExportError(error.lineno, f"the XML is broken or cut off here ({cause})") from error
        done, self.done = self.done, []
        return done

    def close(self, rest=b""):
        done = self.feed(rest, last=True)
        if not self.is_wxr:
            raise ExportError(self.line, "this is a feed, not a WordPress export: nothing in it is WordPress's own")
        return done

    def _warn_once(self, message):
        if message not in self.warned:
            self.warned.add(message)
            self.warn(f"line {self.line}: {message}")

    def _doctype(self, name, *_ids):
        if name.lower() == "html":
            raise ExportError(self.line, "this is an HTML page, not a WordPress export")
        raise ExportError(self.line, "the file has a DOCTYPE, which could define entities; WordPress writes none")

    def _start(self, name, attributes):
        scope = self._scope(attributes) if attributes else self.scopes[-1]
        self.scopes.append(scope)
        name = scope[1].get(name) or self._resolve(name, *scope)
        if not self.path:
            self._check_root(name)
        record = RECORDS.get(self.path, NONE).get(name)
        self.path = (*self.path, name)
        self.text = None
        if record:
            self.records.append(record(line=self.line))
        elif self.records and len(self.path) == len(self.records) + 2:
            self.text = []
            if name == "category" and isinstance(self.records[-1], Item):
                self.term = attributes.get("domain", ""), attributes.get("nicename", "")

    def _end(self, _name):
        name = self.path[-1]
        if self.text is not None:
            text = "".join(self.text)
            self._field(name, text if name in TEXTS else text.strip())
        # A record's element stands as deep as there are records open, and one more: channel 2, item 3, comment 4.
        elif self.records and len(self.path) == len(self.records) + 1:
            self._finish(self.records.pop())
        self.text = None
        self.path = self.path[:-1]
        self.scopes.pop()

    def _characters(self, text):
        if self.text is not None:
            self.text.append(text)

    def _field(self, name, text):
        record = self.records[-1]
        if self.term and name == "category":
            record.terms.append(Term(*self.term, text))
            self.term = None
        else:
            record.set(name, text)

    def _finish(self, record):
        match record:
            case Comment():
                self.records[-1].comments.append(record)
            case Image():
                self.records[-1].icon = record.url
            case Meta():
                self._keep_meta(self.records[-1].meta, record)
            case _:
                self.done.append(record)

    def _keep_meta(self, meta, record):
        record.value = record.value if record.key == MARKDOWN else record.value.strip()
        if record.key in MANY:
            meta[record.key] = "\n".join(filter(None, [meta.get(record.key), record.value]))
        elif record.key in META_KEYS:
            meta.setdefault(record.key, record.value)

    def _scope(self, attributes):
        declared = {
            name[6:]: address for name, address in attributes.items() if name.startswith("xmlns:") or name == "xmlns"
        }
        return (self.scopes[-1][0] | declared, {}) if declared else self.scopes[-1]

    def _resolve(self, name, addresses, resolved):
        """The name with the usual prefix for its namespace's address; `?` stands before a foreign one."""
        prefix, _, local = name.rpartition(":")
        address = addresses.get(prefix)
        if address is None:
            self._warn_once(f"the prefix “{prefix}” is used but not declared")
            usual = USUAL_PREFIXES.get(prefix, "?")
        elif address == "":
            usual = ""
        elif match := WXR_ADDRESS.fullmatch(address):
            usual = "excerpt" if match[1] else "wp"
        else:
            usual = ADDRESSES.get(address, "?")
        self.is_wxr = self.is_wxr or usual == "wp"
        resolved[name] = f"{usual}:{local}" if usual else local
        return resolved[name]

    def _check_root(self, name):
        if name == "rss":
            return
        kinds = {
            "html": "an HTML page",
            "?:html": "an HTML page",
            "?:feed": "a feed",
            "?:RDF": "a feed",
            "?:disqus": "a Disqus export",
        }
        raise ExportError(self.line, f"this is {kinds.get(name, 'another kind of XML')}, not a WordPress export")
