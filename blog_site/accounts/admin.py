"""Accounts in the admin: who may do what, and what happened to whom. What changes rights leaves an event."""

from allauth.account import admin as account_admin
from allauth.mfa import admin as mfa_admin
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as social_admin
from allauth.usersessions import admin as sessions_admin
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blog_site.accounts.events import record
from blog_site.accounts.gate import proof_before
from blog_site.accounts.granting import is_last_owner
from blog_site.accounts.mails import tell_owner
from blog_site.accounts.models import AccountEvent
from blog_site.accounts.people_admin import PersonAdmin
from blog_site.accounts.retiring import FORMER, full_name, is_named, retire
from blog_site.accounts.rights import difference, rights_of, rights_of_group
from posts import admin as posts_admin  # noqa: F401 (registers first what is registered anew below)
from posts.desk.base import ListOnly
from posts.models import Author

Kind = AccountEvent.Kind


# What lets somebody in, or further in: whoever sits down at a screen that was left open must not give it to themselves.
GUARDED = {"email", "is_active", "is_staff", "is_superuser", "groups", "user_permissions"}


class AccountForm(UserChangeForm):
    page_of_proof = None  # where “Is it you?” is asked, if it has to be

    def clean(self):
        cleaned = super().clean()
        stays = all(cleaned.get(name, getattr(self.instance, name)) for name in ("is_active", "is_superuser"))
        if not stays and is_last_owner(self.instance):
            raise ValidationError(_("This is the only owner. Make somebody else an owner first."))
        if self.page_of_proof and not GUARDED.isdisjoint(self.changed_data):
            said = _("Before rights or an email address change, confirm that it is you. Then save again.")
            link = format_html('<a href="{}" target="_blank">{}</a>', self.page_of_proof, _("Confirm in a new tab"))
            raise ValidationError(format_html("{} {}", said, link))
        return cleaned


class AccountAdmin(UserAdmin):
    form = AccountForm
    actions = ["end_sessions", "remove_second_factors"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj and request.method == "POST" and request.user.is_superuser:
            form.page_of_proof = proof_before(request)
        return form

    def get_queryset(self, request):
        """Without those that nobody has any more: they stay for the logs alone."""
        former = Concat(Value(FORMER), Cast("pk", CharField()))
        return super().get_queryset(request).exclude(is_active=False, username=former)

    def get_readonly_fields(self, request, obj=None):
        # Nobody gives rights that they don't have, to themselves or to others.
        rights = ["is_staff", "is_superuser", "groups", "user_permissions"]
        return super().get_readonly_fields(request, obj) if request.user.is_superuser else rights

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (request.user.is_superuser or not (obj and obj.is_superuser))

    def get_deleted_objects(self, objs, request):
        """Of an account that stays for the logs there is nothing else to delete, and nothing stands in the way."""
        going = [user for user in objs if not is_named(user)]
        to_delete, counts, needed, protected = super().get_deleted_objects(going, request)
        to_delete += [
            _("The account %(name)s, except its entries in the logs") % {"name": u} for u in objs if is_named(u)
        ]
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=[user.pk for user in objs])
        if any(user.is_superuser for user in objs) and not others.exists():
            protected.append(_("the only account with all permissions"))
        return to_delete, counts, needed, protected

    def delete_view(self, request, object_id, extra_context=None):
        user = self.get_object(request, object_id)
        context = {"stays": is_named(user), "full_name": full_name(user)} if user else {}
        return super().delete_view(request, object_id, context | (extra_context or {}))

    @transaction.atomic
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        before = rights_of(object_id) if request.method == "POST" and object_id else set()
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if before and (changed := difference(before, rights_of(object_id))):
            user = User.objects.get(pk=object_id)
            record(Kind.RIGHTS, request=request, account=user, by=request.user, detail=changed)
        return response

    def log_addition(self, request, user, message):
        record(Kind.MADE, request=request, account=user, by=request.user)
        return super().log_addition(request, user, message)

    def user_change_password(self, request, id, form_url=""):
        if self.has_change_permission(request) and (page := proof_before(request)):
            return redirect(page)
        before = User.objects.filter(pk=id).values_list("password", flat=True).first()
        response = super().user_change_password(request, id, form_url)
        user = User.objects.filter(pk=id).first()
        if user and user.password != before:
            record(Kind.PASSWORD, request=request, account=user, by=request.user)
            tell_owner(request, user, "password")
        return response

    def delete_model(self, request, user):
        if not is_named(user):
            record(Kind.REMOVED, request=request, by=request.user)
            return super().delete_model(request, user)
        keeps = request.POST.get("name") == "keep"
        record(Kind.REMOVED, request=request, account=user, by=request.user)
        return retire(user, name=full_name(user) if keeps else gettext("a former moderator"))

    def has_superuser_permission(self, request):
        return request.user.is_superuser

    @admin.action(description=_("End all sessions of the selected accounts"), permissions=["superuser"])
    def end_sessions(self, request, users):
        rows = list(UserSession.objects.filter(user__in=users).select_related("user"))
        for row in rows:
            row.end()
        for user in {row.user for row in rows}:
            record(Kind.SESSIONS_ENDED, request=request, account=user, by=request.user)
        done = ngettext("%(n)d session was ended.", "%(n)d sessions were ended.", len(rows)) % {"n": len(rows)}
        self.message_user(request, done, messages.SUCCESS)

    @admin.action(description=_("Remove the second factor of the selected accounts"), permissions=["superuser"])
    def remove_second_factors(self, request, users):
        factors = Authenticator.objects.filter(user__in=users).select_related("user")
        owners = {factor.user for factor in factors}
        factors.delete()
        for user in owners:
            record(Kind.FACTOR_REMOVED, request=request, account=user, by=request.user)
            tell_owner(request, user, "factor-removed")
        number = len(owners)
        done = ngettext(
            "The second factor of %(n)d account was removed.",
            "The second factors of %(n)d accounts were removed.",
            number,
        )
        self.message_user(request, done % {"n": number}, messages.SUCCESS)

    def delete_queryset(self, request, users):
        for user in users:
            self.delete_model(request, user)


class GroupRightsAdmin(GroupAdmin):
    @transaction.atomic
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        before = rights_of_group(object_id) if request.method == "POST" and object_id else None
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if before is not None and (changed := difference(before, rights_of_group(object_id))):
            self._record(request, Group.objects.get(pk=object_id), changed)
        return response

    def log_addition(self, request, group, message):
        self._record(request, group, difference(set(), rights_of_group(group.pk)))
        return super().log_addition(request, group, message)

    def delete_model(self, request, group):
        self._record(request, group, gettext("deleted"))
        super().delete_model(request, group)

    def delete_queryset(self, request, groups):
        for group in groups:
            self.delete_model(request, group)

    def _record(self, request, group, changed):
        record(Kind.RIGHTS, request=request, by=request.user, detail=f"group {group.name}: {changed}")


@admin.register(AccountEvent)
class AccountEventAdmin(ListOnly):
    """To be read, and by nobody to be changed: the worker deletes what is older than 30 days."""

    list_display = ["at", "kind", "account", "by", "address", "detail"]
    list_filter = ["kind"]
    list_select_related = ["account", "by"]
    ordering = ["-at", "-pk"]


# The pages that allauth registers show secrets. Owners have their own pages for these; what others may do with them are
# the actions above. Imported here, so that they have been registered by now.
for registered in (account_admin.EmailAddress, mfa_admin.Authenticator, sessions_admin.UserSession):
    admin.site.unregister(registered)
# Keys are in the settings alone, tokens are kept of nobody, and connections are their owner's.
admin.site.unregister([social_admin.SocialAccount, social_admin.SocialApp, social_admin.SocialToken])
admin.site.unregister([User, Group])
admin.site.register(User, AccountAdmin)
admin.site.register(Group, GroupRightsAdmin)
# Posts know their authors; that these are people with accounts and roles is known here alone.
admin.site.unregister(Author)
admin.site.register(Author, PersonAdmin)
