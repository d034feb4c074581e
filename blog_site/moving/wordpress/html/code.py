"""Code that stands in shortcodes: WordPress.com's, those of plugins, and what can be nothing else. To the character."""

import html
import re
from bisect import bisect_right
from collections import defaultdict
from urllib.parse import unquote

from .formulas import unescape
from .shortcode_options import CODE, LANGUAGES, NAMES, REST, SHORTCODE_AS_TEXT, options_of

_TOKEN = re.compile(
    rf"<!--\s*/?(?P<block>wp:)"
    rf"|\[(?P<escaped>{SHORTCODE_AS_TEXT.pattern})\]"
    rf"|(?P<shown>\[)?\[(?P<name>[a-z][\w+#-]*)(?P<options>\s[^\[\]]*)?\]",
    re.IGNORECASE,
)
_OPENING = re.compile(r"\[([a-z][\w+#-]*)(?:\s[^\[\]]*)?\]", re.IGNORECASE)
_ENDING = re.compile(r"\[/([a-z][\w+#-]*)\](\])?", re.IGNORECASE)
# CodeColorer says options in the name ([ccnle_php]: no line numbers, escaped), Crayon may say a number.
_CODE_COLORER = re.compile(r"cc(?P<flags>[behilnrstw]{0,6})(?:_(?P<language>[\w+#-]+))?")
_PLUGIN = re.compile(
    r"codecolorer|crayon(?:-\w+)?|pastacode|prism|prismjs|enlighter|geshi|hljs|highlight(?:er|js|-?syntax)"
    r"|syntax(?:-?highlight(?:er|ing)?)?|code[_-]?(?:syntax|block|highlight|highlighter)|(?:su|wp)_code|precode"
)
# Names that speak of code, if what stands there does too; a page builder's is a box for HTML that is to be run.
_SPEAKS = re.compile(
    r"(?!(?:et_pb|vc|fusion|av|kc|elementor|wpb)_|.*(?:short|post|zip|promo|qr|bar|coupon|em)[_-]?code)"
    r".*(?:code|syntax|snippet|prett(?:y|ify)|listing|source)"
)
_PARTED = re.compile(r"\s*(?:<br\s*/?>)?\s*</p>", re.IGNORECASE)
_BLOCK_COMMENT = re.compile(r"<!--\s*(/?)wp:[^<>]*-->")
# Elements around a shortcode that show code too: one is enough.
_AROUND = re.compile(r"(?:<(?:pre|code)\b[^<>]{0,200}>\s{0,9}){1,2}\Z", re.IGNORECASE)
_AFTER = re.compile(r"(?:\s{0,9}</(?:pre|code)>){1,2}", re.IGNORECASE)
_IN_CODE = re.compile(r"<(?P<end>/?)(?:pre|code)\b[^<>]*>", re.IGNORECASE)
_ALIASES = {"c++": "cpp", "c#": "csharp", "f#": "fsharp", "jscript": "javascript", "obj-c": "objc", "plain": "text"}
# Names of languages that plugins take, beside WordPress.com's.
_MORE_LANGUAGES = {
    *("asm", "awk", "basic", "c#", "c++", "dart", "docker", "dockerfile", "f#", "graphql", "html5", "http", "ini"),
    *("json", "less", "make", "makefile", "markdown", "md", "nginx", "powershell", "rust", "sass", "scss", "sh", "svg"),
    *("toml", "ts", "tsx", "jsx", "twig", "vim", "wasm", "console", "apache", "batch", "bat", "java", "objective-c"),
}
LOOKED_AT = 4000  # characters of a content, to tell what it is
_MARKUP = re.compile(r"<(?:a|br|div|form|h\d|iframe|img|li|ol|p|script|span|style|table|ul)\b", re.IGNORECASE)
_STRINGS = re.compile(r""""[^"\n]*"|'[^'\n]*'""")
_LINE = re.compile(
    r"""\s*(?:
        (?://|/\*|\*/|\#!|\#include\b|<\?|\?>|\$\s).*
        | (?:def|class|function|func|fn|sub|public|private|static)\s+[\w$].*[:{(;)]
        | (?:import|from)\s+[\w.]+(?:\s+import\s.+)?;?
        | (?:if|for|while|elif|try|with|except)\b.*[:{]
        | (?:sudo|git|npm|pip|apt|apt-get|docker|curl|mkdir|chmod)\s.*
        | (?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER)\s.*
        | [$@]?\w[\w.:>-]*(?:\[[^\]]*\])?\s*[-+*/.|&]?=\s*\S.*
        | [\w.:$>-]+\(.*\);?
        | [{}()\[\];,]+
    )""",
    re.VERBOSE,
)
_SIGNS = re.compile(r"\w\(|[{}=<>$\[\]\\]|[\w-]:\s")


def hold_code(text, job):
    """The text with marks for code and for what is escaped.

    `[[gallery]]` shows `[gallery]`, and `[[code]x[/code]]` shows `[code]x[/code]`.
    """
    parts, done = [], 0
    for start, end, shown in _held(text, job):
        parts += [text[done:start], shown]
        done = end
    return "".join([*parts, text[done:]])


def code_as_text(text):
    """HTML that shows what `hold_code()` would take for a plugin's code, instead of running it."""
    if "[/" not in text:
        return text
    places = _Places(text)
    openings = [match for match in _TOKEN.finditer(text) if match["name"] and not match["shown"]]
    taken = [match.start() for match in openings if match["name"].lower() not in NAMES and _is_code(match, places)]
    for start in reversed(taken):
        text = f"{text[:start]}&#x5b;{text[start + 1 :]}"
    return text


def code_html(source, language="", title=""):
    """A piece of code; `language` as its author calls it, `title` in HTML."""
    language = _ALIASES.get(language.lower().strip(), language.lower().strip())
    language = re.sub(r"[^\w-]", "", language.replace("+", "p").replace("#", "sharp"))
    attribute = f' class="language-{language}"' if language else ""
    block = f"<pre><code{attribute}>{source}</code></pre>"
    return f"<figure><figcaption>{title}</figcaption>{block}</figure>" if title else block


class _Places:
    """Where shortcodes begin and end in a text, by their names in small letters."""

    def __init__(self, text):
        self.text = text
        self.openings, self.endings, self.double = defaultdict(list), defaultdict(list), defaultdict(list)
        for match in _ENDING.finditer(text):
            self.endings[match[1].lower()].append(match.start())
            if match[2]:
                self.double[match[1].lower()].append(match.start())
        # Only what has an end somewhere can be code.
        for match in _OPENING.finditer(text) if self.endings else ():
            self.openings[match[1].lower()].append(match.start())
        self.elements = [(match.start(), match["end"]) for match in _IN_CODE.finditer(text)]

    def next(self, places, at):
        """The first of some places after `at`, or None."""
        number = bisect_right(places, at)
        return places[number] if number < len(places) else None

    def in_code(self, at):
        """True within an element that shows code."""
        number = bisect_right(self.elements, (at,))
        return number > 0 and not self.elements[number - 1][1]

    def begins_line(self, at):
        before = self.text[max(0, at - 200) : at]
        return re.search(r"(?:\A|\n|>)[ \t]*\Z", before if len(before) < 200 else f"x{before}") is not None


def _held(text, job):
    """Yields (start, end, what stands there) of each piece of code and each escaped shortcode, in order."""
    if "[" not in text:
        return
    places, at, comments_end = _Places(text), 0, True
    while match := _TOKEN.search(text, at):
        at, shown = match.end(), None
        if match["block"]:
            end = text.find("-->", at) if comments_end else -1
            comments_end = end >= 0
            at = end + len("-->") if comments_end else at
        elif match["escaped"]:
            yield match.start(), at, job.held.keep(unescape(match["escaped"]))
        elif match["shown"]:
            name = match["name"].lower()
            end = places.next(places.double[name], at - 1) if name in NAMES or _is_plugin(name) else None
            if end is not None:
                at = end + len(f"[/{name}]]")
                yield match.start(), at, job.held.keep(unescape(text[match.start() + 1 : at - 1]))
        elif match["name"].lower() == "pastacode" and (shown := _pasted(match["options"] or "")):
            yield match.start(), at, job.held.hold(shown)
        elif _is_code(match, places):
            name = match["name"].lower()
            end = places.next(places.endings[name], at - 1)
            span = _widened(text, match.start(), end + len(f"[/{name}]"))
            yield *span, _convert(match, text[at:end], job, within_line=_is_within_line(text, *span))
            at = span[1]


def _is_code(match, places):
    """True if a shortcode shows what stands before its end as code."""
    name, options, text = match["name"].lower(), match["options"] or "", places.text
    end = places.next(places.endings[name], match.end() - 1) if name not in REST else None
    if end is None:
        return False
    named, listed = options_of(options)
    if any(one.lower() not in LANGUAGES | _MORE_LANGUAGES for one in listed):
        return False
    inside = text[match.end() : min(end, match.end() + LOOKED_AT)]
    block = _BLOCK_COMMENT.search(inside)
    if block and block[1] and not _PARTED.match(inside):
        return False
    if places.in_code(match.start()) and not _has_element(text, match.start(), end + len(f"[/{name}]")):
        # In the middle of other code it is a part of that, unless WordPress.com would run it.
        return name in CODE and bool(options) and places.begins_line(match.start())
    # A word in brackets is none that is meant, if the next one of its kind is closed by the same end.
    again = places.next(places.openings[name], match.end() - 1)
    if not options.strip() and not places.begins_line(match.start()) and again is not None and again < end:
        return False
    language = (named.get("lang") or named.get("language") or "").lower()
    if name in CODE or _is_plugin(name) or language in LANGUAGES | _MORE_LANGUAGES:
        return True
    return _looks_like_code(_whole(inside), may_be_markup=_SPEAKS.match(name) is not None)


def _is_plugin(name):
    return bool(_PLUGIN.fullmatch(name) or _CODE_COLORER.fullmatch(name))


def _looks_like_code(text, *, may_be_markup):
    """True for what nobody would write as a sentence, or as HTML to be shown."""
    if re.search(r"<\?(?:php|=|xml)", text):
        return True
    if _MARKUP.search(_STRINGS.sub("", text)):
        return may_be_markup
    if "[/" in text:
        return False
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    signs = [line for line in lines if _is_code_line(line)]
    return bool(signs) and len(signs) >= 0.6 * len(lines)


def _is_code_line(line):
    if len(line) > 400:
        return False
    ends = line.endswith((";", "{", "}", "};", ");")) and _SIGNS.search(line)
    return bool(ends or _LINE.fullmatch(line))


def _has_element(text, start, end):
    return _AROUND.search(text[max(0, start - 300) : start]) and _AFTER.match(text[end : end + 60])


def _whole(source):
    """Code as one piece, where an editor has made paragraphs, or blocks, of its lines."""
    if not _PARTED.match(source):
        return source
    return re.sub(r"<br\s*/?>\n?", "\n", re.sub(r"</p>|<p\b[^<>]*>", "", _BLOCK_COMMENT.sub("", source)))


def _widened(text, start, end):
    """The place of a shortcode with the elements around it that show code too."""
    if not _has_element(text, start, end):
        return start, end
    before = _AROUND.search(text[max(0, start - 300) : start])
    return start - len(before[0]), end + _AFTER.match(text[end : end + 60]).end()


def _is_within_line(text, start, end):
    before, after = text[max(0, start - 200) : start].rpartition("\n")[2], text[end : end + 200].partition("\n")[0]
    before, after = (re.sub(r"<[^<>]*>", "", part).strip(" \t") for part in (before, after))
    return bool(before or after)


def _convert(match, source, job, *, within_line):
    """A mark for a piece of code: on lines of its own, or within a line."""
    name, options = match["name"].lower(), match["options"] or ""
    named, listed = options_of(options)
    colorer, source = _CODE_COLORER.fullmatch(name), _whole(source)
    language = named.get("language") or named.get("lang") or (name if name in LANGUAGES | _MORE_LANGUAGES else "")
    language = language or (colorer and colorer["language"]) or ""
    language = language or next((one for one in listed if one.lower() in LANGUAGES | _MORE_LANGUAGES), "")
    is_said = colorer and "e" in colorer["flags"] and "<" not in source
    if is_said or not re.search(r"<|&(?!#?\w+;)", source):
        # As SyntaxHighlighter saved it: escaped once. Where anything stands unescaped, all is as typed.
        source = html.unescape(source)
    asked = named.get("inline", "").lower() in {"1", "true", "yes"} or (colorer and "i" in colorer["flags"])
    known = name in CODE or _is_plugin(name)
    if "\n" not in source.strip() and (asked or (within_line and not known)):
        return job.held.keep(f"<code>{html.escape(source.strip(), quote=False)}</code>")
    return job.held.hold(code_html(html.escape(source.strip("\n"), quote=False), language, named.get("title", "")))


def _pasted(options):
    """Pastacode's code that stands in an option, or nothing."""
    named, _listed = options_of(options)
    source = unquote(named.get("manual") or "")
    language = named.get("lang", "")
    return code_html(html.escape(source.strip("\n"), quote=False), language, named.get("message", "")) if source else ""
