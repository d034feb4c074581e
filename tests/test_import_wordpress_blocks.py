"""Texts of WordPress's block editor: what a reader saw, as plain HTML."""

import json
import re
from time import process_time

import pytest

from blog_site.moving.wordpress.html.text import post_html
from blog_site.moving.wordpress.library import Library
from posts.models import Post
from tests.wxr import SHARED, import_, make_export, make_item


def block(name, inside=None, **options):
    told = f" {json.dumps(options)}" if options else ""
    return (
        f"<!-- wp:{name}{told} /-->" if inside is None else f"<!-- wp:{name}{told} -->\n{inside}\n<!-- /wp:{name} -->"
    )


PARAGRAPH = block("paragraph", "<p>Words</p>")
IMAGE = block(
    "image", '<figure class="wp-block-image size-large"><img src="/a.jpg" alt="" class="wp-image-3"/></figure>'
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (PARAGRAPH, "<p>Words</p>"),
        (block("paragraph", '<p class="has-text-align-center has-red-color">a</p>'), '<p class="aligncenter">a</p>'),
        (IMAGE, '<figure><img src="/a.jpg" alt=""/></figure>'),
        (
            block(
                "image",
                '<div class="wp-block-image"><figure class="alignleft is-resized"><img src="/a.jpg" alt="" '
                'style="width:1px"/><figcaption class="wp-element-caption">At noon</figcaption></figure></div>',
            ),
            '<figure class="alignleft"><img src="/a.jpg" alt=""/><figcaption>At noon</figcaption></figure>',
        ),
        (
            block(
                "gallery",
                f'<figure class="wp-block-gallery has-nested-images columns-2">{IMAGE}'
                '<figcaption class="blocks-gallery-caption">All</figcaption></figure>',
            ),
            (
                '<figure class="gallery"><figure><img src="/a.jpg" alt=""/></figure>'
                "<figcaption>All</figcaption></figure>"
            ),
        ),
        (
            block(
                "gallery",
                '<ul class="wp-block-gallery columns-2"><li class="blocks-gallery-item"><figure><a href="/b"><img '
                'src="/a.jpg"/></a><figcaption>One</figcaption></figure></li></ul>',
            ),
            (
                '<figure class="gallery"><figure><a href="/b"><img src="/a.jpg"/></a><figcaption>One</figcaption>'
                "</figure></figure>"
            ),
        ),
        (
            block("quote", f'<blockquote class="wp-block-quote">{PARAGRAPH}<cite>Ann</cite></blockquote>'),
            "<blockquote><p>Words</p><cite>Ann</cite></blockquote>",
        ),
        (
            block("pullquote", '<figure class="wp-block-pullquote"><blockquote><p>a</p></blockquote></figure>'),
            '<blockquote class="pull-quote"><p>a</p></blockquote>',
        ),
        (
            block("code", '<pre class="wp-block-code"><code>a &lt; b\n\n[[gallery]]</code></pre>'),
            "<pre><code>a &lt; b\n\n[gallery]</code></pre>",
        ),
        (
            block(
                "syntaxhighlighter/code",
                '<pre class="wp-block-syntaxhighlighter-code">a &lt; b</pre>',
                language="python",
            ),
            '<pre><code class="language-python">a &lt; b</code></pre>',
        ),
        (
            block("verse", '<pre class="wp-block-verse has-text-align-center">a &amp; <em>b</em><br>  c\n\nd</pre>'),
            '<p class="aligncenter">a &amp; <em>b</em><br>&nbsp;&nbsp;c</p>\n<p class="aligncenter">d</p>',
        ),
        (
            block(
                "table",
                '<figure class="wp-block-table"><table><tbody><tr><td class="has-text-align-right" data-align="right">1'
                "</td></tr></tbody></table></figure>",
            ),
            '<figure><table><tbody><tr><td class="alignright">1</td></tr></tbody></table></figure>',
        ),
        (
            block(
                "columns",
                '<div class="wp-block-columns">'
                + block("column", f'<div class="wp-block-column" style="flex-basis:50%">{PARAGRAPH}</div>')
                + "</div>",
            ),
            "<p>Words</p>",
        ),
        (
            block(
                "buttons",
                '<div class="wp-block-buttons">'
                + block(
                    "button", '<div class="wp-block-button"><a class="wp-block-button__link" href="/x">Go</a></div>'
                )
                + "</div>",
            ),
            '<p><a href="/x">Go</a></p>',
        ),
        (block("separator", '<hr class="wp-block-separator has-css-opacity"/>'), "<hr/>"),
        (block("spacer", '<div style="height:9px" aria-hidden="true" class="wp-block-spacer"></div>'), ""),
        (block("more", "<!--more Go on-->", customText="Go on"), "<!--more Go on-->"),
        (block("nextpage", "<!--nextpage-->"), "<!--nextpage-->"),
        (
            block(
                "embed",
                '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://youtu.be/dQw4w9WgXcQ\n'
                "</div></figure>",
                url="https://youtu.be/dQw4w9WgXcQ",
            ),
            '<p><a href="https://youtu.be/dQw4w9WgXcQ">https://youtu.be/dQw4w9WgXcQ</a></p>',
        ),
        (
            block(
                "core-embed/vimeo",
                "<figure><div>\nhttps://vimeo.com/1?a=1&amp;b=2\n</div><figcaption>Us</figcaption></figure>",
            ),
            (
                '<figure><p><a href="https://vimeo.com/1?a=1&amp;b=2">https://vimeo.com/1?a=1&amp;b=2</a></p>'
                "<figcaption>Us</figcaption></figure>"
            ),
        ),
        (
            block(
                "file",
                '<div class="wp-block-file"><a href="/f.pdf">The plan</a><a href="/f.pdf" '
                'class="wp-block-file__button wp-element-button" download>Download</a></div>',
            ),
            '<p><a href="/f.pdf">The plan</a></p>',
        ),
        (
            block("video", '<figure class="wp-block-video"><video controls src="/v.mp4"></video></figure>'),
            '<figure><video controls src="/v.mp4"></video></figure>',
        ),
        (
            block(
                "media-text",
                '<div class="wp-block-media-text"><figure class="wp-block-media-text__media"><img src="/a.jpg" alt=""/>'
                f'</figure><div class="wp-block-media-text__content">{PARAGRAPH}</div></div>',
            ),
            '<figure><img src="/a.jpg" alt=""/></figure><p>Words</p>',
        ),
        (
            block(
                "cover",
                '<div class="wp-block-cover"><span aria-hidden="true" class="wp-block-cover__background"></span><img '
                'class="wp-block-cover__image-background" alt="" src="/a.jpg"/>'
                f'<div class="wp-block-cover__inner-container">{PARAGRAPH}</div></div>',
            ),
            '<figure><img alt="" src="/a.jpg"/></figure><p>Words</p>',
        ),
        (
            block(
                "cover",
                '<div class="wp-block-cover" style="background-image:url(/a.jpg)"><p class="wp-block-cover-text">A</p>'
                "</div>",
                url="/a.jpg",
            ),
            '<figure><img src="/a.jpg" alt=""></figure>\n<p>A</p>',
        ),
        (
            block(
                "social-links",
                '<ul class="wp-block-social-links">'
                + block("social-link", url="https://example.org/ann", service="mastodon")
                + "</ul>",
            ),
            '<ul><li><a href="https://example.org/ann">Mastodon</a></li></ul>',
        ),
        (block("freeform", "One\n\ntwo"), "<p>One</p>\n<p>two</p>"),
        (block("shortcode", "[python]x[/python]"), '<pre><code class="language-python">x</code></pre>'),
        (f"Before all\nblocks\n\n{PARAGRAPH}", "<p>Before all<br>\nblocks</p>\n<p>Words</p>"),
        (block("html", "<div>\n\n<b>as it is</b></div>"), "<div>\n\n<b>as it is</b></div>"),
        (block("math", "<div><math><mi>x</mi></math></div>", latex="x < 2"), '<div class="math">x &lt; 2</div>'),
        (
            block("paragraph", '<p>So <math data-latex="x^2"><mi>x</mi></math>.</p>'),
            '<p>So <span class="math">x^2</span>.</p>',
        ),
    ],
)
def test_a_block_is_what_a_reader_saw(text, html):
    assert post_html(text) == html


def test_a_paragraph_among_blocks_keeps_its_lines():
    assert post_html(block("paragraph", "<p>One\ntwo</p>")) == "<p>One\ntwo</p>"


def test_blocks_that_only_wordpress_can_fill_are_left_out_and_counted():
    found = []

    html = post_html(f"{block('latest-posts')}{PARAGRAPH}{block('latest-posts')}{block('rss')}", warn=found.append)

    assert html == "<p>Words</p>"
    assert found == [
        "the block “latest-posts” has nothing to show here, 2 times",
        "the block “rss” has nothing to show here",
    ]


def test_a_block_that_many_posts_share_is_put_into_each(db, tmp_path):
    shared = make_item(id=7, slug="shared", post_type="wp_block", text=PARAGRAPH)
    found = []

    import_(make_export(tmp_path, make_item(text=block("block", ref=7)), shared))

    assert Post.objects.get().body == "<p>Words</p>"
    assert post_html(block("block", ref=7), library=Library([], {"7": block("block", ref=7)})) == ""
    assert post_html(block("block", ref=8), warn=found.append) == ""
    assert found == ["the block “block” has nothing to show here"]


def test_footnotes_lead_to_their_words_and_back(db, tmp_path, client):
    reference = '<sup data-fn="ab-1" class="fn"><a href="#ab-1" id="ab-1-link">1</a></sup>'
    lost = '<sup data-fn="zz-9" class="fn"><a href="#zz-9" id="zz-9-link">2</a></sup>'
    text = block("paragraph", f"<p>Said{reference}, and again{reference}{lost}.</p>") + block("footnotes") + PARAGRAPH
    notes = json.dumps([{"id": "ab-1", "content": 'In the "report", <em>p. 3</em>'}])

    report = import_(make_export(tmp_path, make_item(text=text, meta={"footnotes": notes})))

    post = Post.objects.get()
    assert '<sup id="fnref:ab-1"><a class="footnote-ref" href="#fn:ab-1">1</a></sup>, and again' in post.body
    assert '<sup id="fnref2:ab-1">' in post.body
    assert '<li id="fn:ab-1"><p>In the "report", <em>p. 3</em>' in post.body
    assert post.body.endswith("</div>\n<p>Words</p>")
    for target in re.findall(r'href="#([^"]+)"', post.body_html):
        assert f'id="{target}"' in post.body_html
    assert any("lost its words" in warning for warning in report["warnings"])


def test_footnotes_are_shown_where_no_block_asks_for_them():
    notes = json.dumps([{"id": "ab-1", "content": "The note"}])

    assert "The note" in post_html(PARAGRAPH, notes=notes)
    assert "The note" in post_html("Words", notes=notes)
    assert post_html(PARAGRAPH, notes="no JSON") == "<p>Words</p>"


@pytest.mark.parametrize(
    "bit",
    [
        "<!-- wp:group -->",
        "<!-- wp:group {",
        "<!-- /wp:group -->",
        '<!-- wp:gallery --><figure><figcaption class="',
        "<img ",
        '<sup data-fn="a',
        "$latex ",
        "$latex \\",
        "[gallery ",
        "[audio]",
        "[[code]",
        "https://a.example\n",
        "<pre><p>",
        "<!-- wp:file --><a wp-block-file__button>",
    ],
)
def test_a_text_of_blocks_made_to_be_slow_is_not_slow(bit):
    text = f"{PARAGRAPH}{bit * (20_000 // len(bit))}"
    begun = process_time()

    post_html(text)

    assert process_time() - begun < 2


@pytest.mark.parametrize(
    ("block", "bit"),
    [
        ("verse", "<pre>"),
        ("button", "<figure "),
        ("file", "<figure "),
        ("embed", "<figcaption>"),
        ("gallery", "<img><figcaption>"),
        ("gallery", "<figcaption blocks-gallery-caption>"),
    ],
)
def test_a_block_of_a_kind_made_to_be_slow_is_not_slow(block, bit):
    text = f"<!-- wp:{block} -->{bit * (60_000 // len(bit))}<!-- /wp:{block} -->"
    begun = process_time()

    post_html(text)

    assert process_time() - begun < 2


def test_reusable_blocks_that_hold_each_other_many_times_come_to_an_end():
    reusable = {str(n): f'Words. <!-- wp:block {{"ref":{n + 1}}} /-->' * 20 for n in range(5)}

    shown = post_html('<!-- wp:block {"ref":0} /-->', library=Library(reusable=reusable))

    assert "Words." in shown
    assert len(shown) < 100_000


@pytest.mark.seed
@pytest.mark.parametrize("name", ["64-block-test-data.xml", "themeunittestdata.wordpress.xml"])
def test_no_block_of_a_real_file_leaves_its_marks_behind(db, name):
    import_(SHARED / "corpora" / "import" / "exports" / name)

    for post in Post.objects.all():
        without_code = re.sub(r"<(pre|code)\b.*?</\1>", "", post.body, flags=re.DOTALL)
        assert "<!-- wp:" not in without_code
        assert "wp-block-" not in without_code
        assert not re.search(r"[\x02-\x04]", post.body)
