"""A comment of 20,000 characters costs at most 20 times what plain prose of that length does, whatever it says."""

import json
import time

import pytest

from posts.markup import COMMENT_MAX_LENGTH, render_comment

LENGTH = COMMENT_MAX_LENGTH
LIMIT = 20
TRIES = 8
SENTENCE = "The council met on Tuesday and nobody asked the question, so I did; here is what they said. "
PROSE = "\n\n".join([SENTENCE * 6] * 40)[:LENGTH]

# Repeated to 20,000 characters, each one a way in which some Markdown parser has been made slow.
RUNS = {
    "quotes": "> ",
    "quotes without a space": ">",
    "bullets": "- ",
    "numbers": "1. ",
    "numbers with brackets": "1) ",
    "a quote in a list": "> - ",
    "list lines": "- a\n",
    "deeper list lines": "  - a\n",
    "quoted lines": "> a\n",
    "empty quotes": "> \n",
    "opening brackets": "[",
    "closing brackets": "]",
    "pictures' openings": "![",
    "pictures without an end": "![](",
    "links without an end": "[a](",
    "links without an address": "[a](b",
    "links with angles": "[a](<b",
    "links in links": "[a](b)[",
    "whole links": "[a](b)",
    "whole pictures": "![a](b)",
    "reference links": "[a][b]",
    "empty brackets": "[[]()",
    "link titles": '[x]("',
    "ends of links": "](",
    "stars": "*",
    "underscores": "_",
    "both": "*_",
    "strong": "**a ",
    "closed strong": "**a**",
    "stars between words": "a**b",
    "nested emphasis": "*a **a ",
    "crossed emphasis": "*a_ ",
    "unclosed underscores": "a_ _b",
    "backticks": "`",
    "code without an end": "`a``",
    "code spans": "`a` ",
    "fences": "```\n",
    "tildes": "~~~\n",
    "one long fence": "~",
    "declarations": "<![",
    "CDATA": "<![CDATA[",
    "comments": "<!--",
    "instructions": "<?",
    "doctype": "<!A ",
    "tags": "<a>",
    "open tags": "<a ",
    "attributes": '<a href="',
    "less-than": "<",
    "greater-than": ">a",
    "autolinks": "<http://a.b>",
    "autolinks without an end": "<http://",
    "mail autolinks": "<a@b.c>",
    "mail addresses": "a@",
    "addresses": "http://a.b ",
    "addresses in one": "http://",
    "addresses and slashes": "http://a.b/",
    "broken hosts": "http://[",
    "www": "www.",
    "www and a bracket": "www.a.b/(",
    "www between spaces": "www.a.b ",
    "parentheses": "(",
    "closing parentheses": ")",
    "pairs of parentheses": "()",
    "colons": ":",
    "at signs": "@",
    "slashes": "/",
    "dots": ".",
    "hyphens": "-",
    "equals": "=",
    "hashes": "#",
    "rules": "* * *\n",
    "tables": "|a",
    "table lines": "|-",
    "backslashes": "\\",
    "escapes": "\\*",
    "hard breaks": "a\\\n",
    "entities": "&amp;",
    "ampersands": "&",
    "numbers of entities": "&#0;",
    "newlines": "\n",
    "carriage returns": "\r",
    "paragraphs": "a\n\n",
    "lines": "a\n",
    "spaces": " ",
    "tabs": "\t",
    "indented code": "    a\n",
    "trailing spaces": "a  \n",
    "quotation marks": '"',
    "apostrophes": "'",
    "letters": "a",
    "capital letters": "A",
    "zeros": "0",
    "Chinese": "文",
    "emoji": "😀",
    "joined emoji": "👩\u200d",
    "combining marks": "\u0301",
    "right to left": "\u202e",
    "zero width": "\u200b",
    "line separators": "\u2028",
    "replacement characters": "\ufffd",
    "NULs": "\x00",
    "controls": "\x0b",
    "footnotes": "[^a]",
    "definitions": "[a]: b\n",
    "attribute lists": "{: a",
    "braces": "{",
    "dollars": "$",
    "tags across lines": "<a\n",
    "labels in labels": "[[a]",
    "links to the web without an end": "[a](http://b.c/(",
    "links to the web with labels in them": "[a](http://b.c/?d[",
    "pointed addresses without an end": "<http://a.b/",
    "escaped marks": "\\*a ",
    "escaped pairs": "\\*a\\* ",
    "several words between underscores": '"__a b__" ',
    "one word between underscores": '"__a__" ',
    "underscores in quotation marks": '"__',
    "marks in brackets": "(*a",
    "marks in brackets, closed": "*a)",
    "quotations in addresses": 'http://a.b/?="',
    "brackets in addresses": "http://a.b/([{",
    "addresses beside letters": "看http://a.b/c看",
    "backticks before words": "`a ",
    "backticks behind words": " a`",
    "marks that are none": "*\u2060",
    "smileys": ">:( \n",
    "numbers of lines": "1. a\n3. b\n",
    "one line of a list each": "- a\n\nb\n\n",
    "tildes between paragraphs": "~~~\n\na\n\n",
    "fences of tildes": "~~~\na\n",
}


def fill(run):
    return (run * (LENGTH // len(run) + 1))[:LENGTH]


SHAPES = {
    "quotes a hundred deep": "\n".join(f"{'> ' * (number % 100)}a" for number in range(400)),
    "lists ever deeper": "\n".join(f"{'  ' * number}- a" for number in range(140)),
    "brackets closed again": "[" * (LENGTH // 2) + "]" * (LENGTH // 2),
    "parentheses closed again": "(" * (LENGTH // 2) + ")" * (LENGTH // 2),
    "stars closed again": "*" * (LENGTH // 2) + "a" + "*" * (LENGTH // 2 - 1),
    "strong closed again": "**a " * (LENGTH // 8) + " a**" * (LENGTH // 8),
    "a link around brackets": "[" * 400 + "a" + "](b)" * 4800,
    "an address and parentheses": "http://a.b/" + ")" * LENGTH,
    "an address in parentheses": "(" * 9000 + "http://a.b/" + ")" * LENGTH,
    "an address and pairs": "http://a.b/" + "()" * LENGTH,
    "an address and dots": "http://a.b/" + ".)" * LENGTH,
    "an address and what follows one": "http://a.b/x" + ".,:;!?'*_~" * LENGTH,
    "one long www": "www." + "a" * LENGTH,
    "one long address": "http://" + "a." * LENGTH,
    "a fence that never ends": "```\n" + "a\n" * LENGTH,
    "a fence around newlines": "```" + "\n" * LENGTH,
    "many fences, each of them open": "".join(f"{'`' * (3 + number)}\n" for number in range(190)),
    "many tildes, each of them open": "".join(f"{'~' * (3 + number)}\na\n" for number in range(180)),
    "fences with a word after them": "```\nx\n```x\n" * LENGTH,
    "backticks of every length": " ".join("`" * number for number in range(1, 199)),
    "stars of every length": " ".join("*" * number for number in range(1, 199)),
    "marks just below what is parsed, then words": "*a_ " * 450 + "word " * LENGTH,
    "brackets just below what is parsed, then words": "[" * 990 + "word " * LENGTH,
    "links just below what is parsed": "[a](b)" * 300 + "word " * LENGTH,
    "quotes just below what is parsed": "> " * 990 + "word " * LENGTH,
    "lines just below what is parsed": "a\n" * 990 + "word " * LENGTH,
    "list lines just below what is parsed": "- a\n" * 495 + "word " * LENGTH,
    "nested lists just below what is parsed": "".join(f"{' ' * (2 * (n % 20))}- a\n" for n in range(330)),
    "code just below what is parsed": "`a` " * 490 + "word " * LENGTH,
    "angles just below what is parsed": "<" * 990 + "word " * LENGTH,
    "openings just below what is parsed": "![" * 495 + "word " * LENGTH,
    "hosts that can't be just below what is parsed": "https://1.2.3.4.5/ " * 240 + "word " * LENGTH,
    "labels before hosts that can't be": "[a](https://x:70000) " * 120 + "word " * LENGTH,
    "prompts just below what is parsed": ">>> a\n" * 240 + "word " * LENGTH,
    "one line of quotes per depth": "\n".join(">" * depth for depth in range(1, 44)),
    "indented marks below what is parsed": "".join(f"{' ' * (n % 12)}- a\n\n" for n in range(480)),
    "an address of many parts": "http://" + "a" * 60 + ("." + "a" * 60) * 300,
    "an address and its next": "http://a.b/" + ";c" * LENGTH,
    "an emphasis around everything": '"__' * 200 + "a" * 18_000 + '__"' * 200,
    "titles that never end": '[a](b "' * 400 + "word " * LENGTH,
    "angles that never end": "[a](<" * 300 + "word " * LENGTH,
    "addresses below what is parsed": "http://a.b " * 990 + "word " * LENGTH,
}
INPUTS = {name: fill(run) for name, run in RUNS.items()}
INPUTS |= {f"{name}, then prose": fill(run)[: LENGTH // 2] + PROSE[: LENGTH // 2] for name, run in RUNS.items()}
INPUTS |= {name: text[:LENGTH] for name, text in SHAPES.items()}


def seconds(text):
    start = time.process_time()
    render_comment(text)
    return time.process_time() - start


def ratio(text):
    """CPU time as a multiple of plain prose's. Noise only ever adds: the quickest of some tries is the true one."""
    prose = min(seconds(PROSE) for _ in range(3))
    best = seconds(text)
    # What is near the limit, or above it, is tried again, and so is the measure.
    for _ in range(TRIES):
        if best <= LIMIT / 2 * prose:
            break
        prose, best = min(prose, seconds(PROSE)), min(best, seconds(text))
    return best / prose


@pytest.mark.parametrize("name", INPUTS)
def test_no_text_costs_much_more_than_prose(name, caplog):
    assert ratio(INPUTS[name]) <= LIMIT
    assert not caplog.records, "the text broke the renderer"


@pytest.mark.seed
def test_no_text_of_the_corpus_costs_much_more_than_prose(shared, caplog):
    too_slow = {}
    with (shared / "corpora/text/pathological.jsonl").open(encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            for text in {case["payload"][:LENGTH], fill(case["payload"])}:
                if (measured := ratio(text)) > LIMIT:
                    too_slow[case["id"]] = measured

    assert not too_slow
    assert not caplog.records, "a text broke the renderer"


def test_prose_is_the_measure_that_it_claims_to_be():
    assert len(PROSE) == LENGTH
    assert render_comment(PROSE).count("<p>") == PROSE.count("\n\n") + 1
    # Otherwise the ratio would say nothing.
    assert 0.00005 < min(seconds(PROSE) for _ in range(5)) < 0.5
