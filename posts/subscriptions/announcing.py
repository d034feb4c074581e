"""When a post, or a week's posts, go out to subscribers."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django_tasks import task

from posts import outbox
from posts.localised import localised
from posts.models import Blog, Frequency, Mailing, Post, Subscriber

from .sending import send_mailing

# So long after it was published, its author may still correct it, or take it back.
GRACE = timedelta(minutes=5)
# What is published with an earlier date than this is no news.
NEWS = timedelta(days=7)
MONDAY_AT = time(7)  # in the blog's time zone
LONGEST_WEEK = timedelta(days=28)  # what a week's mail reaches back to, after a time without any


def announce(post):
    """Has a stored post mailed to subscribers, once: in its time if it is scheduled, or else after some minutes.

    Whoever publishes or changes a post by hand calls it: what moves in from elsewhere is no news.
    """
    if post.is_page or post.status != post.Status.PUBLISHED or not post.mail_to_subscribers:
        return
    if may_still_go_out(post) and Blog.load().posts_by_mail and not Mailing.objects.ended().filter(post=post).exists():
        outbox.put(mail_post, post.pk, at=post.published_at if post.is_scheduled else timezone.now() + GRACE)


def may_still_go_out(post):
    """Whether a post that was not mailed yet is news, or will be."""
    return post.published_at > timezone.now() - NEWS


def audience(post):
    """(how many subscribers hear of a post by itself, how many in their weekly mail), as it is stored."""
    weekly = Q(frequency=Frequency.WEEKLY)
    counted = (
        Subscriber.objects.wanting(post)
        .reachable()
        .aggregate(each=Count("pk", filter=~weekly), weekly=Count("pk", filter=weekly))
    )
    return counted["each"], counted["weekly"]


@task(queue_name=outbox.MAIL)
def mail_post(post_pk):
    """Begins the mailing of a post, or goes on with one that was interrupted; does nothing if it is not to be mailed
    any more, or not yet."""
    post = Post.objects.published().posts().filter(pk=post_pk, mail_to_subscribers=True).first()
    if not post or not Blog.load().posts_by_mail:
        return
    with transaction.atomic():
        mailing = Mailing.objects.filter(post=post).first()
        if not mailing and Subscriber.objects.wanting(post).exists():
            mailing, _is_new = Mailing.objects.get_or_create(post=post)
        if mailing and not mailing.ended_at:
            outbox.put_unless_queued(send_mailing, mailing.pk)


def mail_week():
    """Begins the week's mail, from Monday morning on; the worker asks every hour. It has what was published between
    that morning and the week's mail before it."""
    blog = Blog.load()
    if not blog.posts_by_mail or not Subscriber.objects.active().with_frequency(Frequency.WEEKLY).exists():
        return
    with localised(blog):
        today = timezone.localdate()
        monday = today - timedelta(days=today.weekday())
        until = timezone.make_aware(datetime.combine(monday, MONDAY_AT))
    if timezone.now() < until or Mailing.objects.filter(week=monday).exists():
        return
    before = Mailing.objects.exclude(week=None).order_by("-week").first()
    since = max(before.until, until - LONGEST_WEEK) if before else until - timedelta(days=7)
    with transaction.atomic():
        mailing, is_new = Mailing.objects.get_or_create(week=monday, defaults={"since": since, "until": until})
        if is_new:
            outbox.put(send_mailing, mailing.pk)
