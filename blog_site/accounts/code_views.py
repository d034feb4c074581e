"""Signing in by a code that is mailed: for anybody with an address, with the same answers for every address."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog_site.accounts import commenters, sign_in_code
from blog_site.accounts.coming_in import begin, next_page, sent_badly
from blog_site.accounts.events import address_of, record
from blog_site.accounts.forms import has_to_wait
from blog_site.accounts.mails import send_sign_in_code
from blog_site.accounts.models import AccountEvent, Allowance, Exhausted
from blog_site.accounts.throttle import limits_of_code_typed, limits_of_codes_asked, limits_of_codes_mailed
from comments import kept_comment
from posts import outbox
from posts.email_addresses import validate_email


class AskForm(forms.Form):
    email = forms.CharField(
        label=gettext_lazy("Email address"),
        max_length=commenters.LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, request, **kwargs):
        self.request = request
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.pop("maxlength", None)

    def clean_email(self):
        validate_email(self.cleaned_data["email"])
        return self.cleaned_data["email"]

    def clean(self):
        if not self.errors:
            _count(limits_of_codes_asked(address_of(self.request)))
        return self.cleaned_data


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, *args, pending, **kwargs):
        self.pending, self.user = pending, None
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("maxlength", None)

    def clean_code(self):
        _count(limits_of_code_typed(self.pending["nonce"]))
        typed = "".join(self.cleaned_data["code"].split()).replace("-", "")
        wrong = ValidationError(_("This code is wrong. Check the newest email, or ask for another code."))
        # First: the time that a wrong one takes must not tell whether there is an account.
        if not sign_in_code.is_right(typed, self.pending):
            raise wrong
        try:
            self.user = commenters.account_of(self.pending["email"])
        except commenters.HasRights:
            raise wrong from None  # nobody was mailed a code for it
        return typed


@csrf_exempt  # as `sign_in_views.sign_in()`
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    """Asks for the address. A comment's form leads here as well, and may have one in it."""
    if not settings.SIGN_IN_BY_EMAIL:
        raise Http404(_("There is no such page."))
    if request.method == "POST" and "post" in request.POST:
        return begin(request).response or redirect("sign_in_code")
    problem = sent_badly(request) if request.method == "POST" else ""
    sent = request.POST if request.method == "POST" and not problem and "email" in request.POST else None
    typed = request.POST.get("email") or kept_comment.fields(request).get("email", "")
    form = AskForm(sent, request=request, initial={"email": typed})
    if sent and form.is_valid():
        return _mailed(request, form.cleaned_data["email"])
    asked_next = next_page(request) if request.method == "POST" else ""
    context = {"form": form, "problem": problem, "redirect_field_value": asked_next}
    context |= {"form_url": kept_comment.place(request)}
    return render(request, "accounts/code_ask.html", context, status=422 if form.errors or problem else 200)


def _mailed(request, email):
    nonce = sign_in_code.begin(request, email)
    request.session["sign_in_next"] = next_page(request)
    try:
        Allowance.objects.use(limits_of_codes_mailed(email))
    except Exhausted:
        sign_in_code.leave_out(request)
        return redirect("sign_in_code_enter")  # the same answer; the mailbox has had enough
    outbox.put(send_sign_in_code, email, nonce, address_of(request), timezone.now().isoformat())
    return redirect("sign_in_code_enter")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request):
    """Takes the code. The account is made here, for who has read the mail."""
    pending = sign_in_code.pending_code(request)
    if not pending or not settings.SIGN_IN_BY_EMAIL:
        return redirect("sign_in_code" if settings.SIGN_IN_BY_EMAIL else "account_login")
    form = CodeForm(request.POST if request.method == "POST" else None, pending=pending)
    if request.method == "POST" and form.is_valid():
        return _signed_in(request, form.user, pending["email"])
    context = {"form": form, "email": pending["email"], "minutes": sign_in_code.MINUTES}
    context |= {"form_url": kept_comment.place(request)}
    return render(request, "accounts/code_enter.html", context, status=422 if form.errors else 200)


def _signed_in(request, user, email):
    if user is None:
        name = commenters.shown_name(kept_comment.fields(request).get("name"))
        user = commenters.save_new(User(email=email, first_name=name))
        record(AccountEvent.Kind.MADE, request=request, account=user, detail="email")
    else:
        commenters.note_proof(user)
    next_url = request.session.pop("sign_in_next", "/")
    sign_in_code.forget(request)
    if request.user.is_authenticated:
        request.changes_account = True
        get_adapter().logout(request)
    record_authentication(request, user, method="code", email=email)
    return perform_login(request, Login(user=user, redirect_url=next_url, email=email))


def _count(limits):
    try:
        Allowance.objects.use(limits)
    except Exhausted as error:
        raise has_to_wait(error.seconds) from None
