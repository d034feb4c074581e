"""The author's lists: whole words, beginnings, phrases, addresses, whatever the disguise."""

import pytest

from comments.checks.words import WordList
from comments.folding import fold
from comments.models import Comment
from tests.factories import make_post

# The benchmark's and the test's own list: lines of every kind.
TEN_THOUSAND = "\n".join(
    line for n in range(2500) for line in (f"word{n}", f"begin{n}*", f"a phrase {n}", f"10.{n // 250}.{n % 250}.0/24")
)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("press", "The press was there."),
        ("press*", "WordPress? No: pressing matters."),
        ("Cheap Watches", "buy CHEAP\n watches now"),
        ("viagra", "v**iag**ra"),
        ("viagra", "v`iag`ra"),
        ("viagra", "viаgra"),  # Cyrillic а
        ("viagra", "Ｖｉａｇｒａ"),
        ("viagra", "vi\u200bag\u00adra"),
        ("viagra", "v&#105;agra and v&#x69;agra"),
        ("viagra", "VIÁGRA"),
        ("café", "the CAFE"),
        ("cafe", "un café"),
        ("straße", "STRASSE"),
        ("виагра", "Купи ВИАГРА"),
        ("κόσμε", "ΚΟΣΜΕ"),
        ("伟哥", "买 伟哥 吧"),
        ("c++", "I like C++."),
        ("spam.example", "see https://spam.example/page"),
        ("$$$", "make $$$ fast"),
    ],
)
def test_a_line_matches(line, text):
    assert WordList(f"other\n{line}\n").match(text) == line


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("press", "WordPress, pressing, impress"),
        ("press*", "WordPress"),
        ("cheap watches", "cheap, and he watches"),
        ("c++", "c and c#"),
        (".*", "anything"),
        ("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaa!"),
        ("[", "brackets"),
        ("*", "anything"),
        ("10.0.0.1", "version 10.0.0.1 is out"),
        ("", "anything"),
    ],
)
def test_a_line_does_not_match(line, text):
    assert WordList(line).match(text) is None


@pytest.mark.parametrize(
    ("line", "address", "matches"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.70", False),
        ("203.0.113.0/24", "203.0.113.200", True),
        ("203.0.113.0/24", "203.0.114.1", False),
        ("2001:db8::/32", "2001:db8::1", True),
        ("203.0.113.0/24", "::ffff:203.0.113.9", True),
        ("0.0.0.0/0", "198.51.100.1", True),
        ("203", "203.0.113.7", False),
    ],
)
def test_an_address_matches_as_an_address_only(line, address, matches):
    assert bool(WordList(line).match_address(address)) == matches


def test_a_line_of_ten_thousand_characters_and_an_empty_list_do_no_harm():
    assert WordList("x" * 10_000).match("x" * 10_000)
    assert WordList("\n \n\t\n").match("x") is None


def test_the_long_list_finds_each_kind_of_line():
    word_list = WordList(TEN_THOUSAND)

    assert word_list.match("here is word2499 at last") == "word2499"
    assert word_list.match("beginnings: begin2499th") == "begin24*" or word_list.match("begin2499th").startswith(
        "begin"
    )
    assert word_list.match("such a phrase 1234 as this") == "a phrase 1234"
    assert word_list.match_address("10.9.249.1") == "10.9.249.0/24"


def test_folding_twice_changes_nothing_more():
    for text in ("Ｖ**i**ágra", "ǅ ﬁ ẞ İ", "е́", "𝕿𝖊𝖝𝖙"):
        assert fold(fold(text)) == fold(text)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["body", "name", "email", "url"])
def test_a_word_holds_or_blocks_wherever_it_stands(discussion, send, field):
    values = {
        "body": "About Badword.",
        "name": "Badword Bo",
        "email": "badword@example.org",
        "url": "https://badword.example",
    }
    discussion(moderation="none", hold_words="badword")
    send(make_post(), **{field: values[field]})
    discussion(moderation="none", block_words="badword")
    send(make_post(), **{field: values[field]})

    held, blocked = Comment.objects.order_by("pk")
    assert (held.status, blocked.status) == ("pending", "spam")
    assert "badword" in held.why_it_waits()[0]["why"]
    assert "badword" not in held.why_it_waits()[0]["plain"]


@pytest.mark.django_db
def test_the_user_agent_and_the_address_are_looked_at_too(discussion, send):
    discussion(moderation="none", hold_words="evilbot\n127.0.0.0/8")

    send(make_post(), headers={"User-Agent": "EvilBot/1.0"})
    send(make_post(), body="Another.")

    assert [c.status for c in Comment.objects.all()] == ["pending", "pending"]
