import json
from datetime import UTC, datetime

import pytest

from comments.models import Comment, Decision
from posts.models import Post
from tests.wxr import SHARED, import_, make_export, make_item, make_wxr_comment


def test_a_comment_keeps_its_time_its_writer_and_its_state(db, tmp_path):
    comment = make_wxr_comment(author="Bo &amp; Co", comment_author_url="http://bo.example/?a=1&#038;b=2")

    report = import_(make_export(tmp_path, make_item(inside=comment)))

    comment = Comment.objects.get()
    assert report["comments"] == {"approved": 1, "pending": 0, "spam": 0, "trash": 0}
    assert (comment.name, comment.email, comment.url) == ("Bo & Co", "bo@example.org", "http://bo.example/?a=1&b=2")
    assert comment.submitted_at == datetime(2019, 5, 2, 10, tzinfo=UTC)
    assert (comment.body_html.strip(), comment.ip_address) == ("<p>I was there.</p>", "192.0.2.7")
    assert comment.post.comment_count == 1


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        ("1", "approved"),
        ("0", "pending"),
        ("spam", "spam"),
        ("post-trashed", "trash"),
        ("", "pending"),
        ("?", "pending"),
    ],
)
def test_each_comment_has_one_decision_that_says_where_it_is_from(db, tmp_path, approved, status):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(approved=approved))))

    decision = Decision.objects.get()
    assert (decision.from_status, decision.to_status, decision.actor) == ("", status, None)
    assert decision.reason == "imported from WordPress"


def test_replies_find_their_parents_in_any_order(db, tmp_path):
    thread = [make_wxr_comment(id=n, parent=above) for n, above in [(3, 9), (9, 10), (10, 0)]]

    import_(make_export(tmp_path, make_item(inside="".join(thread))))

    by_number = {comment.imported_id: comment for comment in Comment.objects.all()}
    assert by_number[3].parent == by_number[9]
    assert by_number[9].parent == by_number[3].root == by_number[9].root == by_number[10]
    assert by_number[10].root is None


def test_comments_that_answer_each_other_are_cut_once_and_reported(db, tmp_path):
    circle = [make_wxr_comment(id=n, parent=n % 3 + 1) for n in (1, 2, 3)] + [make_wxr_comment(id=4, parent=4)]

    report = import_(make_export(tmp_path, make_item(inside="".join(circle))))

    assert Comment.objects.filter(parent=None).count() == 2
    assert len([warning for warning in report["warnings"] if "answers itself" in warning]) == 2


def test_a_reply_to_what_is_not_there_stands_at_the_top(db, tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(parent=77))))

    assert Comment.objects.get().parent is None


def test_a_very_deep_thread_comes_in_whole(db, tmp_path):
    thread = "".join(make_wxr_comment(id=n, parent=n - 1) for n in range(2_000, 0, -1))

    import_(make_export(tmp_path, make_item(inside=thread)))

    assert Comment.objects.filter(root=Comment.objects.get(imported_id=1)).count() == 1_999


def test_pings_keep_their_kind_and_notes_stay_outside(db, tmp_path):
    kinds = ["", "pingback", "trackback", "order_note"]
    inside = "".join(make_wxr_comment(id=number, type=kind) for number, kind in enumerate(kinds, 1))

    report = import_(make_export(tmp_path, make_item(inside=inside)))

    assert list(Comment.objects.order_by("imported_id").values_list("kind", flat=True)) == [
        "comment",
        "pingback",
        "trackback",
    ]
    assert (report["pings"], Post.objects.get().comment_count) == (2, 1)
    assert report["skipped"][0]["what"] == "comment of type order_note × 1"


def test_an_address_that_is_no_web_page_is_dropped_and_reported(db, tmp_path):
    comment = make_wxr_comment(comment_author_url="javascript:bad()", comment_author_IP="nowhere")

    report = import_(make_export(tmp_path, make_item(inside=comment)))

    assert (Comment.objects.get().url, Comment.objects.get().ip_address) == ("", None)
    assert len(report["warnings"]) == 1


def test_no_mail_leaves_and_no_report_names_an_address(mailoutbox, tmp_path):
    inside = make_wxr_comment(approved="0", parent=5, comment_author_email="not an address of bo@example.org")

    report = json.dumps(import_(make_export(tmp_path, make_item(inside=inside))))

    assert mailoutbox == []
    assert "bo@example.org" not in report
    assert "192.0.2.7" not in report


@pytest.mark.parametrize("kind", ["note", "order_note", "feedback", "action_log", "ureview", "Note"])
def test_a_note_that_was_never_public_stays_outside_and_is_counted(db, tmp_path, client, kind):
    inside = make_wxr_comment(id=1) + make_wxr_comment(id=2, type=kind, parent=1, text="PRIVATENOTE", approved="0")

    report = import_(make_export(tmp_path, make_item(inside=inside)))

    assert "PRIVATENOTE" not in client.get("/2019/05/01/the-ford/").content.decode()
    assert not Comment.objects.filter(body__contains="PRIVATENOTE").exists()
    (left,) = report["skipped"]
    assert left["what"] == f"comment of type {kind} × 1"
    assert "line" in left["why"]
    assert report["comments"]["pending"] == 0


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Other blog &#8220;x&#8221; &raquo; y", "Other blog “x” » y"),
        ("Bo &amp; Co", "Bo & Co"),
        ("Bo &amp;amp; Co", "Bo &amp; Co"),
        ("O&#039;Brien", "O'Brien"),
        ("5 < 6", "5 < 6"),
        ("", ""),
    ],
)
def test_a_writers_name_is_decoded_once(db, tmp_path, author, name):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(author=author))))

    assert Comment.objects.get().name == name


@pytest.mark.seed
def test_the_hostile_kinds_of_comments_come_to_what_the_readme_says(db, client):
    report = import_(SHARED / "corpora" / "import" / "hostile" / "comment-types.xml")

    page = client.get("/2020/01/01/p1/").content.decode()
    by_number = {comment.imported_id: comment for comment in Comment.objects.all()}
    assert (by_number[1].kind, by_number[1].status) == ("comment", "approved")
    assert (by_number[2].name, by_number[2].url) == ("Other blog “x” » y", "https://o.example/?a=1&b=2")
    assert "Other blog “x” » y" in page
    assert 'href="https://o.example/?a=1&amp;b=2"' in page
    assert (by_number[8].status, by_number[9].status) == ("pending", "trash")
    assert by_number.keys().isdisjoint({5, 6, 7})
    assert Post.objects.get().comment_count == 1
    left_out = {entry["what"] for entry in report["skipped"]}
    assert {"comment of type order_note × 1", "comment of type like × 1"} <= left_out
