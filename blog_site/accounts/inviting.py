"""An invitation's way: sent, sent again, revoked, accepted."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from blog_site.accounts.events import record
from blog_site.accounts.granting import active_owners, set_flags
from blog_site.accounts.mails import send_invitation
from blog_site.accounts.models import AccountEvent, Invitation
from blog_site.accounts.role import Role
from posts import outbox
from posts.email_addresses import same_address
from posts.models import Author
from posts.models.author import is_login_name

# Any number: under which of several invitations to one address one is accepted after the other.
LOCK = 7_203_121


class Gone(Exception):
    """The invitation was used, revoked or sent anew, or its time is over."""


class HasAccount(Exception):
    """The address has an account by now, or the person has one with another address."""


@transaction.atomic
def invite(request, *, email, role, name="", author=None):
    """Queues the mail to a new person of this name, or to an author who has no account yet."""
    _require_owner(request)
    author = author or Author.objects.create(name=name)
    invitation = Invitation.objects.create(author=author, email=email, role=role, by=request.user)
    _send(request, invitation)
    return invitation


@transaction.atomic
def send_again(request, invitation):
    """With another link; the former one ends."""
    _require_owner(request)
    invitation.renew(by=request.user)
    _send(request, invitation)


@transaction.atomic
def revoke(request, invitation):
    """The link ends, and a person who was made for it and has written nothing goes with it."""
    _require_owner(request)
    author = invitation.author
    invitation.delete()
    record(AccountEvent.Kind.REVOKED, request=request, by=request.user, detail=invitation.role)
    if not author.user_id and not author.bio and not author.posts.exists() and not author.old_paths.exists():
        author.delete()


@transaction.atomic
def accept(request, token, password):
    """The new account, with the role that the invitation named. Raises Gone or HasAccount."""
    invitation = (
        Invitation.objects.named_by(token).select_for_update(of=["self"]).select_related("author", "by").first()
    )
    if not invitation or not invitation.is_open:
        raise Gone
    _wait_for_others(invitation.email)
    author = invitation.author
    if author.user_id or User.objects.filter(email__iexact=invitation.email).exists():
        raise HasAccount
    user = User(username=_free_username(author.name), email=invitation.email)
    user.first_name, _space, user.last_name = author.name.partition(" ")
    user.set_password(password)
    user.save()
    set_flags(user, Role(invitation.role))
    author.user = user
    author.save()
    record(AccountEvent.Kind.MADE, request=request, account=user, by=invitation.by, detail=invitation.role)
    invitation.delete()
    return user


def _wait_for_others(email):
    """One account at a time for an address: of two invitations the later one sees what the other has made. SQLite has
    one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, same_address(email)])


def _send(request, invitation):
    outbox.put(send_invitation, invitation.pk, invitation.nonce)
    record(AccountEvent.Kind.INVITED, request=request, by=request.user, detail=invitation.role)


def _require_owner(request):
    if not active_owners().filter(pk=request.user.pk).exists():
        raise ValidationError(_("Only owners can do this."))


def _free_username(name):
    """A name to log in with, which is not the one that readers see."""
    stem = slugify(name, allow_unicode=True)[:100].strip("-") or "author"
    number, username = 1, stem
    while is_login_name(name, User(username=username)) or User.objects.filter(username__iexact=username).exists():
        number += 1
        username = f"{stem}-{number}"
    return username
