"""Mails to those who follow a post: the one that asks them whether they want to, and those about new comments.

Comments are announced by an `Announcement`, to one after the other who follows, in steps of a task each: memory stays
flat, and what was told is stored after each mail, so that a worker that is killed goes on where it was.
"""

import time

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from comments import tokens
from comments.mail_parts import COMMENTS, many
from comments.models import Announcement, Comment, Follow, FollowRequest, MailAddress, MailedLink
from comments.models.notification import PAUSE
from comments.plain import as_text
from posts import outbox
from posts.email_addresses import same_address
from posts.mail import compose, one_connection, send
from posts.models import Post

# Mails over one connection to the mail server, and for how long at most: then others have their turn.
STEP, SECONDS = 50, 20
MOST_ASKED = 3  # requests to a confirmed address that are open at a time; of another, one


@task(queue_name=outbox.MAIL)
def ask_to_follow(email, post_pk):
    """Asks the owner of an address that somebody typed whether they want mails about new comments on the post."""
    post = Post.objects.published().filter(pk=post_pk).first()
    address = MailAddress.objects.of(email)
    if not post or (address and address.refused_at) or Follow.objects.filter(post=post, address=address).exists():
        return
    if FollowRequest.objects.lately_to(email).count() >= (MOST_ASKED if address else 1):
        return
    request, token = FollowRequest.make(email, post)
    link = f"{settings.SITE_URL}{reverse('comments:follow-confirm', args=[token])}"
    context = {"post": post, "link": link, "days": MailedLink.DAYS}
    subject = _("Follow the comments on “%(post)s”?") % {"post": post}
    if send(compose(subject, "comments/follow_mail.txt", context, to=email, stop=link), anyone_can_cause=True):
        request.mark_sent()


@task(queue_name=outbox.MAIL)
def begin_to_follow(comment_pk):
    """Has the writer of a comment, who has proven their address, follow its post, as they wished."""
    comment = Comment.objects.filter(pk=comment_pk, follow=True, address__isnull=False).first()
    if comment:
        Follow.objects.begin(comment.post, comment.address)


@task(queue_name=outbox.MAIL)
def announce(comment_pks):
    """Has those told of these comments who follow their posts: at once, or together with others that come."""
    for comment in Comment.objects.approved().filter(pk__in=comment_pks).order_by("submitted_at", "pk"):
        with transaction.atomic():
            announcement, is_new = Announcement.objects.make(comment)
            if is_new:
                at = timezone.now() + PAUSE if announcement.gathered else None
                outbox.put(tell_followers, announcement.pk, at=at)
            elif announcement.begun_at and not announcement.done_at:
                # It was hidden before all had been told.
                outbox.put_unless_queued(tell_followers, announcement.pk)


@task(queue_name=outbox.MAIL)
def tell_followers(announcement_pk):
    """Tells the next of those who follow, and queues itself for those who come after them."""
    announcement = Announcement.objects.select_related("post").filter(pk=announcement_pk, done_at=None).first()
    if not announcement:
        return
    announcement.begin()
    until = time.monotonic() + SECONDS
    follows = announcement.next_follows(STEP)
    with one_connection() as connection:
        for follow in follows:
            if time.monotonic() > until:
                break
            if not (comments := _visible_comments(announcement)):
                return  # goes on where it was, if they are shown again
            try:
                _tell(follow, announcement, comments, connection)
            except (outbox.Refused, RuntimeError, ValueError):
                # The others need not wait for one whose mail the server does not take, or not now.
                outbox.put(tell_follower, announcement.pk, follow.pk)
            announcement.mark_told(follow)
    if follows:
        outbox.put(tell_followers, announcement.pk)
    else:
        announcement.mark_done()


@task(queue_name=outbox.MAIL)
def tell_follower(announcement_pk, follow_pk):
    """Tells one of those who follow, by themselves."""
    announcement = Announcement.objects.select_related("post").filter(pk=announcement_pk).first()
    follow = Follow.objects.filter(pk=follow_pk).select_related("address").first()
    if announcement and follow and follow.address.confirmed_at:
        _tell(follow, announcement, _visible_comments(announcement), None)


def _visible_comments(announcement):
    """Those of its comments that readers see at this moment, the oldest first."""
    shown = Comment.objects.approved().filter(post__in=Post.objects.published().filter(pk=announcement.post_id))
    chosen = shown.filter(pk__in=announcement.announced.values("comment"))
    return list(chosen.select_related("parent", "address").order_by("submitted_at", "pk"))


def _tell(follow, announcement, comments, connection):
    comments = [comment for comment in comments if not _knows(follow.address.address, comment)]
    if not comments:
        return
    stop = f"{settings.SITE_URL}{reverse('comments:follow-stop', args=[tokens.stop_following(follow)])}"
    post = announcement.post
    context = {"post": post, "stop": stop}
    details = {"to": follow.address.address, "stop": stop, "list_name": COMMENTS}
    if len(comments) == 1:
        message = _about_one(comments[0], post, context, details)
    else:
        message = _about_many(comments, post, context, details)
    send(message, connection=connection)


def _about_one(comment, post, context, details):
    context |= {
        "comment": comment,
        "text": as_text(comment.body_html),
        "link": f"{settings.SITE_URL}{comment.get_absolute_url()}",
    }
    above = [f"comment-{pk}" for pk in (comment.root_id, comment.parent_id) if pk]
    details |= {"name": comment.anchor, "answers": list(dict.fromkeys([f"post-{post.pk}", *above]))}
    # The same for all comments on the post: some mail programs make threads of equal subjects alone.
    subject = _("Comments on “%(post)s”") % {"post": post}
    return compose(subject, "comments/followed_mail.txt", context, **details)


def _about_many(comments, post, context, details):
    context |= many(comments, lambda comment: comment.get_absolute_url())
    subject = ngettext("%(n)d new comment on “%(post)s”", "%(n)d new comments on “%(post)s”", len(comments))
    subject %= {"n": len(comments), "post": post}
    return compose(subject, "comments/followed_many_mail.txt", context, answers=[f"post-{post.pk}"], **details)


def _knows(address, comment):
    """Whether the owner of the address has written the comment, or hears of it as an answer to theirs."""
    parent = comment.parent
    own = same_address(comment.email) == address or (comment.address and comment.address.address == address)
    return own or bool(parent and parent.notify and same_address(parent.email) == address)
