"""Accounts of people who only comment: made when they sign in, known by an address that was proven, without rights."""

import secrets
from contextlib import suppress

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from comments import cleaning
from comments.models import MailAddress
from posts.email_addresses import same_address, validate_email
from posts.models import Author

LONGEST_NAME, LONGEST_ADDRESS = 80, 254


class HasRights(Exception):
    """The address is that of somebody who may do more here than comment: it alone lets nobody in."""


def is_commenter(user):
    """Whether all that the account can do is to comment."""
    return not (
        user.is_staff
        or user.is_superuser
        or user.groups.exists()
        or user.user_permissions.exists()
        or Author.objects.filter(user=user).exists()
    )


def account_of(address):
    """The commenter's account with this proven address, or None. Raises `HasRights`."""
    # Databases take more letters for the same than mail servers do.
    users = [
        user
        for user in User.objects.filter(email__iexact=address).order_by("pk")
        if same_address(user.email) == same_address(address)
    ]
    if not all(is_commenter(user) for user in users):
        raise HasRights
    return next(iter(users), None)


def save_new(user, provided=None):
    """Stores a new commenter's account, and what a provider says of it: a SocialAccount, if one does."""
    user.username = f"reader-{secrets.token_hex(8)}"
    user.set_unusable_password()
    with transaction.atomic():
        user.save()
        if provided:
            provided.user = user
            provided.save()
        note_proof(user)
    return user


def note_proof(user):
    """Notes that whoever has the account has proven its address: see `comments.identity`."""
    if user.email:
        row, is_new = EmailAddress.objects.get_or_create(
            user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
        )
        if not is_new and not row.verified:
            row.set_verified()
        MailAddress.objects.prove(user.email)


def usable_address(address):
    """The address as accounts keep it, or "" for one that no mail could be sent to."""
    address = str(address or "").strip()
    if address and len(address) <= LONGEST_ADDRESS:
        with suppress(ValidationError):
            cleaning.refuse_unstorable(address, name="")
            validate_email(address)
            return address
    return ""


def shown_name(*texts):
    """The first of these that can stand beside comments. An address never does: some providers call people by it."""
    for text in texts:
        if not isinstance(text, str):
            continue
        with suppress(ValidationError):
            cleaning.refuse_unstorable(text, name="")
            name = cleaning.clean_line(text).lstrip("@")[:LONGEST_NAME].strip()
            if name and "@" not in name:
                return name
    return ""
