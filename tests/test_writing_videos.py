"""Nothing of another host is fetched: videos become cards that lead there, frames become links."""

import re

import pytest

from posts.markup import render_post, typeset

YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def card(address, host, title=""):
    named = f'<span class="video-title">{title}</span> ' if title else ""
    return (
        f'<figure class="video"><a href="{address}">{named}<span class="video-host">Watch on {host}</span></a></figure>'
    )


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (YOUTUBE, "YouTube"),
        ("https://youtu.be/dQw4w9WgXcQ?t=42", "YouTube"),
        ("https://m.youtube.com/shorts/dQw4w9WgXcQ", "YouTube"),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "YouTube"),
        ("https://www.youtube.com/live/dQw4w9WgXcQ", "YouTube"),
        ("https://vimeo.com/76979871", "Vimeo"),
        ("https://vimeo.com/channels/staffpicks/76979871", "Vimeo"),
        ("https://videos.example.org/w/kkGMgK9ZtnKfYAgnEtQxbv", "videos.example.org"),
        ("https://tube.example.org/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d", "tube.example.org"),
        ("https://files.example.org/talks/drains.mp4", "files.example.org"),
    ],
)
@pytest.mark.parametrize("form", ["{}", "<{}>", "[{}]({})", "<p>{}</p>", '<p><a href="{}">{}</a></p>', "<p>\n{}\n</p>"])
def test_a_link_to_a_video_alone_becomes_a_card(address, host, form):
    body_format = "html" if form.startswith("<p") else "markdown"

    assert render_post(form.replace("{}", address), body_format).strip() == card(address, host)


def test_the_card_has_the_title_that_the_author_wrote():
    assert render_post(f"[A talk *on* drains]({YOUTUBE})") == card(YOUTUBE, "YouTube", "A talk on drains")


def test_a_link_alone_in_its_line_parts_the_paragraph():
    rendered = render_post(f"Look:\n{YOUTUBE}\nNice.")

    assert re.sub(r"\s*\n\s*", "", rendered) == f"<p>Look:</p>{card(YOUTUBE, 'YouTube')}<p>Nice.</p>"
    assert card(YOUTUBE, "YouTube") in render_post(f"<p>Look:<br>\n{YOUTUBE}<br>\nNice.</p>", "html")


@pytest.mark.parametrize(
    "body",
    [
        f"See {YOUTUBE} there.",
        f"See [this]({YOUTUBE}).",
        "https://www.youtube.com/@somebody",
        "https://www.youtube.com/playlist?list=PL123",
        "https://vimeo.com/about",
        "https://example.org/w/",
        "https://wiki.example.org/w/Harbour",
        "https://wiki.example.org/w/index.php",
        "https://example.org/watch?v=dQw4w9WgXcQ",
        "https://evil.example/?x=youtube.com/watch?v=dQw4w9WgXcQ",
        f"## {YOUTUBE}",
        f"- {YOUTUBE}\n- b",
        f"`{YOUTUBE}`",
        f"| {YOUTUBE} | b |\n|--|--|\n| c | d |",
    ],
)
def test_links_among_words_and_to_other_pages_stay_links(body):
    rendered = render_post(body)

    assert 'class="video"' not in rendered


def test_the_figure_of_an_embed_keeps_its_caption():
    rendered = render_post(
        f'<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">\n{YOUTUBE}\n</div>'
        "<figcaption>A talk</figcaption></figure>",
        "html",
    )

    assert rendered.count("<figure") == 1
    assert f'<a href="{YOUTUBE}">' in rendered
    assert "<figcaption>A talk</figcaption>" in rendered


@pytest.mark.parametrize(
    ("source", "page", "host"),
    [
        ("https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0", YOUTUBE, "YouTube"),
        ("//www.youtube.com/embed/dQw4w9WgXcQ", YOUTUBE, "YouTube"),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=30", f"{YOUTUBE}&amp;t=30s", "YouTube"),
        ("https://player.vimeo.com/video/76979871?h=ab12cd", "https://vimeo.com/76979871/ab12cd", "Vimeo"),
        (
            "https://tube.example.org/videos/embed/9c9de5e8-0a1e-484a-b099-e80766180a6d",
            "https://tube.example.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d",
            "tube.example.org",
        ),
    ],
)
@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_a_frame_of_a_video_becomes_a_card_that_leads_to_its_page(source, page, host, body_format):
    rendered = render_post(f'<p><iframe src="{source}" width="560" height="315"></iframe></p>', body_format)

    assert rendered == card(page, host)


def test_a_frame_says_its_title_unless_every_frame_of_the_host_says_it():
    source = "https://www.youtube.com/embed/dQw4w9WgXcQ"

    titled = render_post(f'<iframe src="{source}" title="On drains"></iframe>', "html")
    untitled = render_post(f'<iframe src="{source}" title="YouTube video player"></iframe>', "html")

    assert titled == card(YOUTUBE, "YouTube", "On drains")
    assert untitled == card(YOUTUBE, "YouTube")


def test_another_frame_becomes_a_link_to_its_address():
    rendered = render_post('<p>Map: <iframe src="https://www.maps.example.org/?a=1&amp;b=2">x</iframe></p>', "html")

    assert rendered == (
        '<p>Map: <a href="https://www.maps.example.org/?a=1&amp;b=2">Embedded from maps.example.org</a></p>'
    )


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe></iframe>",
        '<iframe src="javascript:alert(1)"></iframe>',
        '<iframe src="data:text/html,x"></iframe>',
        '<iframe src="/relative"></iframe>',
        '<iframe src="https://["></iframe>',
        '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
        '<iframe src="https://a.example:99999999/"></iframe>',
    ],
)
@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_a_frame_of_nothing_goes(frame, body_format):
    assert render_post(f"<div>a{frame}b</div>", body_format) == "<div>ab</div>"


@pytest.mark.parametrize("name", ["audio", "video"])
def test_what_is_ours_is_played_and_waits_to_be_asked(name):
    rendered = render_post(
        f'<{name} autoplay src="/media/a.mp4" poster="https://a.example/p.jpg">'
        f'<track src="/c.vtt" kind="captions"></{name}>',
        "html",
    )

    assert 'controls=""' in rendered
    assert 'src="/media/a.mp4"' in rendered
    assert '<track kind="captions" src="/c.vtt">' in rendered
    assert "autoplay" not in rendered
    assert "a.example" not in rendered


def test_what_is_somebody_elses_is_a_link():
    sound = render_post('<p>a</p><audio controls src="https://a.example/x/song%201.mp3"></audio>', "html")
    film = render_post('<video><source src="//www.a.example/f.mp4"><source src="/g.mp4"></video>', "html")

    assert sound == '<p>a</p><p><a href="https://a.example/x/song%201.mp3">Sound: song 1.mp3 (a.example)</a></p>'
    assert film == card("https://www.a.example/f.mp4", "a.example", "f.mp4")


def test_a_source_outside_of_a_player_goes():
    assert render_post('<source src="https://a.example/x"><p>a</p>', "html") == "<p>a</p>"


def test_a_video_makes_no_request_in_a_list():
    teaser = typeset(f"{YOUTUBE}\n\n<!--more-->\n\nb").teaser_html

    assert card(YOUTUBE, "YouTube") in teaser
