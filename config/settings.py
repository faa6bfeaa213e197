"""Settings, read from the environment; every variable is named in `.env.example`.

The order follows Django's documentation: core, databases, security, models, e-mail, internationalisation, files, then libraries.
A wrong or missing value stops the process with a sentence that says what to do.
"""

import sys
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import logs
from config.places import BASE as BASE_DIR
from config.places import var_folder
from config.postgres import socket_directory

env = environ.Env()
env.read_env(str(BASE_DIR / ".env"))

# --- Core -----------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)

TESTING = "pytest" in sys.modules

#: Everything the running system writes: database, attachments, mail without an SMTP server, logs.
VAR = var_folder() / "test" if TESTING else var_folder()

SECRET_KEY = "a key for tests only, known to everybody, never a real one" if TESTING else env.str("SECRET_KEY", default="")
if not SECRET_KEY and (VAR / "secret_key").is_file():
    SECRET_KEY = (VAR / "secret_key").read_text().strip()
if not SECRET_KEY:
    msg = f"No secret key. Run `make setup` (it keeps one in {VAR / 'secret_key'}) or set SECRET_KEY to 50 random characters."
    raise ImproperlyConfigured(msg)

#: Goes with SECRET_KEY into the key that encrypts the identities of protected reporters.
SALT_KEY = env.str("SALT_KEY", default="")
if not SALT_KEY and (VAR / "salt_key").is_file():  # put there by `manage.py restore`
    SALT_KEY = (VAR / "salt_key").read_text().strip()
SALT_KEY = SALT_KEY or "redress"

#: The address customers reach us by; links in messages are built from it, never from the Host header.
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "unfold.contrib.simple_history",
    "config.apps.ConfigConfig",
    "config.apps.BackOfficeConfig",
    "analytics",
    "intake",
    "escalation",
    "complaints",
    "staff",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_fsm",
    "django_htmx",
    "django_q",
    "django_structlog",
    "import_export",
    "pgtrigger",
    "simple_history",
]

MIDDLEWARE = [
    "config.middleware.ClientAddress",  # first: all that counts or logs by address comes after
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.Policies",
    "config.middleware.CompanyClock",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.CleanInput",  # before the first to read the form
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.StaffLanguage",
    "config.middleware.DeniedAttempts",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "axes.middleware.AxesMiddleware",  # last, as its documentation asks
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

FORM_RENDERER = "config.rendering.Renderer"

# --- Database -------------------------------------------------------------------------------------------------------
#: Without DATABASE_URL: the private server under VAR, over its Unix socket (architecture: `make run` starts it).
DATABASE_URL = env.str("TEST_DATABASE_URL" if TESTING else "DATABASE_URL", default="")
if DATABASE_URL:
    DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "redress", "USER": "redress"}}
    DATABASES["default"]["HOST"] = str(socket_directory(VAR))
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("Redress runs on PostgreSQL only. Set DATABASE_URL=postgres://user:password@host/name.")
DATABASES["default"].setdefault("OPTIONS", {})
#: The worker forks its processes; they would talk over the sockets of one pool all at once and read each other's answers.
WORKER = bool({"worker", "qcluster", "drill"} & set(sys.argv[1:2]))
#: Left to itself the pool tries a lost server ever more rarely, and would sleep on for half a minute after it is back: it gives up
#: soon instead, and the next request tries at once (threats K7, K8).
POOL = {"min_size": 1, "timeout": 5, "reconnect_timeout": 2}
#: Connections kept per process; 0 opens one per request. Test databases are dropped, which a kept connection would hold up.
DATABASE_POOL = 0 if TESTING or WORKER else env.int("DATABASE_POOL", default=8)
if DATABASE_POOL:
    DATABASES["default"]["OPTIONS"]["pool"] = {**POOL, "max_size": DATABASE_POOL}
    # After a restart of the server every kept connection is dead: found out by the pool, not by the customer who gets it (K7, drilled).
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Security -------------------------------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz/$", "^readyz/$"]  # asked by machines inside the proxy
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# A page of ours never names itself to another site. Not "no-referrer": browsers then send `Origin: null` with every form of
# ours, which the check against forged forms must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
if env.bool("BEHIND_TLS_PROXY", default=False):  # only a proxy that sets this header itself may be trusted
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
#: How many proxies of our own stand in front; with 0 the forwarding headers are not read at all.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# unfold's Alpine needs eval and inline styles; only pages under /admin/ get them (config.middleware sets the public policy).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
BACK_OFFICE_CSP = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Limits ---------------------------------------------------------------------------------------------------------
#: How often one source may try within so many seconds. The tenth wrong code in ten minutes is refused; the rest is generous to people
#: behind one address.
LIMITS = {
    "file": (env.int("LIMIT_FILE", default=30), 60 * 60),
    "track": (env.int("LIMIT_TRACK", default=9), 10 * 60),
    "lost_code": (env.int("LIMIT_LOST_CODE", default=9), 10 * 60),
    "write": (env.int("LIMIT_WRITE", default=30), 60 * 60),
    "upload": (env.int("LIMIT_UPLOAD", default=30), 60 * 60),
    "mail": (env.int("LIMIT_MAIL", default=30), 60 * 60),
    "form": (env.int("LIMIT_FORM", default=300), 60 * 60),
    "suggest": (env.int("LIMIT_SUGGEST", default=300), 60 * 60),
    "helped": (env.int("LIMIT_HELPED", default=20), 60 * 60),
}
#: A busy source that proves work files so many times as much: behind one address there may be a whole school.
LIMIT_FILE_PROVED_TIMES = env.int("LIMIT_FILE_PROVED_TIMES", default=10)
#: How much all sources together may file: many machines at once shall not bury what people write (threats H14).
LIMIT_OF_ALL_FILINGS = (env.int("LIMIT_OF_ALL_FILINGS", default=20_000), 60 * 60)

# --- E-mail and text messages (sent by the outbox alone) ------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="redress@localhost")
#: The mailbox customers write to, read every minute: imaps://user:password@host/INBOX (imap+tls:// for STARTTLS). Empty: none is read.
MAIL_IN_URL = env.str("MAIL_IN_URL", default="")
#: Its address. Replies go there, under a tag that names the case; the mail server must deliver name+tag@domain to name@domain.
MAIL_IN_ADDRESS = env.str("MAIL_IN_ADDRESS", default="").strip().lower()
#: Where mails that were taken are moved; without it they stay where they are, marked as read.
MAIL_IN_DONE = env.str("MAIL_IN_DONE", default="")
#: A generic HTTP gateway for text messages; empty: there is none, and staff tell the customer themselves.
SMS_URL = env.str("SMS_URL", default="")
SMS_TOKEN = env.str("SMS_TOKEN", default="")
#: Beside the hosts of WeCom, DingTalk and Lark: gateways of one's own that notices may go to, as https://host:port.
CHAT_GATEWAYS = [each.rstrip("/").lower() for each in env.list("CHAT_GATEWAYS", default=[])]

# --- Internationalisation -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "libraries"]  # ours, then the words of libraries without Chinese
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if TESTING or DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True
#: Where payment orders for the accounting program are written, if a kind of item goes out that way.
PAYOUT_FOLDER = env.str("PAYOUT_FOLDER", default=str(VAR / "payouts"))
MEDIA_ROOT = VAR / "attachments"  # never served: downloads go through a checked view
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
#: An upload goes to the disk as it comes in; only small ones are held in memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 100_000
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=10_000_000)
REQUEST_MAX_BYTES = DATA_UPLOAD_MAX_NUMBER_FILES * ATTACHMENT_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE
#: So many files the customer may give to one case; staff have room of their own, which no customer can use up.
ATTACHMENTS_PER_CASE = env.int("ATTACHMENTS_PER_CASE", default=10)
STAFF_ATTACHMENTS_PER_CASE = env.int("STAFF_ATTACHMENTS_PER_CASE", default=50)
#: Extension → media type of what is taken. What a browser could run (HTML, SVG, scripts) is not on the list, and what is not on it
#: nobody knows how to clean. ATTACHMENT_TYPES=jpg,png,pdf takes fewer.
ATTACHMENT_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "heic": "image/heic",
    "pdf": "application/pdf", "mp3": "audio/mpeg", "m4a": "audio/mp4", "amr": "audio/amr", "wav": "audio/x-wav", "mp4": "video/mp4",
    "doc": "application/msword", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "txt": "text/plain",
}  # fmt: skip
_taken = env.list("ATTACHMENT_TYPES", default=list(ATTACHMENT_TYPES))
ATTACHMENT_TYPES = {name: media_type for name, media_type in ATTACHMENT_TYPES.items() if name in _taken}
#: A virus scanner that speaks clamd's protocol: host:port, or the path of its socket; empty: there is none. While it does not answer,
#: nothing can be downloaded that it has not looked at. Its StreamMaxLength must be at least ATTACHMENT_MAX_BYTES.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")

# --- Logging --------------------------------------------------------------------------------------------------------
logs.configure()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": logs.FORMATTER},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}

# --- Libraries ------------------------------------------------------------------------------------------------------
#: In each process: what is kept there may be a minute old on another machine, and nothing stops where a server of caches would be away.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SILENCED_SYSTEM_CHECKS: list[str] = []

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours: fifteen minutes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # as the log-in form and Django's signal call it; axes would look for “employee_number” in vain
AXES_USERNAME_CALLABLE = "config.login.account_tried"
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "config.login.network_tried_from"  # from REMOTE_ADDR, where config.middleware puts the true one
AXES_HANDLER = "config.login.LoginHandler"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or colleagues behind one network who keep trying would stay locked out
AXES_LOCKOUT_TEMPLATE = "429.html"

#: A job that takes longer is ended, and tried again; no job of ours goes on for more than about a minute.
WORKER_TIMEOUT = env.int("WORKER_TIMEOUT", default=120)
Q_CLUSTER = {
    "name": "redress",
    "orm": "default",  # enqueues inside the caller's transaction: a rolled-back act leaves no task
    "workers": env.int("WORKERS", default=2),
    "broker_class": "config.broker.Broker",
    "timeout": WORKER_TIMEOUT,
    "retry": WORKER_TIMEOUT * 3 // 2,  # must exceed the timeout, or a task runs twice at once
    "max_attempts": 5,
    "bulk": 1,
    "queue_limit": 1,  # what a worker holds and has not begun waits behind its long jobs, and is away while it starts anew
    "poll": 1,
    "catch_up": False,
    "save_limit": 1000,
    "recycle": 500,
    "sync": False,
}

# Who writes to us leaves no address in the log (threats A3, R12).
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS = False  # our own admin class decides, see complaints/admin
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Redress"),
    "SITE_HEADER": _("Redress"),
    "SITE_SYMBOL": "handshake",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ACCOUNT": {"navigation": "config.accounts.account_menu"},
    "STYLES": [lambda _request: static("backoffice.css")],
    "SCRIPTS": [lambda _request: static("lists.js")],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "config.navigation.navigation"},
    "COLORS": {  # a calm blue-green; white text on 700 and 800 has more than 5:1
        "primary": {
            "50": "240 249 249", "100": "218 240 240", "200": "182 225 226", "300": "133 203 205", "400": "81 173 177",
            "500": "48 145 151", "600": "28 119 127", "700": "21 96 104", "800": "18 78 86", "900": "16 63 70", "950": "8 42 48",
        },
    },
}  # fmt: skip
