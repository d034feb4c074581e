"""Formulas: `<span class="math">` and `<div class="math">` with TeX in them become MathML."""

import html
import logging
import re
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from django.utils.translation import gettext as _
from latex2mathml.converter import convert_to_element

from .tree import element, has_class, holds_blocks, outermost

logger = logging.getLogger(__name__)

MAX_LENGTH = 4_000  # characters of one formula; a page of algebra has fewer
SHORT = 20  # signs of a formula that the smallest window has room for
# Environments that it does not know, as those that it does; a lone equation needs none.
_ENVIRONMENTS = {
    **dict.fromkeys(("aligned", "eqnarray", "eqnarray*"), "align*"),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), "matrix"),
    **dict.fromkeys(("equation", "equation*"), ""),
    "dcases": "cases",
}
_ENVIRONMENT = re.compile(rf"\\(begin|end)\{{({'|'.join(map(re.escape, _ENVIRONMENTS))})\}}")
# Numbers and names for references: there is nothing here that would refer to them.
_NUMBERING = re.compile(r"\\(?:label\{[^{}]*\}|nonumber\b|notag\b)")
# What the library makes of marks that have no meaning where they stand.
_UNREAD = {"&", "{", "}", "#", "_", "^"}


def set_formulas(root):
    for number, node in enumerate(outermost(root, "span", "div", class_="math"), start=1):
        if node.find("math"):
            continue
        tex = node.get_text().strip()
        display = node.name == "div" or has_class(node, "math-display")
        formula = mathml(tex, display=display)
        if formula is not None:
            node.clear()
            node.append(formula)
            if node.name == "div" and len(formula.get_text()) > SHORT:
                # It may be wider than the window, and scrolls.
                label = _("Formula %(number)d") % {"number": number}
                node.attrs |= {"tabindex": "0", "role": "region", "aria-label": label}
        elif node.name == "div" and holds_blocks(node.parent):
            node.replace_with(element("pre", element("code", tex), class_="math"))
        else:
            node.replace_with(element("code", tex, class_="math"))


def mathml(tex, *, display=False):
    """The formula as a `math` element with the TeX in `alttext`, or None where it can't be read."""
    if not tex or len(tex) > MAX_LENGTH:
        return None
    try:
        math = convert_to_element(_translate(tex), display="block" if display else "inline")
        for part in math.iter():
            # The library writes characters as references, and `unescape` makes them characters again.
            if part.text and (part.text in _UNREAD or part.text.startswith("\\")):
                return None
            part.text = html.unescape(part.text or "")
        math.set("alttext", tex)
        written = ElementTree.tostring(math, encoding="unicode", short_empty_elements=False)
    except Exception as error:
        # TeX is a language of its own, and people write to its edges: whatever goes wrong, the source is shown.
        logger.info("A formula of %d characters could not be read: %s", len(tex), type(error).__name__)
        return None
    return BeautifulSoup(written, "html.parser").math


def _translate(tex):
    """The formula in words that the library knows."""
    tex = _NUMBERING.sub("", tex)
    return _ENVIRONMENT.sub(
        lambda match: f"\\{match[1]}{{{_ENVIRONMENTS[match[2]]}}}" if _ENVIRONMENTS[match[2]] else "", tex
    )
