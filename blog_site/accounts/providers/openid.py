"""Sign-in by OpenID Connect, and so by Google: django-allauth's, with the checks that the standard asks for.

django-allauth trusts the connection over which an ID token came. Here the token's signature is checked as well, and
that it was made for this very sign-in (its nonce), for this blog, by this provider, about the person that the provider
then tells of.
"""

import hashlib

import jwt
from allauth.core.internal.datakit import parse_bool_safely
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache

DISCOVERED_FOR = 600  # seconds for which the provider's own description of itself is kept
# Made with a private key: with a shared one ("HS256"), whoever knows the public key could sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CLOCKS_DIFFER = 60  # seconds


def nonce_of(code_verifier):
    """What the ID token has to repeat: it is bound to the browser by the same secret as the code is."""
    return hashlib.sha256(f"nonce:{code_verifier}".encode()).hexdigest()


class Adapter(OpenIDConnectOAuth2Adapter):
    code_verifier = ""

    @property
    def openid_config(self):
        """What the provider says of itself."""
        address = self.get_provider().server_url
        key = f"openid:{hashlib.sha256(address.encode()).hexdigest()}"
        config = cache.get(key)
        if not config:
            config = self._get_json(address)
            if not address.startswith(f"{config['issuer'].rstrip('/')}/.well-known/"):
                raise OAuth2Error("The provider calls itself by another address.")
            cache.set(key, config, DISCOVERED_FOR)
        return config

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None):
        self.code_verifier = pkce_code_verifier
        return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request, app, token, **kwargs):
        proven = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        claims = proven
        if "userinfo_endpoint" in self.openid_config:
            claims = self._fetch_user_info(token.token)
            if claims.get("sub") != proven["sub"]:
                raise OAuth2Error("The ID token and the profile are of two people.")
        issuer = self.openid_config["issuer"]
        return self.get_provider().sociallogin_from_response(request, {**claims, "iss": issuer})

    def _decode_id_token(self, app, id_token):
        """What the ID token says, once all of it was checked."""
        if not self.code_verifier:
            raise OAuth2Error("There is no secret that this answer could be compared with.")
        try:
            claims = jwt.decode(
                id_token,
                key=self._key_of(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCKS_DIFFER,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"The ID token is wrong: {error}") from error
        if claims["nonce"] != nonce_of(self.code_verifier) or claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The ID token was made for another sign-in.")
        return claims

    def _key_of(self, id_token):
        """The public key that the token names; the only one where it names none."""
        name = jwt.get_unverified_header(id_token).get("kid")
        keys = jwt.PyJWKSet.from_dict(self._get_json(self.openid_config["jwks_uri"])).keys
        matching = [key for key in keys if name is None or key.key_id == name]
        if len(matching) != 1:
            raise OAuth2Error("The ID token names no key of the provider.")
        return matching[0]

    def _get_json(self, address):
        with get_adapter().get_requests_session() as session:
            response = session.get(address)
        response.raise_for_status()
        return response.json()


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Adapter
    supports_token_authentication = False
    pkce_enabled_default = True

    def get_pkce_params(self):
        params = super().get_pkce_params()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def extract_uid(self, data):
        """A person of that provider: another one, to which the setting may change, can't name the same."""
        return hashlib.sha256(f"{data['iss']}\n{data['sub']}".encode()).hexdigest()

    def extract_common_fields(self, data):
        return {"name": data.get("name") or data.get("nickname"), "username": data.get("preferred_username")}

    def extract_email_addresses(self, data):
        return told_address(data.get("email"), is_verified=parse_bool_safely(data.get("email_verified")))


def told_address(email, *, is_verified):
    """The address that a provider tells of, as django-allauth has it."""
    from allauth.account.models import EmailAddress

    return [EmailAddress(email=email, verified=is_verified, primary=True)] if isinstance(email, str) and email else []
