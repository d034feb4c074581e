"""Reads the environment, and stops the start where a value is wrong.

Each function takes the variable's name and its default and returns the value in
the type that Django wants. A wrong value raises `WrongSetting`, which ends the
process with status 1 and one line: the variable, what it holds, what it may hold.
"""

import ipaddress
import re
import zoneinfo
from email.utils import getaddresses
from urllib.parse import urlsplit

import environ
from django.conf.global_settings import LANGUAGES

env = environ.Env()

DATABASES = {"sqlite", "postgres", "postgresql", "psql", "pgsql"}
CACHES = {"locmemcache", "redis", "rediss", "dummycache"}
MAILERS = {"consolemail", "smtp", "smtp+tls", "smtp+ssl", "filemail", "memorymail", "dummymail"}
# Loopback addresses, names, IPv6 in brackets, a leading dot for all subdomains.
HOST = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)


class WrongSetting(SystemExit):
    """A variable that can't be used. Printed as one line by the interpreter as it exits."""

    def __init__(self, name, value, allowed):
        shown = "is not set" if value is None else f"is {value!r}"
        super().__init__(f"{name} {shown}; it may be {allowed}")


def boolean(name, default):
    value = env.str(name, str(default))
    if value.lower() not in {"true", "1", "yes", "on", "false", "0", "no", "off"}:
        raise WrongSetting(name, value, "True or False")
    return value.lower() in env.BOOLEAN_TRUE_STRINGS


def choice(name, default, allowed):
    value = env.str(name, default)
    if value not in allowed:
        raise WrongSetting(name, value, " or ".join(sorted(allowed)))
    return value


def whole_number(name, default, least, most):
    value = env.str(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise WrongSetting(name, value, f"a whole number from {least} to {most}")
    return int(value)


def secret(name):
    """Required. A short one starts, since a test may want that; `check --deploy` warns of it."""
    value = env.str(name, "")
    if not value.strip():
        raise WrongSetting(
            name,
            None,
            "a random text of 50 characters or more, for example from: "
            """python3 -c "import secrets; print(secrets.token_urlsafe(50))"; """
            "or that of `make run`: export SECRET_KEY=$(cat var/secret_key)",
        )
    return value


def former_secrets(name):
    """Keys that came before the secret one, the newest first. The message doesn't repeat them."""
    value = env.str(name, "")
    keys = [key.strip() for key in value.split(",")] if value.strip() else []
    # An empty key would let anybody sign.
    if "" in keys:
        raise WrongSetting(name, "…", "former values of SECRET_KEY, separated by commas, none of them empty")
    return keys


def database(name, default):
    value = env.str(name, default)
    allowed = "sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME"
    if urlsplit(value).scheme not in DATABASES:
        raise WrongSetting(name, _without_password(value), allowed)
    try:
        config = env.db_url_config(value)
    except Exception as error:
        raise WrongSetting(name, _without_password(value), allowed) from error
    if not config["NAME"]:
        raise WrongSetting(name, _without_password(value), allowed)
    return config


def replica(name):
    """A replica of the database, which has to be PostgreSQL; None if not set."""
    if not (value := env.str(name, "").strip()):
        return None
    config = database(name, value)
    if config["ENGINE"].endswith("sqlite3"):
        raise WrongSetting(name, value, "empty, or postgres://USER:PASSWORD@HOST:PORT/NAME")
    # One that hangs must not hold up whoever could be answered without it.
    return config | {"OPTIONS": {"connect_timeout": 2} | config.get("OPTIONS", {})}


def cache(name, default):
    value = env.str(name, default)
    if urlsplit(value).scheme not in CACHES:
        raise WrongSetting(
            name, _without_password(value), "locmemcache:// or redis://HOST:PORT/NUMBER (rediss:// with TLS)"
        )
    config = env.cache_url_config(value)
    if urlsplit(value).scheme.startswith("redis"):
        # What is kept there can be made anew: while Redis is away or hangs, pages go on without it.
        options = {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1}
        config |= {"BACKEND": "django_redis.cache.RedisCache", "OPTIONS": options | config.get("OPTIONS", {})}
    return config


def email(name, default):
    value = env.str(name, default)
    if urlsplit(value).scheme not in MAILERS:
        raise WrongSetting(
            name,
            _without_password(value),
            "consolemail:// or smtp+tls://USER:PASSWORD@HOST:587 (smtp+ssl://)",
        )
    return env.email_url_config(value)


def site_url(name, default):
    """The address people reach the site by: scheme and host, no path, no final slash."""
    value = env.str(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        usable = (
            parts.scheme in {"http", "https"}
            and HOST.fullmatch(value.split("://")[1].rsplit(":", 1)[0] if parts.port else parts.netloc)
            and not (parts.path or parts.query or parts.fragment)
        )
    except ValueError:
        usable = False
    if not usable:
        raise WrongSetting(name, value, "http://HOST or https://HOST, with :PORT if it has one, and no path")
    return value


def hosts(name, default):
    values = [value.strip() for value in env.list(name, default=default) if value.strip()]
    for value in values:
        if not HOST.fullmatch(value):
            raise WrongSetting(name, value, "host names, separated by commas, without scheme or port")
    return values


def origins(name):
    values = [value.strip() for value in env.list(name, default=[]) if value.strip()]
    for value in values:
        if not re.fullmatch(r"https?://[^/\s]+", value):
            raise WrongSetting(name, value, "origins such as https://blog.example, separated by commas")
    return values


def web_address(name):
    """An address of somebody else's, whole; empty if not set."""
    value = env.str(name, "").strip()
    if value and not re.fullmatch(r"https?://[!-~]+", value):
        raise WrongSetting(name, value, "empty, or an address such as https://hub.example/")
    return value


def dotted_paths(name):
    values = [value.strip() for value in env.list(name, default=[]) if value.strip()]
    for value in values:
        if not re.fullmatch(r"\w+(\.\w+)+", value):
            raise WrongSetting(name, value, "dotted paths such as my_checks.akismet, separated by commas")
    return values


def api_key(name):
    """The key of a service that is off without one. The message doesn't repeat it."""
    value = env.str(name, "").strip()
    if not re.fullmatch(r"[A-Za-z0-9]*", value):
        raise WrongSetting(name, "…", "empty, or the key: letters and digits")
    return value


def token(name):
    """What a program that may do something here has to send; off without one. The message doesn't repeat it."""
    value = env.str(name, "").strip()
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{20,}", value):
        raise WrongSetting(name, "…", "empty, or 20 letters, digits, hyphens and underscores or more")
    return value


def address(name):
    """One e-mail address, or empty."""
    value = env.str(name, "").strip()
    if value and not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", value):
        raise WrongSetting(name, value, "one address, such as bounces@example.org")
    return value


def text(name, default, longest):
    """Words that people read, in one line."""
    value = env.str(name, default).strip() or default
    if not value.isprintable() or len(value) > longest:
        raise WrongSetting(name, value, f"up to {longest} characters, in one line")
    return value


def keys(id_name, secret_name):
    """What a provider of sign-ins knows the blog by, as (id, secret); None where neither is set. No message repeats
    the secret."""
    pair = {name: env.str(name, "").strip() for name in (id_name, secret_name)}
    for name, value in pair.items():
        if not re.fullmatch(r"[!-~]{0,191}", value):
            shown = "…" if name == secret_name else value
            raise WrongSetting(name, shown, "empty, or up to 191 characters without spaces, as the provider shows it")
    missing = [name for name, value in pair.items() if not value]
    if len(missing) == 1:
        raise WrongSetting(missing[0], None, "empty only where the other of its pair is: the provider gives both")
    return None if missing else (pair[id_name], pair[secret_name])


def bucket(name):
    """What names a bucket, or its region; empty if not set."""
    value = env.str(name, "").strip()
    if not re.fullmatch(r"([a-z0-9][a-z0-9.-]{0,61}[a-z0-9])?", value):
        raise WrongSetting(name, value, "empty, or up to 63 small letters, digits, dots and hyphens")
    return value


def server_address(name):
    """The address of a server that is asked who somebody is: https, or this machine; empty if not set."""
    value = env.str(name, "").strip().rstrip("/")
    if value and not re.fullmatch(r"https://[!-~]+|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?(/[!-~]*)?", value):
        raise WrongSetting(name, value, "empty, or an address that begins with https://")
    return value


def networks(name):
    """Addresses and CIDR ranges, as a list of `ipaddress` networks."""
    ranges = []
    for value in env.list(name, default=[]):
        try:
            ranges.append(ipaddress.ip_network(value.strip()))
        except ValueError as error:
            raise WrongSetting(name, value, "IP addresses or ranges such as 10.0.0.0/8, separated by commas") from error
    return ranges


def time_zone(name, default):
    value = env.str(name, default)
    if value not in zoneinfo.available_timezones():
        raise WrongSetting(name, value, "a time zone's name, such as UTC or Europe/London")
    return value


def language(name, default):
    value = env.str(name, default)
    if value.lower() not in {code for code, _ in LANGUAGES}:
        raise WrongSetting(name, value, "a language's code, such as en-gb, de or cy")
    return value.lower()


def sender(name, default):
    value = env.str(name, default)
    if "\n" in value or len(people(name, value)) != 1:
        raise WrongSetting(name, value, "one address, such as blog@example.org or Blog <blog@example.org>")
    return value


def people(name, value=None):
    """`NAME <ADDRESS>` or plain addresses, separated by commas, as (name, address) pairs."""
    value = env.str(name, "") if value is None else value
    pairs = getaddresses([value]) if value.strip() else []
    for _, address in pairs:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            raise WrongSetting(name, value, "addresses such as Ann <ann@example.org>, separated by commas")
    return pairs


def _without_password(url):
    return re.sub(r"(?<=:)[^:@/]*(?=@)", "…", url)
