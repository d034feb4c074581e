"""WordPress.com's formulas, `$latex … $` and [latex], as TeX in an element of class `math`."""

import html
import re

from blog_site.moving.text import TAG

# Jetpack's regular expression (modules/latex.php), with an end to how long a formula can be.
_FORMULA = re.compile(
    rf"(?P<tag>{TAG.pattern})|\$latex(?:=\s*|\s+)(?P<tex>(?:[^$\\]|\\.){{1,4000}}?)\$", re.IGNORECASE | re.DOTALL
)
_OPTIONS = re.compile(r"&(?:(?:bg|fg)=(?:[0-9a-f]{6}|[0-9a-f]{3}|transparent)|s=[-+]?\d)(?![\w])", re.IGNORECASE)
AS_TEXT = re.compile(r"\$(?=latex[=\s])", re.IGNORECASE)
# What our own export has escaped so that nobody runs it: here, and in code.code_as_text().
_ESCAPED = re.compile(r"&#(?:(36)(?=;latex[=\s])|x5b(?=;[a-z][\w-]*[\s\]]));", re.IGNORECASE)


def formulas(text, job):
    """The text with a mark for each formula outside of tags; alone in a paragraph, it is set on a line of its own."""

    def replace(match):
        return match[0] if match["tag"] else formula(match["tex"], job)

    return _FORMULA.sub(replace, text) if "$latex" in text.lower() else text


def formula(tex, job):
    tex = re.sub(r"<br\s*/?>|\s+", " ", tex)
    # Escaped by the editor, and its apostrophes and primes made typographic.
    tex = re.sub(r"&#?\w+;", lambda match: html.unescape(match[0]), tex)
    tex = _OPTIONS.sub("", tex).replace("’", "'").replace("′", "'").replace("\xa0", " ").strip()
    tex = html.escape(tex, quote=False)
    if not tex:
        return ""
    return job.held.keep(f'<span class="math">{tex}</span>', alone=f'<div class="math">{tex}</div>')


def escape(text):
    """HTML that shows `$latex x$` instead of running it."""
    return AS_TEXT.sub("&#36;", text)


def unescape(text):
    return _ESCAPED.sub(lambda match: "$" if match[1] else "[", text)
