"""TeX becomes MathML on the server; what is no formula stays what it is."""

import time

import pytest

from posts.markup import render_post
from posts.writing.formulas import MAX_LENGTH


@pytest.mark.parametrize(
    ("typed", "tex"),
    [
        ("$x^2$", "x^2"),
        (r"\(x_1 * y_2 * z\)", "x_1 * y_2 * z"),
        ("So $a_1 * b_2$.", "a_1 * b_2"),
        (r"$\frac{a}{b}$-axis", r"\frac{a}{b}"),
        ("$5$", "5"),
        ("$5 + 6$", "5 + 6"),
        ("$a<b$", "a&lt;b"),
    ],
)
def test_a_formula_in_a_line(typed, tex):
    rendered = render_post(typed)

    assert f'<math alttext="{tex}" display="inline">' in rendered
    assert "$" not in rendered
    assert "<em>" not in rendered


@pytest.mark.parametrize(
    "typed", ["$$\nx^2\n$$", "$$x^2$$", "\\[\nx^2\n\\]", "\\[x^2\\]", "Text:\n$$\nx^2\n$$\nmore", "- a\n\n    $$x^2$$"]
)
def test_a_formula_of_its_own(typed):
    assert '<math alttext="x^2" display="block">' in render_post(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "It costs $5 and $6.",
        "It costs $5-$6.",
        "I paid $20, he paid 30$.",
        "from $5 to 6$",
        "US$5 and A$6$",
        "$HOME/bin:$PATH",
        "a $ b $ c",
        "$100 million (about $80 million)",
        r"\$x\$",
        "`$x$`",
        "```\n$$x$$\n```",
        "    $$x$$",
        "$",
        "$$",
        "$$$$",
        "$ $",
    ],
)
def test_prices_and_code_are_no_formulas(typed):
    assert "math" not in render_post(typed)


def test_a_bracket_with_a_backslash_is_a_bracket():
    assert render_post(r"\(so\) and \[so\]".replace(r"\(so\)", r"\(so")) == "<p>(so and [so]</p>"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('<p>a <span class="math">x^2</span></p>', '<math alttext="x^2" display="inline">'),
        ('<div class="math">\\sum_{i=1}^n i &lt; n</div>', '<math alttext="\\sum_{i=1}^n i &lt; n" display="block">'),
    ],
)
def test_formulas_in_html_are_marked_by_a_class(typed, shown):
    assert shown in render_post(typed, "html")


@pytest.mark.parametrize("tex", [r"\nonesuch{x}", "{", "x^", r"\frac", "a & b", r"\left( x", "x" * (MAX_LENGTH + 1)])
def test_what_can_not_be_read_is_shown_as_it_was_typed(tex):
    escaped = tex.replace("&", "&amp;")

    assert f'<code class="math">{escaped}</code>' in render_post(f'<p><span class="math">{escaped}</span></p>', "html")
    assert f"<code>{escaped}</code></pre>" in render_post(f'<div class="math">{escaped}</div>', "html")


@pytest.mark.parametrize(
    ("tex", "gone"),
    [
        (r"\href{javascript:alert(1)}{x}", "href"),
        (r"\style{position:fixed}{x}", "style"),
        (r"\class{respond}{x}", "class="),
        (r"\color{white}{x}", "color="),
        (r"a\hspace{99999em}b", "99999"),
    ],
)
def test_a_formula_brings_no_link_style_or_colour(tex, gone):
    rendered = render_post(f"$${tex}$$")

    assert gone not in rendered.replace(f'alttext="{tex}"', "").replace('class="math"', "").replace(tex, "")


@pytest.mark.parametrize(
    "name", ["align*", "aligned", "eqnarray", "gathered", "multline*", "equation", "dcases", "pmatrix", "cases"]
)
def test_formulas_of_several_lines_are_read(name):
    lines = r"a &= b + 1 \\ c &= d" if name != "equation" else r"a = b \label{eq} \nonumber"
    rendered = render_post(f"$$\n\\begin{{{name}}}\n{lines}\n\\end{{{name}}}\n$$")

    assert 'display="block"' in rendered
    assert "<mi>b</mi>" in rendered
    assert "<code" not in rendered


def test_a_long_formula_scrolls_with_the_keyboard_and_a_short_one_need_not():
    rendered = render_post("$$x$$\n\n$$" + "x + " * 20 + "y$$")

    assert rendered.count('tabindex="0"') == 1
    assert 'aria-label="Formula 2" class="math" role="region"' in rendered


@pytest.mark.parametrize(
    "tex",
    ["{" * 2000, "x^" * 2000, r"\left(" * 600, r"\begin{matrix}" * 280, r"\sqrt" * 800, "'" * 4000, r"\def\a{\a\a}\a"],
)
def test_hostile_tex_is_neither_slow_nor_fatal(tex):
    start = time.process_time()
    rendered = render_post(f"before\n\n$${tex}$$\n\nafter")

    assert time.process_time() - start < 2
    assert "before" in rendered
    assert "after" in rendered


def test_mathml_that_somebody_wrote_is_cleaned():
    rendered = render_post(
        '<math href="javascript:x" onclick="x"><mi xlink:href="javascript:x">x</mi>'
        "<annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
        "html",
    )

    assert rendered.startswith("<math><mi>x</mi></math>")
    assert "onerror" not in rendered
