"""Tables in a box that scrolls; where one is wide, the keyboard can get to it."""

import re

from django.utils.translation import gettext as _

from .tree import element, elements, has_class, outermost

# A window of 320 px leaves the text 288; a character of a table's type takes about 8, the space between columns 14.
_ROOM, _CHARACTER, _GAP = 288, 8, 14
_MANY = 12  # columns, whatever is in them


def set_tables(root):
    for node in elements(root, having="align"):
        # A column's or a picture's alignment is a class, not a style.
        if node["align"] in {"left", "right", "center"}:
            node["class"] = [*node.get("class", ()), f"align{node['align']}"]
        del node["align"]
    for number, table in enumerate(outermost(root, "table"), start=1):
        box = table.parent
        if not has_class(box, "table-scroll"):
            box = table.wrap(element("div"))
        box.attrs = {"class": ["table-scroll"]}
        if _is_wide(table):
            caption = table.find("caption")
            name = " ".join(caption.get_text().split())[:200] if caption else ""
            label = _("Table %(number)d") % {"number": number}
            box.attrs |= {"tabindex": "0", "role": "region", "aria-label": f"{label}: {name}" if name else label}


def _is_wide(table):
    """True if the table may be wider than the smallest window, by the longest word of each column."""
    longest = []
    parts = [table, *table.find_all(["thead", "tbody", "tfoot"], recursive=False)]
    for row in (row for part in parts for row in part.find_all("tr", recursive=False)):
        for column, cell in enumerate(row.find_all(["td", "th"], recursive=False)):
            if column == len(longest):
                longest.append(0)
            text = cell.get_text()
            words = [text] if elements(cell, "pre", "img") else re.split(r"[\s\u00ad\u200b-]+", text)
            longest[column] = max(longest[column], *map(len, words))
    return len(longest) > _MANY or sum(length * _CHARACTER + _GAP for length in longest) > _ROOM
