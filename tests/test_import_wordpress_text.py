from time import process_time

import pytest

from blog_site.moving.wordpress.html.comment_text import comment_markdown
from blog_site.moving.wordpress.html.text import map_addresses, map_uploads, post_html
from posts.markup import plain_text, render_comment, render_post
from posts.models import Post
from tests.wxr import import_, make_export, make_item


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\ntwo\n\nThree", "<p>One<br>\ntwo</p>\n<p>Three</p>"),
        ("<pre>a\n\n  b</pre>\nAfter", "<pre>a\n\n  b</pre>\n<p>After</p>"),
        ("<ul>\n<li>a</li>\n</ul>\nEnd", "<ul>\n<li>a</li>\n</ul>\n<p>End</p>"),
        ("<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p>\n<p>b</p></blockquote>"),
        ("<div>\na\n\nb\n</div>", "<div><p>a</p>\n<p>b</p></div>"),
        ("<p>done</p>\n<p>before</p>", "<p>done</p>\n<p>before</p>"),
        ("<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->", "<p>a</p>"),
        (
            '[caption align="alignright"]<a href="/b"><img src="/a.png" /></a> A <em>ford</em>[/caption]\n\nEnd',
            (
                '<figure class="alignright"><a href="/b"><img src="/a.png" /></a>'
                "<figcaption>A <em>ford</em></figcaption></figure>\n<p>End</p>"
            ),
        ),
        (
            '[caption align="alignleft" caption="Old form"]<img src="/a.png" />[/caption]',
            '<figure class="alignleft"><img src="/a.png" /><figcaption>Old form</figcaption></figure>',
        ),
        (
            '[sourcecode language="c++"]\nif (a < b && c)\n\n    s = "\\n";\n[/sourcecode]',
            '<pre><code class="language-cpp">if (a &lt; b &amp;&amp; c)\n\n    s = "\\n";</code></pre>',
        ),
        ("[python]a &lt; b[/python]", '<pre><code class="language-python">a &lt; b</code></pre>'),
        ('<p style="text-align: center;">a</p>', '<p class="aligncenter">a</p>'),
        ('<img style="float:left" class="size-full" src="/a.png">', '<p><img class="alignleft" src="/a.png"></p>'),
        ("<center>a</center>\nb", '<div class="aligncenter">a</div>\n<p>b</p>'),
        ('<acronym title="b">a</acronym> <strike>c</strike>', '<p><abbr title="b">a</abbr> <s>c</s></p>'),
        ("<address>a\nb</address>\nc", "<div>a<br>\nb</div>\n<p>c</p>"),
        ("One\n\n&nbsp;\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("Write [[caption]] so", "<p>Write [caption] so</p>"),
        ("<script>bad()</script>Words", "<p>Words</p>"),
    ],
)
def test_a_post_is_the_html_that_wordpress_shows(text, html):
    assert post_html(text) == html


def test_a_link_within_the_text_keeps_its_target():
    text = '<a href="#caf%C3%A9">a</a> <a href="#top">b</a>\n\n<h2 id="café">A</h2>'

    shown = render_post(post_html(text), "html")

    assert 'href="#section-café"' in shown
    assert 'id="section-café"' in shown
    assert 'href="#top"' in shown


def test_unknown_shortcodes_stay_as_text_and_are_named_but_brackets_are_no_shortcodes():
    found = []

    html = post_html('[plan id="4"] is closed [sic].', warn=found.append)

    assert html == '<p>[plan id="4"] is closed [sic].</p>'
    assert found == ["the shortcode [plan] stays as text"]


def test_no_script_of_the_file_is_shown(db, tmp_path):
    text = '<p onclick="bad()">hi</p><a href="javascript:bad()">x</a><img src=x onerror=bad()><script>bad()</script>'

    import_(make_export(tmp_path, make_item(title="<script>bad()</script>Words", text=text)))

    post = Post.objects.get()
    assert post.title == "Words"
    assert "bad()" not in post.body_html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One\ntwo\n\nThree", "<p>One<br> two</p> <p>Three</p>"),
        ("5 &lt; 6 &amp;&amp; 7 > 3", "<p>5 &lt; 6 &amp;&amp; 7 &gt; 3</p>"),
        ("*not* _so_ `here` [a](b) a_b_c", "<p>*not* _so_ `here` [a](b) a_b_c</p>"),
        (r"¯\_(ツ)_/¯", r"<p>¯\_(ツ)_/¯</p>"),
        ("- one\n1. two\n> three", "<p>- one<br> 1. two<br> &gt; three</p>"),
        ("<b>a</b> <em> b </em>c", "<p><strong>a</strong> <em>b</em> c</p>"),
        ("<code>a*b `c`</code>", "<p><code>a*b `c`</code></p>"),
        ("<blockquote>a\n\nb</blockquote>c", "<blockquote> <p>a</p> <p>b</p> </blockquote> <p>c</p>"),
        ("<q>a</q> <b>b</b>", "<p>“a” <strong>b</strong></p>"),
        ("<ol><li>a</li><li>b</li></ol>", "<ol> <li>a</li> <li>b</li> </ol>"),
        ("<script>bad()</script><a href='javascript:bad()'>x</a>", "<p>x</p>"),
        ("C:\\_new\\*.txt \\*not\\* Leser*innen", "<p>C:\\_new\\*.txt \\*not\\* Leser*innen</p>"),
        ("1984. born\n1990. moved\n&gt; no", "<p>1984. born<br> 1990. moved<br> &gt; no</p>"),
        ("```\nx\n```\n~~~\ny\n~~~", "<p>```<br> x<br> ```<br> ~~~<br> y<br> ~~~</p>"),
        ("un<em>believ</em>able <b>Bo:</b>hi", "<p>un<em>believ</em>able <strong>Bo:</strong>hi</p>"),
        ("x<code>y</code>z it`s <code>a</code>.", "<p>x<code>y</code>z it`s <code>a</code>.</p>"),
        ("<em>*a*</em> <b>!</b>", "<p><em>*a*</em> !</p>"),
        ("<ul><li>a</li></ul>", "<p>• a</p>"),
        ("<ul></ul>a<ol><li>b</li></ol>", "<p>a</p> <ol> <li>b</li> </ol>"),
        (
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
            "<ul> <li>a <ul> <li>b</li> </ul></li> <li>c</li> </ul>",
        ),
        (
            '<ol start="3"><li>a</li><li value="7">b</li></ol>',
            '<ol start="3"> <li>a</li> <li value="7">b</li> </ol>',
        ),
    ],
)
def test_a_comment_is_shown_as_wordpress_showed_it(text, shown):
    assert " ".join(render_comment(comment_markdown(text)).split()) == shown


def test_a_link_in_a_comment_stays_a_link():
    text = '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow">the <i>report</i></a>'

    assert comment_markdown(text) == "[the *report*](https://example.org/?a=1&b=2)"


def test_a_text_without_marks_is_kept_to_the_letter():
    text = "Leser*innen, __init__, C:\\_new\\*.txt, 2*3*4, f[0](x) >:( [sic]"

    assert comment_markdown(text) == text


def test_emphasis_inside_a_word_stays_and_no_word_is_lost():
    assert plain_text(render_comment(comment_markdown('so<em>"so"</em>so'))) == 'so"so"so'


@pytest.mark.parametrize(
    "bit",
    [
        "<pre>",
        "[code]",
        "[caption ",
        "<!--",
        "<a ",
        '<a href="',
        "<em>",
        "<blockquote>",
        "<![",
        "\t",
        "<div>\n",
        "*",
        "<li ",
        "http://",
    ],
)
def test_a_text_made_to_be_slow_is_not_slow(bit):
    text = bit * (20_000 // len(bit))
    begun = process_time()

    map_addresses(post_html(text), lambda tag, address: None)
    map_uploads(text, lambda address: address)
    comment_markdown(text)

    assert process_time() - begun < 2
