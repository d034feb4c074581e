"""The end of a commenter's account, by their own will."""

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from blog_site.accounts.events import record
from blog_site.accounts.models import AccountEvent
from blog_site.accounts.retiring import is_named, retire
from comments import identity
from comments.mine.erasing import erase
from comments.mine.proof import Proof


def own_comments(request):
    """What says which comments are the account's, and those of its address; not what else this browser may open, which
    may be somebody's who shares it."""
    visitor = identity.Visitor(request.user, identity.address_of(request.user), "")
    return Proof(visitor, query="", awaited=None, key="", has_ended=False)


def end(user, proof, *, comments):
    """Deletes the account. `comments`: what becomes of them: "keep" them, take the "name" off, or erase "all"."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    if comments in {"name", "all"}:
        erase(proof, texts=comments == "all")
    record(AccountEvent.Kind.REMOVED, detail="by its owner")
    if is_named(user):
        retire(user, name=_("a former commenter"))
    else:
        user.delete()
