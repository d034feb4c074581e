"""The one settings file. All that differs between two installations comes from the
environment or from `.env` beside `manage.py`; with nothing set it is safe: no debug
mode, loopback only. `README.md` has the table of variables."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from blog_site import env, logs, machine
from blog_site.accounts.providers import keys

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
env.env.read_env(BASE_DIR / ".env")

SECRET_KEY = env.secret("SECRET_KEY")
# What they signed (links in mails, cookies, sessions) goes on to count; nothing new is signed with them.
SECRET_KEY_FALLBACKS = env.former_secrets("SECRET_KEY_FALLBACKS")
DEBUG = env.boolean("DEBUG", False)
# Read by gunicorn, whose own message about a wrong one is a traceback.
WEB_CONCURRENCY = env.whole_number("WEB_CONCURRENCY", machine.processes(), 1, 100)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.site_url("SITE_URL", "http://127.0.0.1:8000")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
ADMINS = env.people("ADMINS")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "blog@localhost")
# Where mail that can't be delivered comes back to: DEFAULT_FROM_EMAIL unless set; see docs/mail.md. The token is asked
# of mail providers that report it by HTTP: off without one.
BOUNCE_ADDRESS = env.address("BOUNCE_ADDRESS")
BOUNCE_TOKEN = env.token("BOUNCE_TOKEN")

INSTALLED_APPS = [
    "blog_site",
    "blog_site.accounts",
    "comments",
    "posts",
    "blog_site.admin_config.BlogAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.facebook",
    "allauth.socialaccount.providers.twitter_oauth2",
    "allauth.usersessions",
    "blog_site.accounts.providers",
    "csp",
    "django_tasks_db",
]

MIDDLEWARE = [
    "blog_site.middleware.no_path_has_a_nul",
    "blog_site.middleware.trusted_proxies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "blog_site.middleware.permissions_policy",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "blog_site.middleware.speaks_the_blogs_language",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "blog_site.accounts.middleware.SessionsThatEnd",
    "allauth.account.middleware.AccountMiddleware",
    "blog_site.accounts.middleware.refusals",
    "blog_site.middleware.large_requests_need_an_account",
    "django.contrib.messages.middleware.MessageMiddleware",
    "blog_site.middleware.signed_in_pages_are_private",
    "blog_site.middleware.refusals_have_a_page",
    "comments.middleware.private_views",
    "blog_site.moving.redirect_fallback.old_addresses_lead_on",
]

# What operators watch: numbers at /metrics, and the log, as lines of text or of JSON.
METRICS = env.boolean("METRICS", True)
METRICS_TOKEN = env.token("METRICS_TOKEN")
LOG_FORMAT = env.choice("LOG_FORMAT", "text", {"text", "json"})
if LOG_FORMAT == "json":
    MIDDLEWARE.insert(0, "blog_site.logs.numbered")
if METRICS:
    MIDDLEWARE.insert(0, "blog_site.metrics.Counted")

ROOT_URLCONF = "blog_site.urls"
WSGI_APPLICATION = "blog_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blog_site.context_processors.frame",
            ],
        },
    },
]

# What reads what stands below a post: `posts` does not know that these are comments.
BELOW_POST = "comments.reading.below_post"
# And what counts, for the list of posts, how much of it waits.
WAITING_BELOW = "comments.desk.waiting.waiting_below"

# --- Database: SQLite by default, tuned for a server; PostgreSQL beyond one machine.

VAR.mkdir(exist_ok=True)
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR / 'blog.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"] |= {
        # Threads live as long as the worker: a connection each, opened once.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that will write says so at once: it waits its turn instead of
            # failing half-way when another one wrote first.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Each thread of the web server has a connection of its own: what it keeps counts sixteen times.
            "cached_statements": 32,
            # WAL: readers never wait for the writer. FULL: what was answered is on the disk, and survives a power
            # cut. Foreign keys are switched on by Django itself.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-1000;",
        },
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if (replica := env.replica("REPLICA_URL")) is not None:
        DATABASES["replica"] = replica | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        DATABASE_ROUTERS = ["blog_site.replica.Router"]

CACHES = {"default": env.cache("CACHE_URL", "locmemcache://")}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
# So much of public pages is kept ready by each process of the web server. 0: nothing.
PAGE_CACHE_MB = env.whole_number("PAGE_CACHE_MB", 4, 0, 10_000)
MAIL_SERVER = env.email("EMAIL_URL", "consolemail://")
vars().update(MAIL_SERVER)
EMAIL_TIMEOUT = 10

# --- Earlier versions of a post's words: so many are kept of each post. 0: none.

REVISIONS_KEPT = env.whole_number("REVISIONS_KEPT", 100, 0, 10_000)

# --- The outbox: what leaves the server, and work that nobody waits for, is queued in the database for the worker.

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "mail"]}}

# A photograph takes up to 300 MB while its sizes are made: a process of its own gives them back
# (posts/pictures/work.py).
RENDITIONS_IN_A_PROCESS = True

# --- Feeds: a WebSub hub is told of what is new, and tells those who subscribed there. Off unless set.

WEBSUB_HUB = env.web_address("WEBSUB_HUB")

# --- Languages and times: stored in UTC, shown in the blog's own.

LANGUAGE_CODE = env.language("LANGUAGE_CODE", "en-gb")
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
# Ours, and what Django's own catalogues lack: makemessages writes to the first alone.
LOCALE_PATHS = [BASE_DIR / "blog_site" / "locale", BASE_DIR / "blog_site" / "locale_django"]
FORMAT_MODULE_PATH = "blog_site.formats"

# --- Moderation: dotted paths of checks of your own, see comments/checks/__init__.py. The key is for an example of one,
# comments.checks.akismet.check, which sends readers' data to a third party: off unless both are set.

EXTRA_CHECKS = env.dotted_paths("EXTRA_CHECKS")
AKISMET_KEY = env.api_key("AKISMET_KEY")

# --- Files

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.env("STATIC_ROOT", default=str(VAR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = env.env.path("MEDIA_ROOT", VAR / "media")
# What is uploaded to move in, until it has: it has people's addresses in it, and is never served.
IMPORTS_ROOT = Path(env.env("IMPORTS_ROOT", default=str(VAR / "imports")))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "posts.storage.WholeFiles"},
    "staticfiles": {"BACKEND": "blog_site.static_files.StaticFiles"},
}
# A bucket of S3, or of a server that speaks as it does, instead of MEDIA_ROOT (docs/scaling.md). Without a key here,
# boto3 looks for one where it always does: the machine's own role, for one.
S3_KEY = env.keys("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY") or (None, None)
if S3_BUCKET := env.bucket("S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "posts.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.web_address("S3_ENDPOINT_URL") or None,
            "region_name": env.bucket("S3_REGION") or None,
            "access_key": S3_KEY[0],
            "secret_key": S3_KEY[1],
        },
    }
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_PERMISSIONS = 0o644
# What brings a picture of another host into the library: from the public internet alone.
PICTURE_DOWNLOADS = "posts.pictures.safe_download.Internet"

# --- Accounts: django-allauth has the flows, blog_site/accounts/ what is ours; docs/accounts.md tells of both.

STAFF_MFA = env.choice("STAFF_MFA", "optional", {"optional", "required"})
# Seconds after which a session is over: since the login, and since it was last used.
SESSION_MAX = env.whole_number("SESSION_MAX_DAYS", 14, 1, 365) * 24 * 3600
SESSION_IDLE = env.whole_number("SESSION_IDLE_HOURS", 72, 1, 365 * 24) * 3600
SESSION_COOKIE_AGE = SESSION_MAX
PASSWORD_RESET_TIMEOUT = 3600

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["blog_site.accounts.backend.NameOrAddress"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "blog_site.accounts.passwords.NotKnownToAttackers"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "blog_site.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_ENABLED = False  # accounts are made in the admin
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
# Django's: allauth's own takes addresses into account that it once saw, also after the admin has changed them.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# Its counts live in the cache, which each process has for itself: ours are rows (blog_site/accounts/throttle.py).
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "login": "blog_site.accounts.forms.LoginForm",
    "reauthenticate": "blog_site.accounts.forms.ReauthenticateForm",
    "change_password": "blog_site.accounts.forms.ChangePasswordForm",
    "set_password": "blog_site.accounts.forms.SetPasswordForm",
    "reset_password": "blog_site.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "blog_site.accounts.forms.ResetPasswordKeyForm",
}
MFA_ADAPTER = "blog_site.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are set in the admin
MFA_TOTP_TOLERANCE = 1  # clocks differ by half a minute
MFA_FORMS = {
    "authenticate": "blog_site.accounts.forms.AuthenticateForm",
    "reauthenticate": "blog_site.accounts.forms.MFAReauthenticateForm",
    "activate_totp": "blog_site.accounts.forms.ActivateForm",
    "add_webauthn": "blog_site.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "blog_site.accounts.forms.RenamePasskeyForm",
    "login_webauthn": "blog_site.accounts.forms.LoginPasskeyForm",
    "authenticate_webauthn": "blog_site.accounts.forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "blog_site.accounts.forms.ReauthenticatePasskeyForm",
}

# --- Signing in to comment, by choice: each way is there where its keys are (blog_site/accounts/providers/keys.py).

SOCIALACCOUNT_PROVIDERS = keys.from_environment()
SOCIALACCOUNT_ADAPTER = "blog_site.accounts.social_adapter.SocialAdapter"
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_QUERY_EMAIL = True
# A code by mail is a way where mail leaves the machine, unless it is switched off.
SIGN_IN_BY_EMAIL = env.boolean("SIGN_IN_BY_EMAIL", MAIL_SERVER["EMAIL_BACKEND"].endswith("smtp.EmailBackend"))
# What the form offers, in this order: ((provider, its name), …).
SIGN_IN = keys.ways(SOCIALACCOUNT_PROVIDERS, by_email=SIGN_IN_BY_EMAIL)

# --- Security. All that needs https follows SITE_URL.

HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz(/live)?$", r"^metrics$"]  # asked inside, in plain http
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Other hosts below the blog's name may be somebody else's, or speak no https; a browser that was told so comes back to
# none of them for a year. The browsers' own list can't be left at all within months.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("HSTS_SUBDOMAINS", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# With it a browser takes a cookie from this very host alone, and only over https.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
# Read by the editor's script, below the admin's path alone, which `__Host-` does not allow.
SAVED_FORMS_COOKIE_NAME = f"{'__Secure-' if HTTPS else ''}saved_forms"
# Whoever has one of these may be shown something else than a stranger is.
OUR_COOKIES = {
    SESSION_COOKIE_NAME,
    CSRF_COOKIE_NAME,
    *(f"{COOKIE_PREFIX}{name}" for name in ("messages", "remembered", "device")),
    SAVED_FORMS_COOKIE_NAME,
}
MESSAGE_STORAGE = "blog_site.accounts.messages.Messages"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # for http://localhost alone: browsers make no passkeys elsewhere
CSRF_FAILURE_VIEW = "blog_site.kept_forms.csrf_failure"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Pictures of ours alone: a page makes no request to anybody else, whatever a post embeds.
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logs.configuration(LOG_FORMAT)
