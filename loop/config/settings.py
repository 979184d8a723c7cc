"""Which settings does Loop run with? The only settings file: everything that differs between machines comes from the
environment (`.env.example` lists it), and a wrong value stops the start."""

import logging
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from loop import embedded
from loop.config import env
from loop.config.countries import COUNTRY_OF_ZONE
from loop.config.logs import logging_config

BASE_DIR = Path(__file__).resolve().parents[2]
env.read_file(Path(env.text("LOOP_ENV_FILE", str(BASE_DIR / ".env"))))

VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

# -- Where it runs ----------------------------------------------------------------------------------------------------

LOOP_HOME = Path(BASE_DIR, env.text("LOOP_HOME", "var")).expanduser().resolve()
try:
    LOOP_HOME.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"LOOP_HOME is '{LOOP_HOME}': the folder cannot be made ({error}).") from error

DEBUG = env.flag("DEBUG", default=True)
SECRET_KEY = env.secret_key("SECRET_KEY", debug=DEBUG, home=LOOP_HOME)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

# Whose data was erased, beside the database: a backup that is restored would bring them back. See loop.erased_list.
ERASED_LIST = Path(BASE_DIR, env.text("ERASED_LIST", str(LOOP_HOME / "erased"))).expanduser()

PORT = env.number("PORT", default=8000, lowest=1, highest=65535)
# Where this installation last served itself: the commands beside it send links there, whatever port it was given.
SERVED_AT = LOOP_HOME / "address"
BASE_URL = env.base_url("BASE_URL", env.served_at(SERVED_AT, PORT))
HTTPS = BASE_URL.startswith("https://")
# A probe on the machine itself asks by these names, whatever the public one is.
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = (env.words("ALLOWED_HOSTS") or [str(urlsplit(BASE_URL).hostname)]) + LOCAL_HOSTS

# -- What it is made of -----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "feedback",
    "loop",
    "notifications",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "loop.middleware.KindNotFound",
    "django_structlog.middlewares.RequestMiddleware",
]

FORM_RENDERER = "loop.refused.Renderer"  # the first refused field of a form takes the focus
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
                "csp.context_processors.nonce",
            ],
        },
    },
]

ROOT_URLCONF = "loop.config.urls"
WSGI_APPLICATION = "loop.config.wsgi.application"
ASGI_APPLICATION = "loop.config.asgi.application"

# -- Data -------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", LOOP_HOME / "loop.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = LOOP_HOME / "files"
# A thousand answers with comments come in by one call of /api/v1/responses/bulk/.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# -- Background work: `celery.py` and `schedule.py` beside this file say the rest -------------------------------------

EMBEDDED_BROKER = embedded.socket_path(LOOP_HOME)
REDIS_URL = env.broker_url("REDIS_URL") or f"redis+socket://{EMBEDDED_BROKER}"

# -- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "loop.User"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# -- Language and time ------------------------------------------------------------------------------------------------

LANGUAGES = [
    ("en", _("English")),
    ("sv", _("Swedish")),
    ("nb", _("Norwegian")),
    ("da", _("Danish")),
    ("fi", _("Finnish")),
]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "en", frozenset(code for code, _name in LANGUAGES))
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Stockholm")
# Where telephone numbers without a country code are dialled.
PHONE_COUNTRY = env.country("PHONE_COUNTRY", COUNTRY_OF_ZONE.get(TIME_ZONE, ""))

# When questions leave: working days, from and until these hours where the customer is; 0-24: at any hour of any day.
SURVEY_HOURS = env.hours("SURVEY_HOURS", "7-17")

# When our own people are told: from and until these hours where they are, on days their calendar works; 0-24: always.
STAFF_HOURS = env.hours("STAFF_HOURS", "7-19")

# -- Mail -------------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Loop <loop@localhost>")
COMPANY_NAME = env.text("COMPANY_NAME", "")
vars().update(env.email("EMAIL_URL", f"filemail://{LOOP_HOME / 'mail'}"))
EMAIL_TIMEOUT = 10

# Text messages leave by an address of Apprise with {to} for the number.
SMS_URL = env.sms_gateway("SMS_URL")

# Mails that come back. With an address of its own each mail returns to bounces+<signed name>@...; the mailbox behind it
# is read by IMAP. A provider's webhooks are heard at /inbound/<provider>/.
BOUNCE_ADDRESS = env.bounce_address("BOUNCE_ADDRESS")
BOUNCE_MAILBOX_URL = env.mailbox_url("BOUNCE_MAILBOX_URL")
# Where customers' answers to mails of a case go: case+<signed name>@...; read by IMAP, or handed in by the provider.
REPLY_ADDRESS = env.reply_address("REPLY_ADDRESS")
REPLY_MAILBOX_URL = env.mailbox_url("REPLY_MAILBOX_URL")
INBOUND_PROVIDER = env.text("INBOUND_PROVIDER")
ANYMAIL = env.inbound_webhooks(INBOUND_PROVIDER, env.text("INBOUND_SECRET"), env.text("INBOUND_SIGNING_KEY"))

# -- Files that are fetched regularly: from public addresses, and from below this folder alone ------------------------

PULL_FOLDER = Path(BASE_DIR, env.text("PULL_FOLDER", str(LOOP_HOME / "pull"))).expanduser()

# -- Webhooks: other systems are told at public addresses only; hosts inside, as host:port, that are let through -------

WEBHOOK_HOSTS_INSIDE = env.hosts_and_ports("WEBHOOK_HOSTS_INSIDE")

# -- Static files -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = LOOP_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns when it is missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# What `collectstatic` has gathered and compressed, with DEBUG as without.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False

# -- Security ---------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    },
}
# Tokens in addresses never leave by the Referer header. Not "no-referrer": browsers then send "Origin: null" with
# forms, and Django's CSRF check refuses them all.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
if HTTPS:
    SECURE_SSL_REDIRECT = True
    # Probes inside the network speak plain HTTP.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    # Entering a browser maker's preload list is a decision of whoever owns the domain, not of a program on it.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]

# -- REST API ---------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "loop.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "loop.api.problems.problem_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Loop",
    "DESCRIPTION": "Follow up every unhappy customer, and see whether it helped.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "StateEnum": "loop.models.case.State",
        "MailStateEnum": "loop.models.case_mail.MailState",
        "ThankEnum": "loop.models.thanks.Thank",
        "AskEnum": "loop.models.thanks.Ask",
        "FindingEnum": "loop.api.serializers.reports.FINDINGS",
        "GoalFindingEnum": "loop.api.serializers.goals.FINDINGS",
        "CategoryEnum": "feedback.models.response.Category",
        "EventKindEnum": "loop.models.event.EventKind",
        "FavourKindEnum": "loop.api.serializers.favours.KINDS",
        "SurveyKindEnum": "feedback.models.survey.SurveyKind",
        "LinkKindEnum": "feedback.models.survey_link.LinkKind",
        "SourceKindEnum": "feedback.models.answer_source.SourceKind",
        "ImportKindEnum": "loop.models.file_import.ImportKind",
        "WaveStateEnum": "feedback.models.wave.WaveState",
        "ReportEveryEnum": "notifications.models.report_subscription.Every",
        "ImportStateEnum": "loop.models.file_import.ImportState",
        "ArrivalStateEnum": "feedback.models.answer_source.ArrivalState",
        "CallStateEnum": "loop.models.callback.CallbackState",
        "MessageStateEnum": "notifications.models.message.MessageState",
        "DeliveryStateEnum": "notifications.models.webhook.DeliveryState",
        "PullOutcomeEnum": "loop.models.file_pull.PullOutcome",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},  # no request leaves for a validator elsewhere
}

# -- Logs -------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", frozenset({"DEBUG", "INFO", "WARNING", "ERROR"}))
LOGGING = logging_config(LOG_LEVEL)
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line per request, when it is done
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # an address is personal data; the reverse proxy's log has it where needed
