"""Which account a name and a password are for: the one place that answers it."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import Q

from blog_site.accounts.models import FirstPassword


def find_account(name):
    """The active account of this user name or e-mail address, in any case; None if there is none, or more than one.

    A user name goes before an address: an account whose name looks like another's address gets nothing of the other's.
    """
    name = name.strip()
    if not name or "\x00" in name:
        return None
    rows = list(User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name), is_active=True)[:10])
    for matches in (
        [user for user in rows if user.username == name],
        [user for user in rows if user.username.lower() == name.lower()],
        [user for user in rows if user.email.lower() == name.lower()],
    ):
        if matches:
            return matches[0] if len(matches) == 1 else None
    return None


class NameOrAddress(ModelBackend):
    def authenticate(self, request, username=None, password=None, **others):
        """The account, or None. Takes as long for a name that nobody has as for a wrong password."""
        if username is None or password is None:
            return None
        user = find_account(username)
        if user is None:
            User().set_password(password)
            return None
        before = user.password
        if not user.check_password(password):
            return None
        if user.password != before:
            # Hashed anew, as Django does where its way of hashing has changed: it is the same password still.
            FirstPassword.objects.filter(user=user, password=before).update(password=user.password)
        return user
