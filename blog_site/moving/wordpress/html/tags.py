"""HTML tags in a text, and what of their attributes is WordPress's own."""

import re

_ATTRIBUTE = re.compile(
    r"""\s(class|style|data-[\w-]+|aria-[\w-]+|role|id(?=="wp-))\s*=\s*(?:"([^"]*)"|'([^']*)'|[^\s>]*)""", re.IGNORECASE
)
_KEPT_CLASS = re.compile(
    r"align(?:left|right|center|none|wide|full)|language-[\w-]+|footnote[\w-]*|gallery|math|pull-quote"
)
_STYLED = re.compile(r"(?:text-align|float)\s*:\s*(left|right|center)", re.IGNORECASE)
# Elements of older HTML, and what says the same.
_OLD = {"acronym": "abbr", "tt": "code", "strike": "s", "address": "div"}
_OLD_TAG = re.compile(r"<(/?)(acronym|tt|strike|address|center)\b([^<>]*)>", re.IGNORECASE)


def modern(text):
    """HTML with today's elements for those that are dropped otherwise."""

    def renamed(match):
        name = match[2].lower()
        if name == "center":
            return "</div>" if match[1] else '<div class="aligncenter">'
        return f"<{match[1]}{_OLD[name]}{match[3]}>"

    return _OLD_TAG.sub(renamed, text)


def clean_tag(match):
    """A match of TAG without what only WordPress's style sheets and scripts need; alignment stays, as a class."""
    if not _ATTRIBUTE.search(match[0]):
        return match[0]
    classes = []

    def take(attribute):
        name, value = attribute[1].lower(), attribute[2] or attribute[3] or ""
        if name == "class":
            classes.extend(re.sub(r"\bhas-text-align-(left|right|center)\b", r"align\1", value).split())
        elif name == "style" and (align := _STYLED.search(value)):
            classes.append(f"align{align[1].lower()}")
        return ""

    tag = _ATTRIBUTE.sub(take, match[0])
    kept = " ".join(dict.fromkeys(word for word in classes if _KEPT_CLASS.fullmatch(word)))
    return re.sub(r"^<\w+", lambda name: f'{name[0]} class="{kept}"', tag) if kept else tag
