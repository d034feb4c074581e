"""A Disqus export as plain records, in the order of the file."""

import re
from dataclasses import dataclass
from xml.parsers import expat

from blog_site.moving.errors import ExportError, describe_content
from blog_site.moving.xml_repair import Mender, is_wide

# Seen in exports that other tools wrote: a number without its quotes.
UNQUOTED = re.compile(rb"(\sdsq:id=)(\d+)")
LONGEST_LINE = 1 << 20


@dataclass
class Thread:
    """The comments of one page as Disqus saw it: of one post there may be several."""

    line: int
    number: str = ""
    id: str = ""  # what the blog called it: `198 http://site/?p=198`, a path, anything, or nothing
    link: str = ""
    title: str = ""
    createdAt: str = ""


@dataclass
class Post:
    """A comment, in Disqus's words."""

    line: int
    number: str = ""
    id: str = ""  # `wp_id=55` where it came from WordPress
    message: str = ""
    createdAt: str = ""
    isDeleted: str = ""
    isSpam: str = ""
    ipAddress: str = ""
    author_name: str = ""
    author_email: str = ""
    thread: str = ""
    parent: str = ""


def read(source, *, warn=lambda message: None, progress=lambda size: None):
    """Yields the Threads and Posts of an ExportFile. `warn(message)` is told what was mended, `progress(size)` how many
    bytes more were read.

    Raises ExportError for a file that is not well-formed, has a DOCTYPE or is no Disqus export; and OSError.
    """
    reader = _Reader(warn)
    with source.open() as file:
        for line in iter(lambda: file.readline(LONGEST_LINE), b""):
            progress(len(line))
            yield from reader.feed(line)
        yield from reader.close()


class _Reader:
    def __init__(self, warn):
        self.warn = warn
        self.path, self.text, self.record, self.done, self.begun = [], [], None, [], False
        self.beginning = b""
        self.mender = Mender(lambda line, message: warn(f"line {line}: {message}"))
        self.parser = expat.ParserCreate("utf-8")  # as it comes from the Mender
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    @property
    def line(self):
        return self.parser.CurrentLineNumber

    def feed(self, line):
        self.begun = self.begun or is_wide(line)
        if not self.begun:
            self.beginning = (self.beginning + line)[:1000]
            before, bracket, after = line.partition(b"<")
            if before.strip(b"\xef\xbb\xbf \t\r\n"):
                self.warn("line 1: what stood before the XML was left out")
            # Lines count from the file's first, empty ones too.
            line, self.begun = (b"<" + after, True) if bracket else (b"", False)
        quoted = UNQUOTED.sub(rb'\1"\2"', line)
        if quoted != line:
            self.warn(f"line {self.line}: a number without its quotes was mended")
        return self._parse(self.mender.feed(quoted))

    def close(self):
        if not self.begun:
            raise ExportError(1, describe_content(self.beginning, "a Disqus export"))
        return self._parse(self.mender.feed(b"", last=True), last=True)

    def _parse(self, data, *, last=False):
        try:
            self.parser.Parse(data, last)
        except expat.ExpatError as error:
            cause = expat.ErrorString(error.code)
            raise ExportError(error.lineno, f"the XML is broken or cut off here ({cause})") from error
        done, self.done = self.done, []
        return done

    def _doctype(self, *_declared):
        raise ExportError(self.line, "the file has a DOCTYPE, which could define entities; Disqus writes none")

    def _start(self, name, attributes):
        name = name.rpartition(":")[2]
        if not self.path and name != "disqus":
            raise ExportError(self.line, "this is another kind of XML, not a Disqus export")
        number = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        if len(self.path) == 1 and name in {"thread", "post"}:
            self.record = (Thread if name == "thread" else Post)(self.line, number)
        elif isinstance(self.record, Post) and len(self.path) == 2 and name in {"thread", "parent"}:
            setattr(self.record, name, number)
        self.path.append(name)
        self.text = []

    def _end(self, _name):
        name, text = self.path.pop(), "".join(self.text).strip()
        self.text = []
        if self.record and len(self.path) == 1:
            self.done.append(self.record)
            self.record = None
        elif self.record and text:
            field = f"author_{name}" if self.path[2:] == ["author"] else name
            if len(self.path) == 2 + (field != name) and isinstance(getattr(self.record, field, None), str):
                setattr(self.record, field, text)

    def _characters(self, text):
        self.text.append(text)
