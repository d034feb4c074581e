"""WordPress's breaks: `<!--more-->`, with the words of its link or without, and `<!--nextpage-->`.

The first "more" divides a post: lists show what is above it. A post is shown whole, on one page.
"""

import copy
import html
import re

from bs4 import Comment

from .sections import HEADINGS
from .tree import element, elements, no_landmarks, only_child

_MORE = re.compile(r"\s*more\b(.*)", re.DOTALL | re.IGNORECASE)
MAX_LABEL = 100


def set_break(root):
    """Puts `#more` where the first break stands, and drops all comments; the words for its link, often none."""
    label = None
    for node in elements(root, having="id"):
        if node["id"] != "more":
            continue
        # One of an earlier rendering stays; other things of that name would take its place.
        if node.name != "span" or node.contents or label is not None:
            del node["id"]
        else:
            label = ""
    for comment in [node for node in root.descendants if isinstance(node, Comment)]:
        more = _MORE.fullmatch(comment)
        if more and label is None:
            label = " ".join(html.unescape(more[1]).split())[:MAX_LABEL]
            comment.replace_with(element("span", id="more"))
        else:
            comment.extract()
    place = root.find("span", id="more")
    if place and place.parent.name == "p" and only_child(place.parent) is place:
        place.parent.unwrap()
    return label or ""


def teaser(root):
    """A copy of what stands above the break, to stand in a list: without addresses in it and numbers of notes.

    None where there is no break, or nothing above it.
    """
    if not root.find(id="more"):
        return None
    above = copy.copy(root)
    place = above.find(id="more")
    for node in [place, *place.parents]:
        if node is above:
            break
        for sibling in list(node.next_siblings):
            sibling.extract()
    place.extract()
    for node in elements(above, "sup", "a"):
        if (node.name == "sup" and node.find("a", class_="footnote-ref")) or "anchor" in node.get("class", ()):
            node.extract()
    for node in elements(above, having="id"):
        del node["id"]
    no_landmarks(above)
    for heading in elements(above, *HEADINGS):
        # Below the title, which is a heading of the second level there.
        heading.name = f"h{min(int(heading.name[1]) + 1, 6)}"
    return above if above.get_text(strip=True) or above.find(["img", "video", "audio"]) else None
