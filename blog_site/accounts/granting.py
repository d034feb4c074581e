"""Whose rights are which role, and how they change: by owners alone, and never one's own."""

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from blog_site.accounts.events import record
from blog_site.accounts.models import AccountEvent
from blog_site.accounts.rights import difference, rights_of
from blog_site.accounts.role import GROUPS, Role
from comments.models import Batch


def role_of(user):
    """The Role of an account; None for one that has none, or whose rights were put together by hand."""
    if user.is_superuser:
        return Role.OWNER if user.is_staff else None
    names = {group.name for group in user.groups.all()}
    highest = next((role for role in (Role.EDITOR, Role.AUTHOR) if GROUPS[role] in names), None)
    return highest if user.is_staff else None


def role_in_words(user):
    if role := role_of(user):
        return role.label
    return _("Other rights") if user.is_staff else _("Reader")


def set_flags(user, role):
    """Gives an account a role's rights and takes those of the others; its other groups stay. Saves it."""
    user.is_staff, user.is_superuser = True, role == Role.OWNER
    user.save(update_fields=["is_staff", "is_superuser"])
    user.groups.remove(*Group.objects.filter(name__in=GROUPS.values()).exclude(name=GROUPS.get(role)))
    if role in GROUPS:
        user.groups.add(Group.objects.get_or_create(name=GROUPS[role])[0])


@transaction.atomic
def change_role(request, user, role):
    """Raises ValidationError where the rules forbid it: see `require_owner()`."""
    user = require_owner(request, user)
    with _recorded(request, user):
        set_flags(user, role)


@transaction.atomic
def deactivate(request, user):
    """Ends an account's sessions and keeps it out until somebody lets it in again. What it wrote stays."""
    user = require_owner(request, user)
    with _recorded(request, user):
        user.is_active = False
        user.save(update_fields=["is_active"])
    Batch.objects.filter(by=user, state=Batch.State.RUNNING).update(state=Batch.State.STOPPED)
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def reactivate(request, user):
    user = require_owner(request, user)
    with _recorded(request, user):
        user.is_active = True
        user.save(update_fields=["is_active"])


def require_owner(request, user):
    """The other account, locked, where who asks is an owner at this moment, and it is not their own.

    All owners are locked in one order: of two who take each other's rights at once the second has none any more.
    """
    owners = list(active_owners().select_for_update().order_by("pk"))
    if request.user.pk not in {owner.pk for owner in owners}:
        raise ValidationError(_("Only owners can do this."))
    if user.pk == request.user.pk:
        raise ValidationError(_("You can’t change your own rights. Ask another owner."))
    return User.objects.select_for_update().get(pk=user.pk)


def active_owners():
    return User.objects.filter(is_superuser=True, is_active=True)


def is_last_owner(user):
    """Whether nobody else could manage the blog. Locks the owners: call it in a transaction."""
    owners = {owner.pk for owner in active_owners().select_for_update().order_by("pk")}
    return owners == {user.pk}


class _recorded:
    """Keeps as an event which rights were changed within."""

    def __init__(self, request, user):
        self.request, self.user = request, user

    def __enter__(self):
        self.before = rights_of(self.user.pk)

    def __exit__(self, error, *_others):
        if not error and (changed := difference(self.before, rights_of(self.user.pk))):
            by = self.request.user
            record(AccountEvent.Kind.RIGHTS, request=self.request, account=self.user, by=by, detail=changed)
