"""Which providers the blog knows, by its settings: one is there where its keys are. Read before Django starts."""

from blog_site import env

# django-allauth's names of those that speak OAuth 2, and the variables that their keys are in.
OAUTH = {
    "wordpress": ("WordPress.com", "WORDPRESS_CLIENT_ID", "WORDPRESS_CLIENT_SECRET"),
    "facebook": ("Facebook", "FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET"),
    "twitter_oauth2": ("X", "X_CLIENT_ID", "X_CLIENT_SECRET"),
    "mastodon": ("Mastodon", "MASTODON_CLIENT_ID", "MASTODON_CLIENT_SECRET"),
}
OPENID = {
    "google": ("Google", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"),
    "openid": ("", "OPENID_CLIENT_ID", "OPENID_CLIENT_SECRET"),
}
GOOGLE = "https://accounts.google.com"


def from_environment():
    """The value of `SOCIALACCOUNT_PROVIDERS`, which is django-allauth's."""
    servers = {"google": GOOGLE, "openid": _server("OPENID"), "mastodon": _server("MASTODON")}
    configured = {
        # Nothing but who it is: by default it is asked for sex, time zone and more.
        "facebook": {"VERSION": "v24.0", "FIELDS": ["id", "name", "email"]},
        "twitter_oauth2": {"FIELDS": ["id", "name", "username"]},
    }
    for provider, (name, *variables) in OAUTH.items():
        if keys := env.keys(*variables):
            configured.setdefault(provider, {})["APP"] = _app(provider, name, keys, servers.get(provider, ""))
    configured["openid_connect"] = {"APPS": [], "OAUTH_PKCE_ENABLED": True}
    for provider, (name, *variables) in OPENID.items():
        if keys := env.keys(*variables):
            name = name or env.text("OPENID_NAME", "OpenID", 40)
            configured["openid_connect"]["APPS"].append(_app(provider, name, keys, servers[provider]))
    return configured


def ways(providers, *, by_email):
    """((provider, its name), …) of those that there are, WordPress.com first; `email` is a code by mail."""
    apps = [
        app
        for provider in providers.values()
        for app in (*provider.get("APPS", ()), *filter(None, [provider.get("APP")]))
    ]
    order = ["wordpress", "google", "facebook", "twitter_oauth2", "mastodon", "openid"]
    apps.sort(key=lambda app: order.index(app["provider_id"]))
    return (*((app["provider_id"], app["name"]) for app in apps), *([("email", "")] if by_email else []))


def _server(prefix):
    address = env.server_address(f"{prefix}_URL")
    if not address and env.keys(f"{prefix}_CLIENT_ID", f"{prefix}_CLIENT_SECRET"):
        raise env.WrongSetting(f"{prefix}_URL", None, f"empty only where {prefix}_CLIENT_ID is")
    return address


def _app(provider, name, keys, server):
    client_id, secret = keys
    settings = {"server_url": server} if server else {}
    return {"provider_id": provider, "name": name, "client_id": client_id, "secret": secret, "settings": settings}
