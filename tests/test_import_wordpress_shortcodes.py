"""Shortcodes, formulas and players of WordPress's texts, each as the HTML that says the same here."""

import re

import pytest

from blog_site.moving.records import Item
from blog_site.moving.wordpress.html.text import post_html
from blog_site.moving.wordpress.library import Library
from posts.markup import render_post
from posts.models import Post
from tests.wxr import SHARED, import_, make_attachment, make_export, make_item, make_uploads


def make_library():
    def attachment(number, name, **fields):
        return Item(line=1, id=number, parent="1", attachment_url=f"http://old.example/{name}", **fields)

    return Library(
        [
            attachment("3", "a.jpg", excerpt="At <em>noon</em>", menu_order="2"),
            attachment("4", "b.png", meta={"_wp_attachment_image_alt": 'The "old" ford'}, menu_order="1"),
            attachment("5", "song.mp3", title="A song"),
        ]
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "[caption width=\"300\" caption=\"So &quot;hi&quot; <a href='/x'>there</a>\"]<img src='/a.png'>[/caption]",
            (
                "<figure class=\"alignnone\"><img src='/a.png'><figcaption>So &quot;hi&quot; <a href='/x'>there</a>"
                "</figcaption></figure>"
            ),
        ),
        (
            '[caption align="aligncenter"]<img src="/a.png"> Of "x" <a href="/b" title="c">d</a>\nand e[/caption]',
            (
                '<figure class="aligncenter"><img src="/a.png"><figcaption>Of "x" <a href="/b" title="c">d</a><br>and e'
                "</figcaption></figure>"
            ),
        ),
        ("[caption]No picture[/caption]", "<p>No picture</p>"),
        ('[caption align="left"]<img src="/a.png"> no end', '<p><img src="/a.png"> no end</p>'),
        ("a [[caption]x[/caption]] b", "<p>a [caption]x[/caption] b</p>"),
    ],
)
def test_a_caption_stands_below_its_picture(text, html):
    assert post_html(text) == html


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("[code]a < b && c[/code]", "a &lt; b &amp;&amp; c"),
        ("[code]a &lt; b &amp;&amp; &quot;c&quot;[/code]", 'a &lt; b &amp;&amp; "c"'),
        ("[code]&amp;lt;p&amp;gt; is escaped[/code]", "&amp;lt;p&amp;gt; is escaped"),
        ("[code]<p>&amp;</p>[/code]", "&lt;p&gt;&amp;amp;&lt;/p&gt;"),
        ("[code]s = \"\\n\\\\\"; t = '$1'[/code]", "s = \"\\n\\\\\"; t = '$1'"),
        ("[code]\n\n  first\n\n\n\tlast\n[/code]", "  first\n\n\n\tlast"),
        ("[code][gallery] [sic] $latex x$ http://youtu.be/a[/code]", "[gallery] [sic] $latex x$ http://youtu.be/a"),
        ("[code]<!--more--><script>x</script>[/code]", "&lt;!--more--&gt;&lt;script&gt;x&lt;/script&gt;"),
    ],
)
def test_code_is_shown_exactly(text, source):
    assert post_html(text) == f"<pre><code>{source}</code></pre>"


@pytest.mark.parametrize(
    ("opening", "language"),
    [
        ("[python]", "python"),
        ("[PYTHON wraplines='false']", "python"),
        ('[sourcecode language="c#" gutter="false"]', "csharp"),
        ("[code lang=jscript]", "javascript"),
        ("[sourcecode language=&quot;css&quot;]", "css"),
        ("[sourcecode language=“css”]", "css"),
    ],
)
def test_code_says_its_language(opening, language):
    end = re.match(r"\[(\w+)", opening)[1].lower()

    assert post_html(f"{opening}x[/{end}]") == f'<pre><code class="language-{language}">x</code></pre>'


def test_code_with_a_title_is_a_figure_of_that_name():
    html = post_html('[python title="Cases &amp; gates"]x[/python]')

    assert html == (
        '<figure><figcaption>Cases &amp; gates</figcaption><pre><code class="language-python">x</code></pre></figure>'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('<pre lang="php">a\n\n[[gallery]]</pre>', '<pre><code class="language-php">a\n\n[gallery]</code></pre>'),
        ('<pre class="brush: java; gutter: true">a</pre>', '<pre><code class="language-java">a</code></pre>'),
        ("Run <code>$latex x$ [gallery]</code>", "<p>Run <code>$latex x$ [gallery]</code></p>"),
        ("<code>one\n  two</code>", "<pre><code>one\n  two</code></pre>"),
    ],
)
def test_code_in_elements_is_left_alone(text, html):
    assert post_html(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("So $latex a_1*b_2$.", '<p>So <span class="math">a_1*b_2</span>.</p>'),
        ("$latex e^{i\\pi}&bg=ffffff&fg=000&s=2$", '<div class="math">e^{i\\pi}</div>'),
        (
            '<p style="text-align: center">$latex a &lt; b &amp; c&#8217;$</p>',
            '<div class="math">a &lt; b &amp; c\'</div>',
        ),
        ("x $latex a<b$ y", '<p>x <span class="math">a&lt;b</span> y</p>'),
        ("$latex=x \\$ 5$ x", '<p><span class="math">x \\$ 5</span> x</p>'),
        ("[latex size=2]x^2[/latex]", '<div class="math">x^2</div>'),
        ("It costs $5 and not $latex", "<p>It costs $5 and not $latex</p>"),
        ('<a title="$latex x$">x</a>', '<p><a title="$latex x$">x</a></p>'),
    ],
)
def test_a_formula_keeps_its_tex(text, html):
    assert post_html(text) == html


def test_a_gallery_shows_its_pictures_in_their_order_with_their_words():
    first = '<figure><img src="http://old.example/a.jpg" alt=""><figcaption>At <em>noon</em></figcaption></figure>'
    second = '<figure><img src="http://old.example/b.png" alt="The &quot;old&quot; ford"></figure>'

    def gallery(text, number="1"):
        return post_html(text, library=make_library(), number=number)

    assert gallery('[gallery ids="3,4"]') == f'<figure class="gallery">{first}{second}</figure>'
    assert gallery("[gallery]") == f'<figure class="gallery">{second}{first}</figure>'
    assert gallery('[gallery id="1" exclude="4" columns="2"]', "2") == f'<figure class="gallery">{first}</figure>'
    assert '<a href="http://old.example/a.jpg"><img' in gallery('[gallery link="file" ids="3"]')


def test_a_gallery_says_which_of_its_pictures_are_not_there():
    found = []

    html = post_html('Before\n[gallery ids="3,9"]\n[gallery ids="8"]\nafter', library=make_library(), warn=found.append)

    assert "[gallery" not in html
    assert html.count("<img") == 1
    assert found == [
        "a gallery shows the picture 9, which is not in the file",
        "a gallery shows the picture 8, which is not in the file",
        "the shortcode [gallery] has nothing to show here and was left out",
    ]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[youtube=http://www.youtube.com/watch?v=dQw4w9WgXcQ&w=640&amp;h=385]", "youtube.com/watch?v=dQw4w9WgXcQ"),
        ("[youtube dQw4w9WgXcQ]", "youtube.com/watch?v=dQw4w9WgXcQ"),
        ("[youtube]https://youtu.be/dQw4w9WgXcQ?t=42[/youtube]", "youtube.com/watch?v=dQw4w9WgXcQ&amp;t=42"),
        ('[embed width="123"]https://vimeo.com/22439234[/embed]', "vimeo.com/22439234"),
        ("[vimeo 22439234 w=500&amp;h=281]", "vimeo.com/22439234"),
        ("[vimeo http://player.vimeo.com/video/22439234]", "vimeo.com/22439234"),
        ("[dailymotion id=x8oma9]", "dailymotion.com/video/x8oma9"),
        ("[gist id=57cc50246aab776e110060926a2face2]", "gist.github.com/57cc50246aab776e110060926a2face2"),
        ("[gist]https://gist.github.com/ann/12[/gist]", "gist.github.com/ann/12"),
        ("[googlevideo=http://video.google.com/videoplay?docid=3]", "video.google.com/videoplay?docid=3"),
        ("[tweet 1234567890]", "twitter.com/i/status/1234567890"),
        (
            '[tweet <a href="https://twitter.com/a/status/5">https://twitter.com/a/status/5</a>]',
            "twitter.com/a/status/5",
        ),
        ('[soundcloud url="http://api.soundcloud.com/tracks/1" width="100%" /]', "api.soundcloud.com/tracks/1"),
        ("[audio http://old.example/a%20b.mp3|titles=Foo|artists=Bar]", "old.example/a%20b.mp3"),
        ('[audio ogg="http://old.example/a.ogg" mp3="http://old.example/a.mp3"][/audio]', "old.example/a.mp3"),
        ('[video width="640" mp4="http://old.example/a.mp4"][/video]', "old.example/a.mp4"),
        ("[wpvideo kUJmAcSf w=640]", "videopress.com/v/kUJmAcSf"),
        ("[polldaddy poll=123]", "polldaddy.com/poll/123/"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
        ("<p>https://example.org/a?b=1&amp;c=2</p>", "example.org/a?b=1&amp;c=2"),
        (
            '<iframe width="560" src="//www.youtube.com/embed/dQw4w9WgXcQ?rel=0" allowfullscreen></iframe>',
            "youtube.com/watch?v=dQw4w9WgXcQ",
        ),
        (
            (
                '<object width="425"><param name="movie" value="http://www.youtube.com/v/dQw4w9WgXcQ&hl=en"></param>'
                '<embed src="http://www.youtube.com/v/dQw4w9WgXcQ&hl=en"></embed></object>'
            ),
            "youtube.com/watch?v=dQw4w9WgXcQ",
        ),
        ('[video src="https://vimeo.com/22439234"]', "vimeo.com/22439234"),
        ('<audio controls><source src="http://old.example/a.ogg"></audio>', "old.example/a.ogg"),
    ],
)
def test_what_another_site_plays_is_a_link_with_its_own_place(text, address):
    for html in (post_html(text), post_html(f"One\n{text}\ntwo")):
        shown = render_post(html, "html")
        links = re.findall(r'<(?:p|figure class="video")><a href="(?:https?://(?:www\.)?)?([^"]+)">', shown)
        assert links == [address]
        assert "[" not in shown


def test_a_recording_that_came_along_is_played_where_it_stood(db, tmp_path):
    uploads = make_uploads(tmp_path)
    uploads.mkdir()
    (uploads / "ford.mp3").write_bytes(b"ID3 sound")
    text = "Listen:\n[audio https://old.example/wp-content/uploads/ford.mp3]"

    import_(
        make_export(
            tmp_path,
            make_item(text=text),
            make_attachment(url="https://old.example/wp-content/uploads/ford.mp3"),
        ),
        media=uploads,
    )

    assert re.search(r'<audio [^>]*src="/media/[^"]*ford\.mp3"', Post.objects.get().body_html)


def test_an_address_among_lines_is_one_of_them_unless_it_plays():
    html = post_html("Look:\nhttps://youtu.be/dQw4w9WgXcQ\nnice\n\nlist\nhttp://example.org/a\nhttp://example.org/b")

    assert '<p>Look:</p>\n<p><a href="https://youtu.be/dQw4w9WgXcQ">' in html
    assert "<p>list<br>\nhttp://example.org/a<br>\nhttp://example.org/b</p>" in html


def test_recordings_of_a_post_are_listed_by_name():
    html = post_html('[playlist ids="5"]', library=make_library())

    assert html == '<ul><li><a href="http://old.example/song.mp3">A song</a></li></ul>'


def test_what_is_no_shortcode_of_ours_stays_and_is_counted():
    found = []

    html = post_html('[plan id="4"] [plan id="5"] [nextgen_gallery] [sic] a talk [video] [1]', warn=found.append)

    assert html == '<p>[plan id="4"] [plan id="5"] [nextgen_gallery] [sic] a talk [video] [1]</p>'
    assert found == [
        "the shortcode [plan] stays as text, 2 times",
        "the shortcode [nextgen_gallery] stays as text",
        "the shortcode [video] stays as text",
    ]


def test_forms_are_left_out_and_said():
    found = []

    html = post_html(
        'Write:\n[contact-form to="a@b.example"][contact-field label="Name" type="name"/][/contact-form]',
        warn=found.append,
    )

    assert html == "<p>Write:</p>" or html == "<p>Write:<br>\n</p>"
    assert found == ["the shortcode [contact-form] has nothing to show here and was left out"]
    assert "a@b.example" not in found[0]


def test_where_a_page_ends_and_where_the_summary_does_is_kept():
    html = post_html("One <!--more Read on--> two\n\n<!--nextpage-->\n\nthree<!--noteaser-->")

    assert html == "<p>One</p>\n<!--more Read on-->\n<p> two</p>\n<!--nextpage-->\n<p>three</p>"


def test_a_post_shows_the_gallery_of_what_hangs_on_it(db, tmp_path):
    hangs = make_attachment(id=9).replace("<wp:post_parent>0<", "<wp:post_parent>1<")

    report = import_(make_export(tmp_path, make_item(text="[gallery]"), hangs))

    assert '<figure class="gallery"><figure><img src="https://old.example/wp-content/uploads/2019/05/ford.png"' in (
        Post.objects.get().body
    )
    assert any("stays at its old address" in warning for warning in report["warnings"])


@pytest.mark.seed
def test_the_hostile_text_comes_out_as_its_readme_says(db):
    import_(SHARED / "corpora" / "import" / "hostile" / "media.xml")

    post = Post.objects.get(imported_id=1)
    assert '<figure class="alignleft">' in post.body_html
    assert "<figcaption>A <em>caption</em></figcaption>" in post.body_html
    assert 'class="gallery"' in post.body_html
    assert "if a &lt; b &amp;&amp; c: pass" in re.sub(r"</?span[^>]*>", "", post.body_html)
    assert "watch?v=dQw4w9WgXcQ" in post.body_html
    assert "second" in post.body_html
    assert not re.search(r"\[/?(caption|gallery|sourcecode)", post.body_html)
