"""Strangers' Markdown: a little of it, no HTML, and no text that takes long. The gate is in `posts/markup.py`.

Every typed sign is shown unless it clearly marks up: `docs/writing.md` has the dialect. Here are its blocks
(paragraphs, quotations, lists, code); `comment_lines.py` has what stands in their lines.
"""

import html
import re

from . import comment_lines

COMMENT_MAX_LENGTH = 20_000  # characters; the form refuses more
_DEEPEST = 12  # quotations and lists in each other
_WIDEST = 12  # white space before a list; before what is in it, any
# Time goes with the marks, not with the words: more of them than this is no letter, and is shown as it was typed.
# Code between fences costs a line each. (A test holds the worst case to 20 times prose.)
_MAX_MARKS = 1_000
_MARK = re.compile(r"[*_`<>\[\]\\(){}&\n]")
_FENCED = re.compile(r"^(`{3,})[^`]*^\1[ \t]*$", re.MULTILINE)

# A sign with this behind it marks nothing up, and this is not shown: the form in which importers write a text that
# has such signs. Nobody types it. While a text is read, such a sign is one of the private use area.
NO_MARK = "\u2060"
_HELD_SIGN = re.compile(rf"([!-/:-@\[-`{{-~]){NO_MARK}")
_HELD = 0xF0000
_HELD_SIGNS = re.compile(f"[{chr(_HELD + 0x21)}-{chr(_HELD + 0x7E)}]")

_FENCE = re.compile(r"([ \t]*)(`{3,}|~~~(?!~))[ \t]*([^`]*)$")
_LANGUAGE = re.compile(r"[\w+#.-]*\s*")
# A quotation's sign has a space behind it, or a word: `>:(`, `>_<` and `>w<` have neither, `>5` is "more than five".
_SIGNS = r"[\"'“„«»‘‚‹「『《（¿¡…*_`\[]{0,3}(?:(?<=«)\s)?"
_QUOTED = re.compile(rf"[ \t]*(?:>[ \t]?)*>(?:\s+\S(?!.{{0,3}}<\s*$)|(?!\S{{0,4}}<){_SIGNS}[^\W\d_](?!\s*$))")
_PROMPT = re.compile(r">>>(?:[ \t]|$)")  # Python's; nobody quotes the third voice without the other two
_GOES_ON_QUOTED = re.compile(r"[ \t]*>(?:[ \t]*$|\d)")
_QUOTE_SIGN = re.compile(r"[ \t]*> ?")
_ITEM = re.compile(
    r"([ \t]*)((?P<mark>[-*])|(?P<number>0|[1-9][0-9]{0,3})(?P<end>[.)])"
    r"(?![ \t]+[0-9]{1,4}[.)](?:[ \t]|$)))([ \t]+)(?=\S)"  # not "24. 12. 2020", which is a date
)


def render(text):
    """A comment's text as HTML, in time proportional to its length; raises nothing that is known.

    Text that is longer than a comment may be, or more marks than words, comes back as escaped paragraphs.
    """
    if len(text) > COMMENT_MAX_LENGTH or _marks_in(_FENCED.sub("`" * 6, text)) > _MAX_MARKS:
        return paragraphs(text)
    held = _HELD_SIGN.sub(lambda match: chr(_HELD + ord(match[1])), text) if NO_MARK in text else text
    rendered = "\n".join(_blocks(re.split("\r\n|\r|\n", held), _DEEPEST)) + "\n"
    return _HELD_SIGNS.sub(lambda match: html.escape(chr(ord(match[0]) - _HELD)), rendered)


def _marks_in(text):
    return len(_MARK.findall(text)) + 2 * text.count("://") + text.lower().count("www.")


def paragraphs(text):
    """Any text as it was typed, escaped, in paragraphs and lines."""
    blocks = re.split(r"\n\s*\n", comment_lines.escaped(_HELD_SIGN.sub(r"\1", text).strip()))
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks)


def _blocks(lines, depth, *, in_item=False, tight=False):
    """The HTML of each block in these lines; `depth` levels may be in them. In a tight list paragraphs are bare."""
    blocks, paragraph, position = [], [], 0

    def end_paragraph():
        if paragraph:
            inside = comment_lines.render("\n".join(paragraph))
            blocks.append(inside if tight else f"<p>{inside}</p>")
            paragraph.clear()

    while position < len(lines):
        line = lines[position].strip()
        special = None
        if not line:
            end_paragraph()
        elif depth and line[0] in "`~":
            special = _code(lines, position)
        elif depth and line[0] == ">":
            special = _quotation(lines, position, depth - 1)
        elif depth and (line[0] in "-*" or line[0].isdecimal()):
            special = _list(lines, position, depth - 1, needs_two=not in_item, in_paragraph=bool(paragraph))
        if special:
            end_paragraph()
            block, position = special
            blocks.append(block)
        else:
            paragraph += [line] if line else []
            position += 1
    end_paragraph()
    return blocks


def _code(lines, position):
    """(code between fences, where it ends), or None. What is not closed goes on to the end; `~~~` has to be closed."""
    fence = _FENCE.match(lines[position])
    if not fence:
        return None
    indent, sign, info = fence.groups()
    end_of = re.compile(rf"[ \t]*{sign[0]}{{{len(sign)},}}[ \t]*$")
    first, end = position + 1, position + 1
    while end < len(lines) and not end_of.match(lines[end]):
        end += 1
    if sign[0] == "~" and (end >= len(lines) or not lines[first].strip()):
        return None  # a line drawn between two paragraphs
    if end >= len(lines) and not "".join(lines[first:]).strip():
        return None
    content = [_without_indent(line, len(indent.expandtabs(4))) for line in lines[first:end]]
    if not _LANGUAGE.fullmatch(info):
        content.insert(0, info)
    code = comment_lines.escaped("\n".join(content))
    return f"<pre><code>{code}\n</code></pre>", end + 1


def _quotation(lines, position, depth):
    """(the quotation that begins here, where it ends), or None: it ends with the last line that has its sign.

    Lines of Python's prompt alone are a paragraph.
    """
    if not _QUOTED.match(lines[position]):
        return None
    start, quoted = position, []
    while position < len(lines) and (
        _QUOTED.match(lines[position]) or (quoted and _GOES_ON_QUOTED.match(lines[position]))
    ):
        quoted.append(_QUOTE_SIGN.sub("", lines[position], count=1))
        position += 1
    if all(map(_PROMPT.match, lines[start:position])):
        return f"<p>{comment_lines.render(chr(10).join(lines[start:position]))}</p>", position
    return _element("blockquote", _blocks(quoted, depth)), position


def _list(lines, position, depth, *, needs_two, in_paragraph):
    """(the list that begins here, where it ends), or None. One item alone is a list if it has a number with a full
    stop and begins a paragraph, or in a list, or if it has others below it: a dash or a star would not be shown."""
    first = _ITEM.match(lines[position])
    if not first or _indent(lines[position]) > _WIDEST:
        return None
    items, is_loose, end = _items(lines, position, first)
    if len(items) == 1 and needs_two and (in_paragraph or first["end"] != ".") and not _has_item_below(items[0]):
        return None
    written = []
    for item, content in items:
        blocks = _blocks(content, depth, in_item=True, tight=not is_loose)
        written.append((item["number"] and int(item["number"]), _framed(blocks) if is_loose else "\n".join(blocks)))
    if not first["number"]:
        return _element("ul", [f"<li>{inside}</li>" for _number, inside in written]), end
    start = expected = written[0][0]
    rows = []
    for number, inside in written:
        # As it was typed, though a browser would count on.
        rows.append(f"<li>{inside}</li>" if number == expected else f'<li value="{number}">{inside}</li>')
        expected = number + 1
    return _element("ol", rows, "" if start == 1 else f' start="{start}"'), end


def _has_item_below(item):
    """True for an item of a list without numbers in which another begins."""
    mark, lines = item
    return bool(mark["mark"]) and any((below := _ITEM.match(line)) and below["mark"] for line in lines[1:])


def _items(lines, position, first):
    """([(the match of an item's mark, its lines)], whether blank lines stand in the list, where it ends)."""
    base = _indent(lines[position])
    width = base + len(first[2]) + 1
    items, is_loose, blank = [], False, 0
    while position < len(lines):
        line = lines[position]
        if not line.strip():
            blank += 1
        elif items and line[0] in " \t" and _indent(line) >= base + 2:
            items[-1][1].extend([""] * blank + [line])
            is_loose, blank = is_loose or blank > 0, 0
        elif (item := _ITEM.match(line)) and (item["mark"], item["end"]) == (first["mark"], first["end"]):
            items.append((item, [line[item.end() :]]))
            is_loose, blank = is_loose or blank > 0, 0
        elif items and not (blank or item) and (between := _between(lines, position, first)):
            items[-1][1].extend(between)
            position += len(between) - 1
        else:
            break
        position += 1
    contents = [(item, [line, *(_without_indent(more, width) for more in rest)]) for item, (line, *rest) in items]
    return contents, is_loose, position - blank


def _between(lines, position, first):
    """The lines from here to the next item of the list, which belong to the item above; none over a blank line."""
    for end in range(position, len(lines)):
        item = _ITEM.match(lines[end])
        if item:
            is_next = (item["mark"], item["end"]) == (first["mark"], first["end"])
            return lines[position:end] if is_next and end > position else []
        if not lines[end].strip():
            break
    return []


def _indent(line):
    before = line[: len(line) - len(line.lstrip(" \t"))]
    return len(before.expandtabs(4) if "\t" in before else before)


def _without_indent(line, width):
    """The line without as much white space at its beginning, at most."""
    text = line.lstrip(" \t")
    before = line[: len(line) - len(text)]
    return (line if not width else before.expandtabs(4)[width:] + text) if before else line


def _element(tag, parts, attributes=""):
    return f"<{tag}{attributes}>{_framed(parts)}</{tag}>"


def _framed(parts):
    return "\n" + "".join(f"{part}\n" for part in parts)
