"""The account pages that are more than django-allauth's own views with our templates."""

from io import BytesIO

import qrcode
from allauth.account import views as account_views
from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn_views
from allauth.usersessions.models import UserSession
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from qrcode.image.svg import SvgPathFillImage

from blog_site.accounts import kept_words
from blog_site.accounts.commenters import is_commenter
from blog_site.accounts.events import address_of, record
from blog_site.accounts.forms import has_to_wait
from blog_site.accounts.gate import needs_second_factor
from blog_site.accounts.models import AccountEvent, Allowance, Exhausted, FirstPassword, Setup
from blog_site.accounts.throttle import limits_of_passkey
from blog_site.accounts.words import browser_in_words
from posts.models import Author


@never_cache
@login_required
@require_safe
def overview(request):
    """What somebody can do with their own account."""
    context = {
        "has_second_factor": is_mfa_enabled(request.user),
        "is_commenter": is_commenter(request.user),
        "shown_name": Author.public_name_of(request.user),
        "may_connect": [way for way in settings.SIGN_IN if way[0] != "email"],
    }
    return render(request, "accounts/overview.html", context)


def _may_use_passkeys(request):
    # Browsers make passkeys for names, not for addresses such as 127.0.0.1.
    return not request.get_host().partition(":")[0].replace(".", "").isdigit() and "[" not in request.get_host()


class Login(account_views.LoginView):
    def get_context_data(self, **kwargs):
        more = {"may_use_passkeys": _may_use_passkeys(self.request), "kept_form": self.kept_form()}
        more |= {"sign_in": () if self.kept_form() else settings.SIGN_IN}
        return super().get_context_data(**kwargs) | more

    def kept_form(self):
        """What somebody was writing when their session ended; the page takes it along."""
        return self.request.POST.get(kept_words.FIELD, "")

    def form_valid(self, form):
        response = super().form_valid(form)
        if not self.request.user.is_authenticated:
            kept_words.put_by(self.request, self.kept_form())
        return response


class LoginAgain(Login):
    """For a form that was sent when its session had ended: the page to log in, with what was sent."""

    def post(self, request, *args, **kwargs):
        response = self.get(request, *args, **kwargs)
        response.status_code = 403
        return response

    def kept_form(self):
        return kept_words.of_form(self.request)

    def get_form_kwargs(self):
        # What was sent is no try to log in.
        return super().get_form_kwargs() | {"data": None, "files": None}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"redirect_field_value": self.request.path_info}

    def _redirect_to_pending_stage(self, request, stage):
        kept_words.put_by(request, self.kept_form())
        return super()._redirect_to_pending_stage(request, stage)


class Logout(account_views.LogoutView):
    def post(self, *args, **kwargs):
        if self.request.user.is_authenticated:
            record(AccountEvent.Kind.LOGOUT, request=self.request, account=self.request.user)
        response = super().post(*args, **kwargs)
        # Pages that were seen go from the browser's memory. Not "storage": what somebody was writing is kept there. Not
        # "cookies": that would be those of every site below the same domain; ours ends by its name.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


class PasswordChange(account_views.PasswordChangeView):
    def form_valid(self, form):
        was_first = FirstPassword.objects.is_due(self.request.user)
        response = super().form_valid(form)
        setup = Setup.load() if was_first and self.request.user.is_superuser else None
        if setup and setup.is_due and response.headers.get("Location") in {reverse("admin:index"), reverse("accounts")}:
            # Once, and on the way to the admin's first page alone: who wanted to go elsewhere goes there.
            response.headers["Location"] = reverse("setup")
        return response

    def get_context_data(self, **kwargs):
        is_temporary = FirstPassword.objects.is_due(self.request.user)
        return super().get_context_data(**kwargs) | {"is_temporary": is_temporary}


class SecondFactor(IndexView):
    def get_context_data(self, **kwargs):
        more = {
            "is_required": needs_second_factor(self.request.user),
            "may_use_passkeys": _may_use_passkeys(self.request),
        }
        return super().get_context_data(**kwargs) | more


class PasskeyLogin(webauthn_views.LoginWebAuthnView):
    def get(self, request, *args, **kwargs):
        try:
            Allowance.objects.use(limits_of_passkey(address_of(request)))
        except Exhausted as error:
            return HttpResponse(has_to_wait(error.seconds).message, content_type="text/plain")
        return super().get(request, *args, **kwargs)


@never_cache
@login_required
@require_safe
@csp_update({"sandbox": True})
def key_picture(request):
    """The key of an authenticator app that is being set up, as a QR code."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404(_("Picture not found."))
    address = get_adapter().build_totp_url(request.user, secret)
    drawn = BytesIO()
    qrcode.make(address, image_factory=SvgPathFillImage).save(drawn)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@never_cache
@login_required
@reauthentication_required(allow_get=True, app="allauth.mfa")
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request):
    """The sessions of an account. POST ends one of them, or all but this one."""
    mine = UserSession.objects.purge_and_list(request.user)
    if request.method == "POST":
        wanted = request.POST.get("session", "")
        ended = [row for row in mine if not row.is_current() and wanted in {"", str(row.pk)}]
        for row in ended:
            row.end()
        if ended:
            record(AccountEvent.Kind.SESSIONS_ENDED, request=request, account=request.user, detail=str(len(ended)))
        messages.info(request, _("The sessions you ended have to log in again."))
        return redirect("usersessions_list")
    mine.sort(key=lambda row: (not row.is_current(), -row.last_seen_at.timestamp()))
    shown = [(row, browser_in_words(row.user_agent)) for row in mine]
    return render(request, "usersessions/usersession_list.html", {"sessions": shown})
