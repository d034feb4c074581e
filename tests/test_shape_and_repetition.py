"""Checks on how a text looks and how often it came: reasons to read it first, never to drop it."""

import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.checks import shape
from comments.models import Comment
from comments.scripts import scripts_of
from posts.models import Post
from tests.factories import make_comment, make_editor, make_post, make_staff_author

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("WHY WILL NOBODY LISTEN TO US", "capital letters"),
        ("ПОЧЕМУ НИКТО НАС НЕ СЛУШАЕТ, why", "capital letters"),
        ("Noooooooooooooooooooo", "One character"),
        ("What?!!!!!!!!!!!!!!!!!", "One character"),
        ("https://example.org/one www.example.org ok", "More links than text"),
        ("[buy this wonderful thing now](https://example.org) now", "More links than text"),
        ("Купите сейчас", "Cyrillic"),
        ("现在就买吧", "Han"),
        ("AAAAAAAAAAAAAAAAAAAAAAAA", "One character"),
        ("Buy $$$$$$$$$$$$$$$$$$$$$$", "One character"),
        ("so goooooooooooooooooood ------------------ ha", "One character"),
        ("h" * 201, "One character"),
        ("-" * 201, "One character"),
        ("`a table` and a wall: ?????????????????????", "One character"),
        ("I SAY IT `quietly, in code, in small letters` AND I MEAN EVERY WORD", "capital letters"),
    ],
)
def test_a_shape_holds_and_says_which(discussion, send, body, word):
    discussion(moderation="none", max_links=None)

    send(make_post(body="Plain English words."), body=body)

    comment = Comment.objects.get()
    assert comment.status == "pending"
    assert any(word in finding["why"] for finding in comment.why_it_waits())


@pytest.mark.parametrize(
    "body",
    [
        "OK. NATO said so.",
        "Yes! A café at the corner; see www.example.org for when it opens and what it costs there.",
        "123 456 — 😀 …",
        "¯\\_(ツ)_/¯",
        "ಠ_ಠ",
        "ლ(ಠ益ಠლ)",
        "Hmm......",
        "```\nName        Value\n------------------\nfoo         1\n================\n```\nThat is my table.",
        "```\nSELECT NAME FROM PEOPLE WHERE CITY = 'ROME' ORDER BY AGE\n```\nThat is my query.",
        "Use `XXXXXXXXXXXXXXXXXXXX` and `CREATE TABLE PEOPLE (NAME)` for that.",
        "I agree .................. completely",
        "Chapter one ……………………… 7",
        "One\n----------------------------------------\nTwo\n========================\nThree\n~~~~~~~~~~~~~~~~~~~~~~~~",
        "+-----------------+-----------------+\n| a | b |\n+-----------------+-----------------+",
        "── ────────────────────── ──",
        "Hhhhhhhhhhhhhhhhhhhhh, yes",
        "kkkkkkkkkkkkkkkkkkkkkkk muito bom",
        "You are right))))))))))))))))))))",
        "Yes 😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂😂",
        "ᎠᏂᏴᏫᏯ ᎤᏃᎯᎵᏙᏗ ᎨᏒ ᎠᏂᏴᏫᏯ ᎤᏃᎯᎵᏙᏗ ᎨᏒ and English",
    ],
)
def test_ordinary_texts_have_no_shape(discussion, send, body):
    discussion(moderation="none")

    send(make_post(), body=body)

    assert Comment.objects.get().status == "approved"


@pytest.mark.parametrize(
    "laughter",
    [
        *("哈哈哈 太好笑了", "呵呵呵", "ㅋㅋㅋ 진짜", "ㅎㅎㅎ", "하하하", "ㅠㅠㅠ", "ははは", "ｗｗｗ", "ههه", "خخخ"),
        *("333 笑死", "666 厉害", "888 すごい", "８８８", "👍👍👍", "❤❤❤", "🎉🎉🎉", "👏👏👏", "🔥"),
        *("חחח", "ххх", "χχχ", "555 ตลก", "ๆๆๆ ฮา", "ຮຮຮ", "ဟဟဟ", "ហហហ", "हहह", "হহহ", "ஹஹஹ", "ሃሃሃ", "հհհ", "ხხხ"),
    ],
)
def test_laughter_and_applause_are_no_abuse_in_any_script(discussion, send, laughter):
    discussion(moderation="none")
    long = laughter[:1] * 20 + laughter

    send(make_post(body=f"Words, {laughter}"), body=long)

    assert Comment.objects.get().status == "approved"


@pytest.mark.parametrize(
    "text",
    [
        "这个问题很重要，值得所有人认真思考。这个问题很重要，值得所有人认真思考。",
        "この問題はとても重要で、みんなが真剣に考えるべきだと思います。",
        "ปัญหานี้สำคัญมากและทุกคนควรคิดอย่างจริงจังเกี่ยวกับเรื่องนี้",
        "ဒီပြဿနာက အရမ်းအရေးကြီးတယ် လူတိုင်းစဉ်းစားသင့်တယ်",
        "បញ្ហានេះសំខាន់ណាស់ ហើយអ្នករាល់គ្នាគួរគិតដោយយកចិត្តទុកដាក់",
    ],
)
def test_a_sentence_without_spaces_is_as_long_as_it_is(discussion, send, text):
    discussion(moderation="none")
    post = make_post(body=text)

    send(post, body=f"{text} https://blog.example/a https://blog.example/b")
    send(post, body=f"[{text}](https://blog.example/a) {text[:4]}", name="Cy", email="cy@example.org")

    sentence, link = Comment.objects.order_by("pk")
    assert sentence.status == "approved"
    assert "More links than text" in link.why_it_waits()[0]["why"]


@pytest.mark.seed
def test_the_cases_of_shape_come_out_right(discussion, send, shared):
    discussion(moderation="none")
    cases = [json.loads(line) for line in (shared / "cases/shape.jsonl").read_text().splitlines()]
    for case in cases:
        send(make_post(body=f"Words, {case['text']}"), body=case["text"])

    held = [comment.status == "pending" for comment in Comment.objects.order_by("pk")]
    assert held == [case["held"] for case in cases]


def test_a_shape_is_found_in_time_that_goes_with_the_length():
    def seconds(text):
        comment = Comment(body=text, post=Post(title="x", body="x"))
        comment.rerender()
        began = time.process_time()
        for check in (shape.capitals, shape.one_character, shape.more_link_than_text):
            check(comment, None)
        return time.process_time() - began

    for piece in (".", "哈", "哈.", "<", "`a", "a ", "--a"):
        seconds(piece * 100)
        short, long = (min(seconds(piece * (n // len(piece))) for _ in range(3)) for n in (2_000, 20_000))
        assert long < 60 * short + 0.02, piece


def test_a_script_that_the_post_or_an_approved_comment_has_is_at_home(discussion, send):
    discussion(moderation="none")
    send(make_post(body="Привет всем"), body="Спасибо")
    make_comment(body="谢谢你")
    send(make_post(body="English"), body="不客气", name="Li", email="li@example.org")

    assert [comment.status for comment in Comment.objects.all()] == ["approved"] * 3


def test_scripts_are_told_apart():
    assert scripts_of("abc где 漢字 かな שלום") == {"Latin", "Cyrillic", "Han and Kana", "Hebrew"}
    assert scripts_of("123 !? 😀") == set()


def test_the_same_text_of_many_people_on_several_posts_waits(discussion, send):
    discussion(moderation="none")
    for number in range(3):
        send(make_post(), body="Look at my  channel, friends", name=f"N{number}", email=f"n{number}@example.org")

    first, second, third = Comment.objects.order_by("pk")
    assert (first.status, second.status, third.status) == ("approved", "pending", "pending")
    assert "2 more times" in third.why_it_waits()[0]["why"]


def test_the_same_text_long_ago_or_on_the_same_post_is_no_wave(discussion, send):
    discussion(moderation="none")
    post = make_post()
    make_comment(post=post, body="Well said.")
    make_comment(body="Well said.", submitted_at=timezone.now() - timedelta(hours=2))

    send(post, body="Well said.", name="Cy", email="cy@example.org")

    assert Comment.objects.latest("pk").status == "approved"


def test_the_authors_and_moderators_own_thanks_make_no_wave(client, discussion, send):
    discussion(moderation="none")
    user, author = make_staff_author()
    editor = make_editor()
    for writer in (user, user, editor, editor):
        client.force_login(writer)
        post = make_post(author=author)
        client.post(f"/comments/on/{post.pk}/", {"body": "Thank you!"})
    client.logout()

    send(make_post(author=author), body="Thank you!")
    send(make_post(author=author), body="Thank you!", name="Cy", email="cy@example.org")

    *thanks, reader, second_reader = Comment.objects.order_by("pk")
    assert [comment.status for comment in thanks] == ["approved"] * 4
    assert reader.status == "approved"
    assert "was posted 1 more time" in second_reader.why_it_waits()[0]["why"]


def test_the_desk_takes_the_authors_own_thanks_for_no_wave(client, editor):
    user, author = make_staff_author()
    for _ in range(3):
        make_comment(post=make_post(author=author), user=user, body="Thank you!")
        make_comment(user=editor, body="Thank you!")
    make_comment(body="Thank you!")

    assertNotContains(client.get("/admin/comments/comment/?status__exact=all"), "all of them as one group")

    make_comment(body="Thank you!")
    assertContains(client.get("/admin/comments/comment/?status__exact=all"), "This text was posted 2 times")


def own_check(comment, context):
    from comments.checks import Finding, Verdict

    return Finding("own", Verdict.HOLD, "Mentions drains.") if "drain" in comment.body else None


def test_a_check_of_ones_own_is_added_by_its_dotted_path(discussion, send, settings):
    discussion(moderation="none")
    settings.EXTRA_CHECKS = ["tests.test_shape_and_repetition.own_check"]

    send(make_post(), body="About the drain.")

    assert Comment.objects.get().why_it_waits()[0]["why"] == "Mentions drains."


def test_a_check_that_is_not_there_holds_and_says_so(discussion, send, settings, caplog):
    discussion(moderation="none")
    settings.EXTRA_CHECKS = ["nowhere.check"]

    send(make_post())

    assert "could not run" in Comment.objects.get().why_it_waits()[0]["why"]
    assert "nowhere" in caplog.text
