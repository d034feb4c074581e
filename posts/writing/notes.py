"""Footnotes, with the roles of the Digital Publishing ARIA module 1.1, so that they can be told and skipped."""

from django.utils.translation import gettext as _

from .tree import elements, is_blank


def set_notes(root):
    """For what Python-Markdown makes of `[^1]`, and for HTML that was exported from it."""
    for link in elements(root, "a", class_="footnote-ref"):
        link["role"] = "doc-noteref"
        link["aria-label"] = _("Note %(number)s") % {"number": link.get_text().strip()[:40]}
    for notes in elements(root, "div", class_="footnote"):
        if not notes.find("ol"):
            continue
        notes["role"], notes["aria-label"] = "doc-endnotes", _("Notes")
        if rule := notes.find("hr", recursive=False):
            if is_blank(rule.next_sibling):
                rule.next_sibling.extract()
            rule.decompose()
        for number, note in enumerate(notes.find("ol").find_all("li", recursive=False), start=1):
            for link in elements(note, "a", class_="footnote-backref"):
                del link["title"]
                link["role"] = "doc-backlink"
                link["aria-label"] = _("Back to note %(number)d in the text") % {"number": number}
