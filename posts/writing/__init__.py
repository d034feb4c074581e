"""How a post's text is set: what `posts/markup.py` does between the author's words and the last gate.

    marks.py      Markdown, and the marks that we add to it
    comments.py   strangers' Markdown
    allowed.py    what may come in, and what may stand on a page
    tree.py       the text as a tree; the steps below change it
    breaks.py     "more" breaks and what stands above them
    embeds.py     videos, players and frames of others
    formulas.py   TeX to MathML
    code.py       code and its colours
    quotes.py     quotation marks by language, dashes
    figures.py    figures, pull quotes, folded parts
    tables.py     tables that scroll
    notes.py      footnotes
    sections.py   anchors of headings, the table of contents
    reading.py    how long it takes to read

Nothing here is safe to show before it has passed the gate in `posts/markup.py`; import from there.
"""
