"""The other sites that an account is connected to, and the end of a commenter's account."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.logout import logout
from allauth.socialaccount.internal.flows.connect import disconnect
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from blog_site.accounts import commenters, leaving
from blog_site.accounts.gate import proof_before
from posts.ids import parse_id


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def connections(request):
    """GET lists them; POST disconnects one, unless nothing else would be left to sign in with."""
    mine = SocialAccount.objects.filter(user=request.user).order_by("pk")
    if request.method == "POST":
        account = get_object_or_404(mine, pk=parse_id(request.POST.get("account", "")))
        if asked := _proof(request):
            return redirect(asked)
        if _is_last_way(request.user, mine):
            messages.error(request, _("This is your only way to sign in. Add another one first."))
        else:
            disconnect(request, account)
        return redirect("socialaccount_connections")
    names = dict(settings.SIGN_IN)
    listed = [(account, names.get(account.provider)) for account in mine]
    others = [way for way in settings.SIGN_IN if way[0] not in {account.provider for account in mine} | {"email"}]
    context = {"connections": [(account, name or account.provider) for account, name in listed], "others": others}
    return render(request, "accounts/connections.html", context)


def _is_last_way(user, mine):
    by_email = settings.SIGN_IN_BY_EMAIL and user.email and commenters.is_commenter(user)
    configured = {provider for provider, _name in settings.SIGN_IN}
    left = sum(account.provider in configured for account in mine) - 1
    return not (left > 0 or by_email or user.has_usable_password())


def _proof(request):
    """Where "Is it you?" is asked first; None for a commenter, who has nothing to answer with."""
    return proof_before(request) if get_adapter(request).is_reauthentication_required(app="socialaccount") else None


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request):
    """A commenter's account ends: GET asks what becomes of the comments, POST does it. Accounts with rights are
    ended by owners, in the admin."""
    if not commenters.is_commenter(request.user):
        raise PermissionDenied(_("Your account has rights on this blog. Ask an owner to delete it."))
    if request.method == "POST":
        if asked := _proof(request):
            return redirect(asked)
        user, proof = request.user, leaving.own_comments(request)
        logout(request, show_message=False)
        leaving.end(user, proof, comments=request.POST.get("comments"))
        messages.success(request, _("Your account was deleted."))
        return redirect("account_login")
    context = {"written": leaving.own_comments(request).own().count()}
    return render(request, "accounts/delete.html", context)
