"""Each database constraint bites, also where no `save()` of ours is asked; and the log stays as it was written."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils import timezone

from blog_site.models import Export, Import
from comments.models import (
    AskingMail,
    Batch,
    CheckHit,
    ClaimedName,
    Comment,
    Decision,
    DiscussionSettings,
    Follow,
    MailAddress,
    Note,
    Notification,
    RememberedBrowser,
    Rule,
    SpamModel,
    WaitingEdit,
)
from posts.models import (
    Attachment,
    Author,
    Autosave,
    Blog,
    Category,
    MailCount,
    Mailing,
    MailServer,
    MenuItem,
    Notice,
    OldPath,
    Picture,
    Post,
    Subscriber,
    SubscriptionRequest,
    Tag,
    Undeliverable,
)
from tests.factories import LONG_AGO, make_author, make_comment, make_editor, make_post, make_subscriber, make_user

pytestmark = pytest.mark.django_db


# SQLite names the columns of a unique constraint, not the constraint.
IN_SQLITE = {
    "autosave_key_is_once_in_an_account": r"posts_autosave\.account_id, posts_autosave\.key$",
    "rule_is_current_once": r"comments_rule\.number$",
    "asking_mail_is_the_days_only_one": r"comments_askingmail\.mailbox, comments_askingmail\.day, ",
    "claimed_name_is_claimed_once_by_one": r"comments_claimedname\.key, comments_claimedname\.address_id$",
    "notice_once_to_an_account": r"comments_notice\.comment_id, comments_notice\.account_id, comments_notice\.asked$",
    "follow_is_once_of_a_post": r"comments_follow\.post_id, comments_follow\.address_id$",
    "mail_count_is_one_an_hour": r"posts_mailcount\.mailbox, posts_mailcount\.hour$",
    "notice_once_of_an_answer": r"comments_notice\.comment_id$",
    "subscription_mail_is_the_days_only_one": r"posts_subscriptionrequest\.mailbox, posts_subscriptionrequest\.day, ",
    "check_hit_is_made_once": r"comments_checkhit\.comment_id, comments_checkhit\.check_name",
    "rule_version_is_unique": r"comments_rule\.number, comments_rule\.version",
}


def refuses(name):
    """The database refuses, by the constraint of this name."""
    return pytest.raises(IntegrityError, match=f"{name}|{IN_SQLITE.get(name, name)}")


def to_post(**fields):
    make_post()
    Post.objects.update(**fields)


def to_comment(**fields):
    make_comment()
    Comment.objects.update(**fields)


def to_reply(**fields):
    reply = make_comment(parent=make_comment())
    Comment.objects.filter(pk=reply.pk).update(**fields)


def notifications(account):
    comment = make_comment()
    Notification.objects.bulk_create([Notification(comment=comment, account=account, gathered=False) for _ in range(2)])


def to_itself(column):
    comment = make_comment(parent=make_comment())
    Comment.objects.filter(pk=comment.pk).update(**{column: comment.pk})


def decision(**fields):
    Decision.objects.bulk_create([Decision(comment=make_comment(), **fields)])


def picture(**fields):
    # Without a file: Django would open and measure it.
    Picture.objects.bulk_create([Picture(**fields)])


def settings_row(**fields):
    DiscussionSettings.load()
    DiscussionSettings.objects.update(**fields)


def page_below_a_page(**fields):
    below = make_post(kind="page", parent=make_post(kind="page"))
    Post.objects.filter(pk=below.pk).update(**fields)


def check_hits(*names):
    comment = make_comment()
    CheckHit.objects.bulk_create(CheckHit(comment=comment, check_name=name) for name in names)


def rules(*rows):
    Rule.objects.bulk_create(rows)


def asking_mails(*numbers):
    now = timezone.now()
    for number in numbers:
        AskingMail.objects.create(comment=make_comment(), mailbox="x", day=now.date(), number=number, asked_at=now)


def claims():
    for _again in range(2):
        ClaimedName.objects.create(name="Bo", key="k", address=MailAddress.objects.prove("bo@example.org"))


def subscriber(**fields):
    make_subscriber()
    Subscriber.objects.update(**fields)


def subscription_requests(*numbers, **fields):
    for number in numbers:
        SubscriptionRequest.objects.create(email="bo@example.org", day=date(2026, 5, 4), number=number, **fields)


def nameless_browser():
    RememberedBrowser.objects.create(name="", address=MailAddress.objects.prove("bo@example.org"))


def follows():
    post, address = make_post(), MailAddress.objects.prove("bo@example.org")
    Follow.objects.bulk_create([Follow(post=post, address=address) for _ in range(2)])


def mail_counts():
    for _again in range(2):
        MailCount.objects.create(mailbox="x", hour=LONG_AGO, number=1)


def autosaves():
    account = make_editor()
    for _again in range(2):
        Autosave.objects.create(account=account, key="a" * 32, fields={})


BITES = [
    ("post_status_is_known", lambda: to_post(status="public")),
    ("post_status_before_trash_is_known", lambda: to_post(status_before_trash="gone")),
    ("post_status_is_known", lambda: to_post(status="")),
    ("post_kind_is_known", lambda: to_post(kind="note")),
    ("post_moderation_is_known", lambda: to_post(moderation="none")),
    ("post_body_format_is_known", lambda: to_post(body_format="rst")),
    ("post_published_has_time_and_permalink", lambda: to_post(published_at=None)),
    ("post_published_has_time_and_permalink", lambda: to_post(permalink=None)),
    ("post_below_another_is_a_page", lambda: page_below_a_page(kind="post")),
    ("post_is_not_below_itself", lambda: page_below_a_page(parent=F("id"))),
    ("import_state_is_known", lambda: Import.objects.create(state="begun")),
    ("import_kind_is_known", lambda: Import.objects.create(kind="ghost")),
    ("export_state_is_known", lambda: Export.objects.create(state="begun")),
    ("export_kind_is_known", lambda: Export.objects.create(kind="ghost", personal=True)),
    ("export_as_json_has_personal_data", lambda: Export.objects.create(kind="json")),
    ("imported_row_kind_is_known", lambda: Import.objects.create().rows.create(kind="menu", row=1)),
    ("blog_is_one_row", lambda: Blog.objects.bulk_create([Blog(pk=2)])),
    ("blog_lists_a_few_posts_a_page", lambda: Blog.objects.bulk_create([Blog(pk=1, posts_per_page=10_000)])),
    ("menu_item_leads_to_one_thing", lambda: MenuItem.objects.create(label="Nowhere")),
    ("menu_item_leads_to_one_thing", lambda: MenuItem.objects.create(address="/a/")),
    ("menu_item_leads_to_one_thing", lambda: MenuItem.objects.create(address="/a/", label="A", page=make_post())),
    ("notice_place_is_known", lambda: Notice.objects.create(text="A", place="sky")),
    ("notice_position_is_known", lambda: Notice.objects.create(text="A", position="sky")),
    (
        "notice_ends_after_it_starts",
        lambda: Notice.objects.create(text="A", starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 3)),
    ),
    ("notice_link_has_words", lambda: Notice.objects.create(text="A", address="/a/")),
    ("blog_logo_place_is_known", lambda: Blog.objects.bulk_create([Blog(pk=1, logo_place="below")])),
    ("old_path_leads_to_one_thing", lambda: OldPath.objects.create(path="/a/")),
    ("old_path_leads_to_one_thing", lambda: OldPath.objects.create(path="/a/", post=make_post(), author=make_author())),
    ("picture_decorative_has_no_alt_text", lambda: picture(alt="A bucket", decorative=True)),
    ("attachment_is_a_picture_or_a_file", lambda: Attachment.objects.bulk_create([Attachment(address="a", path="a")])),
    ("comment_status_is_known", lambda: to_comment(status="published")),
    ("comment_status_is_known", lambda: to_comment(status="")),
    ("comment_kind_is_known", lambda: to_comment(kind="webmention")),
    ("comment_reply_has_a_root", lambda: to_reply(root=None)),
    ("comment_reply_has_a_root", lambda: to_reply(parent=None)),
    ("comment_does_not_answer_itself", lambda: to_itself("parent")),
    ("comment_does_not_answer_itself", lambda: to_itself("root")),
    ("check_hit_is_made_once", lambda: check_hits("links", "links")),
    ("autosave_key_is_once_in_an_account", autosaves),
    ("note_says_something", lambda: Note.objects.create(comment=make_comment(), author=make_editor(), text="")),
    ("batch_state_is_known", lambda: Batch.objects.create(verb="approve", by=make_editor(), state="lost")),
    ("rule_is_current_once", lambda: rules(Rule(number=1, version=1), Rule(number=1, version=2))),
    ("rule_version_is_unique", lambda: rules(Rule(number=1), Rule(number=1, retired_at=timezone.now()))),
    (
        "spam_model_is_one_row",
        lambda: SpamModel.objects.create(pk=2, state=b"", lessons=0, learned_through=0, learned_at=timezone.now()),
    ),
    ("decision_statuses_are_known", lambda: decision(from_status="pending", to_status="gone")),
    ("decision_statuses_are_known", lambda: decision(from_status="new", to_status="approved")),
    ("decision_statuses_are_known", lambda: decision(from_status="pending", to_status="")),
    ("decision_says_something", lambda: decision(from_status="spam", to_status="spam")),
    ("decision_asks_for_what_is_known", lambda: decision(to_status="spam", asked="more")),
    ("decision_by_writer_has_no_account", lambda: decision(to_status="spam", by_writer=True, actor=make_editor())),
    ("waiting_edit_says_something", lambda: WaitingEdit.objects.create(comment=make_comment(), body="")),
    ("discussion_settings_are_one_row", lambda: DiscussionSettings.objects.bulk_create([DiscussionSettings(pk=2)])),
    ("discussion_shows_something", lambda: settings_row(max_depth=0)),
    ("discussion_shows_something", lambda: settings_row(per_page=0)),
    ("mail_address_is_confirmed_or_refused", lambda: MailAddress.objects.create(address="x@example.org")),
    ("claimed_name_is_claimed_once_by_one", claims),
    ("remembered_browser_has_a_name", nameless_browser),
    ("notice_once_to_an_account", lambda: notifications(make_editor())),
    ("notice_once_of_an_answer", lambda: notifications(None)),
    ("asking_mail_is_the_days_only_one", lambda: asking_mails(1, 1)),
    ("asking_mails_are_few", lambda: asking_mails(4)),
    ("asking_mails_are_few", lambda: asking_mails(0)),
    ("follow_is_once_of_a_post", follows),
    ("mail_server_is_one_row", lambda: MailServer.objects.create(pk=2)),
    ("mail_count_is_one_an_hour", mail_counts),
    ("subscriber_frequency_is_known", lambda: subscriber(frequency="hourly")),
    ("subscriber_came_by_is_known", lambda: subscriber(came_by="guess")),
    ("subscriber_stopped_at_iff_stopped_by", lambda: subscriber(stopped_by="reader")),
    ("subscriber_stopped_at_iff_stopped_by", lambda: subscriber(stopped_at=LONG_AGO)),
    ("subscription_request_frequency_is_known", lambda: subscription_requests(1, frequency="hourly")),
    ("subscription_mails_are_few", lambda: subscription_requests(4)),
    ("subscription_mail_is_the_days_only_one", lambda: subscription_requests(1, 1)),
    ("mailing_is_of_a_post_or_a_week", lambda: Mailing.objects.create()),
    ("mailing_is_of_a_post_or_a_week", lambda: Mailing.objects.create(post=make_post(), week=date(2026, 5, 4))),
    ("undeliverable_kind_is_known", lambda: Undeliverable.objects.create(token="x", kind="mood")),
]


@pytest.mark.parametrize(("name", "act"), BITES, ids=[f"{name}-{number}" for number, (name, _) in enumerate(BITES)])
def test_the_database_refuses_what_can_not_be(name, act):
    with refuses(name), transaction.atomic():
        act()


def test_every_constraint_has_a_test_that_bites():
    named = {
        constraint.name
        for label in ("posts", "comments", "blog_site")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint | models.UniqueConstraint)
    }

    assert named == {name for name, _act in BITES}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Tag.objects.bulk_create([Tag(name="A", slug="same"), Tag(name="B", slug="same")]),
        lambda: Category.objects.bulk_create(
            [Category(name="A", slug="a", path="same"), Category(name="B", slug="b", path="same")]
        ),
        lambda: Author.objects.bulk_create([Author(name="A", slug="same"), Author(name="B", slug="same")]),
        lambda: OldPath.objects.bulk_create([OldPath(path="/same/", post=make_post()) for _ in range(2)]),
        lambda: [make_post(), make_post()] and Post.objects.update(permalink="/same/"),
        lambda: [make_author(), make_author()] and Author.objects.update(user=make_user()),
    ],
    ids=["tag", "category", "author", "old path", "permalink", "account"],
)
def test_no_two_rows_share_an_address_or_an_account(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


@pytest.mark.parametrize("column", ["post_id", "parent_id", "root_id", "user_id"])
def test_a_comment_points_to_rows_that_exist(column):
    comment = make_comment(parent=make_comment())
    Comment.objects.filter(pk=comment.pk).update(**{column: 999_999})

    # The database looks at the end of the transaction, or when it is told to.
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()

    Comment.objects.filter(pk=comment.pk).update(**{column: getattr(comment, column)})


@pytest.mark.parametrize(
    "remove",
    [
        lambda reply: reply.parent.delete(),
        lambda reply: reply.post.delete(),
        lambda reply: reply.delete(),
        lambda reply: reply.post.author.delete(),
        lambda reply: reply.decisions.latest("pk").actor.delete(),
    ],
    ids=["parent", "post", "comment with a log", "author", "who decided"],
)
def test_what_others_stand_on_can_not_be_deleted(remove):
    reply = make_comment(parent=make_comment(), status="pending")
    reply.approve(by=make_editor())

    with pytest.raises(models.ProtectedError):
        remove(reply)

    assert Comment.objects.count() == 2
    assert Decision.objects.count() == 3


def test_the_one_row_stays_the_one_row_however_often_it_is_saved():
    Blog(title="A").save()
    Blog(title="B").save()
    DiscussionSettings(max_links=1).save()
    DiscussionSettings(max_links=2).save()

    assert Blog.objects.get().title == "B"
    assert DiscussionSettings.objects.get().max_links == 2


# --- What the models themselves refuse


def test_a_decision_can_not_be_changed():
    make_comment()
    decision = Decision.objects.get()
    decision.reason = "Another one."

    with pytest.raises(TypeError, match="never changed"):
        decision.save()

    assert Decision.objects.get().reason == ""


def test_a_decision_can_not_be_written_over_under_its_number():
    comment = make_comment()
    written = Decision.objects.get()

    with pytest.raises((TypeError, IntegrityError)), transaction.atomic():
        Decision(pk=written.pk, comment=comment, from_status="approved", to_status="spam").save()

    assert Decision.objects.get().to_status == "approved"


def test_a_decision_can_not_be_deleted():
    make_comment()

    with pytest.raises(TypeError, match="never shortened"):
        Decision.objects.get().delete()

    assert Decision.objects.count() == 1


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_saving_a_comment_refuses_another_status(status):
    comment = make_comment()
    comment.status = status

    with pytest.raises(ValueError, match="changed by approve"):
        comment.save()

    assert Comment.objects.get().status == "approved"


def test_saving_a_comment_fetched_in_part_refuses_another_status_too():
    comment = Comment.objects.only("pk", "name").get(pk=make_comment().pk)
    comment.status = "spam"

    with pytest.raises(ValueError, match="changed by approve"):
        comment.save()

    assert Comment.objects.get().status == "approved"


def test_a_comment_can_not_be_written_over_under_its_number():
    written = make_comment(status="spam")

    with pytest.raises((ValueError, IntegrityError)), transaction.atomic():
        Comment(pk=written.pk, post=written.post, body="x", status="approved", submitted_at=timezone.now()).save()

    assert Comment.objects.get().status == "spam"


def test_saving_a_comment_changes_its_other_fields():
    comment = Comment.objects.get(pk=make_comment().pk)
    comment.name = "Bo Renamed"

    comment.save()

    assert Comment.objects.get().name == "Bo Renamed"
    assert Decision.objects.count() == 1


def test_a_published_post_has_a_time_and_a_permalink_without_asking():
    post = Post.objects.create(title="Now", status="published", author=make_author())

    assert post.published_at >= LONG_AGO
    assert post.permalink.endswith("/now/")
