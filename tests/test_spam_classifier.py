import json
import re
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from comments import spam_classifier

SPAM = [f"Check out my channel and subscribe, video {number} http://example.com/{number}" for number in range(30)]
GENUINE = [f"I remember this song from the summer of {1970 + number}, lovely" for number in range(30)]
EXAMPLES = [(text, True) for text in SPAM] + [(text, False) for text in GENUINE]


def area_under_curve(spam, genuine):
    wins = sum((one > other) + (one == other) / 2 for one in spam for other in genuine)
    return wins / len(spam) / len(genuine)


def share_above(scores, threshold):
    return sum(score > threshold for score in scores) / len(scores)


@pytest.fixture(scope="module")
def model():
    return spam_classifier.learn(EXAMPLES)


@pytest.fixture
def collection(shared):
    with open(shared / "corpora/spam/comments.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture
def held_out(collection):
    """{thread: (scores of its spam, scores of its genuine comments)}, each learned from the other two."""
    scores = {}
    for thread in ("01", "02", "03"):
        model = spam_classifier.learn((row["text"], row["spam"]) for row in collection if row["thread"] != thread)
        rows = [(model.score(row["text"]), row["spam"]) for row in collection if row["thread"] == thread]
        scores[thread] = [[score for score, is_spam in rows if is_spam is kind] for kind in (True, False)]
    return scores


@pytest.mark.seed
def test_it_tells_spam_from_comments_in_threads_it_has_never_seen(held_out):
    areas = {thread: area_under_curve(*scores) for thread, scores in held_out.items()}

    assert min(areas.values()) >= 0.983, areas
    assert sum(areas.values()) / 3 >= 0.99, areas


@pytest.mark.seed
def test_one_threshold_spares_genuine_comments_in_every_thread(held_out):
    spam = [score for scores, _others in held_out.values() for score in scores]
    genuine = [score for _others, scores in held_out.values() for score in scores]

    assert share_above(genuine, spam_classifier.SPAM_THRESHOLD) <= 0.01
    assert share_above(spam, spam_classifier.SPAM_THRESHOLD) >= 0.9


@pytest.mark.seed
def test_the_threshold_is_no_knifes_edge(held_out):
    spam = [score for scores, _others in held_out.values() for score in scores]
    genuine = [score for _others, scores in held_out.values() for score in scores]

    assert share_above(genuine, spam_classifier.SPAM_THRESHOLD - 0.1) <= 0.02
    assert share_above(spam, spam_classifier.SPAM_THRESHOLD + 0.1) >= 0.87


@pytest.mark.seed
def test_nine_in_ten_spam_are_above_what_one_in_a_many_genuine_comments_reach(held_out):
    caught = []
    for spam, genuine in held_out.values():
        threshold = sorted(genuine)[-1 - len(genuine) // 100]
        caught.append(share_above(spam, threshold))

    assert sum(caught) / 3 >= 0.91, caught
    assert min(caught) >= 0.88, caught


@pytest.mark.parametrize(("spam", "genuine"), [(19, 30), (30, 19), (0, 0)])
def test_it_says_nothing_before_it_has_seen_twenty_of_each(spam, genuine):
    model = spam_classifier.learn(EXAMPLES[:spam] + EXAMPLES[30 : 30 + genuine])

    assert (model.is_ready, model.score(SPAM[0]), model.explain(SPAM[0])) == (False, None, [])


def test_twenty_of_each_are_enough():
    model = spam_classifier.learn(EXAMPLES[:20] + EXAMPLES[30:50])

    assert model.score(SPAM[25]) > spam_classifier.SPAM_THRESHOLD > model.score(GENUINE[25])


def test_a_decision_taken_back_is_unlearned(model):
    mistake = ("Lovely weather over the harbour", True)

    mistaken = spam_classifier.learn([*EXAMPLES, mistake])

    assert mistaken.to_bytes() != model.to_bytes()
    assert spam_classifier.learn(example for example in [*EXAMPLES, mistake] if example != mistake).to_bytes() == (
        model.to_bytes()
    )


def test_the_order_of_decisions_does_not_matter(model):
    assert spam_classifier.learn(EXAMPLES[::-1]).to_bytes() == model.to_bytes()


def test_another_process_learns_the_same(model):
    code = (
        "import sys; from tests.test_spam_classifier import EXAMPLES, spam_classifier;"
        "sys.stdout.buffer.write(spam_classifier.learn(EXAMPLES).to_bytes())"
    )
    root = Path(__file__).parents[1]

    told = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={"PYTHONHASHSEED": "77"}, capture_output=True, check=True
    )

    assert told.stdout == model.to_bytes()


@pytest.mark.parametrize(
    "disguised",
    [
        "CHECK OUT MY CHANNEL AND SUBSCRIBE",
        "Сhесk оut my сhаnnеl and subsсribе",
        "Check out my chan\u200bnel and sub\u00adscribe",
        "Check out my **chan**nel and _sub_scribe",
        "Check out my ｃｈａｎｎｅｌ and ｓｕｂｓｃｒｉｂｅ",
    ],
)
def test_a_disguise_changes_nothing(model, disguised):
    assert model.score(disguised) == pytest.approx(model.score("Check out my channel and subscribe"))


def test_a_link_is_its_site_however_its_path_changes(model):
    assert model.score("see http://example.com/a1b2") == model.score("see http://example.com/zzz999")


def test_a_time_mark_made_by_a_video_site_is_no_link(model):
    marked = 'Best part <a href="http://www.youtube.com/watch?v=x&amp;t=2m19s">2:19</a>'

    assert model.score(marked) == model.score("Best part 2:19")


def test_it_explains_itself_by_the_words_as_they_stand(model):
    weights = dict(model.explain("Remember this song? (SUBSCRIBE!) Remember the сhannel.", most=20))

    assert weights["SUBSCRIBE"] > 0 < weights["сhannel"]
    assert weights["song"] < 0
    assert len(model.explain(SPAM[0], most=2)) == 2


def test_an_explanation_begins_with_the_heaviest(model):
    weights = [abs(weight) for _word, weight in model.explain(SPAM[0] + GENUINE[0], most=50)]

    assert weights == sorted(weights, reverse=True)


def test_a_stored_model_scores_as_before(model):
    restored = spam_classifier.Model.from_bytes(model.to_bytes())

    assert (restored.spam, restored.genuine) == (30, 30)
    assert [restored.score(text) for text, _ in EXAMPLES] == [model.score(text) for text, _ in EXAMPLES]
    assert restored.explain(SPAM[0]) == model.explain(SPAM[0])


def test_a_model_that_is_not_ready_can_be_stored():
    assert spam_classifier.Model.from_bytes(spam_classifier.learn(EXAMPLES[:5]).to_bytes()).spam == 5


@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (lambda data: b"", "cut short"),
        (lambda data: data[:20], "cut short"),
        (lambda data: data[:-1], "checksum"),
        (lambda data: data + b"\0", "checksum"),
        (lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:], "checksum"),
        (lambda data: b"spam-model-0" + data[12:], "another version"),
        (lambda data: data[:28] + b"\1\0\0\0" + data[32:], "parts"),
        (lambda data: b"\x80\x04\x95" + b"." * 60, "no model"),
    ],
)
def test_a_damaged_model_says_so(model, damage, cause):
    with pytest.raises(spam_classifier.DamagedModel, match=cause):
        spam_classifier.Model.from_bytes(damage(model.to_bytes()))


@pytest.mark.parametrize(
    "hostile",
    ["", " ", "\0", "\ud800", "<a ", "a.", "a-", "&#9", "a . com ", "x" * 60 + "watch?v", "\ufdfa", "www. ", "href="],
)
def test_hostile_text_costs_no_more_than_a_long_comment(model, hostile):
    text = (hostile * 20_000)[:20_000]
    ordinary = ("We were there, " * 300)[:4_000]

    def seconds(text):
        started = time.process_time()
        assert 0 <= model.score(text) <= 1
        model.explain(text)
        return time.process_time() - started

    assert min(seconds(text) for _ in range(3)) < 40 * min(seconds(ordinary) for _ in range(3))


def test_a_link_at_the_end_of_a_long_text_is_seen(model):
    assert model.score("blah " * 4_000 + SPAM[0]) > model.score("blah " * 4_000)


def test_hostile_examples_are_learned_within_bounds():
    long = "".join(chr(33 + (number * number) % 900) for number in range(20_000))

    model = spam_classifier.learn([*EXAMPLES, *((long, True) for _ in range(25)), *((long, False) for _ in range(25))])

    assert model.score(SPAM[0]) > model.score(GENUINE[0])


def test_only_the_newest_texts_count():
    long = "We were there. " * 2_000
    many = [(long, False)] * 130

    assert spam_classifier.learn([*EXAMPLES, *many]).genuine < 130
    assert spam_classifier.learn([*many, *EXAMPLES]).genuine < 130


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_the_command_prints_one_score_a_line_and_asks_no_database(tmp_path):
    learn = write(tmp_path / "learn.jsonl", *({"text": text, "spam": kind, "thread": "1"} for text, kind in EXAMPLES))
    test = write(tmp_path / "test.jsonl", {"text": SPAM[3]}, {"text": "a\nb"}, {"text": GENUINE[3]})
    printed = StringIO()

    call_command("spam_scores", learn, test, stdout=printed)

    spam, _either, genuine = map(float, printed.getvalue().splitlines())
    assert 1 >= spam > genuine >= 0
    assert re.fullmatch(r"(\d\.\d+\n){3}", printed.getvalue())


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (b"{", r"learn.jsonl, line 2: not JSON at column 2"),
        (b"\n", r"learn.jsonl, line 2: not JSON"),
        (b'{"text": "\xff"}', r"line 2: not UTF-8 at byte 11"),
        (b"[1]", r"line 2: not an object"),
        (b'{"text": 5, "spam": true}', r"line 2: the key “text” is missing or not a string"),
        (b'{"text": "a", "spam": "yes"}', r"line 2: the key “spam” is missing or not true or false"),
        (b"[" * 100_000, r"line 2: JSON that is too deep"),
        (b'{"text": "a", "spam": true}', r"too few to learn from: 2 spam and 0 genuine"),
    ],
)
def test_the_command_names_file_line_and_cause(tmp_path, line, cause):
    (tmp_path / "learn.jsonl").write_bytes(b'{"text": "a", "spam": true}\n' + line)
    test = write(tmp_path / "test.jsonl")
    printed = StringIO()

    with pytest.raises(CommandError, match=cause) as raised:
        call_command("spam_scores", str(tmp_path / "learn.jsonl"), test, stdout=printed)

    assert "\n" not in str(raised.value)
    assert printed.getvalue() == ""


def test_the_command_names_a_missing_file(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere.jsonl: No such file"):
        call_command("spam_scores", str(tmp_path / "nowhere.jsonl"), str(tmp_path / "nowhere.jsonl"))
