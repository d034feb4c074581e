"""Code: coloured by Pygments, exactly as written, in a box that scrolls with the keyboard."""

import logging
import re

from bs4 import NavigableString
from django.utils.translation import gettext as _
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Comment, Generic, Keyword, Name, Number, String
from pygments.util import ClassNotFound

from .tree import element, elements, only_child

logger = logging.getLogger(__name__)

MAX_LENGTH = 50_000  # characters; longer code stays in one colour
# What gets a colour, first match first; the rest is ink.
_COLOURED = (
    *(Comment.Preproc, Comment, Keyword.Constant, Keyword, String, Number, Name.Tag, Name.Attribute, Name.Decorator),
    *(Name.Function, Name.Class, Name.Builtin, Generic.Deleted, Generic.Inserted, Generic.Heading, Generic.Subheading),
)
# The classes in the style sheet: Pygments' own short names.
COLOURS = frozenset(STANDARD_TYPES[group] for group in _COLOURED)
# Names of languages in exports of WordPress's highlighters that Pygments has under another.
_ALIASES = {"plain": "text", "as3": "actionscript3", "html5": "html", "csharp": "c#", "cf": "cfm", "jscript": "js"}


def set_code(root):
    """Each `pre` scrolls and has a name; in those whose language is told, the words have their colours."""
    for number, pre in enumerate(elements(root, "pre"), start=1):
        code = only_child(pre)
        code = code if code is not None and code.name == "code" else None
        language = _language(code) or _language(pre)
        lexer = _lexer(language)
        if language and code is None:
            code = element("code", pre.get_text())
            pre.clear()
            pre.append(code)
        if code is not None and language:
            code["class"] = [f"language-{language}"]
            del pre["class"]
        if code is not None and lexer:
            _colour(code, lexer)
        pre["tabindex"], pre["role"] = "0", "region"
        name = lexer and lexer.name != "Text only" and lexer.name
        pre["aria-label"] = (
            _("Code %(number)d: %(language)s") % {"number": number, "language": name}
            if name
            else _("Code %(number)d") % {"number": number}
        )
        if isinstance(pre.contents[0] if pre.contents else None, NavigableString) and pre.contents[0].startswith("\n"):
            # Parsers drop a line feed that comes first: the gate's does, and the reader's.
            pre.insert(0, "\n\n")


def _language(node):
    """The name in `class="language-python"` (a fence, HTML) or `lang="python"`, or None."""
    if node is None:
        return None
    # Some of WordPress's plugins say it where only people's languages belong.
    named = node.attrs.pop("lang", "")
    for word in node.get("class") or ():
        if match := re.fullmatch(r"lang(?:uage)?-([\w+#.-]{1,30})", word):
            return match[1].lower()
    return named.lower() if _lexer(named.lower()) else None


def _lexer(language):
    try:
        return get_lexer_by_name(_ALIASES.get(language, language)) if language else None
    except ClassNotFound:
        return None


def _colour(code, lexer):
    source = code.get_text()
    if len(source) > MAX_LENGTH:
        return
    try:
        # Not `get_tokens()`: it drops lines at the ends and adds one.
        tokens = [(kind, value) for _at, kind, value in lexer.get_tokens_unprocessed(source)]
    except Exception:
        logger.exception("Code of %d characters could not be coloured", len(source))
        return
    if "".join(value for _kind, value in tokens) != source:
        return
    code.clear()
    for name, value in _joined(tokens):
        code.append(element("span", value, class_=name) if name else NavigableString(value))


def _joined(tokens):
    """(class, text), neighbours of one class together; white space goes with what is before it."""
    name, text = "", ""
    for kind, value in tokens:
        new = name if value.isspace() else _class(kind)
        if new != name and text:
            yield name, text
            text = ""
        name, text = new, text + value
    if text:
        yield name, text


def _class(kind):
    return next((STANDARD_TYPES[group] for group in _COLOURED if kind in group), "")
