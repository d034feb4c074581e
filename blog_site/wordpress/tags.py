"""HTML tags in a text, and what of their attributes is WordPress's own."""

import re

# A tag, so that newlines and marks inside it are not taken for the text's.
TAG = re.compile(r"""</?[a-z][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*){0,60}>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\s(class|style|data-[\w-]+|aria-[\w-]+|role|id(?=="wp-))\s*=\s*(?:"([^"]*)"|'([^']*)'|[^\s>]*)""", re.IGNORECASE
)
_KEPT_CLASS = re.compile(
    r"align(?:left|right|center|none|wide|full)|language-[\w-]+|footnote[\w-]*|gallery|math|pull-quote"
)


def clean_tag(match):
    """A match of TAG without what only WordPress's style sheets and scripts need; alignment stays, as a class."""
    if not _ATTRIBUTE.search(match[0]):
        return match[0]
    classes = []

    def take(attribute):
        name, value = attribute[1].lower(), attribute[2] or attribute[3] or ""
        if name == "class":
            classes.extend(re.sub(r"\bhas-text-align-(left|right|center)\b", r"align\1", value).split())
        elif name == "style" and (align := re.search(r"text-align:\s*(left|right|center)", value)):
            classes.append(f"align{align[1]}")
        return ""

    tag = _ATTRIBUTE.sub(take, match[0])
    kept = " ".join(dict.fromkeys(word for word in classes if _KEPT_CLASS.fullmatch(word)))
    return re.sub(r"^<\w+", lambda name: f'{name[0]} class="{kept}"', tag) if kept else tag
