"""Footnotes of WordPress's block editor, whose words stand in a post's metadata."""

import html
import json
import re

_REFERENCE = re.compile(
    r"""<sup\b(?=[^<>]*?\sdata-fn\s*=\s*["'](?P<id>[\w-]{1,100})["'])[^<>]*>.{0,400}?</sup>""",
    re.IGNORECASE | re.DOTALL,
)


def footnotes(text, kept, job):
    """(text with its references as ours, HTML of the notes). `kept`: the metadata, a JSON list of id and content."""
    notes = _read(kept, job)
    numbers = {note: number for number, note in enumerate(notes, 1)}
    seen = dict.fromkeys(notes, 0)

    def replace(match):
        note = match["id"]
        if note not in notes:
            job.say("a footnote has lost its words, and its number was left out")
            return ""
        seen[note] += 1
        again = seen[note] if seen[note] > 1 else ""
        return f'<sup id="fnref{again}:{note}"><a class="footnote-ref" href="#fn:{note}">{numbers[note]}</a></sup>'

    text = _REFERENCE.sub(replace, text)
    if not notes:
        return text, ""
    items = "".join(
        f'<li id="fn:{note}"><p>{content}{"".join(_back(note, time) for time in range(1, seen[note] + 1))}</p></li>'
        for note, content in notes.items()
    )
    return text, f'<div class="footnote"><hr><ol>{items}</ol></div>'


def _back(note, time):
    again = time if time > 1 else ""
    return f' <a class="footnote-backref" href="#fnref{again}:{note}">↩</a>'


def _read(kept, job):
    if not kept.strip():
        return {}
    try:
        # `strict`: WordPress's importer has been seen to leave bare newlines in the texts.
        stored = json.loads(kept, strict=False)
        notes = {str(note["id"]): str(note["content"]).strip() for note in stored}
    except (ValueError, TypeError, KeyError, RecursionError):
        job.say("the footnotes can't be read")
        return {}
    return {html.escape(note): content for note, content in notes.items() if re.fullmatch(r"[\w-]{1,100}", note)}
