"""What the administration asks of an account before it lets it in."""

from allauth.mfa.models import Authenticator
from django.conf import settings
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


def needs_second_factor(user):
    """Whether the blog requires a second factor of this account, and it has none."""
    if settings.STAFF_MFA != "required" or not user.is_staff:
        return False
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return not factors.exists()
