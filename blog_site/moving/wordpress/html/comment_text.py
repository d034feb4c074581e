"""A comment's text as WordPress keeps it, made into our Markdown."""

import re
from html.parser import HTMLParser

from comments.cleaning import clean_text
from posts.markup import plain_text, render_comment
from posts.writing.comment_lines import ZERO_WIDTH
from posts.writing.comment_markdown import NO_MARK

from .autop import Held, autop, replace_spans

MAX_DEPTH = 8  # of quotes and lists in each other; the renderer ends at 12 levels of everything
DEEPEST_MARK = 4  # of emphasis in emphasis
BULLET = "•"  # of a list of one item, which a dash alone does not make
_NEEDS_WORK = re.compile(rf"[<&\\*_`\[~{NO_MARK}{ZERO_WIDTH}]|^(?:\s|[>-]|\d+[.)])", re.MULTILINE)
_CODE = re.compile(r"<(pre|code)\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"p|div|h[1-6]|table|tr|d[ltd]|figure|section|article|address|center|form|hr")
_EMPHASIS = {"em": "*", "i": "*", "strong": "**", "b": "**"}
# What may stand beside emphasis and code; elsewhere they need a form of their own.
_FREE_BEFORE = re.compile(r"[\s(\[{\"'-]$")
_FREE_BEHIND = re.compile(r"\s|[)\]}\"'-]|[.,:;!?]+(?:\s|$)")
_CONTAINERS = {"blockquote", "ul", "ol", "li"}


def comment_markdown(text):
    """The Markdown that `render_comment()` shows with the words that WordPress shows for `text`."""
    text = clean_text(text)
    if not _NEEDS_WORK.search(text):
        return text
    held = Held()
    text = replace_spans(
        text, _CODE, lambda match: f"</{match[1].lower()}>", lambda match, span: _hold_code(match, span, held)
    )
    # As WordPress's kses: what is no tag is text.
    text = replace_spans(text, re.compile("<!--"), lambda match: "-->", lambda match, span: "")
    text = re.sub(r"<(?!/?[a-z])", "&lt;", text, flags=re.IGNORECASE)
    shown = autop(text, held)
    # WordPress's style sheets show quotation marks around <q>; Markdown has no such element.
    shown = re.sub(r"<q\b[^>]*>", "“", re.sub(r"</q\s*>", "”", shown, flags=re.IGNORECASE), flags=re.IGNORECASE)
    wanted = _words(plain_text(shown))
    # Most texts have no sign that would mark anything up: they are left as they are.
    for emphasis, escape in ((True, False), (True, True), (False, True)):
        markdown = _Markdown(emphasis=emphasis, escape=escape).convert(shown)
        if _words(plain_text(render_comment(markdown))) == wanted:
            return markdown
    # Very long, or a text that our Markdown has no way to say: what is read is what counts.
    plain = "\n".join(_escape_start(_escape(line)) for line in _plain(shown).split("\n"))
    return plain if _words(plain_text(render_comment(plain))) == wanted else markdown


def _words(text):
    return "".join(text.split()).replace(BULLET, "")


def _hold_code(match, span, held):
    inside = span[len(match[0]) : -len(f"</{match[1]}>")]
    is_block = match[1].lower() == "pre" or "\n" in inside.strip()
    inside = re.sub(r"</?code\b[^<>]*>", "", inside, flags=re.IGNORECASE)
    inside = re.sub(r"<(?!/?[a-z])", "&lt;", inside, flags=re.IGNORECASE)
    return held.hold(f"<pre>{inside}</pre>") if is_block else held.keep(f"<code>{inside}</code>")


def _plain(shown):
    text = re.sub(r"\s*<br\b[^>]*>\s*", "\n", re.sub(r"\s*\n\s*", " ", shown))
    text = re.sub(r"\s*</?(?:p|li|ul|ol|blockquote|pre|div|h\d)\b[^>]*>\s*", "\n\n", text)
    lines = (plain_text(line) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Markdown(HTMLParser):
    """HTML as our Markdown: a stack of open blocks, and within the innermost a stack of open marks."""

    def __init__(self, *, emphasis, escape):
        """`escape`: whether signs that could mark something up are kept from it; `comment_markdown` has the rules."""
        super().__init__(convert_charrefs=True)
        self.emphasis, self.escape = emphasis, escape
        self.blocks = [("", [])]
        self.numbers = []
        self.marks = [("", [])]
        self.silent = ""
        self.code = None

    def convert(self, text):
        self.feed(text)
        self.close()
        while len(self.blocks) > 1:
            self._close_block()
        self._paragraph()
        return "\n\n".join(self.blocks[0][1])

    def handle_starttag(self, tag, attributes):
        if tag in {"script", "style"}:
            self.silent = tag
        elif tag == "pre" or (tag == "code" and self.code is None):
            if tag == "pre":
                self._paragraph()
            self.code = []
        elif self.code is not None:
            self.code.append("\n" if tag == "br" else "")
        elif tag in _CONTAINERS:
            self._paragraph()
            if len(self.blocks) <= MAX_DEPTH:
                self.blocks.append((tag, []))
                self._count(tag, dict(attributes))
        elif _BLOCK.fullmatch(tag):
            self._paragraph()
        else:
            self._start_mark(tag, dict(attributes))

    def _count(self, tag, attributes):
        if tag in {"ol", "ul"}:
            self.numbers.append(_number(attributes.get("start"), 1) - 1)
        elif tag == "li" and self.numbers:
            self.numbers[-1] = _number(attributes.get("value"), self.numbers[-1] + 1)

    def _start_mark(self, tag, attributes):
        if tag == "br":
            self.marks[-1][1].append(("raw", "\n"))
        elif tag == "a":
            self.marks.append(("a", [("href", attributes.get("href") or "")]))
        elif tag in _EMPHASIS and self.emphasis:
            self.marks.append((tag, []))

    def handle_endtag(self, tag):
        if tag == self.silent:
            self.silent = ""
        elif tag in {"pre", "code"} and self.code is not None:
            content, self.code = "".join(self.code), None
            if tag == "pre":
                self._fence(content.strip("\n"))
            else:
                self._inline_code(" ".join(content.split()))
        elif tag in _CONTAINERS and any(name == tag for name, _ in self.blocks):
            while self.blocks[-1][0] != tag:
                self._close_block()
            self._close_block()
        elif _BLOCK.fullmatch(tag):
            self._paragraph()
        elif any(name == tag for name, _ in self.marks):
            while self.marks[-1][0] != tag:
                self._close_mark()
            self._close_mark()

    def handle_data(self, data):
        if self.silent:
            return
        if self.code is not None:
            self.code.append(data)
        else:
            self._text(re.sub(r"\s+", " ", data))

    def _text(self, text):
        parts = self.marks[-1][1]
        if parts and parts[-1][0] == "text":
            text = parts.pop()[1] + text
        parts.append(("text", text))

    def _close_mark(self):
        name, parts = self.marks.pop()
        href = parts.pop(0)[1].strip() if name == "a" else ""
        plain = "".join(text for kind, text in parts if kind == "text").strip()
        inside = self._joined(parts)
        bare = inside.strip()
        before = inside[: len(inside) - len(inside.lstrip())] if bare else inside
        after = inside[len(inside.rstrip()) :] if bare else ""
        above = self.marks[-1][1]
        above.append(("raw", before))
        if name == "a":
            above.append(("raw", _link(bare, plain, href)))
        elif bare and len(self.marks) <= DEEPEST_MARK and _can_hold(_EMPHASIS[name], bare):
            above.append(("emphasis", f"{_EMPHASIS[name]}{bare}{_EMPHASIS[name]}"))
        else:
            above.append(("raw", bare))
        above.append(("raw", after))

    def _joined(self, parts):
        """What stands in a paragraph or a mark as one string; emphasis inside a word is told by what is not seen."""
        texts = [_escape(text) if kind == "text" and self.escape else text for kind, text in parts]
        filled = [place for place, text in enumerate(texts) if text]
        for nth, place in enumerate(filled):
            is_free = (
                not nth or bool(_FREE_BEFORE.search(texts[filled[nth - 1]])),
                nth + 1 == len(filled) or bool(_FREE_BEHIND.match(texts[filled[nth + 1]])),
            )
            if parts[place][0] == "emphasis":
                texts[place] = texts[place].join("" if free else ZERO_WIDTH for free in is_free)
            elif parts[place][0] == "code":
                texts[place] = _code(texts[place], least=1 if all(is_free) else 2)
        return "".join(texts)

    def _paragraph(self):
        while len(self.marks) > 1:
            self._close_mark()
        lines = [re.sub(r" {2,}", " ", line).strip() for line in self._joined(self.marks[0][1]).split("\n")]
        text = "\n".join(map(_escape_start, lines) if self.escape else lines).strip("\n")
        self.marks = [("", [])]
        if text.strip():
            self.blocks[-1][1].append(re.sub(r"\n{2,}", "\n", text))

    def _close_block(self):
        self._paragraph()
        name, parts = self.blocks.pop()
        above = self.blocks[-1]
        if name in {"ul", "ol"}:
            self.numbers.pop()
        inside = "\n\n".join(parts)
        if not inside:
            return
        if name == "blockquote":
            inside = "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
        elif name == "li":
            mark = f"{self.numbers[-1] if self.numbers else 1}. " if above[0] == "ol" else "- "
            inside = mark + inside.replace("\n", "\n" + " " * len(mark)).replace("\n" + " " * len(mark) + "\n", "\n\n")
        elif name in {"ul", "ol"}:
            if name == "ul" and len(parts) == 1 and above[0] != "li":
                inside = f"{BULLET}{inside[1:]}"
            else:
                inside = ("\n\n" if any("\n\n" in part for part in parts) else "\n").join(parts)
            if above[0] == "li" and len(above[1]) == 1:
                # A blank line would set the items of both lists apart.
                inside = f"{above[1].pop()}\n{inside}"
        above[1].append(inside)

    def _fence(self, content):
        fence = _ticks(content, least=3)
        self.blocks[-1][1].append(f"{fence}\n{content}\n{fence}")

    def _inline_code(self, content):
        if content:
            self.marks[-1][1].append(("code", content))


def _ticks(content, *, least):
    return "`" * max([least, *(len(run) + 1 for run in re.findall(r"`+", content))])


def _code(content, *, least):
    ticks = _ticks(content, least=least)
    space = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{ticks}{space}{content}{space}{ticks}"


def _number(text, otherwise):
    return int(text) if re.fullmatch(r"\d{1,9}", text or "") else otherwise


def _link(inside, plain, href):
    if not inside or not re.match(r"https?://[^\s<>]+$", href, re.IGNORECASE):
        return inside
    if plain == href:
        return f"<{href}>"
    return f"[{inside}]({href})" if re.fullmatch(r"[^()\[\]`\"\\]+", href) else f"[{inside}](<{href}>)"


def _can_hold(marks, inside):
    """True if these marks make the text between them emphasis: they do where it begins and ends with a word."""
    shown = render_comment(f"{marks}{inside}{marks}")
    return bool(re.match(r"<p><(em|strong)>.*</\1></p>\s*$", shown, re.DOTALL))


def _escape(text):
    """The signs that could mark something up in the middle of a line, with what keeps them from it."""
    text = re.sub(r"(?<!\s)[*_]|[*_](?!\s)", rf"\g<0>{NO_MARK}", text)
    return re.sub(r"`|\[|\]|<(?=http)", rf"\g<0>{NO_MARK}", text, flags=re.IGNORECASE)


def _escape_start(line):
    """A line without what would begin a quotation, a list or a block of code."""
    return re.sub(r"^(?:>|[-*](?=\s)|\d{1,9}[.)](?=\s)|~(?=~~))", rf"\g<0>{NO_MARK}", line)
