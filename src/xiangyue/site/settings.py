"""Settings, all from the environment; docs/settings.md explains each. Unset means safe."""

import os
import secrets
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.counties import County


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} is {value!r}; say 1 or 0.")
    return default


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def _networks(name: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(word) for word in _words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


PACKAGE = Path(__file__).resolve().parent.parent
ROOT = Path(os.environ.get("XIANGYUE_ROOT", PACKAGE.parent.parent))
VAR = Path(os.environ.get("XIANGYUE_VAR", ROOT / "var"))
VAR.mkdir(mode=0o700, parents=True, exist_ok=True)  # the county's data: for its user alone
COUNTIES_FOLDER = Path(os.environ.get("XIANGYUE_COUNTIES_FOLDER", ROOT / "counties"))


def _secret_key() -> str:
    """The key from the environment, else one made once for this installation alone."""
    if given := os.environ.get("XIANGYUE_SECRET_KEY"):
        return given
    file = VAR / "secret_key"
    if not file.exists():
        with NamedTemporaryFile("w", dir=VAR, prefix=".", delete=False) as draft:  # mode 600
            draft.write(secrets.token_urlsafe(64))
        with suppress(FileExistsError):  # several processes may start at once; the first wins
            os.link(draft.name, file)
        Path(draft.name).unlink()
    return file.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = _flag("XIANGYUE_DEBUG", default=False)
DEMO = _flag("XIANGYUE_DEMO", default=False)
ALLOWED_HOSTS = _words("XIANGYUE_HOSTS", "127.0.0.1,localhost,[::1]")
BEHIND_TLS = _flag(
    "XIANGYUE_TLS", default=not {"127.0.0.1", "localhost"} >= set(ALLOWED_HOSTS) - {"[::1]"}
)

# --- counties: one database each -------------------------------------------------------------

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 60,
    "init_command": (
        # The file's pages are mapped, so that one copy serves the connections that all threads
        # keep. The cache is for what is written and bounds what is sorted without spilling:
        # with a quarter of it the tenth page of a large county took three times as long.
        # FULL: what was acknowledged must outlive a power cut, not only a killed process.
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA mmap_size=2147418112;"
    ),
}


def _database(slug: str) -> dict[str, Any]:
    """The database of one county; `{county}` in DATABASE_URL stands for its slug."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / '{county}.sqlite3'}"
    database: dict[str, Any] = dict(dj_database_url.parse(url.replace("{county}", slug)))
    database["CONN_MAX_AGE"] = 60
    if "sqlite" in database["ENGINE"]:
        database["ENGINE"] = "xiangyue.kernel.sqlite"
        database["OPTIONS"] = SQLITE_OPTIONS
    else:
        database["CONN_HEALTH_CHECKS"] = True
        # What is asked again and again is planned once (kernel/asking.py).
        database["OPTIONS"] = {"prepare_threshold": 1} | database.get("OPTIONS", {})
    return database


def _counties() -> tuple[County, ...]:
    """`shandan,liping@liping.example.cn`: slugs, each with the host names it answers to."""
    found = []
    for position, word in enumerate(_words("XIANGYUE_COUNTIES", "shandan")):
        slug, *hosts = word.split("@")
        found.append(County(slug, "default" if position == 0 else slug, tuple(hosts)))
    return tuple(found)


COUNTIES = _counties()
DATABASES = {county.alias: _database(county.slug) for county in COUNTIES}
if len({(str(one["NAME"]), one["HOST"], one["PORT"]) for one in DATABASES.values()}) < len(
    COUNTIES
):
    raise ImproperlyConfigured(
        "Each county needs a database of its own: write {county} into DATABASE_URL, and name no"
        " county twice in XIANGYUE_COUNTIES."
    )
DATABASE_ROUTERS = ["xiangyue.kernel.counties.CountyRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the application -------------------------------------------------------------------------

# Ours come first, so that our words win over those of libraries for the same source string.
INSTALLED_APPS = [
    "xiangyue.documents",
    "xiangyue.activity",
    "xiangyue.blueprints",
    "xiangyue.places",
    "xiangyue.access",
    "xiangyue.calendars",
    "xiangyue.publicity",
    "xiangyue.ballots",
    "xiangyue.procedures",
    "xiangyue.rosters",
    "xiangyue.incidents",
    "xiangyue.meetings",
    "xiangyue.patrols",
    "xiangyue.registry",
    "xiangyue.consultations",
    "xiangyue.orders",
    "xiangyue.councils",
    "xiangyue.assemblies",
    "xiangyue.deliberation",
    "xiangyue.compacts",
    "xiangyue.enforcement",
    "xiangyue.insight",
    "xiangyue.notifications",
    "xiangyue.open311",
    "xiangyue.webhooks",
    "xiangyue.demo",
    "xiangyue.site",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "treebeard",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "xiangyue.site.health.health_answered",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Django pads what it compresses and masks its tokens, so that lengths tell nothing (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "xiangyue.site.middleware.county_bound",
    "xiangyue.site.middleware.content_security",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xiangyue.site.middleware.language_chosen",
    "xiangyue.site.middleware.text_only",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xiangyue.access.middleware.session_limited",
    "xiangyue.access.offline.outbox_answered",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xiangyue.site.middleware.refusals_shown",
]

ROOT_URLCONF = "xiangyue.site.urls"
WSGI_APPLICATION = "xiangyue.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "xiangyue.site.templatetags.shell",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xiangyue.notifications.context.unread",
                "xiangyue.site.context.surroundings",
            ],
        },
    }
]
COTTON_DIR = "cotton"
FORM_RENDERER = "xiangyue.site.forms.FormRenderer"

# --- language and time -----------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- signing in ------------------------------------------------------------------------------

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "xiangyue.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
MFA_ADAPTER = "xiangyue.access.adapter.MfaAdapter"
MFA_TOTP_TOLERANCE = 1  # an old phone's clock may be half a minute off
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = _words("XIANGYUE_ORIGINS")
SECURE_SSL_REDIRECT = _flag("XIANGYUE_TLS_REDIRECT", default=False)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if _flag("XIANGYUE_BEHIND_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

# --- what leaves the house: text messages, WeChat, mail, loudspeakers -------------------------


def _channel(name: str, *served_by: str) -> str:
    value = os.environ.get(name, "").strip().lower() or "outbox"
    if value not in {"outbox", *served_by}:
        raise ImproperlyConfigured(f"{name} is {value!r}; say outbox or {' or '.join(served_by)}.")
    return value


CHANNELS = {
    "sms": _channel("XIANGYUE_CHANNEL_SMS", "http"),
    "wechat": _channel("XIANGYUE_CHANNEL_WECHAT", "wechat"),
    "email": _channel("XIANGYUE_CHANNEL_EMAIL", "smtp"),
    "loudspeaker": _channel("XIANGYUE_CHANNEL_LOUDSPEAKER", "http"),
}
GATEWAYS = {
    "sms": {
        "url": os.environ.get("XIANGYUE_SMS_URL", ""),
        "key": os.environ.get("XIANGYUE_SMS_KEY", ""),
    },
    "loudspeaker": {
        "url": os.environ.get("XIANGYUE_LOUDSPEAKER_URL", ""),
        "key": os.environ.get("XIANGYUE_LOUDSPEAKER_KEY", ""),
    },
    "wechat": {
        "appid": os.environ.get("XIANGYUE_WECHAT_APPID", ""),
        "secret": os.environ.get("XIANGYUE_WECHAT_SECRET", ""),
        "template": os.environ.get("XIANGYUE_WECHAT_TEMPLATE", ""),
    },
}
EMAIL_HOST = os.environ.get("XIANGYUE_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("XIANGYUE_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("XIANGYUE_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("XIANGYUE_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("XIANGYUE_EMAIL_FROM", "xiangyue@localhost")

# --- phones without network ------------------------------------------------------------------

SERVICE_WORKER = _flag("XIANGYUE_SERVICE_WORKER", default=True)

# Networks beside the open one to which webhooks may go; see webhooks/reaching.py.
WEBHOOK_NETWORKS = _networks("XIANGYUE_WEBHOOK_NETWORKS")

# --- files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "xiangyue.kernel.files.CountyStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = Path(os.environ.get("XIANGYUE_MEDIA", VAR / "media"))
MEDIA_URL = "/uploads/"
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# Lists that are imported: larger ones are divided, so that a mistake costs less.
IMPORT_MEGABYTES_MOST = int(os.environ.get("XIANGYUE_IMPORT_MEGABYTES", "20"))
IMPORT_ROWS_MOST = int(os.environ.get("XIANGYUE_IMPORT_ROWS", "200000"))
IMPORT_COLUMNS_MOST = 100

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("XIANGYUE_LOG", "WARNING")},
    # A page that is not there is no event; what breaks is logged as an error.
    "loggers": {"django.request": {"level": "ERROR"}},
}
