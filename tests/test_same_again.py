"""The same words again: by whom, in answer to whom, and when they are a repetition, and when they are meant."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post, make_user
from tests.test_many_writers import database  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


def number_in(answer):
    return int(re.search(r"#comment-(\d+)$", answer["Location"])[1])


def make_earlier(**passed):
    """All comments came so long ago."""
    Comment.objects.update(submitted_at=timezone.now() - timedelta(**passed))


def test_the_same_words_to_two_people_are_two_comments(discussion, send):
    discussion(moderation="none")
    post = make_post()
    ruth, carl = make_comment(post=post, name="Ruth"), make_comment(post=post, name="Carl")

    answers = [send(post, body="Thank you!", parent=parent) for parent in (ruth.pk, carl.pk, "")]

    thanks = Comment.objects.filter(body="Thank you!").order_by("pk")
    assert [answer.status_code for answer in answers] == [303] * 3
    assert [number_in(answer) for answer in answers] == [comment.pk for comment in thanks]
    assert [comment.parent for comment in thanks] == [ruth, carl, None]


def test_the_same_words_to_two_people_within_the_flood_limit_come_back_in_the_form(discussion, send):
    discussion(moderation="none", flood_seconds=15)
    post = make_post()
    ruth, carl = make_comment(post=post), make_comment(post=post, name="Carl", email="carl@example.org")
    make_earlier(minutes=1)
    send(post, body="Thank you!", parent=ruth.pk)

    answer = send(post, body="Thank you!", parent=carl.pk)

    assert answer.status_code == 429
    assert "Thank you!</textarea>" in answer.content.decode()
    assert f'name="parent" value="{carl.pk}"' in answer.content.decode()


def test_the_same_words_again_in_answer_to_the_same_comment_are_refused_for_a_day(discussion, send):
    discussion(moderation="none")
    post = make_post()
    ruth = make_comment(post=post)
    send(post, body="Thank you!", parent=ruth.pk)

    make_earlier(hours=23)
    within_a_day = send(post, body="Thank you!", parent=ruth.pk)
    make_earlier(hours=25)
    a_day_later = send(post, body="Thank you!", parent=ruth.pk)

    assert (within_a_day.status_code, a_day_later.status_code) == (409, 303)
    assert Comment.objects.filter(body="Thank you!").count() == 2


@pytest.mark.parametrize("verb", ["trash", "spam"])
@pytest.mark.parametrize("passed", [{"seconds": 2}, {"minutes": 5}])
def test_what_somebody_refused_may_be_sent_again(discussion, send, verb, passed):
    discussion(moderation="all")
    post = make_post()
    send(post, body="Thank you!")
    getattr(Comment.objects.get(), verb)(by=make_editor())
    make_earlier(**passed)

    answer = send(post, body="Thank you!")

    assert answer.status_code == 303
    assert number_in(answer) == Comment.objects.get(status="pending").pk


def test_what_was_deleted_for_ever_may_be_sent_again(discussion, send):
    discussion(moderation="all")
    post = make_post()
    send(post, body="Thank you!")
    Comment.objects.get().trash(by=make_editor())
    Comment.objects.get().erase(by=make_editor())

    assert send(post, body="Thank you!").status_code == 303
    assert Comment.objects.in_moderation().count() == 1


def test_what_came_out_of_the_trash_again_is_there(discussion, send):
    discussion(moderation="all")
    post, editor = make_post(), make_editor()
    send(post, body="Thank you!")
    Comment.objects.get().trash(by=editor)
    Comment.objects.get().restore(by=editor)
    make_earlier(minutes=5)

    assert send(post, body="Thank you!").status_code == 409


@pytest.mark.parametrize("passed", [{"seconds": 2}, {"minutes": 5}])
def test_another_person_behind_the_same_address_says_the_same(discussion, send, passed):
    discussion(moderation="none")
    post = make_post()
    send(post, body="Well said.")
    make_earlier(**passed)

    answers = [
        send(post, body="Well said.", name="Cy"),
        send(post, body="Well said.", email="cy@example.org"),
        send(post, body="Well said.", name="Cy", email="cy@example.org"),
    ]

    assert [answer.status_code for answer in answers] == [303] * 3
    assert Comment.objects.count() == 4


@pytest.mark.parametrize("passed", [{"seconds": 2}, {"minutes": 5}])
@pytest.mark.parametrize("kept", [["email"], ["name"], ["name", "email"]])
def test_a_typed_name_and_address_from_elsewhere_are_nobody(client, discussion, kept, passed):
    discussion(moderation="all")
    post = make_post()
    ruth = {"name": "Pseudonym", "email": "ruth@example.org", "body": "I saw it happen."}
    client.post(f"/comments/on/{post.pk}/", ruth)
    make_earlier(**passed)
    guess = {"name": "Cy", "email": "cy@example.org"} | {field: ruth[field] for field in kept}

    answer = client.post(f"/comments/on/{post.pk}/", guess | {"body": "I saw it happen."}, **ELSEWHERE)

    assert answer.status_code == 303
    assert number_in(answer) == Comment.objects.latest("pk").pk
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("It is schon gut.", "It is schön gut."),
        ("El ano pasado", "El año pasado"),
        ("2*3 = 6", "23 = 6"),
        ("It is in C:\\temp.", "It is in C:temp."),
        ("**No*, thank you.", "**No**, thank you."),
        ("> Nobody came. I did.", "> Nobody came.\nI did."),
        ("Roses are red, violets are blue", "Roses are red,\nviolets are blue"),
        ("قلم", "قَلَم"),
    ],
)
def test_a_correction_right_afterwards_is_not_the_same_text(discussion, send, first, then):
    discussion(moderation="none")
    post = make_post()
    send(post, body=first)

    answer = send(post, body=then)

    assert answer.status_code == 303
    assert Comment.objects.get(pk=number_in(answer)).body == then


@pytest.mark.parametrize(
    "again", ["Well  said.\nThank you.", " Well said. \n\n\nThank you.\n", "Well said.\r\nThank you."]
)
def test_white_space_that_is_not_shown_makes_no_other_text(discussion, send, again):
    discussion(moderation="none")
    post = make_post()
    send(post, body="Well said.\nThank you.")
    make_earlier(minutes=5)

    assert send(post, body=again).status_code == 409


def test_one_account_is_one_writer_wherever_it_is(client, discussion):
    discussion(moderation="none")
    post = make_post()
    client.force_login(make_user())
    client.post(f"/comments/on/{post.pk}/", {"body": "Well said."})
    make_earlier(minutes=5)

    assert client.post(f"/comments/on/{post.pk}/", {"body": "Well said."}, **ELSEWHERE).status_code == 409


def test_one_remembered_browser_is_one_writer_whatever_it_types(discussion, send):
    discussion(moderation="none")
    post = make_post()
    send(post, body="Well said.", remember="on")
    make_earlier(minutes=5)

    answer = send(post, body="Well said.", name="Cy", email="cy@example.org")

    assert answer.status_code == 409


def test_a_moderator_thanks_each_of_them(client, discussion, editor):
    discussion(moderation="all", flood_seconds=15)
    post = make_post()
    parents = [make_comment(post=post).pk for _ in range(3)]

    answers = [client.post(f"/comments/on/{post.pk}/", {"body": "Thank you!", "parent": pk}) for pk in parents]

    assert [answer.status_code for answer in answers] == [303] * 3
    assert sorted(Comment.objects.filter(body="Thank you!").values_list("parent", flat=True)) == parents


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_clicks_at_once_one_makes_the_comment_and_both_lead_to_it(database, discussion, attempt):  # noqa: F811
    discussion(moderation="none", flood_seconds=15)
    post = make_post()

    answers = at_once(database, post, [{"parent": ""}, {"parent": ""}])

    assert [answer.status_code for answer in answers] == [303, 303]
    assert {number_in(answer) for answer in answers} == {Comment.objects.get().pk}


@pytest.mark.parametrize("attempt", range(3))
def test_two_answers_at_once_with_the_same_words_are_both_kept(database, discussion, attempt):  # noqa: F811
    discussion(moderation="none")
    post = make_post()
    ruth, carl = make_comment(post=post), make_comment(post=post)

    answers = at_once(database, post, [{"parent": ruth.pk}, {"parent": carl.pk}])

    thanks = Comment.objects.filter(body="Thank you!")
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {number_in(answer) for answer in answers} == {comment.pk for comment in thanks}
    assert {comment.parent for comment in thanks} == {ruth, carl}


def at_once(copied, post, forms):
    def send_one(form):
        connections["default"] = copied.copy()
        try:
            typed = {"name": "Bo", "email": "bo@example.org", "body": "Thank you!"}
            return Client().post(f"/comments/on/{post.pk}/", typed | form)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(forms)) as people:
        return list(people.map(send_one, forms))
