"""Accounts in the admin, and what becomes of one that is deleted.

Where a log says that it did something, the row of the account stays, without the person: no row of a log is changed or
lost by it. An account of which no log says anything is deleted.
"""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog_site.moving.models import Import
from comments.models import Batch, Decision, Note

LOGS = [(Decision, "actor"), (Note, "author"), (Import, "by"), (LogEntry, "user")]
FORMER = "former-"  # begins the user name of an account that nobody has any more


def is_named(user):
    """Whether a log says that this account did something."""
    return any(model.objects.filter(**{field: user}).exists() for model, field in LOGS)


def full_name(user):
    return user.get_full_name() or user.get_username()


@transaction.atomic
def retire(user, *, name):
    """Takes the person out of the account, for good: nobody can log in with it, and nothing is left of who it was
    but `name`, by which the logs call it. What it signs as an author stays signed."""
    Batch.objects.filter(by=user, state=Batch.State.RUNNING).update(state=Batch.State.STOPPED)
    user.groups.clear()
    user.user_permissions.clear()
    user.username, user.first_name, user.last_name = f"{FORMER}{user.pk}", name[:150], ""
    user.email, user.last_login = "", None
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    of_users = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    of_users.update(object_repr=str(user))


class AccountAdmin(UserAdmin):
    def get_queryset(self, request):
        """Without those that nobody has any more: they stay for the logs alone."""
        former = Concat(Value(FORMER), Cast("pk", CharField()))
        return super().get_queryset(request).exclude(is_active=False, username=former)

    def get_deleted_objects(self, objs, request):
        """Of an account that stays for the logs there is nothing else to delete, and nothing stands in the way."""
        going = [user for user in objs if not is_named(user)]
        told, counts, needed, protected = super().get_deleted_objects(going, request)
        told += [_("The account %(name)s, all but its place in the logs") % {"name": u} for u in objs if is_named(u)]
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=[user.pk for user in objs])
        if any(user.is_superuser for user in objs) and not others.exists():
            protected.append(_("the last account that may do everything"))
        return told, counts, needed, protected

    def delete_view(self, request, object_id, extra_context=None):
        user = self.get_object(request, object_id)
        context = {"stays": is_named(user), "full_name": full_name(user)} if user else {}
        return super().delete_view(request, object_id, context | (extra_context or {}))

    def delete_model(self, request, user):
        if not is_named(user):
            return super().delete_model(request, user)
        keeps = request.POST.get("name") == "keep"
        return retire(user, name=full_name(user) if keeps else gettext("a former moderator"))

    def delete_queryset(self, request, users):
        for user in users:
            self.delete_model(request, user)


admin.site.unregister(User)
admin.site.register(User, AccountAdmin)
