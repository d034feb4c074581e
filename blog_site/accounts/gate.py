"""What the administration asks of an account before it lets it in."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.http import urlencode

from blog_site.accounts.models import FirstPassword

# The administration's own pages that an account may always open.
FREE = {"login", "logout", "password_change", "jsi18n"}


def page_before(request):
    """The address of the page that this account has to go to first, or None."""
    user = request.user
    if not user.is_authenticated or request.resolver_match.url_name in FREE:
        return None
    query = urlencode({"next": request.get_full_path() if request.method == "GET" else reverse("admin:index")})
    if request.session.get("password_is_temporary"):
        if FirstPassword.objects.is_due(user):
            return f"{reverse('account_change_password')}?{query}"
        del request.session["password_is_temporary"]
    if needs_second_factor(user):
        return f"{reverse('mfa_index')}?{query}"
    return None


def proof_before(request, page=""):
    """The address of "Is it you?", which leads to `page` or to this one; None where this session has answered that
    lately.

    What was posted is typed again afterwards: django-allauth would keep it in the session, and it may be a password.
    """
    if did_recently_reauthenticate(request):
        return None
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        raise PermissionDenied
    return f"{methods[0]['url']}?{urlencode({'next': page or request.get_full_path()})}"


def is_a_reader_here(request, user):
    """Whether a session counts as nobody's on this page: its account has to set up a second factor first, and pages
    outside of the admin and of the account would show it drafts and comments that wait."""
    places = (reverse("admin:index"), reverse("accounts"))
    return settings.STAFF_MFA == "required" and not request.path.startswith(places) and needs_second_factor(user)


def needs_second_factor(user):
    """Whether the blog requires a second factor of this account, and it has none."""
    if settings.STAFF_MFA != "required" or not user.is_staff:
        return False
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return not factors.exists()
