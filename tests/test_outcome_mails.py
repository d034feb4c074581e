"""A commenter who asked for it hears by mail what becomes of their comment: once, the truth, and nobody else's."""

import pytest
from pytest_django.asserts import assertContains

from comments.checks import Finding, Verdict
from comments.models import Comment, MailAddress, Rule
from tests.factories import make_comment, make_editor, make_post
from tests.test_desk import change
from tests.test_waiting_edits import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(admin_client, discussion):
    discussion(moderation="all", notify_on="none")

    def press(comment, *verbs, **fields):
        for verb in verbs:
            data = {"action": verb, "_selected_action": [comment.pk], **fields}
            assert admin_client.post("/admin/comments/comment/", data).status_code == 302

    return press


def held(*, email="bo@example.org", proven=True, findings=(), **fields):
    address = MailAddress.objects.prove(email) if proven else None
    fields = {"status": "pending", "notify": True, **fields}
    return make_comment(email=email, address=address, findings=findings, **fields)


def test_who_waited_hears_that_the_comment_is_published_once_however_often_it_is(decide, mailoutbox, settings):
    settings.SITE_URL = "https://blog.example"
    comment = held(post=make_post(title="Drains"))

    decide(comment, "approve", "hold", "approve")

    (mail,) = mailoutbox
    assert mail.to == ["bo@example.org"]
    assert mail.subject == "[Right of Reply] Your comment on “Drains” is published"
    assert f"https://blog.example{comment.get_absolute_url()}" in mail.body


def test_who_is_answered_in_the_same_moment_hears_first_that_theirs_is_published(mailoutbox):
    held(post=make_post(title="Drains")).answer("It is yours.", by=make_editor())

    subjects = ["[Right of Reply] Your comment on “Drains” is published", "[Right of Reply] Comments on “Drains”"]
    assert [mail.subject for mail in mailoutbox] == subjects


def test_of_many_approved_at_once_each_hears_first_that_theirs_is_published(admin_client, decide, mailoutbox):
    parents = [held(post=make_post(title="Drains"), email=f"r{number}@example.org") for number in range(2)]
    replies = [make_comment(parent=parent, email="z@example.org", status="pending") for parent in parents]

    chosen = [comment.pk for comment in [*replies, *parents]]
    admin_client.post("/admin/comments/comment/", {"action": "approve", "_selected_action": chosen})

    for number in range(2):
        said = [mail.subject for mail in mailoutbox if mail.to == [f"r{number}@example.org"]]
        assert ["is published" in subject for subject in said] == [True, False]


def test_who_was_public_from_the_first_moment_hears_that_it_is_no_longer(decide, mailoutbox):
    comment = held(status="approved", post=make_post(title="Drains"))

    decide(comment, "trash")

    (mail,) = mailoutbox
    assert mail.subject == "[Right of Reply] Your comment on “Drains” is no longer published"
    assert "A moderator has removed your comment on “Drains”. Readers no longer see it." in mail.body


def changed(**fields):
    """A public comment whose writer wants another text, that waits."""
    comment = held(status="approved", body="The old text.", **fields)
    found = [Finding("links", Verdict.HOLD, "More than 2 links", "it has many links")]
    comment.rewrite("The *new* text.", findings=found, is_held=True, seen=comment.last_decision.pk)
    return comment


def test_who_changed_a_comment_hears_that_the_change_is_published(admin_client, decide, mailoutbox):
    comment = changed()

    press(admin_client, comment, "accept")

    (mail,) = mailoutbox
    assert (mail.to, "change to your comment" in mail.subject) == (["bo@example.org"], True)
    assert "The new text is published." in mail.body


def test_who_is_refused_a_change_hears_it_once_with_the_rule_and_has_the_words_back(admin_client, decide, mailoutbox):
    comment = changed()
    rule = Rule.objects.create(number=3, title="Stay on the subject")
    for _time in range(2):
        press(admin_client, comment, "refuse", rule=rule.pk, reason="A secret note", body="")
        refusal = Comment.objects.get().last_decision
        assert (refusal.rule, refusal.reason) == (rule, "A secret note")
        len(mailoutbox)
        admin_client.post(f"/admin/comments/comment/{comment.pk}/take-back/{refusal.pk}/")

    (mail,) = mailoutbox
    assert "was not published" in mail.subject
    assert "rule 3: Stay on the subject" in mail.body
    assert "> The *new* text." in mail.body
    assert "A secret note" not in mail.body + mail.alternatives[0].content


@pytest.mark.parametrize("fields", [{"notify": False}, {"proven": False}], ids=["did not ask", "only typed it"])
def test_nobody_else_hears_of_a_change(admin_client, decide, mailoutbox, fields):
    press(admin_client, changed(**fields), "refuse")

    assert not len(mailoutbox)


def test_who_is_refused_hears_by_which_rule_has_the_words_back_and_a_way_to_ask_again(
    admin_client, client, decide, mailoutbox
):
    comment = held(body="My *own* words.")
    rule = Rule.objects.create(number=3, title="Stay on the subject", text="The post is what it is about.")

    change(admin_client, comment, decide="trash", rule=rule.pk, reason="A secret note")

    (mail,) = mailoutbox
    assert "was not published" in mail.subject
    assert "rule 3: Stay on the subject" in mail.body
    assert "The post is what it is about." in mail.body
    assert "My own words." in mail.body
    assert "A secret note" not in mail.body + mail.alternatives[0].content
    (link,) = [line for line in mail.body.splitlines() if "awaiting=" in line]
    assertContains(client.get(link.removeprefix("http://127.0.0.1:8000").partition("#")[0]), "not published")


def test_who_asked_for_a_second_look_hears_what_came_of_it(decide, mailoutbox):
    comment = held()
    decide(comment, "trash")
    assert len(mailoutbox) == 1
    comment.refresh_from_db()
    comment.ask_again("Please read it again.")

    decide(comment, "trash")

    assert ["was not published" in mail.subject for mail in mailoutbox] == [True, True]
    assert ["second look" in mail.body for mail in mailoutbox] == [True, False]


def test_what_was_published_and_is_removed_is_told_as_that(decide, mailoutbox):
    comment = held()
    decide(comment, "approve")
    assert len(mailoutbox) == 1

    decide(comment, "trash")

    assert "is no longer published" in mailoutbox[1].subject
    assert "has removed your comment" in mailoutbox[1].body


@pytest.mark.parametrize(
    "fields",
    [{"notify": False}, {"proven": False}, {"status": "approved"}],
    ids=["did not ask", "only typed the address", "was published at once"],
)
def test_nobody_else_hears_of_it(decide, mailoutbox, fields):
    comment = held(**fields)

    decide(comment, "hold", "approve")

    assert not len(mailoutbox)


def test_what_the_checks_take_for_spam_is_told_to_nobody(discussion, send, mailoutbox):
    discussion(moderation="none", notify_on="none", block_words="casino")
    MailAddress.objects.prove("bo@example.org")

    send(make_post(), body="A casino for you.", notify="on")

    assert not [mail for mail in mailoutbox if "Please confirm" not in mail.subject]


def test_mail_that_its_owner_refused_is_not_sent(decide, mailoutbox):
    comment = held()
    MailAddress.objects.answer("bo@example.org", wanted=False)

    decide(comment, "approve")

    assert not len(mailoutbox)
