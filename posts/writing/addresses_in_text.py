"""Addresses of the web as people type them into a text, in any script and beside any punctuation."""

import re

import nh3

# Letters of scripts other than Latin. One right behind a Latin letter or a digit is the text going on: Chinese,
# Japanese and Korean have no space there. Behind any other sign, as in /wiki/中国, it is part of the address.
_OTHER_LETTERS = (
    "\u0370-\u1dff\u1f00-\u1fff\u2e80-\u2fff\u3005-\u3007\u3021-\u302f\u3031-\u303c\u303e-\ud7ff\uf900-\ufaff"
    "\ufb1d-\ufdff\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00020000-\U0003ffff"
)
# What no address has as it is typed: quotation marks, dashes, arrows and symbols, marks of direction, and the
# punctuation of scripts other than Latin.
_ENDS = (
    r"\s<>\"\\`´\u00ad“”«»¡¿\u055a-\u055f\u0589\u05c0\u05c3\u05f3\u05f4\u060c\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965"
    r"\u0e2f\u0e5a\u0e5b\u104a-\u104f\u1360-\u1368\u17d4-\u17da\u1800-\u180a\u200b\u200e\u200f\u2010-\u2bff"
    r"\u3000-\u3004\u3008-\u3020\u3030\u303d\ufe10-\ufe19\ufe30-\ufe6b\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40"
    r"\uff5b-\uff65\U0001f000-\U0001faff"
)
_LETTER = rf"(?!(?<=[A-Za-z0-9])[{_OTHER_LETTERS}])"
# Not \w: the vowel signs of India are none.
_LABEL = rf"(?!-)(?:{_LETTER}(?:[A-Za-z0-9_-]|[^\x00-\x7f{_ENDS}]))+"
# Another address begins behind these signs.
BEGINNING = r"(?i:https?://|www\.)"
_NEXT = rf"(?![;,|)\]}}]{BEGINNING})"
# Linear on any input: each sign is taken or not by itself and by its neighbour.
ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9@/]){BEGINNING}{_LABEL}(?:\.{_LABEL})+(?::\d{{1,5}}(?!\d))?"
    rf"(?:[/?#](?:(?<==)\"[^\s\"<>]*\"|{_NEXT}{_LETTER}[^{_ENDS}])*)?"
)
_AFTER = ".,:;!?'*~^|\u00b7\u200c\u200d({["
_CLOSED_BY = {")": "(", "]": "[", "}": "{"}


def address_at(text, start):
    """The address that begins at `start` in `text`, without what follows it; empty where none does."""
    match = ADDRESS.match(text, start)
    if not match:
        return ""
    address = _balanced(match[0])
    if address.endswith(("'s", "'S")):
        address = address[:-2]
    address = address.rstrip(_AFTER)
    # The end of an emphasis that began right before it, or further above.
    marks = re.search(r"_*\Z", text[max(0, start - 2) : start])[0]
    if marks or address.count("_") % 2:
        address = (address.removesuffix(marks) if marks else address.rstrip("_")).rstrip(_AFTER)
    return address


def target(address):
    """Where an address leads that may begin with `www.`."""
    return address if re.match("https?://", address, re.IGNORECASE) else f"http://{address}"


# Hosts that need no asking: letters, digits and dots, no number at the end, no Punycode, a small port.
_ORDINARY = re.compile(
    r"https?://(?![^/?#]*xn--)(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?::\d{1,4})?(?=[/?#]|\Z)", re.IGNORECASE
)
_ORIGIN = re.compile("https?://[^/?#]*", re.IGNORECASE)


def leads_on(address):
    """True if the gate lets this link pass, and so a browser could follow it: there are no such port as 70000 and no
    such host as 1.2.3.4.5. What follows the host makes no difference."""
    if _ORDINARY.match(address):
        return True
    # Without quotation marks and the like, which no host has either.
    origin = _ORIGIN.match(address)[0]
    return not re.search(r"[\"'<>&\s]", origin) and "href" in nh3.clean(f'<a href="{origin}">', link_rel=None)


def _balanced(address):
    """The address up to a bracket that has no other in it."""
    opened = []
    for bracket in re.finditer(r"[()\[\]{}]", address):
        if bracket[0] not in _CLOSED_BY:
            opened.append(bracket)
        elif opened and opened[-1][0] == _CLOSED_BY[bracket[0]]:
            opened.pop()
        else:
            return address[: (opened[0] if opened else bracket).start()]
    return address[: opened[0].start()] if opened else address
