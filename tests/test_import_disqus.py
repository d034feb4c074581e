"""Comments move in from Disqus, to the posts that are here."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment, Decision
from posts.models import OldPath
from tests.factories import make_comment, make_post
from tests.wxr import SHARED, import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db
CORPUS = SHARED / "corpora" / "import"


def import_disqus(*files, **options):
    out = StringIO()
    call_command("import_disqus", *map(str, files), json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def thread(number=10, *, id="", link="https://old.example/2020/01/01/p1/", title="P1", created="2020-01-01T00:00:00Z"):
    return (
        f'<thread dsq:id="{number}"><id>{id}</id><link>{link}</link><title>{title}</title>'
        f"<createdAt>{created}</createdAt><isDeleted>false</isDeleted></thread>"
    )


def post(
    number, message="Words.", *, thread=10, parent="", id="", deleted="false", spam="false", name="Ann", inside=""
):
    above = f'<parent dsq:id="{parent}" />' if parent else ""
    state = f"<isDeleted>{deleted}</isDeleted><isSpam>{spam}</isSpam>"
    author = f"<author><name>{name}</name><email>ann@example.org</email></author>{inside}"
    return (
        f'<post dsq:id="{number}"><id>{id}</id><message><![CDATA[<p>{message}</p>]]></message>'
        f"<createdAt>2020-01-02T00:{number % 60:02}:00Z</createdAt>{state}{author}"
        f'<thread dsq:id="{thread}" />{above}</post>'
    )


def make_disqus(tmp_path, *parts, name="disqus.xml"):
    path = tmp_path / name
    path.write_text(
        '<?xml version="1.0"?>\n<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">\n'
        + "\n".join(parts)
        + "\n</disqus>"
    )
    return path


@pytest.fixture
def page():
    return make_post(title="P1", imported_path="/2020/01/01/p1/", imported_id=7, comments_open=True)


def test_threads_come_under_their_post_each_decision_logged_as_imported(page, tmp_path, mailoutbox):
    file = make_disqus(tmp_path, thread(), post(1, "First."), post(2, "Answer.", parent=1, name="Bo &amp; Co"))

    report = import_disqus(file)

    first, answer = Comment.objects.order_by("pk")
    assert (first.body, first.post, answer.parent, answer.name) == ("First.", page, first, "Bo & Co")
    assert report["comments"]["approved"] == 2
    assert {decision.reason for decision in Decision.objects.all()} == {"imported from Disqus"}
    page.refresh_from_db()
    assert page.comment_count == 2
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("id", "link"),
    [
        ("", "http://www.old.example/2020/01/01/p1?utm_source=x#c"),
        ("", "http://localhost:4000/2020/01/01/p1/index.html"),
        ("7 https://old.example/?p=7", "https://elsewhere.example/x"),
        ("/2020/01/01/p1", "https://elsewhere.example/x"),
        ("some-id", "https://old.example/?p=7"),
        ("", "https://old.example/once/"),
        ("", "https://cache.example/x"),
    ],
)
def test_a_thread_finds_its_post(page, tmp_path, id, link):
    OldPath.objects.create(path="/once/", post=page)
    by_title = link == "https://cache.example/x"
    created = f"{page.published_at:%Y-%m-%dT%H:%M:%SZ}" if by_title else "2020-01-01T00:00:00Z"

    import_disqus(make_disqus(tmp_path, thread(id=id, link=link, created=created), post(1)))

    assert Comment.objects.get().post == page


def test_again_and_by_parts_nothing_doubles(page, tmp_path):
    part = make_disqus(tmp_path, thread(), post(1, "First."), name="part.xml")
    whole = make_disqus(tmp_path, thread(), post(1, "First."), post(2, "Answer.", parent=1))

    for file in (part, whole, whole):
        import_disqus(file)

    assert Comment.objects.count() == Decision.objects.count() == 2
    assert Comment.objects.get(body="Answer.").parent.body == "First."


def test_a_deleted_one_with_replies_is_a_place_without_its_text(page, tmp_path, client):
    file = make_disqus(
        tmp_path,
        thread(),
        post(1, "Regretted.", deleted="true"),
        post(2, "Still here.", parent=1),
        post(3, "Gone with none below.", deleted="true"),
    )

    report = import_disqus(file)

    shown = client.get(page.get_absolute_url())
    assertContains(shown, "tombstone")
    assertContains(shown, "Still here.")
    assertNotContains(shown, "Regretted.")
    assert not Comment.objects.filter(body__contains="Regretted").exists()
    assert Comment.objects.count() == 2
    assert len(report["skipped"]) == 2


def test_what_found_no_post_is_listed(page, tmp_path):
    file = make_disqus(
        tmp_path, thread(), thread(11, link="https://old.example/gone/"), post(1, thread=11), post(2, thread=99)
    )

    report = import_disqus(file)

    assert not Comment.objects.exists()
    told = str(report["skipped"])
    assert "https://old.example/gone/" in told
    assert "thread 99" in told


def test_one_comment_in_both_exports_is_one(tmp_path):
    wordpress = make_export(
        tmp_path,
        make_item(
            link="https://old.example/2020/01/01/p1/",
            inside=make_wxr_comment(id=55, text="first").replace(
                "</wp:comment>",
                "<wp:commentmeta><wp:meta_key>dsq_post_id</wp:meta_key><wp:meta_value>200</wp:meta_value>"
                "</wp:commentmeta></wp:comment>",
            )
            + make_wxr_comment(id=56, text="second"),
        ),
    )
    disqus = make_disqus(tmp_path, thread(), post(200, "first"), post(201, "second", id="wp_id=56"))

    import_(wordpress)
    import_disqus(disqus)
    import_(wordpress)

    assert sorted(Comment.objects.values_list("imported_id", "disqus_id")) == [(55, 200), (56, 201)]


def test_what_leaves_no_doubt_is_mended(page, tmp_path):
    file = make_disqus(tmp_path, thread(), post(1, "Fish & chips, CAF."))
    words = file.read_bytes().replace(b"CAF", b"caf\xe9\x0b")
    file.write_bytes(words.replace(b'version="1.0"', b'version="1.0" encoding="nonsense"'))

    report = import_disqus(file)

    assert Comment.objects.get().body == "Fish & chips, café."
    assert all(warning.startswith("line ") for warning in report["warnings"])
    assert len(report["warnings"]) == 3


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_a_file_of_two_bytes_a_character_comes_in(page, tmp_path, encoding):
    file = make_disqus(tmp_path, thread(), post(1, "Der Öltank, 橋."))
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    file.write_bytes((mark + file.read_text()).encode(encoding))

    import_disqus(file)

    assert Comment.objects.get().body == "Der Öltank, 橋."


def test_a_dry_run_writes_nothing(page, tmp_path):
    report = import_disqus(make_disqus(tmp_path, thread(), post(1)), dry_run=True)

    assert report["comments"]["approved"] == 1
    assert not Comment.objects.exists()


def test_what_was_decided_here_since_is_left(page, tmp_path):
    file = make_disqus(tmp_path, thread(), post(1))
    import_disqus(file)
    Comment.objects.get().trash(by=None, reason="Rude.")

    import_disqus(file)

    assert Comment.objects.get().status == "trash"
    assert make_comment(post=page).disqus_id is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><disqus/>', "DOCTYPE"),
        ("<rss/>", "not a Disqus export"),
        ("<disqus><post>", "broken or cut off"),
        ("", "the file is empty"),
    ],
)
def test_what_can_not_be_read_is_refused_in_one_line(tmp_path, text, told):
    file = tmp_path / "x.xml"
    file.write_text(text)

    with pytest.raises(CommandError, match=told) as refused:
        import_disqus(file)

    assert "\n" not in str(refused.value)


@pytest.mark.seed
def test_the_hostile_file_comes_to_what_it_must(tmp_path):
    page = make_post(title="P1", imported_path="/2020/01/01/p1/")

    report = import_disqus(CORPUS / "hostile" / "disqus-hostile.xml")

    comments = {comment.disqus_id: comment for comment in page.comments.all()}
    assert sorted(comments) == [100, 101, 102, 103, 104]
    assert comments[101].parent == comments[100]
    assert comments[100].imported_id == 55
    assert (comments[102].status, comments[102].body) == ("erased", "")
    assert comments[103].parent == comments[102]
    assert "javascript" not in comments[103].body_html
    assert comments[104].status == "spam"
    assert "99" in str(report["skipped"])


@pytest.mark.seed
def test_other_tools_exports_come_in(tmp_path):
    make_post(title="x", imported_path="/p/2011/03/05/podcast-229/")
    make_post(title="y", imported_path="/blog/2013/02/12/redacted/")

    radio = import_disqus(CORPUS / "exports" / "remark42-disqus.xml")
    isso = import_disqus(CORPUS / "exports" / "isso-disqus.xml")

    assert sum(radio["comments"].values()) == 4
    assert any("mended" in warning for warning in radio["warnings"])
    assert isso["comments"]["approved"] == 1


# --- One comment, by whichever way it came in


def on_wordpress(tmp_path, *comments, name="blog.xml"):
    return make_export(
        tmp_path, make_item(link="https://old.example/2020/01/01/p1/", inside="".join(comments)), name=name
    )


def at(minute):
    """The second of `post(minute)`, as WordPress writes it."""
    moment = f"2020-01-02 00:{minute:02}:00"
    return {"comment_date": moment, "comment_date_gmt": moment}


SAME = [
    ("Words of Ann.", "Words of Ann."),
    ("Two  lines\nof it", "Two lines<br>of it"),
    ("<em>Here</em>: http://a.example/x", 'Here: <a href="http://a.example/x" rel="nofollow">http://a.example/x</a>'),
    ("1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"),
    ("First.\n\nSecond.", "First.</p><p>Second."),
]


@pytest.mark.parametrize("first", ["wordpress", "disqus"])
@pytest.mark.parametrize(("there", "words"), SAME)
def test_the_same_words_in_the_same_second_by_the_same_writer_are_one_comment_in_either_order(
    tmp_path, first, there, words
):
    import_(on_wordpress(tmp_path, name="before.xml"))
    written = make_wxr_comment(id=55, author="Ann", text=there, **at(2))
    answer = make_wxr_comment(id=56, author="Bo", text="An answer.", parent=55, **at(3))
    wordpress = on_wordpress(tmp_path, written, answer)
    disqus = make_disqus(tmp_path, thread(), post(2, words, name="ANN "), post(3, "An answer.", name="Bo", parent=2))
    runs = [import_, import_disqus] if first == "wordpress" else [import_disqus, import_]
    files = {import_: wordpress, import_disqus: disqus}
    for run in runs:
        run(files[run])
    before = list(Comment.objects.order_by("pk").values())

    reports = [run(files[run]) for run in [*runs, *runs]]

    assert sorted(Comment.objects.values_list("imported_id", "disqus_id")) == [(55, 2), (56, 3)]
    assert Comment.objects.get(imported_id=56).parent.imported_id == 55
    assert list(Comment.objects.order_by("pk").values()) == before
    assert [report["numbers"]["comments"]["here"] for report in reports] == [2, 2, 2, 2]
    assert not any(report["warnings"] for report in reports[1:])


def test_one_that_was_written_here_and_stands_in_the_export_is_one(page, tmp_path, send, discussion):
    discussion(moderation="none")
    send(page, name="Ann", email="ann@example.org", body="I *was* there.")
    here = Comment.objects.get()
    Comment.objects.update(submitted_at=datetime(2020, 1, 2, 0, 5, 0, 123456, tzinfo=UTC))

    reports = [import_disqus(make_disqus(tmp_path, thread(), post(5, "I <em>was</em> there."))) for _ in range(2)]

    assert [report["numbers"]["comments"]["here"] for report in reports] == [1, 1]
    assert (Comment.objects.get().pk, Comment.objects.get().body) == (here.pk, "I *was* there.")
    # And after it was edited here, too.
    Comment.objects.update(body="Edited.")
    import_disqus(make_disqus(tmp_path, thread(), post(5, "I <em>was</em> there.")))
    assert Comment.objects.get().body == "Edited."


@pytest.mark.parametrize(
    "other",
    [
        post(5, "Words of Ann."),
        post(5, "Words of Ann.", name="Bo").replace("00:05:00", "00:02:00"),
        post(5, "Others.").replace("00:05:00", "00:02:00"),
        post(5, "Words of Ann.", thread=11).replace("00:05:00", "00:02:00"),
    ],
    ids=["another second", "another writer", "other words", "another post"],
)
def test_what_differs_in_anything_is_another_comment(tmp_path, other):
    make_post(title="P2", imported_path="/2020/01/01/p2/")
    import_(on_wordpress(tmp_path, make_wxr_comment(id=55, author="Ann", text="Words of Ann.", **at(2))))

    import_disqus(make_disqus(tmp_path, thread(), thread(11, link="https://old.example/2020/01/01/p2/"), other))

    assert Comment.objects.count() == 2


def test_two_of_the_same_second_in_one_export_stay_two(page, tmp_path):
    twice = [post(number, "Twice.").replace(f"00:{number:02}:00", "00:09:00") for number in (1, 2)]
    file = make_disqus(tmp_path, thread(), *twice)

    for _ in range(2):
        import_disqus(file)
    import_(
        on_wordpress(
            tmp_path, *(make_wxr_comment(id=number, author="Ann", text="Twice.", **at(9)) for number in (7, 8))
        )
    )

    assert Comment.objects.filter(disqus_id__in=(1, 2)).count() == Comment.objects.filter(post=page).count() == 2


def test_what_one_export_calls_spam_is_not_shown_because_the_other_does_not(tmp_path):
    wordpress = on_wordpress(tmp_path, make_wxr_comment(id=55, author="Ann", text="Buy.", **at(2)))
    disqus = make_disqus(tmp_path, thread(), post(2, "Buy.", spam="true"))

    for run, file in [(import_, wordpress), (import_disqus, disqus)] * 2:
        run(file)

    assert Comment.objects.get().status == "spam"
    assert Decision.objects.count() == 2
