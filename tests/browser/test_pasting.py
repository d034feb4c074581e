"""What is pasted into the text of a post: from word processors and spreadsheets, and from whoever means harm."""

import time

import pytest
from playwright.sync_api import expect

from .test_editor import ADD, TEXT, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


GOOGLE = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h1><span>Drains</span></h1>
<p dir="ltr"><span style="font-weight:400;">They are </span><span style="font-weight:700;">old</span><span
 style="font-style:italic;"> and</span> <a href="https://example.org/a"><span>long</span></a>.</p>
<ul><li dir="ltr"><p><span>one</span></p></li><li dir="ltr"><p><span>two</span></p></li></ul></b>"""
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<style>p.MsoNormal {margin:0}</style><!--[if gte mso 9]><xml>x</xml><![endif]--></head><body><!--StartFragment-->
<h2>Report<o:p></o:p></h2><p class=MsoNormal>Some <b>words</b>.<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>
<span style='mso-list:Ignore'>·<span> </span></span><![endif]>one</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o </span>below</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>· </span>two</p>
<!--EndFragment--></body></html>"""
SHEET = """<meta name=Generator content=Excel><table><colgroup><col></colgroup><tr><td>Street</td><td>Drains</td></tr>
<tr><td>Quay | Mole</td><td align=right>12</td></tr></table>"""
HOSTILE = """<p>Read <a href="javascript:alert(1)">this</a> <img src="x" onerror="alert(2)"><img
 src="data:image/png;base64,AA=="></p><script>alert(3)</script><style>p{color:red}</style><iframe src="https://evil.example/"></iframe>
<p>and <em>that</em>.</p>"""
PASTED = {
    "a Google document": (GOOGLE, "## Drains\n\nThey are **old** *and* [long](https://example.org/a).\n\n- one\n- two"),
    "a Word document": (WORD, "## Report\n\nSome **words**.\n\n- one\n    - below\n- two"),
    "a spreadsheet": (SHEET, "| Street | Drains |\n| --- | --- |\n| Quay \\| Mole | 12 |"),
    "a page with scripts": (HOSTILE, "Read this\n\nand *that*."),
}


def paste(page, *, html="", text="words"):
    """As the clipboard gives it; what the browser would do itself is left to it. Seconds that it took."""
    began = time.monotonic()
    page.evaluate(
        """([html, text]) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          if (html) data.setData("text/html", html);
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          const body = document.getElementById("id_body");
          if (body.dispatchEvent(event)) body.setRangeText(text, body.selectionStart, body.selectionEnd, "end");
        }""",
        [html, text],
    )
    return time.monotonic() - began


def test_what_is_pasted_becomes_markdown_and_brings_nothing_that_runs(desk):
    desk.goto(ADD)
    text = desk.get_by_label(TEXT, exact=True)

    for name, (html, markdown) in PASTED.items():
        text.fill("")
        paste(desk, html=html)
        assert text_of(desk).strip() == markdown, name

    text.fill("see here")
    text.select_text()
    paste(desk, text="https://example.org/b")
    expect(text).to_have_value("[see here](https://example.org/b)")

    text.fill("")
    paste(desk, html="<span>plain *words*</span>", text="plain *words*")
    expect(text).to_have_value("plain *words*")

    text.evaluate("text => (text.value = '')")
    assert paste(desk, html="<p>Some <b>words</b> of a long text.</p>" * 5_000) < 15
    assert text_of(desk).count("**words**") == 5_000
    text.evaluate("text => (text.value = '')")
    assert paste(desk, text=("Some words. " * 50 + "\n\n") * 1_800) < 5
    text.evaluate("text => (text.value = '')")
