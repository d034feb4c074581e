from collections import defaultdict
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import connections, models, transaction
from django.db.models import F, Q, Subquery
from django.utils import timezone

from comments.threads import Branches, Thread
from posts.models import Post, public_changed

from .bulk_decisions import BulkDecisionQuerySet
from .choices import Kind, Status
from .long_thread import READ_WHOLE, ROW, LongBranches, unnumbered, with_hidden
from .settings import DiscussionSettings
from .shown import DISPLAYED, Shown
from .waiting_edit import WaitingEdit

# Whose permissions are asked: of allauth's backends Django would not know which.
ACCOUNTS = "django.contrib.auth.backends.ModelBackend"
# The same words may be meant again tomorrow.
REPEATED_WITHIN = timedelta(days=1)
# So far a second machine's clock may be ahead of this one's. What seems to be of later was sent before the clock was
# set back: nobody knows when, and nobody is made to wait until the clock has come there again.
CLOCKS_DIFFER = timedelta(seconds=2)
# What a moderator can see.
VISIBLE_TO_MODERATORS = [status for status in Status if status != Status.ERASED]
# Nobody cares whether a writer has sent a hundred or a thousand, or whether two thousand wait or twenty.
COUNTED = 100
COUNTED_UP_TO = 1000
# What readers see of a public comment, on pages, in feeds or by the search; its status is the transitions' own.
READ_BY_ALL = frozenset(
    [
        *("post", "post_id", "parent", "parent_id", "root", "root_id", "user", "user_id", "kind"),
        *("name", "url", "body_html", "search_text", "script", "submitted_at", "edited_at", "guid"),
    ]
)
# What everybody may read: the one definition of public, {column: value}.
PUBLIC = {"status": Status.APPROVED.value}
# By hand, as posts do: Django takes as long to put them together and to convert 500 rows as the database to answer.
SELECT_SHOWN = f'SELECT {", ".join(DISPLAYED)} FROM "comments_comment" WHERE'  # noqa: S608
APPROVED = " AND ".join(f"{column} = %({column})s" for column in PUBLIC)
APPROVED_ON = f"{SELECT_SHOWN} post_id = %(post)s AND {APPROVED} ORDER BY submitted_at, id"
NUMBERED = f"{SELECT_SHOWN} id IN ({{}})"


def span_of(time):
    """(after, until): the last `time`, a timedelta."""
    now = timezone.now()
    return now - time, now + CLOCKS_DIFFER


def up_to(counted):
    return str(counted) if counted <= COUNTED_UP_TO else f"{COUNTED_UP_TO}+"


class CountUpTo(Subquery):
    """The number of rows of a sliced queryset: never dearer than the slice."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


def reach_of(user):
    """() for who may moderate below all posts; for anybody else (their account,), which may below its own."""
    return () if user.has_perm("comments.moderate_comment") else (user.pk,)


class CommentQuerySet(BulkDecisionQuerySet):
    def approved(self):
        """What everybody may read; the definition is `PUBLIC`."""
        return self.filter(**PUBLIC)

    def update(self, **values):
        with transaction.atomic(using=self.db, savepoint=False):
            if not READ_BY_ALL.isdisjoint(values):
                # Before it is done: afterwards these may be others.
                self.public_changed()
            return super().update(**values)

    update.alters_data = True

    def bulk_create(self, objs, *args, **kwargs):
        with transaction.atomic(using=self.db, savepoint=False):
            created = super().bulk_create(objs, *args, **kwargs)
            posts = {comment.post_id for comment in created if comment.is_public}
            public_changed(Post.objects.filter(pk__in=posts), below=True)
        return created

    def public_changed(self):
        """Says that readers see something else of these, if they see any of them."""
        public_changed(Post.objects.filter(pk__in=self.order_by().approved().values("post")), below=True)

    def recount(self, posts):
        """Counts anew what is shown below the posts of these numbers, after comments came in or went past the model."""
        shown = self.approved().filter(post__in=posts, kind=Kind.COMMENT).order_by()
        counts = dict.fromkeys(posts, 0) | dict(shown.values_list("post").annotate(models.Count("pk")))
        public_changed(Post.objects.filter(pk__in=posts), counts=counts, below=True)

    def removed(self):
        """What somebody has refused or taken away, other than its writer."""
        return self.filter(status__in=[Status.SPAM, Status.TRASH], withdrawn_at=None)

    def once_public(self):
        """What everybody could read before it was decided otherwise."""
        return self.hidden().filter(decisions__from_status=Status.APPROVED).distinct()

    def in_moderation(self):
        return self.filter(status=Status.PENDING)

    def with_waiting_edit(self):
        """Public comments whose writers want another text, which a moderator has to read first."""
        # From those texts on, of which there are few: of a join SQLite would begin with all that is public.
        return self.approved().filter(pk__in=WaitingEdit.objects.values("comment"))

    def to_decide(self):
        """All that waits for a moderator: comments, and public ones whose writers want another text."""
        edits = Q(status=Status.APPROVED, waiting_edit__isnull=False)
        return self.filter(Q(status=Status.PENDING) | edits)

    def hidden(self):
        return self.exclude(status=Status.APPROVED)

    def moderated_by(self, user, *, also_erased=False):
        """All comments for who holds the permission; those under their own posts for anybody else.

        What was deleted for ever is nobody's to decide, and left out unless it is asked for.
        """
        return self.within_reach(reach_of(user), also_erased=also_erased)

    def within_reach(self, reach, *, also_erased=False):
        """The same, of what `reach_of()` said."""
        left = self.all() if also_erased else self.exclude(status=Status.ERASED)
        return left.filter(post__author__user=reach[0]) if reach else left

    def sent_within(self, time):
        """What came in during the last `time`, a timedelta."""
        return self.sent_between(*span_of(time))

    def sent_between(self, after, until):
        return self.filter(submitted_at__gt=after, submitted_at__lte=until)

    def by_proven_identity(self, *, user=None, browser="", address=None):
        """What an account, the owner of a confirmed address, or a browser that was asked to be remembered, has written.

        A typed name or address proves nothing and is not asked.
        """
        proven = Q()
        if user:
            proven |= Q(user=user)
        if browser:
            proven |= Q(browser=browser)
        if address:
            proven |= Q(address=address)
        return self.filter(proven) if proven else self.none()

    def vouching_for(self, *, user=None, browser="", address=None, email=""):
        """The approved comments for which this writer is trusted. A browser alone vouches for whoever signs with the
        address that was approved there: several people may write from it."""
        proven = self.by_proven_identity(user=user, address=address)
        of_browser = self.by_proven_identity(browser=browser).filter(email__iexact=email)
        return (proven | of_browser).approved()

    def by_apparent_identity(self, comment):
        """What the writer of `comment` has written: the same account, the same remembered browser, the same confirmed
        address, or the same IP address, name and e-mail together. Good enough to stop a repetition, never to trust.

        A typed address alone is nobody: whoever guesses one would be told what its owner wrote, or stop them.
        """
        same = Q(pk__in=[])
        if comment.user_id:
            same |= Q(user=comment.user_id)
        if comment.browser:
            same |= Q(browser=comment.browser)
        if comment.address_id:
            same |= Q(address=comment.address_id)
        if comment.ip_address:
            same |= Q(ip_address=comment.ip_address, name__iexact=comment.name, email__iexact=comment.email)
        return self.filter(same)

    def of_same_text(self, fingerprint, between=None):
        """What came in lately with the text of this fingerprint, whoever wrote it and wherever."""
        return self.filter(fingerprint=fingerprint).sent_between(*between or span_of(REPEATED_WITHIN))

    def repeated_by(self, comment):
        """The newest comment that `comment` repeats: the same text by the same writer in reply to the same comment
        (or to the post), within a day, and not refused since; None if there is none.

        The same are texts of the same lines, capitals aside. Fingerprints leave aside whatever could be a disguise,
        accents and marks too: a text in which those were put right is another, and would be lost.
        """
        same = self.of_same_text(comment.fingerprint).filter(post=comment.post_id, parent=comment.parent_id)
        rows = same.by_apparent_identity(comment).exclude(status__in=[Status.TRASH, Status.ERASED])
        typed = comment.lines_typed(fold_case=True)
        rows = (row for row in rows.order_by("-pk") if row.lines_typed(fold_case=True) == typed)
        return next((row for row in rows if not row.is_refused), None)

    def of_readers(self):
        """Without those whose writers skip the checks: who may moderate, and below their own posts their authors."""
        moderators = get_user_model().objects.with_perm("comments.moderate_comment", backend=ACCOUNTS).values("pk")
        by_author = Q(user__isnull=False, user=F("post__author__user"))
        return self.exclude(user__in=moderators).exclude(by_author)

    def with_writer_key(self, comment):
        """What seems to be of the same writer as a stored comment: the same account, or address, or name and IP."""
        return self.filter(writer=comment.writer) if comment.writer else self.none()

    def up_to(self):
        """How many these are, in words, counted no further than anybody cares: "7", or "1000+"."""
        return up_to(self.order_by()[: COUNTED_UP_TO + 1].count())

    def count_by_status(self):
        """{status: number of these}, without those that have none."""
        counted = self.order_by().values_list("status").annotate(models.Count("pk"))
        return {Status(status): number for status, number in counted if number}

    def in_thread_of(self, comment):
        """The top of its thread and all below that."""
        top = comment.root_id or comment.pk
        return self.filter(Q(root=top) | Q(pk=top))

    def branch_of(self, comment):
        """The numbers of `comment` and of all that answers it, and what answers that."""
        below = defaultdict(list)
        for pk, parent in self.in_thread_of(comment).values_list("pk", "parent"):
            below[parent].append(pk)
        branch = [comment.pk]
        for pk in branch:
            branch += below[pk]
        return branch

    def above(self, comment, most=5):
        """What `comment` answers, and what that answers: the nearest, the topmost first."""
        parents = dict(self.in_thread_of(comment).values_list("pk", "parent"))
        way, pk = [], comment.parent_id
        while pk and len(way) < most:
            way.append(pk)
            pk = parents.get(pk)
        comments = self.in_bulk(way)
        return [comments[pk] for pk in reversed(way) if pk in comments]

    def next_waiting(self, after):
        """The comment that has waited longest of those that came after `after`, or of all; None if none waits."""
        waiting = self.in_moderation().exclude(pk=after.pk).oldest_first()
        later = Q(submitted_at__gt=after.submitted_at) | Q(submitted_at=after.submitted_at, pk__gt=after.pk)
        return waiting.filter(later).first() or waiting.first()

    def oldest_first(self):
        return self.order_by("submitted_at", "pk")

    def in_place_for(self, user, post):
        """Comments that wait below the post and this account sees in their place, the oldest first: all that it may
        decide on, and its own. Spam is told its writer as what waits, as at the address that they were led to."""
        own = self.filter(user=user, status__in=[Status.PENDING, Status.SPAM])
        waiting = (self.moderated_by(user).in_moderation() | own).filter(post=post, kind=Kind.COMMENT)
        return list(waiting.oldest_first().values_list("pk", flat=True)[:COUNTED])

    def shown_on(self, post, *, also=()):
        """What is public under the post, pings included, and the comments of the numbers `also`, which may not be."""
        on_post = self.filter(post=post)
        return on_post.approved() | on_post.filter(pk__in=also) if also else on_post.approved()

    def displayed_on(self, post, *, also=()):
        """The comments of `shown_on()`, oldest first, as `Shown`."""
        if also:
            return list(map(Shown._make, self.shown_on(post, also=also).oldest_first().values_list(*DISPLAYED)))
        return self._read(APPROVED_ON, {"post": post.pk, **PUBLIC})

    def numbered(self, pks):
        """The comments of these numbers, whatever their status and in any order, as `Shown`."""
        return self._read(NUMBERED.format(", ".join(str(int(pk)) for pk in pks))) if pks else []

    def _read(self, statement, parameters=None):
        with connections[self.db].cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(map(Shown._make, cursor.fetchall()))

    def thread_of(self, post, *, also=(), discussion=None, shown=None):
        """The post's `Thread`. `shown`: the comments of `shown_on()`, where the caller has read them all.

        Of a long one only what a page shows of it is read: `models/long_thread.py`.
        """
        if shown is None and post.comment_count > READ_WHOLE:
            branches = LongBranches(post, also)
        else:
            if shown is None:
                rows = list(self.shown_on(post, also=also).filter(kind=Kind.COMMENT).values_list(*ROW))
            else:
                rows = [(c.pk, c.parent_id, c.root_id, c.submitted_at) for c in shown if not c.is_ping]
            branches = Branches(with_hidden(self.model.objects, rows, also), unnumbered(post, also))
        discussion = discussion or DiscussionSettings.load()
        return Thread(
            branches,
            per_page=discussion.per_page,
            max_depth=discussion.max_depth,
            newest_first=discussion.order == discussion.Order.NEWEST,
        )
