"""Signing in by another site, from a comment's form or from the page to log in; and commenting as somebody else."""

import logging
from http import HTTPStatus

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from blog_site.accounts.coming_in import begin, sent_badly
from blog_site.accounts.gate import proof_before
from blog_site.accounts.views import Logout
from comments import kept_comment
from posts.models import Author

logger = logging.getLogger(__name__)
# What an answer leads to that is not as the provider's documentation says. IntegrityError: the same one came twice.
BROKEN = (
    *(OAuth2Error, RequestException, ImproperlyConfigured, IntegrityError),
    *(KeyError, IndexError, TypeError, ValueError, AttributeError),
)


@csrf_exempt  # a stranger's comment form carries no token; `sent_badly()` checks where this comes from
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request, provider_id):
    """GET shows a button; POST goes to the provider, by way of a page that says so."""
    provider = _provider(request, provider_id)
    if request.method != "POST":
        return render(request, "socialaccount/login.html", {"provider": provider, "next": request.GET.get("next", "")})
    connects = request.POST.get("process") == AuthProcess.CONNECT and request.user.is_authenticated
    if connects and (asked := _proof(request)):
        return redirect(asked)
    began = begin(request)
    if began.response:
        return began.response
    try:
        process = AuthProcess.CONNECT if connects else AuthProcess.LOGIN
        # Whoever changes accounts is asked by the provider which one, where it knows how.
        more = {"auth_params": {"prompt": "select_account"}} if _may_choose(request, provider, connects) else {}
        leading = provider.redirect(request, process, next_url=None if connects else began.next_url, **more)
    except BROKEN as error:
        state = {"next": began.next_url, "process": process}
        return _failed(request, provider, error, {"state": state})
    request.session["connecting"] = {"name": provider.name, "address": leading.headers["Location"]}
    response = redirect("sign_in_connecting")
    response.status_code = HTTPStatus.SEE_OTHER
    return response


@never_cache
@require_safe
def connecting(request):
    """Says that the browser is on its way, and leads there; a slow provider is then nothing to wonder about."""
    to = request.session.get("connecting")
    return render(request, "socialaccount/connecting.html", to) if to else redirect("account_login")


@never_cache
@require_safe
def came_back(request, provider_id):
    """Where a provider sends people back to, with an answer that is asked for."""
    provider = _provider(request, provider_id)
    request.session.pop("connecting", None)
    try:
        return OAuth2CallbackView.adapter_view(provider.get_oauth2_adapter(request))(request)
    except BROKEN as error:
        # The state is used up by now; the form is found without it.
        return _failed(request, provider, error, {"state": {}})


@csrf_exempt  # as `sign_in()`: what was typed is put by even where the page was of another session
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request):
    """Commenting as somebody else: POST puts by what was typed, GET offers the other ways."""
    if request.method == "POST":
        return begin(request).response or redirect("sign_in_change")
    name = Author.public_name_of(request.user) if request.user.is_authenticated else ""
    context = {"form_url": kept_comment.place(request) or "/", "sign_in": settings.SIGN_IN, "shown_name": name}
    return render(request, "accounts/change.html", context)


@csrf_exempt
@never_cache
@require_POST
def leave(request):
    """Logs out from a comment's form, and leads back to it with what was typed."""
    began = begin(request)
    if began.response:
        return began.response
    request.changes_account = True
    response = Logout.as_view()(request)
    response.headers["Location"] = kept_comment.place(request) or began.next_url
    return response


def _provider(request, provider_id):
    try:
        return get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404(_("There is no such page.")) from None


def _proof(request):
    """Where "Is it you?" is asked before a provider is connected, if it was not just now."""
    page = reverse("socialaccount_connections")
    if sent_badly(request):
        return page
    required = account_adapter(request).is_reauthentication_required(app="socialaccount")
    return proof_before(request, page) if required else None


def _may_choose(request, provider, connects):
    return provider.id == "openid_connect" and request.user.is_authenticated and not connects


def _failed(request, provider, error, context):
    logger.warning("sign-in with %s broke off", provider.sub_id, exc_info=not isinstance(error, RequestException))
    try:
        return render_authentication_error(request, provider, exception=error, extra_context=context)
    except ImmediateHttpResponse as answer:
        return answer.response
