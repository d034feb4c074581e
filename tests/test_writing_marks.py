"""What authors write as marks comes out as they would have a printer set it: quotes, code, figures, tables, notes."""

import html
import re

import pytest

from posts.markup import for_feeds, plain_text, render_bio, render_post

CODE = "if a < b && c > \"d\":\n    print('\\n\\\\ it's')  # -- ...\n\n\ttab"


def code_in(rendered):
    """What a reader can copy out of the first `pre`."""
    inside = re.search(r"<pre[^>]*>(.*?)</pre>", rendered, re.DOTALL)[1]
    return html.unescape(re.sub(r"<[^>]+>", "", inside))


# --- Quotation marks


@pytest.mark.parametrize(
    ("language", "typed", "set_as"),
    [
        ("", "\"It's 'fine'\" -- they said...", "“It’s ‘fine’” – they said…"),
        ("", "the '90s, 'tis rock 'n' roll, dogs' tails --- \"a\"", "the ’90s, ’tis rock ’n’ roll, dogs’ tails — “a”"),
        ("de", "\"Das ist 'gut'\", hat's", "„Das ist ‚gut‘“, hat’s"),
        ("fr", '"Bonjour", l\'ami', "«\u202fBonjour\u202f», l’ami"),
        ("de-ch", '"Grüezi"', "«Grüezi»"),
        ("es", '"Hola"', "«Hola»"),
        ("ja", '"はい"', "「はい」"),
    ],
)
def test_quotes_follow_the_language(language, typed, set_as):
    assert render_post(typed, language=language) == f"<p>{set_as}</p>"


def test_a_quote_around_emphasis_and_after_code_is_turned_the_right_way():
    rendered = render_post('"*So*," he said of `x`\'s end. "[A link](/a)"')

    assert plain_text(rendered) == "“So,” he said of x’s end. “A link”"


@pytest.mark.parametrize(
    "typed",
    [
        "`\"a\" -- 'b'...`",
        "<code>\"a\" -- 'b'...</code>",
        "<kbd>\"a\" -- 'b'...</kbd>",
        "    \"a\" -- 'b'...",
        "```\n\"a\" -- 'b'...\n```",
        "```python\n\"a\" -- 'b'...\n```",
        "<pre>\"a\" -- 'b'...</pre>",
    ],
)
def test_quotes_in_code_stay_straight(typed):
    assert "\"a\" -- 'b'..." in html.unescape(re.sub("<[^>]+>", "", render_post(typed)))


def test_quotes_in_attributes_and_those_with_a_backslash_stay_straight():
    rendered = render_post("[a](/b?c='d' \"it's\") ![it's](/p.png) \\\"so\\\"")

    assert "href=\"/b?c='d'\"" in rendered
    assert 'title="it\'s"' in rendered
    assert 'alt="it\'s"' in rendered
    assert '"so"' in rendered


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a--b_c_d?e=__f__&g=*h*i", "https://youtu.be/__dQ--w9__c"],
)
def test_an_address_is_left_as_it_is(address):
    rendered = html.unescape(render_post(f"*See {address}* and"))

    assert f'<em>See <a href="{address}">{address}</a></em>' in rendered


def test_html_that_moved_in_keeps_the_marks_it_has():
    assert render_post('<p>"It\'s" -- so</p>', "html") == '<p>"It\'s" -- so</p>'


# --- Code


@pytest.mark.parametrize("language", ["python", "c++", "php", "html", "bash", "json", "nonesuch", ""])
def test_code_comes_out_exactly_as_it_was_typed(language):
    rendered = render_post(f"```{language}\n{CODE}\n```")

    assert code_in(rendered) == f"{CODE}\n"


@pytest.mark.parametrize(
    "typed",
    [
        f'<pre><code class="language-python">{html.escape(CODE)}</code></pre>',
        f'<pre class="language-python">{html.escape(CODE)}</pre>',
        f'<pre class="wp-block-code"><code lang="python" class="language-python">{html.escape(CODE)}</code></pre>',
    ],
)
def test_code_in_html_is_coloured_too_and_exact(typed):
    rendered = render_post(typed, "html")

    assert code_in(rendered) == CODE
    assert '<span class="k">if' in rendered
    assert '<code class="language-python">' in rendered


def test_code_has_classes_for_colours_and_no_style():
    rendered = render_post("```python\ndef f():\n    return 'a'  # why\n```")

    assert all(f'<span class="{name}">' in rendered for name in ("k", "nf", "s", "c"))
    assert "style" not in rendered


def test_code_scrolls_with_the_keyboard_and_each_has_a_name_of_its_own():
    rendered = render_post("```python\na\n```\n\n```\nb\n```")

    assert re.findall(r"<pre [^>]*>", rendered) == [
        '<pre aria-label="Code 1: Python" role="region" tabindex="0">',
        '<pre aria-label="Code 2" role="region" tabindex="0">',
    ]


def test_an_empty_first_line_of_preformatted_text_is_kept():
    # Of two line feeds a browser drops the first.
    assert "\n\nx</pre>" in render_post("<pre>\n\nx</pre>", "html")


def test_preformatted_text_keeps_its_links():
    assert '<pre aria-label="Code 1" role="region" tabindex="0">a <a href="/b">c</a></pre>' in render_post(
        '<pre>a <a href="/b">c</a></pre>', "html"
    )


def test_nobody_writes_a_role_or_a_place_in_the_tab_order():
    rendered = render_post(
        '<div role="alert" tabindex="5" aria-label="x"><a role="button" href="/">a</a></div>', "html"
    )

    assert rendered == '<div><a href="/">a</a></div>'


# --- Figures, pull quotes, folded parts, lists of terms


def test_a_picture_alone_with_a_title_is_a_figure_with_a_caption():
    rendered = render_post('![A gull](/g.jpg "It\'s a gull")')

    assert rendered == '<figure><img alt="A gull" src="/g.jpg"><figcaption>It’s a gull</figcaption></figure>'


@pytest.mark.parametrize("typed", ["![A gull](/g.jpg)", 'See ![A gull](/g.jpg "A title") there'])
def test_a_picture_without_a_title_or_among_words_is_no_figure(typed):
    assert "<figure" not in render_post(typed)


def test_a_picture_that_is_a_link_is_a_figure_too():
    rendered = render_post('[![A gull](/g.jpg "Big")](/big)')

    assert rendered.startswith('<figure><a href="/big"><img')
    assert rendered.endswith("<figcaption>Big</figcaption></figure>")


def test_a_pull_quote_and_a_folded_part_have_marks():
    rendered = render_post(
        "> [!pull]\n> Words that *matter*.\n\n> [!details] The *line*\n> Inside.\n>\n> - a\n\nAfter."
    )

    assert re.sub(r"\n", "", rendered) == (
        '<blockquote class="pull-quote"><p>Words that <em>matter</em>.</p></blockquote>'
        "<details><summary>The <em>line</em></summary><p>Inside.</p><ul><li>a</li></ul></details><p>After.</p>"
    )


def test_terms_and_their_definitions_are_a_list():
    assert re.sub(r"\n", "", render_post("Term\n:   What it *means*")) == (
        "<dl><dt>Term</dt><dd>What it <em>means</em></dd></dl>"
    )


# --- Tables


def table(*cells):
    return f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}\n| {' | '.join(cells)} |\n"


def test_a_wide_table_scrolls_with_the_keyboard_and_a_narrow_one_is_no_stop_on_the_way():
    rendered = render_post(f"{table('a', 'b')}\n{table(*['Considerations'] * 6)}")

    assert re.findall(r"<div[^>]*table-scroll[^>]*>", rendered) == [
        '<div class="table-scroll">',
        '<div aria-label="Table 2" class="table-scroll" role="region" tabindex="0">',
    ]


def test_a_table_goes_by_its_caption():
    cells = "<td>Considerations</td>" * 6
    rendered = render_post(f"<table><caption>Who came</caption><tr>{cells}</tr></table>", "html")

    assert 'aria-label="Table 1: Who came"' in rendered


# --- Footnotes


def test_notes_lead_there_and_back_and_say_what_they_are():
    rendered = render_post("Once[^a] and again.[^b]\n\n[^a]: First.\n[^b]: Second.")

    assert '<a aria-label="Note 2" class="footnote-ref" href="#fn:b" role="doc-noteref">2</a>' in rendered
    assert '<div aria-label="Notes" class="footnote" role="doc-endnotes">' in rendered
    assert (
        'aria-label="Back to note 2 in the text" class="footnote-backref" href="#fnref:b" role="doc-backlink"'
        in rendered
    )
    for target in re.findall(r'href="#([^"]+)"', rendered):
        assert f'id="{target}"' in rendered


def test_notes_that_moved_in_as_html_get_their_roles():
    once = render_post("Once.[^a]\n\n[^a]: First.")

    assert render_post(once, "html") == once


def test_what_we_add_speaks_the_language_of_the_text():
    rendered = render_post("Einmal.[^a]\n\n[^a]: So.", language="nonesuch")

    assert 'aria-label="Notes"' in rendered


# --- Elsewhere


def test_a_bio_has_no_addresses_that_could_double_the_posts():
    rendered = render_bio("## Me\n\nI.[^1]\n\n[^1]: Note.")

    assert " id=" not in rendered
    assert 'class="anchor"' not in rendered
    assert "<h2>Me</h2>" in rendered


def test_feeds_get_formulas_as_tex_and_the_texts_own_language():
    rendered = for_feeds(render_post("## A\n\n$a<b$", language="ar"), "ar")

    assert rendered.startswith('<div lang="ar" dir="rtl">')
    assert "<code>a&lt;b</code>" in rendered
    assert "<math" not in rendered
    assert 'class="anchor"' not in rendered


def test_an_excerpt_has_the_formula_and_not_the_number_of_the_note():
    assert plain_text(render_post("So $a<b$ holds.[^1]\n\n[^1]: Note.")).startswith("So a<b holds. Note.")


@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_rendering_what_was_rendered_changes_nothing(body_format):
    once = render_post(
        '## A "b"\n\nx[^1] $a_1$\n\n$$\\frac{1}{2}$$\n\n```python\nif a: pass\n```\n\nhttps://youtu.be/abcdefghijk\n\n'
        f"{table(*['Considerations'] * 6)}\n<!--more-->\n\n[^1]: Note.",
        body_format,
    )

    assert render_post(once, "html") == once


def test_what_the_renderer_breaks_on_is_kept_as_words(caplog):
    rendered = render_post("- a\n" + "".join(f"{' ' * 4 * depth}- a\n" for depth in range(1, 600)))

    assert "a" in plain_text(rendered)
