"""The end of a commenter's account, by their own will."""

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from blog_site.accounts.events import record
from blog_site.accounts.models import AccountEvent
from blog_site.accounts.retiring import is_named, retire
from comments.models import Comment
from comments.models.queued import FORGET_ERASED
from posts import outbox


def end(user, *, erases):
    """Deletes the account. Its comments stay under the names that they have, or, if it `erases` them, go for ever: the
    threads and the log stay true."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    if erases:
        numbers = list(Comment.objects.filter(user=user).values_list("pk", flat=True))
        theirs = Comment.objects.filter(pk__in=numbers)
        theirs.decide("trash", by=None, reason=_("Its writer deleted their account and their comments."))
        theirs.decide("erase", by=None)
        outbox.put(FORGET_ERASED)
    record(AccountEvent.Kind.REMOVED, detail="by its owner")
    if is_named(user):
        retire(user, name=_("a former commenter"))
    else:
        user.delete()
