"""Providers to sign in with, on this machine: a small server that answers as theirs are documented to, faults included.

For OpenID Connect there is also a real provider, oidc-provider-mock.
"""

import base64
import hashlib
import json
import logging
import re
import threading
import time
import warnings
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from allauth.socialaccount.providers.facebook import flows as facebook_flows
from allauth.socialaccount.providers.facebook.views import FacebookOAuth2Adapter
from allauth.socialaccount.providers.twitter_oauth2.views import TwitterOAuth2Adapter
from cryptography.hazmat.primitives.asymmetric import rsa

from blog_site.accounts.providers import keys, wordpress

# What each is documented to say of a person.
PROFILES = {
    "wordpress": {
        "ID": 78972699,
        "display_name": "Ann of WordPress",
        "username": "annwp",
        "email": "ann@example.org",
        "primary_blog": 53456805,
        "language": "en",
        "token_scope": ["auth"],
        "avatar_URL": "https://1.gravatar.com/avatar/1",
        "verified": True,
        "email_verified": True,
    },
    "facebook": {"id": "10224444", "name": "Ann of Facebook", "email": "ann@example.org"},
    "twitter_oauth2": {"data": {"id": "2244994945", "name": "Ann of X", "username": "annx"}},
    "mastodon": {
        "id": "14715",
        "username": "annm",
        "acct": "annm",
        "display_name": "Ann of Mastodon",
        "url": "https://mastodon.example/@annm",
        "source": {"privacy": "public"},
    },
    "openid": {"sub": "ann", "name": "Ann of OpenID", "email": "ann@example.org", "email_verified": True},
}
PROFILES["google"] = PROFILES["openid"] | {"sub": "1182", "name": "Ann of Google"}
NAMES = {
    "wordpress": "WordPress.com",
    "google": "Google",
    "facebook": "Facebook",
    "twitter_oauth2": "X",
    "mastodon": "Mastodon",
    "openid": "Our club",
}
_KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class StandIn:
    """All providers at once. `person` is who signs in; the rest is what goes wrong."""

    def __init__(self, address):
        self.address = address
        self.person = PROFILES["openid"]
        self.asked = {}  # what the browser brought to be authorised
        self.refused = ""  # the error that the browser is sent back with
        self.answers = {}  # {what: (status, headers, bytes) or seconds to wait}, "token" and "profile"
        self.claims, self.key = {}, _KEY  # of the ID token
        self.told = None  # by the profile, where that differs
        self.calls = []

    def authorise(self, query):
        self.asked = query
        found = {"error": self.refused} if self.refused else {"code": "the-code"}
        return f"{query['redirect_uri']}?{urlencode(found | {'state': query['state']})}"

    def token(self, sent):
        assert sent["code"] == "the-code"
        assert sent["redirect_uri"] == self.asked["redirect_uri"]
        if challenge := self.asked.get("code_challenge"):
            digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
            assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
        found = {"access_token": "the-token", "token_type": "bearer"}
        return found | ({"id_token": self.id_token()} if "nonce" in self.asked else {})

    def id_token(self):
        now = int(time.time())
        claims = {"iss": self.address, "aud": "the-id", "iat": now, "exp": now + 600, "nonce": self.asked["nonce"]}
        claims = {name: value for name, value in (claims | self.person | self.claims).items() if value is not None}
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})

    def discovery(self):
        paths = {"authorization": "/authorize", "token": "/token", "userinfo": "/profile"}
        return {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/jwks",
            **{f"{name}_endpoint": self.address + path for name, path in paths.items()},
        }

    def jwks(self):
        return {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key())) | {"kid": "1"}]}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.answer({name: values[0] for name, values in parse_qs(body).items()})

    def answer(self, sent):
        parts, stand_in = urlsplit(self.path), self.server.stand_in
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        stand_in.calls.append(parts.path)
        if "authorize" in parts.path or "dialog" in parts.path:
            return self.send(302, {"Location": stand_in.authorise(query)}, b"")
        for what, ending in (("token", "token"), ("profile", ("/me", "/profile", "verify_credentials"))):
            if parts.path.endswith(ending):
                if what in stand_in.answers:
                    return self.go_wrong(stand_in.answers[what])
                found = stand_in.token(query | sent) if what == "token" else stand_in.told or stand_in.person
                return self.send_json(found)
        return self.send_json(stand_in.jwks() if parts.path == "/jwks" else stand_in.discovery())

    def go_wrong(self, answer):
        if isinstance(answer, tuple):
            return self.send(*answer)
        return self.server.hanging.wait(answer)  # then the connection is closed without a word

    def send_json(self, found):
        self.send(200, {"Content-Type": "application/json"}, json.dumps(found).encode())

    def send(self, status, headers, body):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def providers():
    """Runs the server; yields its `StandIn`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.stand_in, server.hanging = StandIn(f"http://127.0.0.1:{server.server_port}"), threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.stand_in
    finally:
        server.hanging.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def openid_provider(monkeypatch):
    """A real OpenID Connect provider, which knows Ann; yields its address."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it is made of has newer names for some of its parts
        import oidc_provider_mock

        claims = {"name": "Ann Real", "email": "ann@example.org", "email_verified": True}
        ann = oidc_provider_mock.User(sub="ann", claims=claims)
        with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=[ann]) as server:
            yield f"http://localhost:{server.server_port}"


def configure(settings, monkeypatch, address, *, only=NAMES, openid=None):
    """Sets the keys of these providers, as an operator does, and leads them to the server at `address`."""
    for name in only:
        for variable in {**keys.OAUTH, **keys.OPENID}[name][1:]:
            monkeypatch.setenv(variable, "the-secret" if variable.endswith("SECRET") else "the-id")
    monkeypatch.setenv("OPENID_NAME", NAMES["openid"])
    monkeypatch.setenv("OPENID_URL", openid or address)
    monkeypatch.setenv("MASTODON_URL", address)
    monkeypatch.setattr(keys, "GOOGLE", address)
    monkeypatch.setattr(wordpress.Adapter, "authorize_url", f"{address}/oauth2/authorize")
    monkeypatch.setattr(wordpress.Adapter, "access_token_url", f"{address}/oauth2/token")
    monkeypatch.setattr(wordpress.Adapter, "profile_url", f"{address}/rest/v1.1/me")
    monkeypatch.setattr(FacebookOAuth2Adapter, "authorize_url", f"{address}/dialog/oauth")
    monkeypatch.setattr(FacebookOAuth2Adapter, "access_token_url", f"{address}/oauth/access_token")
    monkeypatch.setattr(facebook_flows, "GRAPH_API_URL", address)
    monkeypatch.setattr(TwitterOAuth2Adapter, "authorize_url", f"{address}/i/oauth2/authorize")
    monkeypatch.setattr(TwitterOAuth2Adapter, "access_token_url", f"{address}/2/oauth2/token")
    monkeypatch.setattr(TwitterOAuth2Adapter, "profile_url", f"{address}/2/users/me")
    settings.SOCIALACCOUNT_PROVIDERS = keys.from_environment()
    settings.SIGN_IN = keys.ways(settings.SOCIALACCOUNT_PROVIDERS, by_email=settings.SIGN_IN_BY_EMAIL)


def start(client, provider, **sent):
    """Presses the provider's button; returns the address to which the page "Connecting to …" leads."""
    answer = client.post(f"/accounts/{provider}/login/", sent)
    assert answer.status_code == 303, answer.headers
    page = client.get(answer.headers["Location"]).content.decode()
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)[1])


def way_back(leading):
    """Visits the provider as a browser does; returns the path of ours that it sends the browser to."""
    parts = urlsplit(requests.get(leading, allow_redirects=False, timeout=5).headers["Location"])
    return f"{parts.path}?{parts.query}"


def sign_in(client, provider, **sent):
    """All the way; returns the answer to the provider's redirect."""
    return client.get(way_back(start(client, provider, **sent)))
