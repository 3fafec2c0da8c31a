"""The one settings file. Secure unless development is asked for by name.

Every name that is read from the environment is described in docs/settings.md. A missing production value
stops the start with a sentence that says how to set it.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config.mailer import mailer
from config.private_places import place, refuse_overlap
from config.sqlite import init_command

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(str(BASE_DIR / ".env"))

MODE = env.str("FIRSTHAND_MODE", default="production")
if MODE not in {"production", "development"}:
    msg = f"FIRSTHAND_MODE is {MODE!r}. Set it to 'production' or 'development'."
    raise ImproperlyConfigured(msg)
DEVELOPMENT = MODE == "development"
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


def required(name: str, how: str) -> str:
    """The value of a production setting, or a refusal to start that says how to set it."""
    value = env.str(name, default="")
    if not value:
        msg = (
            f"{name} is not set. {how} Put it in the environment or in the file .env. "
            "For a trial on your own machine run `make demo` instead: it needs no settings."
        )
        raise ImproperlyConfigured(msg)
    return str(value)


def development_secret(name: str) -> str:
    """A random secret kept in VAR_DIR, so that log-ins survive a restart and no secret stands in the code."""
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()


DEBUG = False
RANDOM_HINT = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
if DEVELOPMENT:
    SECRET_KEY = env.str("SECRET_KEY", default="") or development_secret("development-secret")
    EVENT_CHAIN_KEY = env.str("EVENT_CHAIN_KEY", default="") or development_secret("development-event-key")
    SEALING_KEYS = env.list("SEALING_KEYS", default=[]) or [development_secret("development-sealing-key")]
    SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
else:
    SECRET_KEY = required("SECRET_KEY", f"It signs sessions. {RANDOM_HINT}")
    EVENT_CHAIN_KEY = required(
        "EVENT_CHAIN_KEY", f"It seals the record of who did what; keep it outside the database. {RANDOM_HINT}"
    )
    required(
        "SEALING_KEYS",
        "They encrypt names, contacts and evidence; keep them outside the database and its backups. Several are "
        f"separated by commas: the first one seals, all of them open. {RANDOM_HINT}",
    )
    SEALING_KEYS = env.list("SEALING_KEYS")
    SITE_URL = required("SITE_URL", "It is the public address, for example https://stories.example.org .")
    if urlsplit(SITE_URL).scheme != "https":
        msg = f"SITE_URL is {SITE_URL!r}, but readers at risk need https. Set an address that begins with https:// ."
        raise ImproperlyConfigured(msg)
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or ""])
    if "*" in ALLOWED_HOSTS:
        msg = "ALLOWED_HOSTS holds '*', so any site could pose as this one. List the exact host names instead."
        raise ImproperlyConfigured(msg)
SITE_URL = SITE_URL.rstrip("/")

INSTALLED_APPS = [
    "editorial",
    "stories",
    "research",
    "reading",
    "embeds",
    "dal",
    "dal_select2",
    "django_prose_editor",
    "taggit",
    "django_tasks_db",
    "config.admin_app.FirsthandAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.own_headers",
    "config.middleware.sane_requests",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "editorial.localising.at_the_desk",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Database -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'firsthand.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_MAX_AGE"] = None
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": init_command(),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, tasks, mail ---------------------------------------------------------------------------------------------
CACHE_URL = env.str("CACHE_URL", default="")
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # Whoever can write to the cache server must not be able to run code here.
    CACHES["default"].setdefault("OPTIONS", {})["serializer"] = "reading.shared_cache.PlainBytes"
PAGE_CACHE_MEGABYTES = env.int("PAGE_CACHE_MEGABYTES", default=64)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# To the machine's own mail server unless another is named; in development to the terminal.
MAILERS = {"default": mailer(env.str("MAIL", default="") or ("console:" if DEVELOPMENT else "smtp://localhost"))}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or f"firsthand@{urlsplit(SITE_URL).hostname}"

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "editorial.User"
AUTHENTICATION_BACKENDS = ["editorial.role_permissions.RolesBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "reading.errors.forged"
# In a cookie, a message would write the title of what was saved to the editor's disk.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Languages and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ko", _("Korean"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
#: Where the quick exit leads, by language: a page that says nothing about its reader.
QUICK_EXIT = {
    "en": env.str("QUICK_EXIT_EN", default="https://www.bbc.com/weather"),
    "ko": env.str("QUICK_EXIT_KO", default="https://www.weather.go.kr/"),
}
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Seoul")

# --- What is kept outside the database: docs/withdrawal.md --------------------------------------------------------
LEDGER_PATH = Path(env.str("LEDGER_PATH", default="") or VAR_DIR / "ledger" / "withdrawals.jsonl")
ANCHOR_PATH = Path(env.str("ANCHOR_PATH", default="") or VAR_DIR / "ledger" / "anchor.json")

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
if DEVELOPMENT:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # Encrypted files that show a narrator’s yes; nothing serves this directory.
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "evidence",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Pictures: never in a directory that a server hands out; what is public is answered by a view -------------------
PICTURES = {
    "ORIGINALS": place(
        "ORIGINALS_URL",
        env.str("ORIGINALS_URL", default=""),
        Path(env.str("ORIGINALS_DIR", default="") or VAR_DIR / "originals"),
    ),
    "RENDITIONS": place(
        "RENDITIONS_URL",
        env.str("RENDITIONS_URL", default=""),
        Path(env.str("RENDITIONS_DIR", default="") or VAR_DIR / "renditions"),
    ),
}
refuse_overlap(PICTURES, served=[STATIC_ROOT, *STATICFILES_DIRS])
STORAGES |= {"originals": PICTURES["ORIGINALS"], "renditions": PICTURES["RENDITIONS"]}
# Empty: names of public files follow from SECRET_KEY. What is stored keeps its name when either changes.
PICTURE_NAME_KEY = env.str("PICTURE_NAME_KEY", default="")
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Headers: the table in docs/headers.md --------------------------------------------------------------------------
SECURE_CSP: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if not DEVELOPMENT:
    SECURE_CSP["upgrade-insecure-requests"] = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
if proxy_header := env.str("PROXY_SCHEME_HEADER", default=""):
    # Only behind a proxy that strips this header from what visitors send.
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{proxy_header.upper().replace('-', '_')}", "https")

# In which a proxy says who asks; else all who come through it would share the tries at a withdrawal code.
PROXY_ADDRESS_HEADER = env.str("PROXY_ADDRESS_HEADER", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"drafts": {"()": "config.logs.WithoutDraftAddresses"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["drafts"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django gives these handlers of their own, which would not shorten anything.
    "loggers": {name: {"handlers": [], "level": "INFO", "propagate": True} for name in ("django", "django.server")},
}
