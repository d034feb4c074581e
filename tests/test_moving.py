"""A comment is moved below another one, or to the top: by its page at the desk, in the log, and back again."""

import re
from threading import Thread

import pytest
from django.db import connection, connections
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import AlreadyDecided, CanNotMove, Comment, Decision
from tests.factories import make_comment, make_editor, make_post, make_staff_author, make_user
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/comment/"


def tree():
    """{name: (name of what it answers, name of the top of its branch)}"""
    names = dict(Comment.objects.values_list("pk", "name"))
    places = Comment.objects.values_list("name", "parent", "root")
    return {name: (names.get(parent), names.get(root)) for name, parent, root in places}


@pytest.fixture
def thread():
    """{name: comment}: Ada ← Bea ← Cleo, Bea ← Dora; and Eva at the top."""
    post = make_post(title="On drains")
    ada = make_comment(post=post, name="Ada")
    bea = make_comment(parent=ada, name="Bea")
    cleo, dora = make_comment(parent=bea, name="Cleo"), make_comment(parent=bea, name="Dora")
    return {c.name: c for c in (ada, bea, cleo, dora, make_comment(post=post, name="Eva"))}


def move_by_page(client, comment, below, *, address="", reason="", seen=None):
    page = client.get(f"{QUEUE}{comment.pk}/move/")
    seen = seen or re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]
    data = {"below": getattr(below, "pk", below), "address": address, "reason": reason, "seen": seen}
    return client.post(f"{QUEUE}{comment.pk}/move/", data, follow=True)


def undo(client, page):
    action = re.search(r'class="undo" method="post" action="([^"]+)"', page.content.decode())[1]
    return client.post(action.replace("&amp;", "&"), {"from": "comment"}, follow=True)


MOVED = {
    "Ada": (None, None),
    "Bea": ("Eva", "Eva"),
    "Cleo": ("Bea", "Eva"),
    "Dora": ("Bea", "Eva"),
    "Eva": (None, None),
}


def test_it_is_moved_with_all_that_answers_it_and_undo_puts_it_back(client, editor, thread):
    before = tree()
    page = client.get(f"{QUEUE}{thread['Bea'].pk}/change/")
    assertContains(page, f"{thread['Bea'].pk}/move/")
    assertContains(client.get(f"{QUEUE}{thread['Bea'].pk}/move/"), "2 replies move with it")

    page = move_by_page(client, thread["Bea"], thread["Eva"], reason="It answers her.")

    assertContains(page, "<bdi>Bea</bdi>’s comment was moved below Eva’s.")
    assert tree() == MOVED
    decision = thread["Bea"].last_decision
    assert (decision.actor, decision.reason) == (editor, "It answers her.")
    assert (decision.from_status, decision.to_status) == ("approved", "approved")
    assert decision.moved == {"from": thread["Ada"].pk, "to": thread["Eva"].pk}
    assertContains(page, "moved from below")

    page = undo(client, page)

    assertContains(page, "<bdi>Bea</bdi>’s comment is as it was before")
    assert tree() == before
    assert thread["Bea"].last_decision.takes_back == decision


def test_it_is_moved_to_the_top_and_is_the_top_of_what_answers_it(client, editor, thread):
    page = move_by_page(client, thread["Bea"], "top")

    assertContains(page, "<bdi>Bea</bdi>’s comment was moved to the top of the thread.")
    assert tree() == MOVED | {"Bea": (None, None), "Cleo": ("Bea", "Bea"), "Dora": ("Bea", "Bea")}


def test_readers_and_feeds_see_it_in_its_new_place_at_once(client, thread):
    post = thread["Ada"].post
    reader = type(client)()

    def place():
        html = reader.get(post.get_absolute_url()).content.decode()
        return [html.index(f'id="comment-{thread[name].pk}"') for name in ("Ada", "Eva", "Bea")]

    def feed():
        return reader.get(f"{post.get_absolute_url()}feed/atom/")

    assert place() != sorted(place())
    before = feed()
    client.force_login(make_editor())

    move_by_page(client, thread["Bea"], thread["Eva"])

    assert place() == sorted(place())
    assert feed().content != before.content
    assert (
        reader.get(f"{post.get_absolute_url()}feed/atom/", headers={"If-None-Match": before["ETag"]}).status_code == 200
    )
    post.refresh_from_db()
    assert post.comment_count == 5


@pytest.mark.parametrize(
    "form", ["https://blog.example{url}#comment-{pk}", "{url}?comment={pk}", "?comment={pk}&x=1", "#{pk}", " {pk} "]
)
def test_what_it_answers_is_named_by_its_address_too(client, editor, thread, form):
    address = form.format(url=thread["Eva"].post.get_absolute_url(), pk=thread["Eva"].pk)

    move_by_page(client, thread["Bea"], "", address=address)

    assert tree() == MOVED


def test_a_permalink_as_the_page_has_it_names_the_comment(client, editor, thread):
    move_by_page(client, thread["Bea"], "", address=thread["Eva"].get_absolute_url())

    assert tree() == MOVED


@pytest.mark.parametrize("below", ["Bea", "Cleo"])
def test_it_is_not_moved_below_itself_nor_below_what_answers_it(client, editor, thread, below):
    before = tree()

    page = move_by_page(client, thread["Bea"], "", address=f"#{thread[below].pk}")

    assertContains(page, "can&#x27;t be a reply to itself or to one of its own replies")
    assert tree() == before
    assertNotContains(client.get(f"{QUEUE}{thread['Bea'].pk}/move/"), f'<option value="{thread[below].pk}"')


def test_it_is_not_moved_to_another_post_nor_below_a_ping_nor_nowhere(client, editor, thread):
    before, elsewhere = tree(), make_comment(name="Else")
    ping = make_comment(post=thread["Ada"].post, name="Ping", kind="pingback")

    for below, address, told in (
        ("", f"#{elsewhere.pk}", "Enter the link to a comment on this post"),
        ("", f"#{ping.pk}", "Enter the link to a comment on this post"),
        ("", "#99999999", "Enter the link to a comment on this post"),
        ("", "x" * 300, "Enter the link to a comment on this post"),
        ("", "9" * 40, "Enter the link to a comment on this post"),
        (str(elsewhere.pk), "", "Select a valid choice"),
        ("", "", "Choose where to move the comment."),
    ):
        page = move_by_page(client, thread["Bea"], below, address=address, reason="What I typed.")
        assertContains(page, told)
        assertContains(page, "What I typed.")

    for parent in (elsewhere, ping):
        with pytest.raises(CanNotMove):
            thread["Bea"].move(parent, by=editor)
    with pytest.raises(CanNotMove):
        ping.move(thread["Ada"], by=editor)
    assert client.get(f"{QUEUE}{ping.pk}/move/").status_code == 404
    assert tree() == before | {"Else": (None, None), "Ping": (None, None)}
    assert not Decision.objects.filter(moved__isnull=False).exists()


@pytest.mark.parametrize("verb", ["spam", "trash", "erase"])
def test_it_is_not_moved_below_what_is_removed(client, editor, thread, verb):
    thread["Eva"].trash(by=editor)
    getattr(thread["Eva"], verb)(by=editor)

    move_by_page(client, thread["Bea"], "", address=f"#{thread['Eva'].pk}")

    assert Comment.objects.get(name="Bea").parent == thread["Ada"]


def test_where_it_stands_already_nothing_is_logged(client, editor, thread):
    page = move_by_page(client, thread["Bea"], thread["Ada"])

    assertContains(page, "is already there")
    assert not Decision.objects.filter(moved__isnull=False).exists()
    assertNotContains(page, "Undo the last decision")


def test_who_moves_it_second_is_told_who_was_first(client, editor, thread):
    page = client.get(f"{QUEUE}{thread['Bea'].pk}/move/")
    seen = re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]
    Comment.objects.get(name="Bea").move(None, by=make_editor(first_name="Other", last_name="Editor"))

    page = move_by_page(client, thread["Bea"], thread["Eva"], seen=seen)

    assertContains(page, "Already decided by Other Editor")
    assert Comment.objects.get(name="Bea").parent is None
    with pytest.raises(AlreadyDecided):
        thread["Bea"].move(thread["Eva"], by=editor)


def test_a_move_of_long_ago_is_taken_back_from_the_log_unless_its_place_is_none_any_more(client, editor, thread):
    before = tree()
    thread["Bea"].move(thread["Eva"], by=editor)
    thread["Bea"].trash(by=editor)
    move = Decision.objects.get(moved__isnull=False)
    take_back = f"{QUEUE}{thread['Bea'].pk}/take-back/{move.pk}/"
    thread["Ada"].move(thread["Cleo"], by=editor)

    page = client.post(take_back, follow=True)

    assertContains(page, "can&#x27;t be a reply to itself")
    Comment.objects.get(name="Ada").move(None, by=editor)
    page = client.post(take_back, follow=True)

    assertContains(page, "<bdi>Bea</bdi>’s comment is as it was before")
    assert tree() == before
    assert Comment.objects.get(name="Bea").status == "trash"


def test_a_move_does_not_change_what_restore_goes_back_to(editor, thread):
    thread["Bea"].trash(by=editor)
    thread["Bea"].move(thread["Eva"], by=editor)

    thread["Bea"].restore(by=editor)

    assert Comment.objects.get(name="Bea").status == "approved"


def test_a_posts_author_moves_below_their_own_posts_alone(client, thread):
    user, author = make_staff_author()
    own = make_comment(post=make_post(author=author), name="Own")
    reply = make_comment(parent=own, name="Reply")
    client.force_login(user)

    assert client.get(f"{QUEUE}{thread['Bea'].pk}/move/").status_code == 404
    assert client.post(f"{QUEUE}{thread['Bea'].pk}/move/", {"below": "top"}).status_code == 404
    move_by_page(client, reply, "top")

    assert Comment.objects.get(pk=reply.pk).parent is None
    assert Comment.objects.get(name="Bea").parent == thread["Ada"]


def test_looking_at_the_page_moves_nothing_and_a_strangers_post_neither(client, thread):
    before = tree()
    client.post(f"{QUEUE}{thread['Bea'].pk}/move/", {"below": "top"})
    client.force_login(make_editor())
    client.get(f"{QUEUE}{thread['Bea'].pk}/move/?below=top")

    assert tree() == before


def test_an_answer_to_what_was_moved_meanwhile_has_the_root_of_its_new_place(editor, thread):
    stale = Comment.objects.get(name="Cleo")
    thread["Bea"].move(thread["Eva"], by=editor)

    stale.answer("Late.", by=editor)

    assert Comment.objects.get(body="Late.").root == thread["Eva"]


def test_a_long_branch_moves_in_few_queries(editor, thread, django_assert_max_num_queries):
    for _ in range(100):
        make_comment(parent=thread["Cleo"])

    with django_assert_max_num_queries(16):
        thread["Bea"].move(thread["Eva"], by=editor)

    assert Comment.objects.filter(root=thread["Eva"]).count() == 103


def test_the_same_import_again_leaves_it_where_a_moderator_has_put_it(editor, tmp_path):
    answers = [make_wxr_comment(id=1, author="Ada"), make_wxr_comment(id=2, author="Bea", parent=1)]
    answers.append(make_wxr_comment(id=3, author="Cleo", parent=2))
    export = make_export(tmp_path, make_item(inside="".join(answers)))
    import_(export)
    assert tree()["Bea"] == ("Ada", "Ada")
    Comment.objects.get(name="Bea").move(None, by=editor)

    import_(export)

    assert tree() == {"Ada": (None, None), "Bea": (None, None), "Cleo": ("Bea", "Bea")}


def test_the_export_says_where_it_was(client, editor, thread):
    from tests.test_export_json import exported

    thread["Bea"].move(thread["Eva"], by=editor)

    moves = [d["moved"] for post in exported()["posts"] for c in post["comments"] for d in c["decisions"] if d["moved"]]
    assert moves == [{"from": thread["Ada"].pk, "to": thread["Eva"].pk}]


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_that_would_make_a_circle_one_is_refused():
    post, editor = make_post(), make_user()
    for _round in range(5):
        ada, bea = make_comment(post=post), make_comment(post=post)
        refused = []

        def move(comment, parent, refused=refused):
            try:
                Comment.objects.get(pk=comment.pk).move(Comment.objects.get(pk=parent.pk), by=editor)
            except CanNotMove as error:
                refused.append(error)

        if connection.vendor == "postgresql":
            together(move, [(ada, bea), (bea, ada)])
        else:
            # SQLite lets one write at a time; the tests' own, in memory, lets no other connection in at all.
            move(ada, bea)
            move(bea, ada)

        parents = [Comment.objects.get(pk=each.pk).parent_id for each in (ada, bea)]
        assert sorted(map(bool, parents)) == [False, True]
        assert len(refused) == 1


def together(function, calls):
    def run(*args):
        try:
            function(*args)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=args) for args in calls]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
