"""OAuth2 providers that tell who somebody is at one address, to whoever brings the token."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter


class ProfileAdapter(OAuth2Adapter):
    profile_url: str

    def complete_login(self, request, app, token, **kwargs):
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers={"Authorization": f"Bearer {token.token}"})
        response.raise_for_status()
        return self.get_provider().sociallogin_from_response(request, response.json())
