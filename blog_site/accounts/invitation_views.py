"""Where an invitation's link leads. Opening it changes nothing; choosing a password there makes the account."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.models import User
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from blog_site.accounts.forms import SetPasswordForm
from blog_site.accounts.inviting import Gone, HasAccount, accept
from blog_site.accounts.models import Invitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    row = Invitation.objects.named_by(token).select_related("author", "by").first()
    if not row or not row.is_open:
        return render(request, "accounts/invitation_gone.html", status=410)
    # The password is compared with what is known of the person.
    person = User(username=row.author.name, email=row.email)
    form = SetPasswordForm(user=person, data=request.POST if request.method == "POST" else None)
    context = {"invitation": row, "form": form}
    if request.method != "POST" or request.user.is_authenticated or not form.is_valid():
        return render(request, "accounts/invitation.html", context)
    try:
        user = accept(request, token, form.cleaned_data["password1"])
    except Gone:
        return render(request, "accounts/invitation_gone.html", status=410)
    except HasAccount:
        return render(request, "accounts/invitation.html", context | {"has_account": True}, status=409)
    messages.success(request, _("Welcome. Your account is ready: tell readers who you are."))
    login = Login(user=user, redirect_url=reverse("profile"))
    return perform_password_login(request, {"username": user.get_username()}, login)
