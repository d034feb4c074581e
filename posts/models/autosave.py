"""What somebody is writing and has not saved: kept apart from the post, for the account that writes it."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from posts.dates import time_in_words

from .post import Post

# So long a text that was never saved is kept, and so many of one account.
KEPT = timedelta(days=90)
MOST_OF_AN_ACCOUNT = 50
MOST_OFFERED = 5
# Whoever has typed within this time is at work.
AT_WORK = timedelta(minutes=5)
# What a form sends for itself.
NOT_KEPT = {
    "csrfmiddlewaretoken",
    "autosave_key",
    "autosave_from",
    "autosave_account",
    "autosave_modified_at",
    "autosave_typed_at",
}
LONGEST_NAME = 100


def is_key(text):
    """True for what names an autosave: drawn at random, for each time that a form is opened."""
    return bool(re.fullmatch(r"[A-Za-z0-9]{16,40}", text))


def fields_of(data):
    """{name: [value, …]} of what a form has sent, fit for any database; `data` is a QueryDict."""
    return {
        _storable(name): [_storable(value) for value in values]
        for name, values in data.lists()
        # Buttons and Django's own begin with an underscore.
        if name not in NOT_KEPT and not name.startswith("_") and len(name) <= LONGEST_NAME
    }


def _storable(text):
    """Without what no database takes: NUL, and halves of characters."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


class AutosaveQuerySet(models.QuerySet):
    def of(self, user):
        """An autosave is its account's alone; nothing else is ever read by its key."""
        return self.filter(account=user)

    def store(self, *, account, post, key, fields, typed_at=0, restored_from="", is_begun=None):
        """Keeps what a form holds, unless something is kept that was typed later. One statement where the caller knows
        whether it `is_begun`. `post` is a number, or None for one that does not exist yet.
        """
        if is_begun is not False:
            # The same text once more, from the storage of a browser that was killed, is nothing new.
            older = self.of(account).filter(Q(typed_at__lt=typed_at) | Q(typed_at=0), key=key)
            if older.update(fields=fields, typed_at=typed_at, saved_at=timezone.now()) or is_begun:
                return
        row = self.model(
            account=account, post_id=post, key=key, fields=fields, typed_at=typed_at, restored_from=restored_from
        )
        self.bulk_create([row], ignore_conflicts=True)

    def drop(self, user, keys):
        """Forgets what has been saved, or isn't wanted any more."""
        keys = [key for key in keys if key]
        if keys:
            self.of(user).filter(key__in=keys).delete()

    def offered_to(self, user, post):
        """What this account has not saved of a post, the newest first; of one that was restored, the later text."""
        own = self.of(user)
        later = own.filter(restored_from=OuterRef("key"))
        return own.filter(~Exists(later), post=post).order_by("-saved_at", "-pk")[:MOST_OFFERED]

    def at_work(self):
        """Those in whose form something was typed in the last minutes, the latest first."""
        return self.filter(saved_at__gt=timezone.now() - AT_WORK).order_by("-saved_at", "-pk")

    def forget_old(self):
        """Deletes what nobody has come back for, and what is too much of one account."""
        self.filter(saved_at__lt=timezone.now() - KEPT).delete()
        crowded = self.values("account").annotate(n=models.Count("pk")).filter(n__gt=MOST_OF_AN_ACCOUNT)
        for account in crowded.values_list("account", flat=True):
            newest = self.filter(account=account).order_by("-saved_at", "-pk")[:MOST_OF_AN_ACCOUNT]
            self.filter(account=account).exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()


class Autosave(models.Model):
    """What stood in one opened form of a post: a text of its own, which readers never see.

    It is in no export: it is of this hour and of one account, and nobody has decided yet that the blog is to say it.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # None: the post does not exist yet.
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="autosaves")
    key = models.CharField(max_length=40)
    # The key of the autosave that this form was filled from.
    restored_from = models.CharField(max_length=40, blank=True)
    # {name: [value, …]}, as the form sends it.
    fields = models.JSONField()
    # By the clock of the browser, in ms; 0 where no script ran. What was under way for long replaces nothing newer.
    typed_at = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved change")
        verbose_name_plural = _("unsaved changes")
        indexes = [models.Index(fields=["post", "saved_at"], name="autosave_at_work")]
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="autosave_key_is_once_in_an_account")]

    def __str__(self):
        return self.when

    @property
    def when(self):
        """When something was typed last, in words."""
        return time_in_words(self.saved_at)

    @property
    def sent(self):
        """What the form holds, as forms read it."""
        return MultiValueDict(self.fields)

    @property
    def beginning(self):
        """A few words by which its writer knows it again."""
        return next((text for name in ("title", "body") for text in self.fields.get(name, []) if text.strip()), "")[:80]


class Standing(NamedTuple):
    """Of a post that this account may write: when its words last changed, and who else is at work on it."""

    modified_at: datetime | None = None  # None: it does not exist yet
    other: str = ""  # a name; none where nobody is
    other_since: datetime | None = None
    is_own: bool = False  # it is this account itself, in another window
    is_begun: bool = False  # something is kept of this form already


def standing_of(user, post, sent):
    """The `Standing` of the post of that number, or of a new one; None where this account may not write it (any more).

    `sent`: what the form at hand sends of itself. One query: what `editable_by()` and `has_perm()` say takes three.
    """
    accounts = get_user_model().objects
    begun = Exists(Autosave.objects.filter(account=user, key=sent.key))
    if post is None:
        writer = accounts.with_perm("posts.add_post").filter(pk=user.pk)
        is_begun = writer.annotate(is_begun=begun).values_list("is_begun", flat=True).first()
        return None if is_begun is None else Standing(is_begun=is_begun)
    editors = accounts.with_perm("posts.edit_others_posts").filter(pk=user.pk)
    writers = accounts.with_perm("posts.change_post").filter(pk=user.pk)
    others = (
        Autosave.objects.at_work()
        .filter(post=OuterRef("pk"))
        .exclude(account=user, key__in=[sent.key, sent.restored_from])
    )
    found = {f"found_{name}": Subquery(others.annotate(found=F(name)).values("found")[:1]) for name in OTHER}
    posts = Post.objects.filter(Q(author__user=user) | Exists(editors), Exists(writers), pk=post)
    row = posts.annotate(is_begun=begun, **found).values_list("modified_at", "is_begun", *found).first()
    if not row:
        return None
    modified_at, is_begun, since, account, *names = row
    return Standing(modified_at, name_in_words(*names), since, account == user.pk, is_begun)


# What is read of whoever else is at work; the last four are for `name_in_words()`.
OTHER = (
    *("started_at", "account_id"),
    *("account__author__name", "account__first_name", "account__last_name", "account__username"),
)


def name_in_words(author, first, last, username):
    """How the desk calls an account: as `Author.name_of()` does."""
    return author or f"{first or ''} {last or ''}".strip() or username or ""


def account_in_words(user):
    """The same, of an account whose `author` is at hand."""
    author = getattr(user, "author", None)
    return name_in_words(author and author.name, user.first_name, user.last_name, user.username)
