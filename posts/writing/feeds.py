"""A post's HTML as programs can use it that know less than browsers: feed readers, and what reads words alone."""

import html
import re

from posts import languages

_FORMULA = re.compile(r'<math\b(?:[^>]*?\salttext="([^"]*)")?[^>]*>(.*?)</math>', re.DOTALL)
_NUMBER_OF_NOTE = re.compile(r'<sup id="fnref[^>]*><a[^>]*>[^<]*</a></sup>')
_ANCHOR = re.compile(r'<a\b[^>]*\sclass="anchor"[^>]*></a>')
_END_OF_WORDS = re.compile(r"<(?:br|/p|/li|/h\d|/td|/th|/dd|/dt|/blockquote|/figcaption|/pre)\b[^>]*>")


def fit(rendered: str, language: str = "") -> str:
    """Formulas are their TeX, headings have no links to themselves; in an element that says its `language`, if any."""
    # Unescaped and escaped again, since attributes and texts differ in what has to be.
    plain = _FORMULA.sub(
        lambda match: f"<code>{html.escape(html.unescape(match[1]))}</code>" if match[1] else match[2], rendered
    )
    plain = _ANCHOR.sub("", plain)
    if language:
        plain = f'<div lang="{html.escape(language)}" dir="{languages.direction(language)}">{plain}</div>'
    return plain


def words_apart(rendered: str) -> str:
    """HTML whose words stay apart when its tags go; formulas are their TeX, and footnotes have no numbers."""
    words = _NUMBER_OF_NOTE.sub("", _FORMULA.sub(lambda match: match[1] or match[2], rendered))
    return _END_OF_WORDS.sub(" ", words)
