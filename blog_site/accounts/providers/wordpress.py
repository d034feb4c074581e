"""Sign-in by WordPress.com: what it calls Connect, with the scope `auth`, which may read one's own profile alone."""

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from blog_site.accounts.providers.openid import told_address
from blog_site.accounts.providers.profile import ProfileAdapter


class Adapter(ProfileAdapter):
    provider_id = "wordpress"
    authorize_url = "https://public-api.wordpress.com/oauth2/authorize"
    access_token_url = "https://public-api.wordpress.com/oauth2/token"  # noqa: S105 (an address)
    profile_url = "https://public-api.wordpress.com/rest/v1.1/me"


class Provider(OAuth2Provider):
    id = "wordpress"
    name = "WordPress.com"
    account_class = ProviderAccount
    oauth2_adapter_class = Adapter

    def get_default_scope(self):
        return ["auth"]

    def extract_uid(self, data):
        return str(int(data["ID"]))

    def extract_common_fields(self, data):
        return {"name": data.get("display_name"), "username": data.get("username")}

    def extract_email_addresses(self, data):
        """Verified where it says so, and nowhere says otherwise."""
        said = [data[field] for field in ("email_verified", "verified") if field in data]
        return told_address(data.get("email"), is_verified=bool(said) and all(value is True for value in said))
