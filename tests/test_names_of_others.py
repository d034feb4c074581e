"""The names of authors, staff and the blog are theirs: whoever else signs with one waits, and nobody else does."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment
from comments.rehearsal import rehearse
from posts.models import Author, Blog
from tests.factories import make_author, make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody_waits(discussion):
    return discussion(moderation="none")


def came_as(send, name, *, author="Ann Writer", **fields):
    """What became of a comment that is signed so, where an author has that name."""
    if not Author.objects.exists():
        make_author(name=author)
    send(make_post(), name=name, **{"body": f"Comment number {Comment.objects.count()}.", **fields})
    return Comment.objects.latest("pk")


def findings(comment):
    return [finding for finding in comment.why_it_waits() if finding["check"] == "names"]


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ann Writer", "Ann Writer"),
        ("Ann Writer", "ANN writer"),
        ("Ann Writer", "  Ann   Writer "),
        ("Ann Writer", "Ann-Writer."),
        ("Ann Writer", "AnnWriter"),
        ("Ann Writer", "A n n  W r i t e r"),
        ("Ann Writer", "Ánn Wrïter"),
        ("Ann Writer", "Ann\u200b Wri\u00adter"),
        ("Ann Writer", "\u2060Ann\u3164Writer"),
        ("Ann Writer", "Аnn Wrіtеr"),  # Cyrillic
        ("Ann Writer", "ΑΝΝ WRITER"),  # Greek capitals
        ("Ann Writer", "ᎪNN ᎳRITER"),  # Cherokee
        ("Ann Writer", "𝐀𝐧𝐧 𝐖𝐫𝐢𝐭𝐞𝐫"),
        ("Ann Writer", "Ａｎｎ Ｗｒｉｔｅｒ"),
        ("Ann Writer", "Ann Wr1ter"),
        ("Ann Writer", "Ann WrIter"),
        ("Ann Writer", "Ann VVriter"),
        ("Ann Writer", "Ann Writer ✔"),
        ("Ann Writer", "“Ann Writer”"),
        ("Ann Writer", "Ann Writer (author)"),
        ("Ann Writer", "Councillor Ann Writer"),
        ("Ann Writer", "Cllr. Ann Writer"),
        ("Ann Writer", "Dr AnnWriter, PhD"),
        ("Ann Writer", "Ann Writer, Ph.D."),
        ("Ann Writer", "Ann Writer, the author"),
        ("Ann Writer", "🇦🇳🇳 🇼🇷🇮🇹🇪🇷"),
        ("Ann Writer", "Λnn Шriŧer"),
        ("Councillor Ann Writer", "Ann Writer"),
        ("Councillor Ann Writer", "councillor ann writer"),
        ("Councillor Ann Writer", "Cllr Ann Writer"),
        ("Councillor Ann Writer", "CounciIIor Аnn Writer"),
        ("Councillor Stone", "Cllr Stone"),
        ("Paul Hill", "PauI HiII"),
        ("Ian Hill", "lan Hill"),
        ("Arnold Burn", "Amold Bum"),
        ("Bob", "B0b"),
        ("Ann", "ann"),
        ("José Núñez", "Jose Nunez"),
        ("Νίκος Παππάς", "ΝΙΚΟΣ ΠΑΠΠΑΣ"),
        ("Анна Белова", "анна  белова"),
        ("王伟", "王 伟"),
        ("मीरा शर्मा", "मीरा-शर्मा"),
        ("★", "★"),
    ],
)
def test_an_authors_name_waits_however_it_is_written(send, nobody_waits, author, name):
    comment = came_as(send, name, author=author)

    assert comment.status == "pending"
    assert author in findings(comment)[0]["why"]


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ann Writer", "Ann"),
        ("Ann Writer", "Writer"),
        ("Ann Writer", "Anna Writer"),
        ("Ann Writer", "Ann Writers"),
        ("Ann Writer", "Bo Reader"),
        ("Ann", "Anna"),
        ("Ann", "Ann Writer"),
        ("Ann", "Councillor Ann"),
        ("Councillor Stone", "Stone"),
        ("Councillor Stone", "Councillor Hill"),
        ("Neil Hill", "Nell Hill"),
        ("Ian Hill", "Lan Hill"),
        ("मीरा शर्मा", "मारी शर्मा"),
        ("王伟", "王大伟"),
        ("★", "☆"),
        ("Ann Writer", "…"),
    ],
)
def test_a_name_that_is_somebody_elses_does_not_wait(send, nobody_waits, author, name):
    assert came_as(send, name, author=author).status == "approved"


def test_without_a_name_nobody_is_imitated(send, discussion):
    discussion(moderation="none", require_name_email=False)

    assert came_as(send, "").status == "approved"


@pytest.mark.parametrize("name", ["editor7", "Zoe Quill", "ZOE QUIL1", "Right of Reply", "Right  of Rерly"])
def test_the_names_of_staff_and_of_the_blog_wait(send, nobody_waits, name):
    make_editor(username="editor7", first_name="Zoe", last_name="Quill")

    assert came_as(send, name).status == "pending"


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_staff": True, "is_active": False}])
def test_other_accounts_names_are_free(send, nobody_waits, fields):
    make_user(username="zoe", first_name="Zoe", last_name="Quill", **fields)

    assert came_as(send, "Zoe Quill").status == "approved"


def test_a_browser_that_is_known_waits_too_and_under_its_own_name_it_does_not(send, discussion):
    discussion(moderation="first")
    came_as(send, "Bo Reader", remember="on").approve(by=make_editor())

    assert came_as(send, "Ann Writer", body="I resign.", remember="on").status == "pending"
    assert came_as(send, "Bo Reader", body="He did not.", remember="on").status == "approved"


def test_an_account_is_not_held_by_its_own_names_and_by_anothers_it_is(send, discussion):
    discussion(moderation="none")
    user, author = make_staff_author(username="annw", first_name="Ann", last_name="Writer")
    another = make_author(name="Cy Other")

    def sent_by(account):
        browser = Client()
        browser.force_login(account)
        send(make_post(author=another), using=browser, body=f"By {account}.")
        return Comment.objects.latest("pk").status

    assert sent_by(user) == "approved"
    make_author(name=author.name)
    assert sent_by(user) == "approved"
    assert sent_by(make_user(first_name="Cy", last_name="Other")) == "pending"


def test_a_new_name_of_an_author_or_of_the_blog_counts_at_once_and_the_old_one_no_more(send, nobody_waits):
    author, blog = make_author(name="Ann Writer"), Blog.load()
    assert came_as(send, "Ann Married").status == "approved"
    assert came_as(send, "The Drain Post").status == "approved"

    author.name, blog.title = "Ann Married", "The Drain Post"
    author.save()
    blog.save()

    assert came_as(send, "Ann Married").status == "pending"
    assert came_as(send, "The Drain Post").status == "pending"
    assert came_as(send, "Ann Writer").status == "approved"


def test_the_writer_is_told_why_and_only_what_everybody_can_see(send, client, nobody_waits):
    make_editor(username="editor7")
    post = make_post(author=make_author(name="Ann Writer"))
    told = "it uses the name of the blog or of one of its authors"

    def page(name):
        return client.get(send(post, name=name, body=f"As {name}.")["Location"]).content.decode()

    assert told in page("Ann Writer")
    assert told in page("Right of Reply")
    assert "It is waiting because:" not in page("editor7")


def test_the_names_of_authors_who_have_published_nothing_are_not_given_away(send, client, nobody_waits):
    post = make_post(author=make_author(name="Ann Writer"))
    make_author(name="Nom de Plume")

    page = client.get(send(post, name="Nom de Plume")["Location"]).content.decode()

    assert Comment.objects.get().status == "pending"
    assert "It is waiting because:" not in page


def test_the_moderator_reads_whose_name_it_is(client, editor, send, nobody_waits):
    comment = came_as(send, "Аnn Writer", using=Client())

    page = client.get(f"/admin/comments/comment/{comment.pk}/change/").content.decode()

    assert (
        "The name looks like that of the author “Ann Writer”, but the comment was not sent from their account." in page
    )


def test_a_rehearsal_lets_nobody_through_under_anothers_name(discussion):
    old = discussion(moderation="first")
    new = discussion(moderation="none")
    make_post(author=make_author(name="Ann Writer"))
    for name in ("Ann Writer", "Bo Reader"):
        make_comment(name=name, status="pending", post=make_post(), submitted_at=timezone.now())

    (effect,) = rehearse(old, new).effects

    assert [comment.name for comment, _caught in effect.examples] == ["Bo Reader"]


def test_a_comment_reads_the_blog_once_as_it_comes_in_and_once_under_the_lock(send, nobody_waits):
    post = make_post()

    with CaptureQueriesContext(connection) as asked:
        assert send(post, name="Bo").status_code == 303

    assert sum("JOIN posts_blog" in query["sql"] for query in asked) == 2
