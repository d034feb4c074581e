"""Code that stands in plugins' shortcodes comes in as code, to the character."""

import html
import re

import pytest

from blog_site.moving.wordpress.html.text import post_html
from posts.markup import render_post
from posts.models import Post
from tests.test_export_wordpress import comes_back_the_same
from tests.wxr import SHARED, import_, make_export, make_item

SOURCE = (
    'if ($a < 3 && $b > 2) {\n\n    echo "<b>$a</b> [x] <!-- y -->";\n\n}\n\t<p>&nbsp;</p> &amp;lt; https://a.example/b'
)


def shown_code(text):
    """(the code as a reader sees it, what else is said) of a post's text."""
    shown = render_post(post_html(text), "html")
    blocks = re.findall(r"<pre[^>]*>(?:<code[^>]*>)?(.*?)(?:</code>)?</pre>|<code[^>]*>(.*?)</code>", shown, re.DOTALL)
    sources = [html.unescape(re.sub("<[^>]+>", "", "".join(block))).strip("\n") for block in blocks]
    rest = re.sub(r"<pre.*?</pre>|<code.*?</code>", "", shown, flags=re.DOTALL)
    return sources, re.sub(r"<[^>]+>|\s+", " ", rest).split()


@pytest.mark.parametrize(
    ("opening", "ending"),
    [
        ('[cc lang="php"]', "[/cc]"),
        ("[cc_php]", "[/cc_php]"),
        ("[ccnle_php]", "[/ccnle_php]"),
        ('[cc lang="php" tab_size="2" lines="40" nowrap="0"]', "[/cc]"),
        ('[crayon lang="php" decode="true"]', "[/crayon]"),
        ('[crayon-5f01a2 lang="php"]', "[/crayon-5f01a2]"),
        ('[sourcecode language="php"]', "[/sourcecode]"),
        ("[code lang='php' firstline=\"5\"]", "[/code]"),
        ("[php]", "[/php]"),
        ("[pastacode provider='manual' lang='php']", "[/pastacode]"),
        ('[prism lang="php"]', "[/prism]"),
        ("[codesyntax lang=&quot;php&quot;]", "[/codesyntax]"),
        ("[geshi php]", "[/geshi]"),
        ('[su_code lang="php"]', "[/su_code]"),
        ('[mein_kasten language="php"]', "[/mein_kasten]"),
        ("[highlight lang=php]", "[/highlight]"),
    ],
)
def test_a_plugins_code_is_shown_to_the_character(opening, ending):
    for before, after in (("", ""), ("Look:\n\n", "\n\nDone."), ("<p>Look:</p>\n<pre>", "</pre>"), ("<p>", "</p>")):
        sources, rest = shown_code(f"{before}{opening}\n{SOURCE}\n{ending}{after}")

        assert sources == [SOURCE]
        assert rest == [word for word in ("Look:", "Done.") if word in before + after]


@pytest.mark.parametrize("block", ["shortcode", "paragraph", "html", "freeform", "preformatted"])
def test_a_plugins_code_in_a_block_is_code_once(block):
    around = {"paragraph": ("<p>", "</p>"), "preformatted": ('<pre class="wp-block-preformatted">', "</pre>")}
    before, after = around.get(block, ("", ""))

    sources, rest = shown_code(
        f'<!-- wp:{block} -->\n{before}[cc lang="php"]\n{SOURCE}\n[/cc]{after}\n<!-- /wp:{block} -->'
    )

    assert (sources, rest) == ([SOURCE], [])


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ('[cce lang="html"]&lt;b&gt;&amp;amp;&lt;/b&gt;[/cce]', "<b>&amp;</b>"),
        ('[crayon lang="html"]&lt;p class=&quot;x&quot;&gt;y&lt;/p&gt;[/crayon]', '<p class="x">y</p>'),
        (
            '[pastacode lang="php" manual="%3C%3Fphp%20echo%20%22%3Cb%3E%22%3B%0Aexit%3B" provider="manual"/]',
            '<?php echo "<b>";\nexit;',
        ),
        ("[snippet]<?php the_title(); ?>[/snippet]", "<?php the_title(); ?>"),
        ("[box]\nfunction f(a) {\n  return a + 1;\n}\n[/box]", "function f(a) {\n  return a + 1;\n}"),
        (
            "[listing]\nimport os\n\ndef f(x):\n    return os.path.join(x)\n[/listing]",
            "import os\n\ndef f(x):\n    return os.path.join(x)",
        ),
        ("[my-code]\n.a {\n  color: red;\n}\n[/my-code]", ".a {\n  color: red;\n}"),
        (
            "[konsole]\n$ sudo apt install w3m\n$ w3m https://a.example/\n[/konsole]",
            "$ sudo apt install w3m\n$ w3m https://a.example/",
        ),
        ('[xcode]<div class="a">x</div>[/xcode]', '<div class="a">x</div>'),
        ("[cc_c++]vector<int> x;[/cc_c++]", "vector<int> x;"),
        ('[json]{"a": [1, 2]}[/json]', '{"a": [1, 2]}'),
        ("<p>[cc lang='php']</p>\n<p>$a = 1;<br />\n$b = &lt;x&gt;;</p>\n<p>[/cc]</p>", "$a = 1;\n$b = <x>;"),
        ("[cc lang='html']\n<!-- wp:x -->\n<p>a</p>\n[/cc]", "<!-- wp:x -->\n<p>a</p>"),
    ],
)
def test_what_can_only_be_code_is_shown_as_code(text, source):
    assert shown_code(f"Look:\n\n{text}\n\nDone.") == ([source], ["Look:", "Done."])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Call [cci lang="php"]echo "<b>";[/cci] now.', '<p>Call <code>echo "&lt;b&gt;";</code> now.</p>'),
        ("Call [ccie_php]a &lt; b[/ccie_php] now.", "<p>Call <code>a &lt; b</code> now.</p>"),
        ('Call [cc inline="1"]f(x)[/cc] now.', "<p>Call <code>f(x)</code> now.</p>"),
        ("Call [fn]f(x);[/fn] now.", "<p>Call <code>f(x);</code> now.</p>"),
    ],
)
def test_code_within_a_line_stays_in_it(text, shown):
    assert post_html(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "[poem]\nRoses are red;\nviolets are (mostly) blue;\nthat is all.\n[/poem]",
        "[quote]If you go (and you should), go soon.[/quote]",
        "[highlight]important words[/highlight]",
        "[spoiler]He did it = the butler[/spoiler]",
        '[tabs][tab title="One"]one; two[/tab][/tabs]',
        "[raw]<p>x = 1;</p>[/raw]",
        "Use [tag] and [/tag] as you like.",
        "[ref]Smith (2001), p. 3;[/ref]",
        "[cc] to Bob, and [cc lang] too",
        "[et_pb_code]divi code[/et_pb_code]",
        "[et_pb_code]<div>x</div>[/et_pb_code]",
        "[promocode]<b>SAVE</b>[/promocode]",
    ],
)
def test_what_may_be_something_else_stays_text(text):
    html = post_html(text)

    assert "<code>" not in html
    assert "[" in html


def test_code_that_an_editor_has_made_blocks_of_is_one_piece():
    block = "<!-- wp:paragraph -->\n<p>{}</p>\n<!-- /wp:paragraph -->\n\n"
    text = "".join(map(block.format, ["Look:", '[cc lang="php"]', "$a = &lt;b&gt;;<br>$b;", "$c;", "[/cc]", "Done."]))

    sources, rest = shown_code(text)

    assert [source.split() for source in sources] == [["$a", "=", "<b>;", "$b;", "$c;"]]
    assert rest == ["Look:", "Done."]


def test_a_word_in_brackets_does_not_swallow_what_stands_before_the_next_code():
    html = post_html("Wrap it in [code] and be done.\n\nMore.\n\n[code]a < b[/code]")

    assert html == "<p>Wrap it in [code] and be done.</p>\n<p>More.</p>\n<pre><code>a &lt; b</code></pre>"


def test_a_shortcode_shown_in_other_code_is_a_part_of_it():
    assert (
        post_html('<pre>Write\n[cc lang="php"]x[/cc]\nthere</pre>') == '<pre>Write\n[cc lang="php"]x[/cc]\nthere</pre>'
    )
    assert post_html("a [[cc]x[/cc]] b") == "<p>a [cc]x[/cc] b</p>"


def test_text_that_shows_a_plugins_shortcode_goes_out_and_comes_back_the_same(db, tmp_path):
    shown = '<p>Write &#91;cc lang="php"&#93;x[/cc], or [[code]y[/code]].</p>\n<pre>[crayon lang="c"]z[/crayon]</pre>'
    import_(make_export(tmp_path, make_item(text=shown.replace("<pre>[", "<pre>&#91;"))))
    assert '[cc lang="php"]x[/cc], or [code]y[/code].' in Post.objects.get().body_html

    comes_back_the_same(tmp_path)

    assert '[cc lang="php"]x[/cc], or [code]y[/code].' in Post.objects.get().body_html


@pytest.mark.seed
@pytest.mark.parametrize("name", ["22-code-plugins", "02-code"])
def test_the_cases_of_code_come_in_and_go_out_as_code(db, tmp_path, name):
    import_(SHARED / "cases" / "import" / f"{name}.xml")

    shown = html.unescape(re.sub(r"</?span[^>]*>", "", Post.objects.get(imported_id=1).body_html))
    expected = {
        "22-code-plugins": [
            '<?php if ($a < 3 && $b > 2) { echo "<b>tell</b>"; } ?>',
            'return "Hello <em>$who</em>";',
            "- <b>old</b>\n+ <b>new</b>",
            "int main() {\n  return 0;\n}",
            'def f(): return "<x>"',
            "let a = 1;",
        ],
        "02-code": ['<?php if ($a < 3 && $b > 2) { echo "<b>tell</b>"; } ?>', "    return x < 2", '"#{1 < 2}"'],
    }
    for source in expected[name]:
        assert source in shown
    assert not re.search(r"\[/?(?:cc|crayon|prism|python|code)", shown)
    comes_back_the_same(tmp_path)


@pytest.mark.parametrize(
    "hostile",
    [
        "[a]" * 30_000 + "[/a]",
        "[cc]" * 30_000,
        "[x y" * 30_000,
        "[a][b][c]" * 10_000 + "[/c][/b][/a]" * 10_000,
        "[[code]" * 20_000 + "[/code]",
        "<pre>" * 20_000 + "[cc]x[/cc]",
        "[youtube x]" * 20_000,
        "[gallery]\n" * 20_000,
        "[code]" + "a" * 200_000,
        "<!-- wp:" * 30_000 + "[cc]x[/cc]",
        "[cc lang=" + "\"'" * 50_000 + "]x[/cc]",
        "[foo]" + "a" * 100_000 + "[/foo]",
        "[foo]" + "=" * 100_000 + "[/foo]",
        "[video " + "a=b " * 30_000 + "]",
    ],
)
def test_hostile_brackets_take_time_in_proportion(hostile):
    import time

    begun = time.process_time()
    post_html(hostile)

    assert time.process_time() - begun < 5
