"""The names of authors, of staff and of the blog are theirs: under one of them nobody else is published unread.

A commenter's name is theirs, too, once they have confirmed it (`ClaimedName`). That somebody else uses it is for
moderators to know and decides nothing: names are common, and nobody is to find out by trying whose are known here.

A name is theirs if a reader would take it for that: see `comments.likeness`. Their own accounts are never held by it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from comments.likeness import borne
from comments.models import ClaimedName, Comment
from posts.generation import Generation, memoise, read
from posts.models import Author, Blog
from posts.prepared import Prepared

from . import Finding, SubmissionContext, Verdict

_STAFF = Prepared(
    lambda: (
        get_user_model()
        .objects.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True)
        .values_list("pk", "username", "first_name", "last_name")
    )
)


class Bearer(NamedTuple):
    """Whose a name is."""

    name: str
    account: object  # the account's number; None where there is none
    why: str  # for moderators
    author: int | None = None  # the author's number
    is_blog: bool = False

    @property
    def is_public(self) -> bool:
        """Whether everybody can read on this blog that the name is borne here."""
        return self.is_blog or bool(self.author and Author.objects.public().filter(pk=self.author).exists())


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    account = context.user.pk if context.user else None
    bearer = taken_from(comment.name, account, bearers(context.present))
    if not bearer:
        return _claimed(comment)
    # User names and the names of staff who write nothing are not for strangers to find out.
    plain = _("it uses the name of the blog or of one of its authors, and was not sent from their account")
    return Finding("names", Verdict.HOLD, bearer.why % {"name": bearer.name}, plain if bearer.is_public else "")


def _claimed(comment: Comment) -> Finding | None:
    claim = ClaimedName.objects.of_others([comment]).get(comment.pk)
    return Finding("names", Verdict.APPROVE, claim.told_of(comment)) if claim else None


def taken_from(name: str, account: object, known: Iterable[Bearer]) -> Bearer | None:
    """The `Bearer` in `known` whose name somebody else signs with; None where it is nobody's, or the account's own."""
    if not name:
        return None
    borne_by = borne(name, [(bearer.name, bearer) for bearer in known])
    if account and any(bearer.account == account for bearer in borne_by):
        return None
    # What everybody knows comes first: then the writer can be told.
    return next(iter(sorted(borne_by, key=lambda bearer: not bearer.is_public)), None)


def bearers(present: tuple[Generation, Blog] | None = None) -> list[Bearer]:
    """Everybody whose name is protected, as they are called now: two queries, and one more after a change of names.

    `present`: what this request has read of it already; one query less.
    """
    of_author = _("The name looks like that of the author “%(name)s”, but the comment was not sent from their account.")
    of_staff = _(
        "The name looks like that of “%(name)s”, a member of staff, but the comment was not sent from their account."
    )
    of_blog = _("The name looks like that of the blog itself, “%(name)s”.")
    generation, blog = present or read()
    authors = memoise(_authors, generation.of_posts)
    everybody = [Bearer(name, account, of_author, author=pk) for pk, name, account in authors]
    for account, username, *names in _STAFF():
        everybody += [Bearer(name, account, of_staff) for name in dict.fromkeys((" ".join(names).strip(), username))]
    everybody.append(Bearer(blog.title, None, of_blog, is_blog=True))
    return [bearer for bearer in everybody if bearer.name]


def _authors() -> list[tuple[int, str, int | None]]:
    return list(Author.objects.values_list("pk", "name", "user"))
