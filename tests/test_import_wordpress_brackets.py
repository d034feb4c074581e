"""Words in square brackets: a known shortcode with its own options is one, everything else is what somebody wrote."""

import html
import re

import pytest

from blog_site.moving.records import Item
from blog_site.moving.wordpress.html.text import post_html
from blog_site.moving.wordpress.library import Library
from comments.models import Comment
from posts.markup import plain_text, render_post
from posts.models import Post
from tests.wxr import SHARED, import_, make_export, make_item, make_wxr_comment

PHRASES = [
    *("[video below]", "[TED talk]", "[TED: a talk]", "[TED 2014]", "[gallery of rogues]", "[gallery]", "[audio]"),
    *("[Video]", "[caption needed]", "[caption: the author]", "[embed this]", "[code]", "[code goes here]", "[more]"),
    *("[sic]", "[1]", "[…]", "[youtube]", "[youtube celebration]", "[YouTube, 2012]", "[youtube Celebration]"),
    *(
        "[vimeo 2014]",
        "[vimeo only]",
        "[tweet 1999]",
        "[gist]",
        "[gist a/b]",
        "[dailymotion xylophone]",
        "[wpvideo required]",
    ),
    *(
        "[soundcloud mix]",
        "[flickr: Ann]",
        "[instagram @ann]",
        "[mixcloud show]",
        "[polldaddy 12]",
        "[slideshare deck]",
    ),
    *(
        "[archives]",
        "[sitemap]",
        "[subscribe]",
        "[portfolio]",
        "[testimonials]",
        "[authors: Ann, Bo]",
        "[playlist, May]",
    ),
    *("[latex]", "[latex paint]", "[c]", "[r]", "[text]", "[plain text]", "[source?]", "[html]", "[go]", "[sql: no]"),
    *("[slideshow here]", "[video 1 of 2]", "[audio: Ann speaking]", "[embed: no]", "[hulu 2012]", "[scribd copy]"),
    *(
        "[spotify spotify]",
        "[twitchtv now]",
        "[googlemaps link]",
        "[videopress]",
        "[contact-form below]",
        "[kickstarter!]",
    ),
    *(
        "[subscribe]to us[/subscribe]",
        "[youtube]the clip[/youtube]",
        "[embed]the thing[/embed]",
        "[audio]her voice[/audio]",
    ),
    *("[facebook]on the page[/facebook]", "[archives]the old ones[/archives]", "[caption missing]his hat[/caption]"),
    *(
        "[text only]words[/text]",
        "[contact-form]",
        "[contact-form]words[/contact-form]",
        "[code 42]x[/code]",
        "[video see below]",
        "[poem]Roses are red;\nViolets are blue;[/poem]",
    ),
]


@pytest.mark.parametrize("phrase", PHRASES)
def test_words_in_brackets_stay_to_the_character_and_no_link_is_made_of_them(phrase):
    for text in (f"Before {phrase} after.", f"<p>Before {phrase} after.</p>", f"One.\n\nBefore {phrase}\n\nTwo."):
        shown = render_post(post_html(text), "html")

        assert " ".join(phrase.split()) in plain_text(shown)
        assert "<a " not in shown
        assert "<pre" not in shown


@pytest.mark.parametrize("phrase", ["[sic]", "[video below]", "[TED talk]", "[Video]", "[archives]", "[youtube clip]"])
def test_words_in_brackets_stay_where_they_have_a_paragraph_for_themselves(phrase):
    library = Library([Item(line=1, id="5", parent="1", attachment_url="http://old.example/a.mp4")])

    assert post_html(f"One.\n\n{phrase}\n\nTwo.", library=library, number="1") == (
        f"<p>One.</p>\n<p>{phrase}</p>\n<p>Two.</p>"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hear it: [audio] tomorrow", "<p>Hear it: [audio] tomorrow</p>"),
        (
            "Look:\n\n[audio]\n\nthere",
            '<p>Look:</p>\n<p><audio src="http://old.example/a.mp3"></audio></p>\n<p>there</p>',
        ),
        ('<p>[audio class="x"]</p>', '<p><audio src="http://old.example/a.mp3"></audio></p>'),
    ],
)
def test_what_hangs_on_the_post_is_shown_where_a_shortcode_has_its_line_for_itself(text, shown):
    library = Library([Item(line=1, id="5", parent="1", attachment_url="http://old.example/a.mp3")])

    assert post_html(text, library=library, number="1") == shown


def test_what_is_left_is_reported_where_it_looks_like_a_plugins_and_not_where_it_is_a_sentence():
    found = []

    post_html(
        '[video below] [TED talk] [he said so] [my_plugin] [slider id="3"] [sic] [1] [archives]', warn=found.append
    )

    assert [re.search(r"\[.*\]", line)[0] for line in found] == ["[my_plugin]", "[slider]", "[archives]"]


def test_options_of_no_shortcode_of_that_name_make_it_none():
    assert post_html("[gallery wall=white floor=grey] x") == "<p>[gallery wall=white floor=grey] x</p>"
    assert "[subscribe" not in post_html('[subscribe title="Get it"]')


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[youtube dQw4w9WgXcQ]", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ('[youtube id="dQw4w9WgXcQ" w=640]', "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("[youtube www.youtube.com/watch?v=dQw4w9WgXcQ]", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("[youtube]dQw4w9WgXcQ[/youtube]", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("[vimeo 44633289 w=500&h=280]", "https://vimeo.com/44633289"),
        ("[vimeo 44633289, 500, 280]", "https://vimeo.com/44633289"),
        ("[vimeo clip_id=44633289]", "https://vimeo.com/44633289"),
        ("[ted id=210 lang=en]", "https://www.ted.com/talks/view/id/210"),
        ("[ted https://www.ted.com/talks/ann_on_fords]", "https://www.ted.com/talks/ann_on_fords"),
        ("[slideshare id=6841838&doc=talk-110207133012-phpapp01]", "slideshare.net/slideshow/embed_code/6841838"),
        ("[slideshare id=6841838&amp;doc=talk&amp;w=425]", "slideshare.net/slideshow/embed_code/6841838"),
        ("[bandcamp width=350 album=1986777 size=large]", "https://bandcamp.com/EmbeddedPlayer/album=1986777/"),
        ('[polldaddy survey="6AB1F4AA" type="iframe"]', "https://polldaddy.com/s/6AB1F4AA"),
        ("[mixcloud MalibuRum/play-6-kissy width=600]", "https://www.mixcloud.com/MalibuRum/play-6-kissy/"),
        ("[scribd id=39027960 key=key-3kaiwcjqhtipf25m8tw mode=list]", "https://www.scribd.com/doc/39027960"),
        ("[gist 57cc50246aab776e110060926a2face2 file=a.py]", "gist.github.com/57cc50246aab776e110060926a2face2"),
        ('[embed width="100"]https://example.org/film[/embed]', "https://example.org/film"),
        ("[facebook https://www.facebook.com/ann/posts/1]", "https://www.facebook.com/ann/posts/1"),
    ],
)
def test_a_known_shortcode_with_its_own_options_is_a_link_to_what_it_shows(text, address):
    (href,) = re.findall(r'<p><a href="([^"]+)">', post_html(f"One.\n\n{text}\n\nTwo."))

    assert html.unescape(href).removeprefix("https://www.").removeprefix("https://") == (
        address.removeprefix("https://www.").removeprefix("https://")
    )


def test_a_very_long_address_is_not_read_out(tmp_path):
    address = f"http://video.example/Player.swf?config={'%2Ca' * 400}"

    shown = render_post(post_html(f'<object><param name="movie" value="{address}"></object>\n\n{address}'), "html")

    assert shown.count(f'href="{address}"') == 2
    assert len(plain_text(shown)) < 100


@pytest.mark.seed
def test_the_cases_of_brackets_come_in_as_they_were_written(db):
    import_(SHARED / "cases" / "import" / "25-words-in-brackets.xml")

    post = Post.objects.get()
    written = re.findall(
        r"Before\d+ \[[^\]]+\] after\d+\.", (SHARED / "cases/import/25-words-in-brackets.xml").read_text()
    )
    assert len(written) == 40
    assert re.findall(r"<p>(.*?)</p>", post.body_html) == written


@pytest.mark.seed
def test_the_case_of_a_player_says_neither_its_settings_nor_its_plugin(db):
    import_(SHARED / "cases" / "import" / "24-slideshare-object.xml")

    shown = Post.objects.get().body_html
    assert "slideshare" not in plain_text(shown).replace("https://www.slideshare.net/", "")
    assert max(map(len, plain_text(shown).split())) < 130


@pytest.mark.parametrize(
    "phrase", ["[video below]", "[1]", "[sic]", "[gallery]", "[code]x[/code]", "[1]: http://x.org"]
)
def test_words_in_brackets_stay_in_titles_summaries_and_comments(db, tmp_path, phrase):
    comments = make_wxr_comment(id=1, text=phrase) + make_wxr_comment(id=2, text=f"It says:\n{phrase}\nI know.")
    item = make_item(title=f"A {phrase} B", inside=f"{comments}<excerpt:encoded>C {phrase} D</excerpt:encoded>")

    import_(make_export(tmp_path, item))

    post = Post.objects.get()
    assert (post.title, post.excerpt) == (f"A {phrase} B", f"C {phrase} D")
    alone, among = Comment.objects.order_by("imported_id")
    assert plain_text(alone.body_html) == phrase
    assert plain_text(among.body_html) == f"It says: {phrase} I know."
