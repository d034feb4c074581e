"""What a mail shows of a comment: whose words are whose, where links lead, lists and code as they were."""

import re
from textwrap import dedent

import pytest
from django.core.management import call_command

from comments.plain import as_text
from posts.markup import render_comment
from tests.factories import make_asker, make_author, make_post, make_user, post_comment

pytestmark = pytest.mark.django_db

WRITTEN = """\
> The ford is *closed*.
>
> > Since when?

Not at all, see [it](https://parish.example/notice?a=1&b=2) & ask "Ruth".

1. Go down.
2. Turn left.

```
if a < b:
    pass
```
"""
SHOWN = """\
> The ford is closed.
>
> > Since when?

Not at all, see it (https://parish.example/notice?a=1&b=2) & ask "Ruth".

1. Go down.
2. Turn left.

    if a < b:
        pass
"""
QUOTED = "".join(f"> {line}\n" if line else ">\n" for line in SHOWN.splitlines())


def test_the_mail_about_an_answer_shows_what_it_quotes_as_quoted(mailoutbox, discussion):
    discussion(moderation="none", notify_on="none")
    parent = make_asker()

    post_comment(parent=parent, body=WRITTEN)

    assert f"\n\n{QUOTED}\n" in mailoutbox[0].body


def test_no_line_of_theirs_is_so_long_that_a_mail_program_makes_one_without_the_sign(mailoutbox, discussion):
    discussion(moderation="none", notify_on="none")

    said = "The council was told of this drain in March, in June and once more in autumn, by letter and by telephone."
    link = f"https://parish.example/{'minutes-' * 12}2026"
    post_comment(parent=make_asker(), body=f"> {said}\n\nAnd nobody came. {said} {link}")

    (theirs,) = re.findall(r"(?:^>.*\n)+", mailoutbox[0].body, re.MULTILINE)
    quotation, _empty, answer = theirs.partition("\n>\n")
    assert quotation.replace("\n> > ", " ") == f"> > {said}"
    assert [line for line in answer.splitlines() if len(line) > 76] == [f"> {link}"]


@pytest.mark.parametrize("moderation", ["all", "none"])
def test_the_mail_to_the_author_shows_it_likewise(mailoutbox, discussion, send, moderation):
    discussion(notify_on="all", moderation=moderation)
    post = make_post(author=make_author(user=make_user(email="ann@example.org")))

    send(post, body=WRITTEN)

    assert f"\n\n{QUOTED}" in mailoutbox[0].body


@pytest.mark.parametrize(
    "written", ["https://parish.example/notices/2026", "[the notice](https://parish.example/notices/2026)"]
)
@pytest.mark.parametrize("words", [110, 113, 115, 117])
def test_the_digest_cuts_no_address(mailoutbox, discussion, written, words):
    discussion(notify_on="digest", moderation="all")
    post_comment(
        post=make_post(author=make_author(user=make_user(email="ann@example.org"))),
        body=f"{'Word ' * words}{written} and more. {'Word ' * 20}",
    )

    call_command("send_digest")

    [mail] = mailoutbox
    line = " ".join(line.removeprefix("> ") for line in mail.body.splitlines() if line.startswith("> "))
    assert len(line) <= 600
    assert line.endswith("…")
    assert "https://parish.example/notices/2026" in line or "https:" not in line


def test_the_digest_shows_it_likewise(mailoutbox, discussion):
    discussion(notify_on="digest")
    post = make_post(author=make_author(user=make_user(email="ann@example.org")))
    post_comment(post=post, body=WRITTEN)

    call_command("send_digest")

    assert f"\n\n{QUOTED}\n" in mailoutbox[-1].body


@pytest.mark.parametrize(
    ("typed", "mailed"),
    [
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("5 < 6 & <b>7</b> &amp; 8", "5 < 6 & <b>7</b> &amp; 8"),
        ("see https://a.example/x", "see https://a.example/x"),
        ("see www.a.example", "see http://www.a.example"),
        ("see [https://a.example/x](https://a.example/x).", "see https://a.example/x."),
        ("[**bold** words](https://a.example/x)", "bold words (https://a.example/x)"),
        ("> I said [this](https://a.example/x)", "> I said this (https://a.example/x)"),
        ("- one\n- two\n  - deep\n  - deeper\n- three", "- one\n- two\n  - deep\n  - deeper\n- three"),
        ("1. one\n\n2. two\n\n   and more", "1. one\n\n2. two\n\n   and more"),
        ("8. one\n9. two\n10. three", "8. one\n9. two\n10. three"),
        ("> - one\n> - two", "> - one\n> - two"),
        ("> ```\n> a  b\n> ```", ">     a  b"),
        ("use `a b`", "use `a b`"),
        ("```\n  deep\n\n\tcode\n```", "      deep\n\n    \tcode"),
    ],
)
def test_a_comment_reads_in_a_mail_as_on_the_page(typed, mailed):
    assert as_text(render_comment(typed)) == mailed


def test_what_is_no_quotation_is_none_in_the_mail_either():
    """A mail program takes every line that begins with this sign for a quoted one."""
    assert as_text("<p>One<br>&gt;:( what a pity</p>") == "One\n >:( what a pity"


def test_numbers_that_leave_some_out_are_kept():
    body_html = '<ol start="3">\n<li>a</li>\n<li value="7">b</li>\n<li>c</li>\n</ol>'

    assert as_text(body_html) == dedent("""\
        3. a
        7. b
        8. c""")
