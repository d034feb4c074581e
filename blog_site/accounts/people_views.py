"""What is done with a person beside the form: invite, change rights, deactivate, hand over posts."""

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog_site.accounts import granting, inviting
from blog_site.accounts.events import record
from blog_site.accounts.models import AccountEvent
from blog_site.accounts.person_forms import HandOverForm, InvitationForm, RightsForm
from blog_site.accounts.role import Role
from comments import recipients
from posts.models import Post

EDIT_OTHERS = "posts.edit_others_posts"
is_it_you = reauthentication_required(app="allauth.mfa")


class PeopleViews(admin.ModelAdmin):
    """Mixed into the admin of people. What gives or takes rights asks for the password first, and is for owners."""

    def get_urls(self):
        def route(address, view, name):
            return path(address, self.admin_site.admin_view(view), name=f"posts_author_{name}")

        return [
            route("invite/", is_it_you(self.invite), "invite"),
            route("<int:pk>/invite/", is_it_you(self.invite), "invite_byline"),
            route("<int:pk>/invitation/", is_it_you(self.invitation), "invitation"),
            route("<int:pk>/rights/", is_it_you(self.rights), "rights"),
            route("<int:pk>/deactivate/", is_it_you(self.deactivate), "deactivate"),
            route("<int:pk>/hand-over/", self.hand_over, "hand_over"),
            *super().get_urls(),
        ]

    # --- Invitations

    def invite(self, request, pk=None):
        self._require_owner(request)
        person = self._person(request, pk) if pk else None
        if person and (person.user_id or hasattr(person, "invitation")):
            return self._to(person)
        form = InvitationForm(request.POST or None, author=person)
        if request.method == "POST" and form.is_valid():
            invitation = self._refusable(request, form, inviting.invite, author=person, **form.cleaned_data)
            if invitation:
                message = _("%(name)s was invited. The link in the email works for three days.")
                messages.success(request, message % {"name": invitation.author.name})
                self._tell_if_mails_go_nowhere(request)
                return self._to(invitation.author)
        title = _("Invite %(name)s") % {"name": person.name} if person else _("Invite a person")
        return self._page(request, person, form, title=title, button=_("Send the invitation"), kind="invite")

    def invitation(self, request, pk):
        """Sends an invitation again, or revokes it."""
        self._require_owner(request)
        person = self._person(request, pk)
        invitation = getattr(person, "invitation", None)
        if request.method != "POST" or not invitation:
            return self._to(person)
        if "revoke" in request.POST:
            inviting.revoke(request, invitation)
            messages.success(request, _("The invitation was revoked. Its link no longer works."))
            return redirect("admin:posts_author_changelist")
        inviting.send_again(request, invitation)
        messages.success(request, _("The invitation was sent again. The link in the earlier email no longer works."))
        self._tell_if_mails_go_nowhere(request)
        return self._to(person)

    def _tell_if_mails_go_nowhere(self, request):
        if recipients.mails_go_nowhere():
            no_server = _(
                "No mail server is set (EMAIL_URL). Emails are written to the server’s output and reach nobody."
            )
            messages.warning(request, no_server)

    # --- Rights

    def rights(self, request, pk):
        self._require_owner(request)
        person = self._with_account(request, pk)
        user, role = person.user, granting.role_of(person.user)
        form = RightsForm(request.POST or None, user=user, initial={"email": user.email, "role": role})
        is_sent = request.method == "POST" and form.is_valid()
        if is_sent and self._refusable(request, form, self._change_rights, user=user, **form.cleaned_data):
            messages.success(request, _("Role and email address of %(name)s were saved.") % {"name": person.name})
            return self._to(person)
        title = _("Role and email address of %(name)s") % {"name": person.name}
        return self._page(request, person, form, title=title, button=_("Save"), kind="rights", other=not role)

    @transaction.atomic
    def _change_rights(self, request, *, user, email, role):
        user = granting.require_owner(request, user)
        if user.email != email:
            user.email = email
            user.save(update_fields=["email"])
            record(AccountEvent.Kind.RIGHTS, request=request, account=user, by=request.user, detail="email address")
        granting.change_role(request, user, Role(role))
        return user

    def deactivate(self, request, pk):
        """Or lets in again who is deactivated."""
        self._require_owner(request)
        person = self._with_account(request, pk)
        act = granting.deactivate if person.user.is_active else granting.reactivate
        wanted = request.POST.get("state", "deactivated" if person.user.is_active else "active")
        if request.method == "POST":
            # Pressed twice, or by two: once is enough.
            if (wanted == "active") != person.user.is_active:
                try:
                    act(request, person.user)
                except ValidationError as error:
                    messages.error(request, error.message)
                    return self._to(person)
            done = _("%(name)s can log in again.") if wanted == "active" else _("%(name)s was deactivated.")
            messages.success(request, done % {"name": person.name})
            return self._to(person)
        title = _("Reactivate %(name)s") if wanted == "active" else _("Deactivate %(name)s")
        title %= {"name": person.name}
        return self._page(request, person, None, title=title, button=title, kind=f"to_{wanted}")

    # --- Posts

    def may_hand_over(self, request):
        return request.user.has_perm(EDIT_OTHERS)

    def hand_over(self, request, pk):
        if not self.may_hand_over(request):
            raise PermissionDenied
        person = self._person(request, pk)
        form = HandOverForm(request.POST or None, author=person)
        if request.method == "POST" and form.is_valid():
            to = form.cleaned_data["to"]
            number = self._hand_over(request, person, to)
            message = ngettext(
                "%(n)d post was handed over to %(name)s.", "%(n)d posts were handed over to %(name)s.", number
            )
            messages.success(request, message % {"n": number, "name": to.name})
            return self._to(person)
        number = Post.objects.filter(author=person).count()
        title = _("Hand over the posts of %(name)s") % {"name": person.name}
        button = ngettext("Hand over %(n)d post", "Hand over %(n)d posts", number) % {"n": number}
        return self._page(request, person, form, title=title, button=button, kind="hand_over", number=number)

    @transaction.atomic
    def _hand_over(self, request, person, to):
        """How many posts, drafts and those in the trash among them, have another author now."""
        number = Post.objects.filter(author=person).update(author=to)
        self.log_change(request, person, f"{number} → {to.name} ({to.pk})")
        return number

    # --- What all of them do

    def _require_owner(self, request):
        if not request.user.is_superuser:
            raise PermissionDenied

    def _person(self, request, pk):
        if not (person := self.get_queryset(request).filter(pk=pk).first()):
            raise Http404(_("There is no such page."))
        return person

    def _with_account(self, request, pk):
        person = self._person(request, pk)
        if not person.user_id or person.user_id == request.user.pk:
            raise Http404(_("There is no such page."))
        return person

    def _to(self, person):
        return redirect(reverse("admin:posts_author_change", args=[person.pk]))

    def _refusable(self, request, form, act, **details):
        """What `act` returns; None where the rules forbid it, which the form then says."""
        try:
            return act(request, **details)
        except ValidationError as error:
            form.add_error(None, error)
            return None

    def _page(self, request, person, form, *, kind, **context):
        context |= {"opts": self.opts, "person": person, "form": form, "kind": kind}
        context["goes_nowhere"] = kind == "invite" and recipients.mails_go_nowhere()
        status = 422 if form is not None and form.errors else 200
        site = self.admin_site.each_context(request)
        return render(request, "admin/people/action.html", site | context, status=status)
