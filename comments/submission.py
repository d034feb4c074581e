"""What becomes of a valid comment. Whatever takes time is done before anybody else has to wait for it."""

from dataclasses import replace
from typing import NamedTuple

from django.conf import settings as site_settings
from django.db import router, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import flood, identity
from comments.checks import add_latest, run_slow_checks, status_after
from comments.checks.moderation import publishes_known
from comments.confirming_mails import ask_to_confirm
from comments.follow_mails import begin_to_follow
from comments.mails import may_be_told, tell_author
from comments.models import Comment, DiscussionSettings, RememberedBrowser
from comments.models.queryset import REPEATED_WITHIN, span_of
from posts import generation, outbox
from posts.models import Author, Post
from posts.prepared import Prepared

# What decides whether a post takes a comment, and where the answer leads.
ASKED_OF_POST = ["status", "published_at", "comments_open", "moderation", "permalink"]
# One at a time under a post: of two clicks the second finds what the first one made.
_LOCKED = Prepared(
    lambda pk, at: Post.objects.published(at).select_for_update(no_key=True).filter(pk=pk).values_list(*ASKED_OF_POST)
)
# The post with its author, and no more than a comment below it needs: a page has four times as many columns.
_READ_OF_POST = {"id", "title", "body", "kind", "author_id", *ASKED_OF_POST}
READ_OF_POST = [field.attname for field in Post._meta.concrete_fields if field.attname in _READ_OF_POST]
_POST = Prepared(lambda pk, at: Post.objects.published(at).filter(pk=pk).values_list(*READ_OF_POST, "author__user"))
_SAME_TEXT = Prepared(
    lambda fingerprint, after, until: Comment.objects.of_same_text(fingerprint, (after, until)).values_list("pk")[:1]
)


class Refused(NamedTuple):
    """Why a comment was not stored; one of these is set, or seconds and message together."""

    earlier: Comment | None = None  # the one that it repeats
    seconds: int = 0  # until it may be sent
    message: str = ""  # what its writer is told
    parent_is_gone: bool = False
    post_is_gone: bool = False


def store(comment, context):
    """Stores a comment that the form has made, with the findings of the checks; returns None, or why not: `Refused`."""
    # Nobody else need be asked about whom we send away. Our own checks cost no more than to find that out twice.
    if site_settings.EXTRA_CHECKS and (refused := _judge(comment, context, is_final=False)[0]):
        return refused
    findings = run_slow_checks(comment, context)
    with transaction.atomic():
        # Others wait from here on: on PostgreSQL those who write below the same post, on SQLite whoever writes.
        if not _lock_post(comment):
            return Refused(post_is_gone=True)
        context = _brought_up_to_date(comment, context)
        if refused := _refused_since(comment, context):
            return refused
        refused, crowd = _judge(comment, context, is_final=True)
        if refused:
            return refused
        findings = [*add_latest(findings, comment, context), *crowd.findings]
        comment.status, comment.flood, comment.submitted_at = status_after(findings), crowd.flood, timezone.now()
        if context.user and not comment.address:
            comment.address = identity.prove_own(context.user)
        comment.insert_with_first_decision(findings)
        if comment.address:
            RememberedBrowser.objects.mark_used(context.browser)
        if may_be_told(comment.status, context.discussion):
            outbox.put(tell_author, comment.pk)
        if comment.follow and comment.address:
            outbox.put(begin_to_follow, comment.pk)
        elif _may_have_to_confirm(comment, context.discussion):
            outbox.put(ask_to_confirm, comment.pk)
    return None


def post_of(pk):
    """The public post of that number, with what decides on a comment below it; None if there is none."""
    # SQLite takes no number that is longer than any row's.
    rows = _POST(pk=pk, at=timezone.now()) if pk < 2**63 else []
    for *values, user in rows:
        post = Post.from_db(router.db_for_read(Post), READ_OF_POST, values)
        post.author = Author.from_db(post._state.db, ["id", "user_id"], [post.author_id, user])
        return post
    return None


def refusal(post, discussion, user):
    """Why nobody, or not this visitor, may comment on the post; empty if they may."""
    if closed := discussion.closed_because(post):
        return closed
    if discussion.registration_required and not user:
        return _("Only people who are logged in can comment. Your text is below. Log in, then send it.")
    return ""


def parent_of(post, pk):
    """The comment of that number, if it can be answered on the post; otherwise None."""
    return Comment.objects.approved().filter(post=post, kind=Comment.Kind.COMMENT, pk=pk).first()


def _lock_post(comment):
    """Locks the post, and brings what is asked of it up to date; False where it is not public any more."""
    locked = _LOCKED(pk=comment.post_id, at=timezone.now())
    for row in locked:
        for name, value in zip(ASKED_OF_POST, row, strict=True):
            setattr(comment.post, name, value)
    return bool(locked)


def _brought_up_to_date(comment, context):
    """The context with what the blog has become while the checks took their time."""
    present = generation.read()
    after, until = span_of(REPEATED_WITHIN)
    known = _SAME_TEXT(fingerprint=comment.fingerprint, after=after, until=until)
    return replace(context, present=present, discussion=DiscussionSettings.at(present[0]), text_is_new=not known)


def _may_have_to_confirm(comment, discussion):
    """Whether it can be of use to the comment's writer to confirm the address that they typed, by what they know
    themselves. The task finds out the rest: the answer, and its time, tell nobody whose addresses are known here."""
    if not comment.email or comment.address:
        return False
    # To its sender spam is to look, and to last, as what waits does.
    waits = comment.status != Comment.Status.APPROVED and publishes_known(comment.post, discussion)
    return comment.notify or comment.follow or bool(not comment.user_id and (comment.browser or waits))


def _refused_since(comment, context):
    """Why the comment can't be stored after all, since something changed while the checks took their time; or None."""
    if message := refusal(comment.post, context.discussion, context.user):
        return Refused(message=message)
    if comment.parent_id and not parent_of(comment.post, comment.parent_id):
        return Refused(parent_is_gone=True)
    return None


def _judge(comment, context, *, is_final):
    """(None or why the comment is refused for what came before it, the `flood.Answer` to it)"""
    if not context.text_is_new and (earlier := Comment.objects.repeated_by(comment)):
        return Refused(earlier=earlier), None
    crowd = flood.judge(comment, context, is_final=is_final)
    if not crowd.seconds:
        return None, crowd
    # Of two clicks at once, the other may have been stored since it was looked for: then it is no second comment.
    if earlier := Comment.objects.repeated_by(comment):
        return Refused(earlier=earlier), None
    return Refused(seconds=crowd.seconds, message=crowd.refusal), crowd
