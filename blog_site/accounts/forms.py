"""The forms of the account pages: django-allauth's, in our words, and with our counts of tries."""

from datetime import timedelta

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog_site.accounts import device
from blog_site.accounts.events import address_of, record
from blog_site.accounts.mails import send_reset_links
from blog_site.accounts.models import AccountEvent, Allowance, Exhausted
from blog_site.accounts.throttle import limit, limits_of_asking, limits_of_code, limits_of_mails
from posts import outbox

USED = timedelta(minutes=5)  # longer than a code is good for
LONGEST = 4096  # characters of a password: hashing more than that is work that an attacker could ask for


def has_to_wait(seconds):
    """The error for who has tried too often; the answer becomes a 429 (`middleware.refusals`)."""
    context.request.retry_after = seconds
    minutes = -(-seconds // 60)
    return ValidationError(
        ngettext(
            "Too many failed attempts. Try again in %(n)d minute.",
            "Too many failed attempts. Try again in %(n)d minutes.",
            minutes,
        )
        % {"n": minutes},
        code="throttled",
    )


class Plain:
    """Fields whose label says what they are for."""

    labels: dict[str, object] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            for attribute in ("placeholder", "maxlength"):  # browsers cut what is pasted without a word
                field.widget.attrs.pop(attribute, None)
            field.label = self.labels.get(name, field.label)
            field.help_text = ""


class LoginForm(Plain, forms.Form):
    username = forms.CharField(
        label=gettext_lazy("Username or email address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, request, **kwargs):
        self.request, self.user = request, None
        super().__init__(*args, **kwargs)

    def clean(self):
        if self.errors:
            return self.cleaned_data
        typed = {name: self.cleaned_data[name] for name in ("username", "password")}
        try:
            self.user = get_adapter().authenticate(self.request, **typed)
        except Exhausted as error:
            raise has_to_wait(error.seconds) from None
        if not self.user:
            raise ValidationError(
                _("The username or the password is wrong. Check both. Passwords are case-sensitive."),
                code="invalid_login",
            )
        return self.cleaned_data

    def login(self, request, redirect_url=None):
        login = Login(user=self.user, redirect_url=redirect_url)
        return perform_password_login(request, {"username": self.user.get_username()}, login)


class ReauthenticateForm(Plain, account_forms.ReauthenticateForm):
    labels = {"password": gettext_lazy("Password")}

    def clean_password(self):
        try:
            return super().clean_password()
        except Exhausted as error:
            raise has_to_wait(error.seconds) from None


class NewPassword(Plain):
    labels = {
        "oldpassword": gettext_lazy("Current password"),
        "password1": gettext_lazy("New password"),
        "password2": gettext_lazy("New password (again)"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())
        for name in ("password1", "password2"):
            self.fields[name].max_length = LONGEST


class ChangePasswordForm(NewPassword, account_forms.ChangePasswordForm):
    def clean_oldpassword(self):
        typed = self.cleaned_data.get("oldpassword", "")
        try:
            is_right = get_adapter().reauthenticate(self.user, typed)
        except Exhausted as error:
            raise has_to_wait(error.seconds) from None
        if not is_right:
            raise get_adapter().validation_error("enter_current_password")
        return typed

    def clean_password1(self):
        new = self.cleaned_data["password1"]
        if new == self.cleaned_data.get("oldpassword"):
            raise ValidationError(_("This is your current password. Choose another."), code="unchanged")
        return new


class SetPasswordForm(NewPassword, account_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(NewPassword, account_forms.ResetPasswordKeyForm):
    pass


class ResetPasswordForm(Plain, forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Email address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean(self):
        if not self.errors:
            try:
                Allowance.objects.use(limits_of_asking(address_of(context.request)))
            except Exhausted as error:
                raise has_to_wait(error.seconds) from None
        return self.cleaned_data

    def save(self, request, **kwargs):
        """Queues the mail; nothing here depends on whether there is such an account."""
        email = self.cleaned_data["email"]
        try:
            Allowance.objects.use(limits_of_mails(email))
        except Exhausted:
            return email  # the links of the last mails still work
        outbox.put(send_reset_links, email, address_of(request))
        return email


class Code(Plain):
    """A code of the second factor, each of which counts once, in whichever process it is typed."""

    labels = {"code": gettext_lazy("Code")}

    def clean_code(self):
        user, request = self.user, context.request
        limits = limits_of_code(user, device.name_for(request, user))
        try:
            was_last = Allowance.objects.use(limits)
        except Exhausted as error:
            raise has_to_wait(error.seconds) from None
        try:
            code = super().clean_code()
            Allowance.objects.use([limit(1, USED, "code used", user.pk, code.strip())])
        except Exhausted:
            raise mfa_adapter().validation_error("incorrect_code") from None
        except ValidationError:
            if was_last:
                record(AccountEvent.Kind.THROTTLED, request=request, account=user, detail="second factor")
            raise
        Allowance.objects.give_back(limits)
        return code


class AuthenticateForm(Code, mfa_forms.AuthenticateForm):
    pass


class MFAReauthenticateForm(Code, mfa_forms.ReauthenticateForm):
    pass


class ActivateForm(Code, ActivateTOTPForm):
    pass


class AddPasskeyForm(Plain, webauthn_forms.AddWebAuthnForm):
    labels = {
        "name": gettext_lazy("Name of the passkey"),
        "passwordless": gettext_lazy("Log in with this passkey alone, without a password"),
    }


class RenamePasskeyForm(Plain, webauthn_forms.EditWebAuthnForm):
    labels = {"name": gettext_lazy("Name of the passkey")}


class Answer:
    """What a browser answers for a passkey: a JSON object of its own making, which anybody can send otherwise."""

    def full_clean(self):
        try:
            super().full_clean()
        except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError):
            self.add_error(None, mfa_adapter().validation_error("incorrect_code"))


class LoginPasskeyForm(Answer, webauthn_forms.LoginWebAuthnForm):
    pass


class AuthenticatePasskeyForm(Answer, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(Answer, webauthn_forms.ReauthenticateWebAuthnForm):
    pass
