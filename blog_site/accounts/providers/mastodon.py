"""Sign-in by one server that speaks Mastodon's API: the operator's choice, in `MASTODON_URL`. It tells no address."""

from urllib.parse import urlsplit

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from blog_site.accounts.providers.profile import ProfileAdapter


class Adapter(ProfileAdapter):
    provider_id = "mastodon"

    def _at(self, path):
        return self.get_provider().app.settings["server_url"] + path

    @property
    def authorize_url(self):
        return self._at("/oauth/authorize")

    @property
    def access_token_url(self):
        return self._at("/oauth/token")

    @property
    def profile_url(self):
        return self._at("/api/v1/accounts/verify_credentials")


class Provider(OAuth2Provider):
    id = "mastodon"
    name = "Mastodon"
    account_class = ProviderAccount
    oauth2_adapter_class = Adapter
    pkce_enabled_default = True

    def get_default_scope(self):
        return ["read:accounts"]

    def extract_uid(self, data):
        """With the server's name: numbers begin anew on each."""
        return f"{urlsplit(self.app.settings['server_url']).netloc}:{data['id']}"

    def extract_common_fields(self, data):
        return {"name": data.get("display_name"), "username": data.get("username")}
