"""Every address of accounts: nothing of django-allauth's that is not named here. docs/accounts.md lists them.

The names are django-allauth's, which looks its pages up by them.
"""

from allauth.account import views
from django.urls import include, path, re_path

from blog_site.accounts import code_views, sign_in_views
from blog_site.accounts.connection_views import connections, delete_account
from blog_site.accounts.invitation_views import invitation
from blog_site.accounts.profile import profile
from blog_site.accounts.providers import keys
from blog_site.accounts.views import (
    Login,
    Logout,
    PasskeyLogin,
    PasswordChange,
    SecondFactor,
    key_picture,
    overview,
    sessions,
)

SIGNING_IN = [
    ("login", "login/", sign_in_views.sign_in),
    ("callback", "login/callback/", sign_in_views.came_back),
]

urlpatterns = [
    path("", overview, name="accounts"),
    path("profile/", profile, name="profile"),
    re_path(r"^invitation/(?P<token>[\w:-]{1,200})/$", invitation, name="account_invitation"),
    path("login/", Login.as_view(), name="account_login"),
    path("logout/", Logout.as_view(), name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", PasswordChange.as_view(), name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>.{1,100})/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("connections/", connections, name="socialaccount_connections"),
    path("delete/", delete_account, name="account_delete"),
    path("connecting/", sign_in_views.connecting, name="sign_in_connecting"),
    path("change/", sign_in_views.change, name="sign_in_change"),
    path("leave/", sign_in_views.leave, name="sign_in_leave"),
    path("code/", code_views.ask, name="sign_in_code"),
    path("code/enter/", code_views.enter, name="sign_in_code_enter"),
    *(
        path(f"{name}/{tail}", view, {"provider_id": name}, name=f"{name}_{what}")
        for name in keys.OAUTH
        for what, tail, view in SIGNING_IN
    ),
    # OpenID Connect: django-allauth has one name for all of its providers.
    *(
        re_path(rf"^(?P<provider_id>{'|'.join(keys.OPENID)})/{tail}$", view, name=f"openid_connect_{what}")
        for what, tail, view in SIGNING_IN
    ),
    path("sessions/", sessions, name="usersessions_list"),
    path("2fa/", SecondFactor.as_view(), name="mfa_index"),
    path("2fa/totp/key.svg", key_picture, name="mfa_totp_picture"),
    path("2fa/webauthn/login/", PasskeyLogin.as_view(), name="mfa_login_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
]
