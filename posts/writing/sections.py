"""Headings: each has an address that lasts; three and more of them make a table of contents."""

from django.utils.text import slugify
from django.utils.translation import gettext as _

from .tree import element, elements, has_class

HEADINGS = ["h2", "h3", "h4", "h5", "h6"]
LISTED = {"h2", "h3"}
FEWEST = 3  # headings that make a table of contents worth its place
# Parts of the text with headings of their own, which are none of the post's.
_ASIDE = {"blockquote", "details", "figure", "li", "dd", "td", "th", "summary"}


def set_levels(root):
    """The page has one first-level heading, its title. What an earlier rendering added is taken away."""
    for heading in elements(root, "h1"):
        heading.name = "h2"
    for anchor in elements(root, "a", class_="anchor"):
        anchor.decompose()
    for box in elements(root, "div", "header", class_="section-head"):
        box.unwrap()


def set_anchors(root):
    """Gives each heading an `id`, `section-` and its words, and a link to itself; drops what doubles an `id`.

    The same words again get `_1`, `_2` and so on, as Python-Markdown counts them.
    """
    headings = elements(root, *HEADINGS)
    taken, counts = set(), {}
    for node in elements(root, having="id"):
        is_free = node["id"] not in taken
        taken.add(node["id"])
        if not is_free or (node.name in HEADINGS and not node["id"].startswith("section-")):
            del node["id"]
    for heading in headings:
        text = words(heading)
        if not heading.get("id"):
            heading["id"] = _free(f"section-{slugify(text, allow_unicode=True)}".rstrip("-"), taken, counts)
        if text and heading.parent is root:
            # Not a `div`: reader modes drop one with few words and a link in it.
            heading.wrap(element("header", class_="section-head"))
            label = _("Link to this section: %(heading)s") % {"heading": text}
            heading.insert_after(element("a", class_="anchor", href=f"#{heading['id']}", aria_label=label))


def contents(root):
    """The table of contents: a list to fold, with lists in it for third-level headings; None below three headings."""
    listed = [heading for heading in elements(root, *LISTED) if words(heading) and not _is_aside(heading)]
    if len(listed) < FEWEST:
        return None
    outer = element("ol")
    for heading in listed:
        item = element("li", element("a", words(heading), href=f"#{heading['id']}"))
        last = outer.find_all("li", recursive=False)[-1:] if heading.name == "h3" else []
        if not last:
            outer.append(item)
            continue
        if last[0].ol is None:
            last[0].append(element("ol"))
        last[0].ol.append(item)
    title = _("Contents")
    return element("nav", element("details", element("summary", title), outer), class_="contents", aria_label=title)


def _is_aside(heading):
    return any(parent.name in _ASIDE or has_class(parent, "footnote") for parent in heading.parents)


def words(heading):
    """What a heading says, without the numbers of its notes."""
    parts = (text for text in heading.strings if not _is_number_of_note(text))
    return " ".join("".join(parts).split())


def _is_number_of_note(text):
    return any(has_class(parent, "footnote-ref") for parent in text.parents)


def _free(name, taken, counts):
    """`name`, or with the first number behind it that is not `taken`; `counts` has where that was found last."""
    name = name if name != "section" else "section-1"
    free = name
    while free in taken:
        counts[name] = counts.get(name, 0) + 1
        free = f"{name}_{counts[name]}"
    taken.add(free)
    return free
