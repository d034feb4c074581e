"""What commenters write stays what they wrote: a sign is shown unless it clearly marks something up."""

import json

import html5lib
import pytest
from pytest_django.asserts import assertContains

from comments.models import Comment
from posts.markup import render_comment
from tests.factories import make_comment, make_post


def parse(html):
    return html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)


def words(element):
    return " ".join("".join(element.itertext()).split())


def shown(text):
    return words(parse(render_comment(text)))


def links(html):
    return [link.get("href") for link in parse(html).iter("a")]


def numbers(html):
    """As a browser draws them."""
    drawn = []
    for numbered in parse(html).iter("ol"):
        number = int(numbered.get("start", 1))
        for item in numbered.findall("li"):
            number = int(item.get("value", number))
            drawn.append(number)
            number += 1
    return drawn


def quoted(html):
    return " ".join(words(quotation) for quotation in parse(html).iter("blockquote"))


def wrong_in(html, case):
    said = {"shown": words(parse(html)), "links": links(html), "numbers": numbers(html), "quoted": quoted(html)}
    wrong = {name: said[name] for name in said.keys() & case.keys() if said[name] != case[name]}
    if case.get("html_has", "") not in html or case.get("html_lacks", "\0") in html:
        wrong["html"] = html
    return wrong


@pytest.mark.seed
def test_the_known_cases_come_out_right_when_they_are_sent_by_the_form(db, shared, discussion, send):
    discussion(moderation="none", max_links=None)
    post, wrong = make_post(), {}
    cases = [json.loads(line) for line in (shared / "cases/comment_text.jsonl").read_text().splitlines()]

    for case in cases:
        send(post, body=case["text"])
        if found := wrong_in(Comment.objects.latest("pk").body_html, case):
            wrong[case["text"]] = found

    assert Comment.objects.count() == len(cases)
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        # Gender signs, footnotes, products, stars of hotels and of curses.
        "Leser_innen und Autor:innen, jede*r, Kolleg*innen und die Endung *innen",
        "l*s niñ*s, amig*s, tod_s",
        "Student* und Lehrer*",
        "5 €*, 6 €**",
        "* net price",
        "*) without VAT",
        "5* hotel, 4* food",
        "3*4*5, 2 * 3 * 4, 2*(3*4)*5, a*(b)*c",
        "长*宽*高 가로*세로*높이",
        "100%*2%*3%",
        "f**k you, you f**king",
        "他**的 s**t p***y ****",
        # Smileys.
        "*_* hi *_*",
        "^_^ hello ^_^",
        "-_- so -_-",
        "@_@ what @_@, $_$ money $_$, ¬_¬ ok ¬_¬",
        "(*_*) (*^_^*) \\o/ \\*_*/ :-* and :* and :_(",
        ">_< ouch >_<",
        ">.< hm",
        ">w< cute",
        "> ^ <",
        ">:-(",
        ">=5 stars",
        ">100 people came",
        "8) cool",
        # Programs, files, expressions.
        "__init__(self) calls super().__init__() and __name__",
        "snake_case_name, _private and *args, **kwargs",
        "char **argv; int *p, *q;",
        "*.txt and *.doc, x.*",
        "src/**/x and y/**/z",
        "/home/_drafts_/one",
        "_foo_.txt and foo-_bar_-baz.txt",
        "/*one*/ and /* two */",
        "^\\*.*\\*$ and .*foo.*bar.* and \\d+\\.\\d*",
        "C:\\*foo*\\bar and D:\\_old_\\ and \\\\server\\share",
        "\\# \\> \\- \\[a\\](b) \\(x\\) \\",
        "1\\. one",
        "arr[i](j)",
        "it`s and that`s",
        "rock`n`roll",
        "`tis and `twas",
        "```code",
        "``quoted'' and ``more''",
        "x=`date`; #$%`*+/=?^`{|}~",
        # Marks that this dialect has not.
        "# heading",
        "#1 and #hashtag",
        "~~no~~ ==no== x^2^ H~2~O",
        "| a | b |",
        "---",
        "* * *",
        "~~~ spoiler ~~~",
        "+ eggs",
        "+1",
        "-1",
        "- 5 degrees",
        "- Anna",
        "[sic] [1] [^1] [x][1] [x](y) [x]() ![](x.png)",
        "[x](../a) [x](mailto:a@b.example) [x](javascript:alert(1)) [x](ftp://a.example)",
        "[x](//a.example) [x](?page=2) [x](#top) [x](https:/admin) [x](https:///admin) <https:///admin>",
        "<b>raw</b> &amp; &lt;x&gt; &#60; &nbsp; a < b > c",
        "<me@blog.example> <mailto:a@b.example> <tel:1> me@www.example.org",
        # Numbers that are no list's.
        "007. Bond",
        "12345. is no year",
        "١. عربي ２．全角 ①first",
        "1.5 is a number, 1.Yes, 14.12.2020 was",
        "2020.",
        "1) one thing",
        "24. 12. 2020 war schön",
        "3. 10. war ein Feiertag",
        "1. 2. 3. und los",
    ],
)
def test_a_sign_that_does_not_clearly_mark_up_is_shown(text):
    html = render_comment(text)

    assert words(parse(html)) == text
    assert {element.tag for element in parse(html).iter()} == {"DOCUMENT_FRAGMENT", "p"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("(*so*), „*so*“, *so*: *so*—so", "(<em>so</em>), „<em>so</em>“, <em>so</em>: <em>so</em>—so"),
        ("_so_ **so** ***so***", "<em>so</em> <strong>so</strong> <strong><em>so</em></strong>"),
        ("__so much__", "<strong>so much</strong>"),
        ("**so *so***", "<strong>so <em>so</em></strong>"),
        ("***so* so**", "<strong><em>so</em> so</strong>"),
        (
            "*Really?* *¡Hola!* *« Vraiment ? »* *5 €*",
            "<em>Really?</em> <em>¡Hola!</em> <em>« Vraiment ? »</em> <em>5 €</em>",
        ),
        ("*two\nlines*", "<em>two<br>\nlines</em>"),
        ("这是**重点**内容", "这是<strong>重点</strong>内容"),
        ("**서울**에서", "<strong>서울</strong>에서"),
        ("ที่**สำคัญ**ที่", "ที่<strong>สำคัญ</strong>ที่"),
        ("*हिन्दी*, *हिन्दी!* *סֵפֶר* *كِتَابٌ*", "<em>हिन्दी</em>, <em>हिन्दी!</em> <em>סֵפֶר</em> <em>كِتَابٌ</em>"),
        ("，*so*。「*so*」", "，<em>so</em>。「<em>so</em>」"),
        ("*שלום* עולם", "<em>שלום</em> עולם"),
        ("\\*so\\* \\_so\\_ \\*\\*so\\*\\*", "*so* _so_ **so**"),
        ("`a*b*c` ``a`b``", "<code>a*b*c</code> <code>a`b</code>"),
        ("使用`code`标签", "使用<code>code</code>标签"),
        ("```code```", "<code>code</code>"),
    ],
)
def test_what_clearly_marks_up_does(text, html):
    assert render_comment(text).strip() == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("3. No", [3]),
        ("12. Mai war schön", [12]),
        ("3. c\n2. b\n1. a", [3, 2, 1]),
        ("1. a\n1. b", [1, 1]),
        ("2. a\n\n   and more\n\n5. b", [2, 5]),
        ("5. a\n\nWords between.\n\n7. b", [5, 7]),
        ("Her life:\n1984. born\n1990. moved", [1984, 1990]),
        ("0. a\n1. b", [0, 1]),
        ("1. Yes\nI think so.\n2. No\nNever.\n5. Well\nEnd.", [1, 2, 5]),
        ("1) a\n3) b", [1, 3]),
        ("> 4. a\n> 6. b", [4, 6]),
        ("In\n1990. We moved", []),
    ],
)
def test_a_list_has_the_numbers_that_were_typed(text, drawn):
    assert numbers(render_comment(text)) == drawn


@pytest.mark.parametrize(
    ("text", "quotation", "all_of_it"),
    [
        ("> One.\nMine.\n> Two.\nMine too.", "One. Two.", "One. Mine. Two. Mine too."),
        ("Mine.\n> Theirs.", "Theirs.", "Mine. Theirs."),
        (">Theirs.\nMine.", "Theirs.", "Theirs. Mine."),
        (">\u00a0Theirs.\nMine.", "Theirs.", "Theirs. Mine."),
        (">我说\n不", "我说", "我说 不"),
        (">« Quoi »\nOui.", "« Quoi »", "« Quoi » Oui."),
        ("> You\n>5 of them\nNo.", "You 5 of them", "You 5 of them No."),
        ("> One.\n>\n> Two.\nMine.", "One. Two.", "One. Two. Mine."),
        ("> Theirs.\n>:(", "Theirs.", "Theirs. >:("),
    ],
)
def test_a_quotation_has_the_lines_that_bear_its_sign(text, quotation, all_of_it):
    html = render_comment(text)

    assert quoted(html) == quotation
    assert words(parse(html)) == all_of_it


def test_a_quotation_in_a_quotation_is_one():
    outer, inner = parse(render_comment(">> Hers.\n> His.\nMine.")).iter("blockquote")

    assert words(inner) == "Hers."
    assert words(outer) == "Hers. His."


@pytest.mark.parametrize(
    "text",
    [
        ">>> 2 + 2\n4",
        ">>> for x in y:\n...     print(x)\n>>>\n>>> z",
        "Try this:\n>>> import this",
    ],
)
def test_pythons_prompt_is_no_quotation(text):
    assert shown(text) == " ".join(text.split())
    assert "<blockquote>" not in render_comment(text)


@pytest.mark.parametrize("text", [">>> Hers.\n>> His.\n> Mine.", ">>>Hers.", "> His:\n>>> Hers."])
def test_three_voices_are_three_quotations(text):
    assert len(list(parse(render_comment(text)).iter("blockquote"))) == 3


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- a\n- b\nEnd.", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>End.</p>"),
        ("* a\n  - b\n* c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n<li>c</li>\n</ul>"),
        ("- a\n  - b", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n</ul>"),
        ("So:\n* a\n    - b", "<p>So:</p>\n<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n</ul>"),
        ("- a\n  b - c", "<p>- a<br>\nb - c</p>"),
        ("In\n1984. x\n   - y", "<p>In<br>\n1984. x<br>\n- y</p>"),
        ("- a long\nline", "<p>- a long<br>\nline</p>"),
        ("- a long\nline\n- b\nEnd", "<ul>\n<li>a long<br>\nline</li>\n<li>b</li>\n</ul>\n<p>End</p>"),
        ("- a\n* b\n- c", "<p>- a<br>\n* b<br>\n- c</p>"),
        ("Said\n- she", "<p>Said<br>\n- she</p>"),
        ("+ cheap\n+ fast", "<p>+ cheap<br>\n+ fast</p>"),
        ("    One\n      two", "<p>One<br>\ntwo</p>"),
        ("\tOne\n\n\t\ttwo", "<p>One</p>\n<p>two</p>"),
        ("Title\n=====\nWords\n-----", "<p>Title<br>\n=====<br>\nWords<br>\n-----</p>"),
        ("One\n\n~~~\n\nTwo\n\n~~~\n\nThree", "<p>One</p>\n<p>~~~</p>\n<p>Two</p>\n<p>~~~</p>\n<p>Three</p>"),
        ("```python\nx  *y*\n```\nEnd", "<pre><code>x  *y*\n</code></pre>\n<p>End</p>"),
        ("```print(1)\nprint(2)\n```", "<pre><code>print(1)\nprint(2)\n</code></pre>"),
        ("~~~\nx\n~~~", "<pre><code>x\n</code></pre>"),
        ("1. a\n\n   ```\n   x\n   ```", "<ol>\n<li>\n<p>a</p>\n<pre><code>x\n</code></pre>\n</li>\n</ol>"),
    ],
)
def test_blocks_are_what_their_lines_say(text, html):
    assert render_comment(text).strip() == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[a](https://b.example/c)", '<a href="https://b.example/c">a</a>'),
        ("[a](www.b.example)", '<a href="http://www.b.example">a</a>'),
        ("[*a* [b]](<https://b.example/(c>)", '<a href="https://b.example/(c"><em>a</em> [b]</a>'),
        ("[Pi](https://b.example/Pi_(letter))", '<a href="https://b.example/Pi_(letter)">Pi</a>'),
        ("请看[这里](https://b.example/)。", '请看<a href="https://b.example/">这里</a>。'),
        ("![a](https://b.example/c.png)", '!<a href="https://b.example/c.png">a</a>'),
        ("<https://b.example/c>", '<a href="https://b.example/c">https://b.example/c</a>'),
        ("[1]: https://b.example/c", '[1]: <a href="https://b.example/c">https://b.example/c</a>'),
        ('[a](https://b.example "c")', '[a](<a href="https://b.example">https://b.example</a> "c")'),
        ("*https://b.example/c_d*", '<em><a href="https://b.example/c_d">https://b.example/c_d</a></em>'),
        ("_see https://b.example/c_", '<em>see <a href="https://b.example/c">https://b.example/c</a></em>'),
        ("_https://b.example/_c_.", '<em><a href="https://b.example/_c">https://b.example/_c</a></em>.'),
        ("**https://b.example/**", '<strong><a href="https://b.example/">https://b.example/</a></strong>'),
        ("`https://b.example/c`", "<code>https://b.example/c</code>"),
    ],
)
def test_links_lead_to_the_web_and_show_what_was_typed(text, html):
    rendered = render_comment(text).strip()

    assert rendered.replace(' rel="nofollow ugc noopener"', "") == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "host",
    [
        *(
            "blog.example:70000",
            "1.2.3.4.5",
            "1.2.3.256",
            "blog.256",
            "xn--a.example",
            "a\u200cb.example",
            "a|b.example",
        ),
        *("blog.example:port", "a%zz.example", "name@", "xn--zz--.example", "\u0300a.example", "1מ.example", "[zz]"),
    ],
)
@pytest.mark.parametrize("form", ["[words](https://{}/a_b_c)", "<https://{}/a_b_c>", "https://{}/a_b_c"])
def test_an_address_that_no_browser_can_follow_is_shown(host, form):
    text = form.format(host)
    html = render_comment(f"{text} *so*")

    assert words(parse(html)) == f"{text} so"
    assert all(links(html))


@pytest.mark.parametrize("nothing", [" ", "\u200b", "\u2800", "\u3164", "\u00ad", "\ufe0f", "\u034f", "\u2063 \u00a0"])
def test_no_link_hides_behind_words_that_nobody_sees(nothing):
    html = render_comment(f"Nice.[{nothing}](https://blog.example/a)")

    assert "".join(parse(html).itertext()).strip() == f"Nice.[{nothing}](https://blog.example/a)"


A = "https://blog.example/a"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        # Beside the text of scripts without spaces.
        (f"詳細は{A}を参照", [A]),
        (f"자세한 내용은 {A}에서", [A]),
        (f"見て「{A}」、『{A}』。", [A, A]),
        (f"看{A}、{A}；{A}！", [A, A, A]),
        ("https://www.blog.example很好", ["https://www.blog.example"]),
        ("https://zh.blog.example/wiki/中国", ["https://zh.blog.example/wiki/中国"]),
        ("http://उदाहरण.example/पथ।", ["http://उदाहरण.example/पथ"]),
        ("https://例え.example/テスト。", ["https://例え.example/テスト"]),
        # Beside other scripts and their punctuation.
        (f"انظر {A}، ثم {A}؟", [A, A]),
        (f"ראו ב{A}\u200f.", [A]),
        (f"देखें {A}। फिर", [A]),
        (f"{A}\u200e {A}\u202c", [A, A]),
        ("https://президент.example/путь", ["https://президент.example/путь"]),
        ("https://blog.example/käse", ["https://blog.example/käse"]),
        # Brackets and quotation marks.
        (f"({A}), [{A}], {{{A}}}, <{A}", [A, A, A, A]),
        (f"\"{A}\" “{A}” „{A}“ ‚{A}‘ ‹{A}› «{A}» '{A}'", [A] * 7),
        (f"【{A}】（{A}）《{A}》", [A] * 3),
        (f"(see {A}).", [A]),
        (f"({A})and more", [A]),
        ("https://blog.example/Pi_(letter).", ["https://blog.example/Pi_(letter)"]),
        ("https://blog.example/x[1]", ["https://blog.example/x[1]"]),
        # What ends a sentence.
        (f"{A}. {A}, {A}; {A}: {A}! {A}? {A}… {A}...", [A] * 8),
        (f"{A}—so, {A}–so, {A}→", [A] * 3),
        (f"{A},{A}", [A, A]),
        (f"{A}'s and {A}’s", [A, A]),
        (f"{A}* {A}😀", [A, A]),
        # Marks inside.
        ("https://blog.example/*a*/_b_", ["https://blog.example/*a*/_b_"]),
        (f"{A}_ {A}", [A, A]),
        ("https://blog.example/_a_", ["https://blog.example/_a_"]),
        # The parts of an address.
        ("https://blog.example:8080/a?b=c&d=%C3%A4#e", ["https://blog.example:8080/a?b=c&d=%C3%A4#e"]),
        ('https://blog.example/?q="lost+words"&x', ['https://blog.example/?q="lost+words"&x']),
        ("https://blog.example/web/https://a.example/", ["https://blog.example/web/https://a.example/"]),
        ("https://blog.example/?t=abc==", ["https://blog.example/?t=abc=="]),
        ("https://blog.example/c++", ["https://blog.example/c++"]),
        ("HTTPS://Blog.Example/A", ["HTTPS://Blog.Example/A"]),
        ("www.blog.example/a.", ["http://www.blog.example/a"]),
        # None.
        ("http://localhost/a www.a foo@www.blog.example xhttp://blog.example", []),
    ],
)
def test_a_bare_address_is_a_link_to_its_last_sign(text, addresses):
    html = render_comment(text)

    assert links(html) == addresses
    assert words(parse(html)) == " ".join(text.split())


def test_what_a_list_or_a_quotation_says_is_said_wherever_a_comment_is_text(client, db):
    post = make_post()
    make_comment(post=post, name="Cy", body="1984. born\n1990. moved\n\n> Not so.\nIt is.")

    assertContains(client.get("/search/?q=1990"), "<mark>1990</mark>. moved")
    assertContains(client.get(f"{post.get_absolute_url()}feed/atom/"), "1984. born 1990. moved")
    assertContains(client.get(post.get_absolute_url()), r"1984. born\n1990. moved\n\n\u003e Not so.\n\nIt is.")


def test_no_text_of_an_importer_loses_what_keeps_a_sign_from_marking_up():
    assert render_comment("*\u2060so*\u2060, 3.\u2060 no").strip() == "<p>*so*, 3. no</p>"
    assert render_comment(">\u2060 no\n-\u2060 a\n-\u2060 b").strip() == "<p>&gt; no<br>\n- a<br>\n- b</p>"
