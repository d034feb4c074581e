"""Texts that were written to break sanitisers, through both renderers and on the pages that show them.

What comes out is read as a browser reads it (html5lib), and nothing but the allowed elements and attributes may be
in it. Texts are judged by the hundred, since they take a moment each; a failure names the ones that are guilty.
"""

import json
import re
from collections import Counter
from time import process_time
from urllib.parse import urlsplit
from xml.etree import ElementTree

import html5lib
import pytest
from django.conf import settings
from django.utils import timezone

from comments import cleaning, tokens
from comments.models import Comment, Decision, DiscussionSettings, Note
from posts.markup import COMMENT_MAX_LENGTH, COMMENT_REL, render_comment, render_post
from posts.models import Post
from tests.factories import make_author, make_comment, make_editor, make_post

CORPORA = ["xss_html", "xss_markdown", "xss_uri", "sanitizer_cases", "naughty_strings"]
BATCH = 200

# Written out once more: a test that reads the lists of the code it tests could not fail.
NOTHING = frozenset()
COMMENT_ELEMENTS = dict.fromkeys(["blockquote", "br", "code", "em", "li", "p", "pre", "strong", "ul"], NOTHING)
COMMENT_ELEMENTS |= {"a": {"href", "rel"}, "ol": {"start"}, "li": {"value"}}
EVERYWHERE = frozenset({"class", "id", "lang", "dir"})
# fmt: off
POST_ELEMENTS = dict.fromkeys(
    (
        "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt",
        "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol",
        "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
        "tfoot", "th", "thead", "tr", "ul", "var",
    ),
    EVERYWHERE,
)
# fmt: on
POST_ELEMENTS |= {
    "a": EVERYWHERE | {"href", "title"},
    "abbr": EVERYWHERE | {"title"},
    "img": EVERYWHERE | {"src", "alt", "title", "width", "height"},
    "ol": EVERYWHERE | {"start", "reversed"},
    "td": EVERYWHERE | {"colspan", "rowspan"},
    "th": EVERYWHERE | {"colspan", "rowspan", "scope"},
}
SCROLLS = {"role", "tabindex", "aria-label"}
PLAYS = {"src", "controls", "preload"}
POST_ELEMENTS |= {
    "a": POST_ELEMENTS["a"] | {"role", "aria-label"},
    "audio": EVERYWHERE | PLAYS,
    "details": EVERYWHERE | {"open"},
    "div": EVERYWHERE | SCROLLS,
    "header": EVERYWHERE,
    "pre": EVERYWHERE | SCROLLS,
    "source": EVERYWHERE | {"src", "type"},
    "track": EVERYWHERE | {"src", "kind", "srclang", "label", "default"},
    "video": EVERYWHERE | PLAYS | {"poster", "width", "height"},
}
# fmt: off
MATH_ATTRIBUTES = EVERYWHERE | {
    "accent", "columnalign", "columnlines", "columnspacing", "depth", "displaystyle", "fence", "form", "height",
    "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width",
}
POST_ELEMENTS |= {
    f"{{http://www.w3.org/1998/Math/MathML}}{name}": MATH_ATTRIBUTES
    for name in (
        "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow",
        "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
    )
}
# fmt: on
POST_ELEMENTS["{http://www.w3.org/1998/Math/MathML}math"] = EVERYWHERE | {"display", "alttext"}
NEVER = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "template",
    "base",
    "frame",
    "noscript",
    "applet",
}


# --- How it is judged


def texts(shared):
    """(id, text) of every case; without what no form lets through."""
    found = []
    for corpus in CORPORA:
        with (shared / f"corpora/text/{corpus}.jsonl").open(encoding="utf-8") as lines:
            found += [(case["id"], case["payload"]) for case in map(json.loads, lines)]
    return [(name, re.sub("[\x00\ud800-\udfff]", "", text)) for name, text in found]


def typed_texts(shared):
    """A share of the texts, from all corpora, as a form would store them; enough to try each page with."""
    return [(name, re.sub("[\ufffe\uffff]", "", cleaning.clean_text(text))) for name, text in texts(shared)[::4]]


def parse(html):
    return html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)


def scheme(url):
    """As a browser finds it: without white space and control characters."""
    match = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20\x7f-\xa0\u2028\u2029]", "", url), re.IGNORECASE)
    return match[1].lower() if match else ""


def wrong_in(tree, allowed, schemes):
    """What a parsed fragment has that it may not have, in words; empty where all is well."""
    wrong = []
    for element in tree.iter():
        if element is tree:
            continue
        if not isinstance(element.tag, str):
            wrong.append("a comment or an instruction")
        elif element.tag not in allowed:
            wrong.append(f"<{element.tag}>")
        else:
            wrong += [f"{element.tag} {name}" for name in element.attrib if name not in allowed[element.tag]]
            wrong += [
                f"{element.tag} {name}={element.attrib[name]}"
                for name in ("href", "src", "poster")
                if scheme(element.attrib.get(name, "")) not in {"", *schemes}
            ]
            wrong += [
                f"{element.tag} fetches {element.attrib[name]}"
                for name in ("src", "poster")
                if element.tag in {"audio", "video", "source", "track"} and not is_ours(element.attrib.get(name, "/"))
            ]
            wrong += [f"class {word}" for word in element.get("class", "").split() if not is_class_of_ours(word)]
            wrong += [f"id {element.get('id')}"] * (not is_id_of_ours(element.get("id", "")))
    return wrong


def is_class_of_ours(word):
    words = r"align\w+|footnote(-\w+)?|language-[\w+#.-]+|pull-quote|gallery|math(-display)?|anchor|section-head"
    return re.fullmatch(rf"{words}|table-scroll|video(-title|-host)?|[a-z]{{1,2}}", word)


def is_id_of_ours(value):
    return not value or re.fullmatch(r"(fn|fnref)\d*:[\w-]+|section-[\w-]+|more", value)


def is_ours(address):
    """True if a player that gets its film there asks nobody else."""
    parts = urlsplit(address.strip())
    return not (parts.scheme or parts.netloc) or address.startswith(f"{settings.SITE_URL}/")


def in_batches(items, size=BATCH):
    return [items[start : start + size] for start in range(0, len(items), size)]


def guilty(cases, render, judge):
    """{id: what is wrong} of the texts whose rendering is judged wrong, alone or in the company of others."""
    found = {}
    for batch in in_batches(cases):
        rendered = [(name, render(text)) for name, text in batch]
        if judge(parse("\n".join(html for _name, html in rendered))):
            found |= {name: wrong for name, html in rendered if (wrong := judge(parse(html)))} or {
                f"{batch[0][0]} to {batch[-1][0]}": "together"
            }
    return found


def judge_comment(tree):
    wrong = wrong_in(tree, COMMENT_ELEMENTS, {"http", "https"})
    return wrong + [f"rel of {link.attrib}" for link in tree.iter("a") if link.get("rel") != COMMENT_REL]


def judge_post(tree):
    return wrong_in(tree, POST_ELEMENTS, {"http", "https", "mailto", "tel"})


# --- The renderers


@pytest.mark.seed
@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_nothing_but_what_is_allowed_is_left_in_a_post(shared, body_format):
    assert not guilty(texts(shared), lambda text: render_post(text, body_format), judge_post)


@pytest.mark.seed
def test_nothing_but_what_is_allowed_is_left_in_a_comment(shared, caplog):
    assert COMMENT_REL == "nofollow ugc noopener"
    assert not guilty(texts(shared), render_comment, judge_comment)
    assert not caplog.records, "a text broke the renderer"


@pytest.mark.seed
def test_a_text_hidden_in_markdown_is_no_better(shared):
    """The same texts as a link's address, a title, a picture, code, a quote, a list and emphasis."""
    for frame in (
        "[a]({})",
        "[a](<{}>)",
        '[a](/b "{}")',
        "![{}](x)",
        "<{}>",
        "`{}`",
        "> {}",
        "- {}",
        "**{}**",
        "[{}](/b)",
    ):
        framed = [(f"{name} in {frame}", frame.format(text)) for name, text in texts(shared)[::8]]
        assert not guilty(framed, render_comment, judge_comment)
        assert not guilty(framed[::4], render_post, judge_post)


@pytest.mark.seed
def test_what_is_too_long_to_be_parsed_is_no_better(shared):
    for batch in in_batches(texts(shared), 300):
        long = "\n\n".join(text for _name, text in batch) + "*" * COMMENT_MAX_LENGTH

        assert not judge_comment(parse(render_comment(long)))


@pytest.mark.seed
def test_html_in_a_comment_is_shown_as_it_was_typed(shared):
    """Every tag that was typed can be read; Markdown's own marks and the addresses of its links are all that goes."""
    lost = {}
    for name, text in texts(shared):
        if re.search(r"\]\s*\(|<[^<>\s]+[:@]|^\s*(```|~~~)|\\", text, re.MULTILINE):
            continue  # a link, an autolink, a fence or an escape, of which a part is not shown
        shown = "".join(parse(render_comment(text)).itertext())
        missing = Counter(words_and_tags(text)) - Counter(words_and_tags(shown))
        if missing := [word for word in missing if not word.isdecimal()]:  # a list's number is not text
            lost[name] = missing

    assert not lost


def words_and_tags(text):
    return re.findall(r"</?[a-z]+|\w+", re.sub("[`*_]", "", text))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<b onmouseover=alert(1)>bold</b>",
        "<!-- a comment -->",
        "<![CDATA[x]]>",
        "<?php x ?>",
        "</p></div></li></ol></section>",
        "<a href='https://a.example'>a</a>",
        "&lt;b&gt; &amp;amp; &#60;",
        "<style>p{}</style>",
        "<plaintext>",
    ],
)
def test_raw_html_is_text(text):
    tree = parse(render_comment(text))

    assert {element.tag for element in tree.iter()} <= {"DOCUMENT_FRAGMENT", "p", "a"}
    assert "".join(tree.itertext()).strip() == text


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java\tscript:alert(1))",
        "[a](\x01javascript:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](javascript&colon;alert(1))",
        "[a](data:text/html,x)",
        "[a](vbscript:x)",
        "[a](file:///etc/passwd)",
        "[a](mailto:a@b.example)",
        "[a](tel:1)",
        "[a](ftp://a.example)",
        "<javascript:alert(1)>",
        "<data:text/html,x>",
        "<a@b.example>",
        "![a](https://a.example/pixel.png)",
    ],
)
def test_a_comment_links_to_the_web_alone_and_shows_no_picture(text):
    tree = parse(render_comment(text))

    assert not list(tree.iter("img"))
    assert all(scheme(link.get("href", "")) in {"", "http", "https"} for link in tree.iter("a"))
    assert not judge_comment(tree)


# --- The pages


def read_page(html):
    return html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)


def wrong_on_page(html):
    return wrong_in_document(read_page(html))


def wrong_in_document(document):
    """What no page of ours has, and a payload could have brought in."""
    wrong = []
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in NEVER - {"script"} or ("}" in element.tag and not is_icon_of_the_admin(element)):
            wrong.append(f"<{element.tag} {element.attrib}>")
        if element.tag == "script" and not is_script_of_ours(element):
            wrong.append(f"<script {element.attrib}>")
        wrong += [f"{element.tag} {name}" for name in element.attrib if name.startswith("on") or name == "style"]
        wrong += [
            f"{element.tag} {name}={value[:80]}"
            for name, value in element.attrib.items()
            if name in {"href", "src", "action", "formaction"} and scheme(value) not in {"", "http", "https"}
        ]
        # A picture may be another site's in a post, and the policy of the page keeps the browser from fetching it.
        if element.tag == "form":
            wrong += [f"form {element.get('action')}"] * (urlsplit(element.get("action", "")).netloc != "")
    return wrong


def is_icon_of_the_admin(element):
    address = element.get("{http://www.w3.org/1999/xlink}href") or element.get("href") or "#icon-"
    return re.fullmatch(r"\{http://www.w3.org/2000/svg\}(svg|use|symbol|path|g|defs|title)", element.tag) and (
        address.startswith("#icon-")
    )


def is_script_of_ours(element):
    source = element.get("src", "")
    if element.get("type") == "application/ld+json":
        # Data, which no browser runs: whole, so that nothing of it stands outside.
        return not source and json.loads(element.text)["@context"] == "https://schema.org"
    return not (element.text or "").strip() and re.fullmatch(r"/static/[\w./-]+\.js|/admin/jsi18n/", source)


@pytest.fixture
def thread(shared, db):
    """A post whose thread has each text as a body and as a name, and as a website where the form would take it."""
    post = make_post()
    settings = DiscussionSettings.load()
    settings.per_page = 10_000
    settings.save()
    comments = []
    for name, text in typed_texts(shared):
        comment = Comment(post=post, name=cleaning.clean_line(text)[:80], email=f"{name[:60]}@example.org", body=text)
        try:
            comment.url = cleaning.clean_url(text)[:200]
        except cleaning.ValidationError:
            comment.url = ""
        comment.rerender()
        comment.status = Comment.Status.APPROVED
        comments.append(comment)
    Comment.objects.bulk_create(comments)
    Decision.objects.bulk_create(
        Decision(comment=comment, to_status="approved", findings=[finding(comment.name)])
        for comment in Comment.objects.order_by("pk")
    )
    return post


def finding(text):
    return {"check": "x", "verdict": "hold", "why": text, "plain": text}


@pytest.mark.seed
def test_no_text_breaks_out_of_a_thread(client, thread):
    document = read_page(client.get(thread.get_absolute_url()).text)

    assert not wrong_in_document(document)
    thread_list = next(element for element in document.iter("ol") if element.get("class") == "thread")
    # Each stands in its own item: none has closed what it stands in, or swallowed its neighbour.
    assert len(thread_list) == Comment.objects.count()
    assert {item.tag for item in thread_list} == {"li"}
    for item in thread_list:
        (content,) = (part for part in item.iter("div") if part.get("class") == "e-content")
        assert not judge_comment(content)
    for link in thread_list.iter("a"):
        if link.get("class") == "u-url p-name":
            assert link.get("rel") == COMMENT_REL
            assert scheme(link.get("href")) in {"http", "https"}


@pytest.mark.seed
def test_no_text_breaks_out_of_the_awaiting_page_or_the_form(client, thread):
    for comment in Comment.objects.order_by("pk")[::150]:
        Comment.objects.filter(pk=comment.pk).update(status="pending")
        reply = f"?replytocom={comment.pk + 1}&awaiting={tokens.awaiting(comment)}"
        Comment.objects.filter(pk__gt=comment.pk + 1).update(status="spam")

        assert not wrong_on_page(client.get(f"{thread.get_absolute_url()}{reply}").text)
        break
    typed = {"parent": ""}
    for _name, text in [("", '"><script>alert(1)</script>'), ("", "'-alert(1)-'"), ("", "</textarea><svg/onload=x>")]:
        typed |= dict.fromkeys(("name", "email", "url", "body", "subject", "parent", "notify", "remember"), text)
        answer = client.post(f"/comments/on/{thread.pk}/", typed)
        assert answer.status_code == 403
        assert not wrong_on_page(answer.text)


@pytest.mark.seed
def test_no_text_breaks_out_of_the_moderators_desk(client, thread):
    client.force_login(make_editor())
    comments = list(Comment.objects.order_by("pk"))

    for page in range(1, len(comments) // 50 + 2, 5):
        shown = client.get(f"/admin/comments/comment/?status__exact=approved&p={page}")
        assert shown.status_code == 200
        assert not wrong_on_page(shown.text)
    for comment in comments[1::55]:
        Comment.objects.filter(pk=comment.pk).update(body_as_written=comment.body, parent=comments[0], root=comments[0])
        Decision.objects.bulk_create(
            [
                Decision(
                    comment=comment, from_status="spam", to_status="spam", reason=comment.body, body_before=comment.body
                )
            ]
        )
        shown = client.get(f"/admin/comments/comment/{comment.pk}/change/")
        assert shown.status_code == 200
        assert not wrong_on_page(shown.text)
    assert not wrong_on_page(client.get("/admin/comments/comment/", {"q": '"><script>alert(1)</script>'}).text)


@pytest.mark.seed
def test_no_text_breaks_out_of_the_desks_other_pages(client, thread):
    editor = make_editor()
    client.force_login(editor)
    hostile = list(Comment.objects.order_by("pk"))[1::80]
    Comment.objects.filter(pk__in=[comment.pk for comment in hostile]).update(submitted_at=timezone.now())
    for comment in hostile:
        Comment.objects.filter(pk=comment.pk).update(name=comment.body[:80])
        Note.objects.create(comment=comment, author=editor, text=comment.body)
        comment.refresh_from_db()
        comment.trash(by=editor, reason=comment.body)
        page = "/admin/comments/comment/"
        assert not wrong_on_page(client.get(f"{page}{comment.pk}/change/").text)
        assert not wrong_on_page(client.get(f"{page}?status__exact=all&person={comment.pk}&same={comment.pk}").text)
        # The chart is numbers alone.
        assert not wrong_on_page(
            re.sub(r'<svg class="chart".*?</svg>', "", client.get("/admin/").text, flags=re.DOTALL)
        )
    form = client.get("/admin/comments/discussionsettings/1/change/").context["adminform"].form
    typed = {name: form.initial.get(name, form.fields[name].initial) for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, False)} | {"max_links": "0"}
    rehearsed = client.post("/admin/comments/discussionsettings/1/change/", typed | {"moderation": "none"})
    assert "Nothing is saved yet" in rehearsed.text
    assert not wrong_on_page(rehearsed.text)


@pytest.mark.seed
def test_no_text_breaks_out_of_the_comments_feed(client, thread):
    for batch in in_batches(list(Comment.objects.values_list("pk", flat=True)), 20)[::2]:
        Comment.objects.update(status="spam")
        Comment.objects.filter(pk__in=batch).update(status="approved")

        answer = client.get("/comments/feed/")

        for content in read_feed(answer, len(batch)):
            assert not judge_comment(parse(content))


CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def read_feed(answer, items):
    """The HTML of a feed's items; the feed is well-formed and has as many as it should."""
    assert answer.status_code == 200
    found = ElementTree.fromstring(answer.content).findall("channel/item")
    assert len(found) == items
    return [item.findtext(CONTENT) for item in found]


@pytest.mark.seed
@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_no_text_breaks_out_of_a_post_or_its_feed(client, shared, db, body_format):
    cases = typed_texts(shared)
    author = make_author(name="<b>Eve</b>", bio="<script>alert(1)</script> [x](javascript:alert(1))")
    posts = [make_post(author=author, body_format=body_format) for _ in range(20)]
    for number, post in enumerate(posts):
        part = [text for _name, text in cases[number::20]]
        post.title = cleaning.clean_line(" ".join(part[:8]))[:300]
        post.excerpt = " ".join(part[8:20])
        post.body = "\n\n".join(part)
        post.save()

    for content in read_feed(client.get("/feed/"), 20):
        assert not judge_post(parse(content))
    for address in ("/", "/?page=2", author.get_absolute_url(), *(post.get_absolute_url() for post in posts[::4])):
        assert not wrong_on_page(client.get(address).text)


# --- What XML can't hold


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"], ids=ascii)
def test_a_character_that_xml_can_not_hold_breaks_no_feed(client, discussion, send, character):
    discussion(moderation="none")
    post = make_post(title=f"Title{character}", body=f"Body{character}", excerpt=f"Excerpt{character}")
    send(post, name=f"Bo{character}", body=f"Words{character}.")

    assert len(read_feed(client.get("/feed/"), 1)) == 1
    assert len(read_feed(client.get("/comments/feed/"), 1)) == 1


@pytest.mark.parametrize("body_format", ["markdown", "html"])
@pytest.mark.parametrize("reference", ["&#1;", "&#x0b;", "&#xffff;", "&#xfffe;"])
def test_a_character_that_is_named_by_its_number_breaks_no_feed(client, db, reference, body_format):
    make_post(body=f"Words{reference}.", body_format=body_format)

    assert len(read_feed(client.get("/feed/"), 1)) == 1


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\uffff"], ids=ascii)
def test_a_character_that_xml_can_not_hold_breaks_no_feed_when_a_moderator_pastes_it(client, db, character):
    editor = make_editor()
    comment = make_comment()
    comment.edit(f"Edited{character}.", by=editor)
    comment.answer(f"Answer{character}.", by=editor)

    assert len(read_feed(client.get("/comments/feed/"), 2)) == 2


# --- As typed


@pytest.mark.seed
def test_what_is_stored_is_what_was_typed(shared, client, discussion):
    """The naughty strings come back out of the database as they went in, or are refused in words."""
    discussion(moderation="all")
    post = make_post()
    with (shared / "corpora/text/naughty_strings.jsonl").open(encoding="utf-8") as lines:
        strings = [json.loads(line)["payload"] for line in lines]
    for number, text in enumerate(strings[::8]):
        before = Comment.objects.count()

        answer = client.post(
            f"/comments/on/{post.pk}/", {"name": "Bo", "email": "bo@example.org", "body": f"{text} no. {number}"}
        )

        assert answer.status_code == (303 if Comment.objects.count() > before else 422), text
        if answer.status_code == 303:
            stored = Comment.objects.latest("pk").body
            assert stored == cleaning.clean_text(f"{text} no. {number}")
            assert re.sub(r"[\x00-\x1f\x7f-\x9f]", "", stored) == re.sub(
                r"[\x00-\x1f\x7f-\x9f]", "", f"{text} no. {number}"
            )
    assert not Post.objects.exclude(pk=post.pk).exists()


@pytest.mark.parametrize(
    ("bit", "times"),
    [("http://a.", 4_500), ('<span class="math">', 2_500), ("<h2>a</h2>", 2_500), ("<table><tr><td>", 2_500)],
)
def test_html_made_to_be_slow_is_not_slow(bit, times):
    begun = process_time()

    render_post(bit * times, "html")

    assert process_time() - begun < 3
