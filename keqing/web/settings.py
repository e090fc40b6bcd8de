"""Settings of Keqing. Everything an operator may change is read from the environment (docs/operations.md)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from keqing.web.secret import load_keys

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("KEQING_HOME", Path.cwd()))
VAR = Path(os.environ.get("KEQING_VAR", HOME / "var"))
VAR.mkdir(parents=True, exist_ok=True)
TESTING = "pytest" in sys.modules


def flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


DEBUG = flag("KEQING_DEBUG", False)
_keys = load_keys(VAR / "secret.json")
SECRET_KEY = os.environ.get("SECRET_KEY", _keys.signing)
KEQING_PERSONAL_KEY = os.environ.get("KEQING_PERSONAL_KEY", _keys.personal)
KEQING_SEARCH_KEY = os.environ.get("KEQING_SEARCH_KEY", _keys.search)
IS_SECURE = flag("KEQING_HTTPS", False)
ALLOWED_HOSTS = [h for h in os.environ.get("KEQING_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("KEQING_ORIGINS", "").split(",") if o]


def database(url: str) -> dict[str, object]:
    """Turn sqlite:///path or postgresql://user:password@host:port/name into Django's form."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;"
                    "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;PRAGMA secure_delete=ON"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": parts.username or "",
            "PASSWORD": parts.password or "",
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # compiling and dividing a page's short queries takes longer than answering them
                "options": "-c jit=off -c max_parallel_workers_per_gather=0",
                # the same few statements come again and again: the server keeps their plans (a pooler that hands each
                # transaction to another connection needs KEQING_PREPARE=0)
                "server_side_binding": flag("KEQING_PREPARE", True),
                "prepare_threshold": 2 if flag("KEQING_PREPARE", True) else None,
            },
        }
    raise ValueError(f"DATABASE_URL: unknown scheme {parts.scheme!r}")


DATABASES = {
    "default": database(os.environ.get("DATABASE_URL", f"sqlite:///{VAR / 'keqing.sqlite3'}")),
    # Jobs, their progress and the cache never share a file or a transaction with the business (DESIGN 4).
    "jobs": database(os.environ.get("JOBS_DATABASE_URL", f"sqlite:///{VAR / 'jobs.sqlite3'}")),
}
DATABASE_ROUTERS = ["keqing.core.routing.JobsApart"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "huey.contrib.djhuey",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "keqing.core",
    "keqing.accounts",
    "keqing.territory",
    "keqing.catalog",
    "keqing.customers",
    "keqing.visits",
    "keqing.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "keqing.web.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "keqing.web.middleware.viewer",
    "keqing.web.views.errors.method_refused",
]

ROOT_URLCONF = "keqing.web.urls"
WSGI_APPLICATION = "keqing.web.wsgi.application"

_APPS = ("core", "accounts", "territory", "catalog", "customers", "visits", "web")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": [PACKAGE / app / "templates" for app in reversed(_APPS)],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "keqing.web.jinja.environment",
            "auto_reload": DEBUG,
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "keqing.web.navigation.shell",
            ],
        },
    },
    {
        # Library pages (sign-in) keep Django templates; ours override theirs by name.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "library_templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "keqing.web.navigation.bare",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["keqing.accounts.backend.Accounts"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"keqing.accounts.passwords.{name}"} for name in ("LongEnough", "NotCommon", "NotAboutYou")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "keqing.accounts.adapter.ClosedDoor"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/300s/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "keqing.accounts.adapter.SecondFactor"
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "客情 Keqing"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE  # browsers allow plain http on localhost only
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_ENGINE = "keqing.core.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if IS_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
IS_BEHIND_PROXY = flag("KEQING_BEHIND_PROXY", False)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_BEHIND_PROXY else 0
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(VAR / "files")}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "keqing.web.storage.HashedFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CACHES = {
    "default": {
        # In the database, so that rate limits and lock-outs hold over all workers.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # a small cache would let anyone push the locks out by trying many names
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

HUEY = {
    "name": "keqing",
    "huey_class": "huey.SqliteHuey",
    "filename": str(VAR / "queue.sqlite3"),
    "immediate": TESTING,
    "consumer": {"workers": 1, "worker_type": "thread"},
}
TASKS = {"default": {"BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend"}}
if TESTING:
    TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
