"""A mailing on its way: a task takes a part of the subscribers, notes after each mail how far it has come, and queues
itself again. Memory and the queue stay as they are, however many there are, and other mails go between the parts.

The one case in which a mail goes out twice: the process ends after the mail server has taken it, and before that is
noted.
"""

import logging
import smtplib
import time
from contextlib import contextmanager
from functools import cached_property

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import ngettext
from django_tasks import task

from posts import outbox
from posts.models import Blog, Frequency, Mailing, Post, Subscriber

from .content import letter_of
from .mails import send_to_subscriber

logger = logging.getLogger(__name__)

# That one part takes, and others have to wait for: less than the worker waits when it is asked to stop, since a mail
# that is cut off might be sent twice.
MOST_SECONDS = 8
READ_AT_A_TIME = 50  # subscribers
MOST_IN_A_ROW = 3  # mails that the server puts off before it is left alone for a while
MOST_IN_A_WEEK = 30  # posts of which a week's mail tells


@task(queue_name=outbox.MAIL, priority=outbox.LATER)
def send_mailing(mailing_pk):
    """Sends a part of a mailing, and queues the rest."""
    mailing = Mailing.objects.under_way().select_related("post__author", "post__picture").filter(pk=mailing_pk).first()
    if not mailing:
        return
    mails = mails_of(mailing)
    # Of a post that was taken back the rest is sent if it comes again.
    if not mails or not Blog.load().posts_by_mail:
        return
    if mails.are_any and _send_some(mails, until=time.monotonic() + MOST_SECONDS):
        outbox.put(send_mailing, mailing_pk)
    else:
        mailing.end()


@task(queue_name=outbox.MAIL, priority=outbox.LATER)
def send_one(mailing_pk, subscriber_pk):
    """Sends one mail of a mailing that the mail server has put off."""
    mailing = Mailing.objects.select_related("post__author", "post__picture").filter(pk=mailing_pk).first()
    mails = mailing and mails_of(mailing)
    subscriber = mails and mails.subscribers.filter(pk=subscriber_pk).first()
    if subscriber and mails.send(subscriber, None):
        mailing.count_one_more()


def mails_of(mailing):
    """What sends each of the mails, or None where nothing is to be sent (any more)."""
    if mailing.week:
        return OfWeek(mailing)
    post = mailing.post
    return OfPost(mailing) if post.is_public and post.mail_to_subscribers else None


def _send_some(mails, *, until):
    """Sends until the time has come; returns whether there may be more to send."""
    mailing, in_a_row = mails.mailing, 0
    with _connection() as connection:
        while some := list(mails.subscribers.filter(pk__gt=mailing.reached).order_by("pk")[:READ_AT_A_TIME]):
            for subscriber in some:
                if time.monotonic() > until:
                    return True
                try:
                    is_sent, in_a_row = mails.send(subscriber, connection), 0
                except outbox.Refused as error:
                    logger.warning("A mail of %s was refused for good: %s", mailing, error)
                    is_sent = False
                except outbox.Unreachable:
                    raise
                except RuntimeError:
                    # This address may have to wait where others need not.
                    in_a_row += 1
                    if in_a_row >= MOST_IN_A_ROW:
                        raise
                    outbox.put(send_one, mailing.pk, subscriber.pk)
                    is_sent = False
                mailing.move_to(subscriber, sent=is_sent)
    return False


@contextmanager
def _connection():
    """One connection to the mail server for many mails."""
    connection = get_connection()
    try:
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise outbox.Unreachable(f"the mail server can't be reached: {error!r}") from None
        yield connection
    finally:
        connection.close()


class OfPost:
    """The mails of a post."""

    def __init__(self, mailing):
        self.mailing = mailing
        self.subscribers = Subscriber.objects.wanting(mailing.post).with_frequency(Frequency.EACH)

    are_any = True

    @cached_property
    def letter(self):
        return letter_of(self.mailing.post)

    def send(self, subscriber, connection):
        """Returns whether the mail server has taken it."""
        name = f"post-{self.mailing.post_id}"
        return send_to_subscriber(
            self.letter.title, "post", subscriber, {"letter": self.letter}, connection=connection, name=name
        )


class OfWeek:
    """The mails of a week: each subscriber gets what they chose of it, and none where nothing is left."""

    def __init__(self, mailing):
        self.mailing = mailing
        self.subscribers = Subscriber.objects.active().with_frequency(Frequency.WEEKLY)

    @cached_property
    def posts(self):
        """[(post, the numbers of its categories and those above)], the oldest first."""
        span = {"published_at__gt": self.mailing.since, "published_at__lte": self.mailing.until}
        rows = Post.objects.published().posts().filter(**span, mail_to_subscribers=True)
        posts = list(rows.newest_first().for_listing()[:MOST_IN_A_WEEK])[::-1]
        return [(post, set(post.categories_with_those_above().values_list("pk", flat=True))) for post in posts]

    @property
    def are_any(self):
        return bool(self.posts)

    def send(self, subscriber, connection):
        """Returns whether the mail server has taken it."""
        if not (posts := self._chosen(subscriber)):
            return False
        subject = ngettext("%(n)d new post: %(title)s", "%(n)d new posts: %(title)s and more", len(posts))
        subject %= {"n": len(posts), "title": posts[0]}
        addressed = [(post, f"{settings.SITE_URL}{post.get_absolute_url()}") for post in posts]
        return send_to_subscriber(subject, "week", subscriber, {"posts": addressed}, connection=connection)

    def _chosen(self, subscriber):
        posts = [(post, places) for post, places in self.posts if post.published_at > subscriber.posts_from]
        if posts and not subscriber.all_categories:
            chosen = set(subscriber.categories.values_list("pk", flat=True))
            posts = [(post, places) for post, places in posts if places & chosen]
        return [post for post, _places in posts]
