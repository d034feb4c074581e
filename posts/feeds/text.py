"""Text and HTML as feeds may hold them: whole, absolute, and nothing that a reader's program stumbles on."""

import html
import re
from html.entities import name2codepoint
from urllib.parse import urljoin

from django.utils.encoding import iri_to_uri

# What XML 1.0 can't hold (its production Char), and C1 controls, which it advises against.
_NOT_XML = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n?|\x85")
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&#")
_ENTITY = re.compile(r"&(\w+)")
_MAIL = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
# Our own HTML, out of the sanitiser: attributes have double quotes, and none of those inside.
_TAG = re.compile(r"""<[a-zA-Z][a-zA-Z0-9]*(?:\s+[^\s=>"]+(?:="[^"]*")?)+\s*/?>""")
_ADDRESS = re.compile(r'(\s(?:href|src|cite|poster)=")([^"]*)"')
_OTHER = re.compile(r'\s(?:alt|title|class|id)="[^"]*"')
_SRCSET = re.compile(r'(\ssrcset=")([^"]*)"')


class XmlText(str):
    """What has been through `xml_text()`, and need not be looked through again: the texts of a feed are long."""


def xml_text(text: object) -> str:
    """`text` without what breaks a feed for everybody who reads it."""
    if isinstance(text, XmlText):
        return text
    text = str(text)
    if text.isascii() and text.isprintable():  # as addresses and times are
        return text
    return XmlText(_NOT_XML.sub("", _LINE_END.sub("\n", text)).replace("\ufffd", "?"))


def reads_as_html(text: str) -> bool:
    """True for plain text that a program which expects HTML would take for some: `<b>`, `&copy`."""
    if _MARKUP.search(text):
        return True
    return any(name in name2codepoint or not name.isalpha() or name == "apos" for name in _ENTITY.findall(text))


def as_html(text: str) -> str:
    """Plain text as HTML that shows it."""
    return html.escape(text, quote=False)


def absolute_html(stored: str, base: str) -> str:
    """Stored HTML with all addresses made absolute, `base` being that of the page it stands on."""

    def absolute(match: re.Match[str]) -> str:
        return f'{match[1]}{_absolute(match[2], base)}"'

    def candidates(match: re.Match[str]) -> str:
        # An address in a `srcset` has no white space; the first comma after some ends its descriptor.
        parts = (part.split(None, 1) for part in re.split(r",\s+", match[2].strip()))
        return f'{match[1]}{", ".join(" ".join([_absolute(part[0], base), *part[1:]]) for part in parts if part)}"'

    def tag(match: re.Match[str]) -> str:
        # The validator takes `src=` for an attribute even where it is a text.
        plain = _OTHER.sub(lambda text: text[0].replace("src=", "src&#61;"), match[0])
        return _SRCSET.sub(candidates, _ADDRESS.sub(absolute, plain))

    return _TAG.sub(tag, stored)


def _absolute(escaped: str, base: str) -> str:
    try:
        # White space inside an address is none to a browser.
        return html.escape(iri_to_uri(urljoin(base, re.sub(r"[\t\n\r]", "", html.unescape(escaped).strip()))))
    except ValueError:  # an address that is none leads nowhere, here as there
        return html.escape(base)


def as_name(text: str) -> str:
    """A person's name for Atom, which has no way to say that it is no HTML."""
    if reads_as_html(text) or _MAIL.search(text):
        return text.translate({ord("<"): "‹", ord(">"): "›", ord("&"): "＆"})
    return text
