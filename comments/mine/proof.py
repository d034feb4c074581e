"""Who is at My comments, and which comments that opens.

A login or a remembered browser opens the person's own; so does a mailed link, whose button leads to an address with a
signed token for an hour (no cookie: it may be somebody else's machine). One comment alone is opened by the token that
its writer was led to, until its text is published for good, or by the key that the script of their page sent along
with it.
"""

from datetime import timedelta
from typing import NamedTuple

from django.core import signing
from django.db.models import Q
from django.utils.http import urlencode

from comments import identity, tokens
from comments.models import BrowserKey, Comment, DiscussionSettings, Follow, MailAddress, RememberedBrowser
from posts.models import Post

SALT = "comments.mine"
OPEN_FOR = timedelta(hours=1)
TOKENS = ("proof", "awaiting", "key")  # parameters of addresses, each a proof of its own


def token_for(address: MailAddress) -> str:
    """Opens what belongs to this confirmed address, for an hour."""
    return signing.dumps(address.pk, salt=SALT)


class Proof(NamedTuple):
    visitor: identity.Visitor
    query: str  # "?proof=…", to be carried along by every link and form of these pages; or empty
    awaited: int | None  # the one comment that a token in the address opens
    key: str  # what may be the key of one comment
    has_ended: bool  # the address has a token that opens nothing (any more)

    @property
    def is_somebody(self) -> bool:
        return bool(self.visitor.account or self.visitor.address or self.visitor.browser)

    @property
    def is_a_browser_alone(self) -> bool:
        """Whether nothing is known but a remembered browser that belongs to no confirmed address."""
        return bool(self.visitor.browser and not self.visitor.account and not self.visitor.address)

    @property
    def email(self) -> str:
        """The address as the page names it; empty where none is proven."""
        return self.visitor.address.address if self.visitor.address else ""

    def own(self):
        """The comments that are theirs beyond doubt."""
        account, address, browser = self.visitor
        theirs = Q(pk__in=[])
        if account:
            theirs |= Q(user=account)
        if address:
            theirs |= Q(address=address)
        if browser:
            theirs |= Q(browser=browser)
        return _listed().filter(theirs)

    def typed(self):
        """Comments that carry their address, and that nobody has proven to have written."""
        address = self.visitor.address
        if not address:
            return Comment.objects.none()
        unproven = _listed().filter(writer=address.address, user=None, address=None, disowned_at=None)
        return unproven.exclude(browser=self.visitor.browser) if self.visitor.browser else unproven

    def opens(self, pk: int):
        """The comment of that number, if it is theirs to change; otherwise None."""
        comment = self.own().filter(pk=pk).first() if self.is_somebody else None
        if comment or not (self.awaited == pk or self.key):
            return comment
        comment = _listed().filter(pk=pk).first()
        is_theirs = comment and (self._awaits(comment) or BrowserKey.objects.opens(comment, self.key))
        return comment if is_theirs else None

    def _awaits(self, comment):
        return self.awaited == comment.pk and comment.is_its_writers_alone(DiscussionSettings.load())

    def now_public(self):
        """The comment that the token in the address has opened, and that everybody reads by now; or None."""
        shown = Comment.objects.approved().filter(post__in=Post.objects.published()).select_related("post")
        return shown.filter(pk=self.awaited).first() if self.awaited else None

    def follows(self):
        """The public posts of whose new comments the owner of the address hears by mail."""
        address = self.visitor.address
        mine = Follow.objects.of(address) if address else Follow.objects.none()
        return mine.filter(post__in=Post.objects.published())

    def browsers(self):
        """The remembered browsers of the address, the last used first."""
        address = self.visitor.address
        rows = RememberedBrowser.objects.filter(address=address) if address else RememberedBrowser.objects.none()
        return rows.order_by("-last_used_at", "-pk")


def of(request) -> Proof:
    given = {name: request.GET[name] for name in TOKENS if name in request.GET}
    visitor, awaited = identity.of(request), None
    has_ended = False
    if "proof" in given:
        address = _address_of(given["proof"])
        # Whose link it is, and nobody else who may be logged in here.
        visitor, has_ended = identity.Visitor(None, address, ""), not address
    elif "awaiting" in given:
        awaited = tokens.awaited(given["awaiting"])
        has_ended = awaited is None
    query = f"?{urlencode(given)}" if given and not has_ended else ""
    return Proof(visitor, query, awaited, given.get("key", ""), has_ended)


def _address_of(token):
    try:
        pk = signing.loads(token, salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        return None
    return MailAddress.objects.proven().filter(pk=pk).first() if isinstance(pk, int) else None


def _listed():
    rows = Comment.objects.filter(kind=Comment.Kind.COMMENT).exclude(status=Comment.Status.ERASED)
    return rows.select_related("post__author", "waiting_edit").prefetch_related("decisions__rule")
