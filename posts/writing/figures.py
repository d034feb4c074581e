"""Figures, pull quotes and folded parts, from Markdown's marks for them.

![What it shows](address "The caption")     alone in its paragraph: a figure with its caption
> [!pull]                                   a pull quote
> [!details] The line that stays            a folded part
"""

import re

from bs4 import NavigableString

from .tree import element, elements, only_child

_MARK = re.compile(r"\s*\[!(pull|details)\][ \t]*", re.IGNORECASE)


def set_figures(root):
    for image in elements(root, "img", having="title"):
        shown = image.parent if image.parent.name == "a" and only_child(image.parent) else image
        paragraph = shown.parent
        if paragraph.name != "p" or only_child(paragraph) is not shown:
            continue
        caption = image["title"].strip()
        del image["title"]
        if caption:
            paragraph.name = "figure"
            paragraph.append(element("figcaption", caption))
    for paragraph in elements(root, "p"):
        words = paragraph.contents[0] if paragraph.contents else None
        mark = _MARK.match(words) if type(words) is NavigableString else None
        if mark and paragraph.parent.name in {"blockquote", "details"}:
            words.replace_with(NavigableString(words[mark.end() :]))
            _set_callout(paragraph, mark[1].lower())


def _set_callout(first, kind):
    """Makes what the quote holds from its paragraph `first` on, which has lost its mark, a thing of its kind."""
    quote = first.parent
    if first.find_previous_sibling(True):
        # Markdown makes one quote of two with a blank line between them.
        rest = element("blockquote")
        quote.insert_after(rest)
        for node in [first, *first.next_siblings]:
            rest.append(node)
        quote = rest
    if kind == "pull":
        quote["class"] = ["pull-quote"]
    else:
        quote.name = "details"
        quote.insert(0, _summary(first))
    _without_empty_start(first)


def _summary(paragraph):
    """The first line of a paragraph, taken out of it."""
    summary = element("summary")
    while paragraph.contents:
        node = paragraph.contents[0]
        if type(node) is NavigableString and "\n" in node:
            line, _, rest = node.partition("\n")
            summary.append(line)
            node.replace_with(NavigableString(rest))
            break
        summary.append(node.extract())
    return summary


def _without_empty_start(paragraph):
    if paragraph.contents and type(paragraph.contents[0]) is NavigableString:
        paragraph.contents[0].replace_with(NavigableString(paragraph.contents[0].lstrip()))
    if not paragraph.get_text(strip=True) and not paragraph.find(True):
        paragraph.decompose()
