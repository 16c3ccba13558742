"""One file of settings. What differs between places comes from the environment (see env.py and docs/operations.md)."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as message_levels
from django.core.management.utils import get_random_secret_key

from oneplan import __version__
from oneplan.config import env

PACKAGE = Path(__file__).resolve().parent.parent
HOME = env.folder("ONEPLAN_HOME", Path.cwd() / "var")
PORT = env.integer("ONEPLAN_PORT", 8000, least=1, most=65535)
HOST = env.text("ONEPLAN_HOST", "127.0.0.1")
WEB_PROCESSES = env.integer("ONEPLAN_WEB_PROCESSES", 2, least=1, most=64)
DEBUG = env.boolean("ONEPLAN_DEBUG", False)
BEHIND_TLS = env.boolean("ONEPLAN_BEHIND_TLS", False)
VERSION = __version__


def _secret_key() -> str:
    """From the environment, else a key kept in the data folder, made once and readable by the owner alone."""
    given = env.text("ONEPLAN_SECRET_KEY")
    if given:
        return given
    path = HOME / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key(), encoding="utf-8")
    return path.read_text(encoding="utf-8")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.words("ONEPLAN_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("ONEPLAN_ORIGINS", [])

# The rooms that keep tables or templates, roof to floor (docs/architecture.md).
ROOMS = [
    "api",
    "publishing",
    "workbooks",
    "portal",
    "reprioritisation",
    "joint_planning",
    "ledger",
    "alignment",
    "commitments",
    "plans",
    "budgets",
    "source_plans",
    "committees",
    "projects",
    "indicators",
    "institutions",
    "spaces",
    "exchange",
    "frameworks",
    "access",
    "accounts",
    "platform",
]

INSTALLED_APPS = [
    *(f"oneplan.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
]

MIDDLEWARE = [
    "oneplan.platform.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "oneplan.platform.rest.problems.ProblemsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oneplan.access.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "oneplan.platform.requests.PlainErrorsMiddleware",
]

ROOT_URLCONF = "oneplan.config.urls"
WSGI_APPLICATION = "oneplan.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # platform/web first, so that its allauth templates win over allauth's own.
        "DIRS": [PACKAGE / "platform" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "oneplan.platform.web.context.frame",
            ],
            "builtins": ["django.templatetags.i18n"],
            "libraries": {"web": "oneplan.platform.web.templatetags.web"},
        },
    }
]

FORM_RENDERER = "oneplan.platform.web.controls.Renderer"

DATABASES = {"default": env.database("DATABASE_URL", HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/inbox/"
ACCOUNT_ADAPTER = "oneplan.accounts.adapter.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation already proves the address
ACCOUNT_EMAIL_SUBJECT_PREFIX = "OnePlan: "
ACCOUNT_FORMS = {
    "login": "oneplan.accounts.forms.SignInForm",
    "change_password": "oneplan.accounts.forms.ChangePasswordForm",
    "set_password": "oneplan.accounts.forms.SetPasswordForm",
    "reset_password": "oneplan.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "oneplan.accounts.forms.ResetPasswordKeyForm",
    "add_email": "oneplan.accounts.forms.AddEmailForm",
    "reauthenticate": "oneplan.accounts.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "oneplan.accounts.forms.SecondFactorForm",
    "reauthenticate": "oneplan.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "oneplan.accounts.forms.ActivateAppForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an invitation already proves the address
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "OnePlan"
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("ONEPLAN_MAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = HOME / "mail"  # where no mail server is named, letters are kept here for the administrator
EMAIL_HOST = env.text("ONEPLAN_MAIL_HOST", "localhost")
EMAIL_PORT = env.integer("ONEPLAN_MAIL_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = env.text("ONEPLAN_MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("ONEPLAN_MAIL_PASSWORD")
EMAIL_USE_TLS = env.boolean("ONEPLAN_MAIL_TLS", False)
DEFAULT_FROM_EMAIL = env.text("ONEPLAN_MAIL_FROM", "oneplan@localhost")

LANGUAGE_CODE = "en-za"
LANGUAGES = [("en-za", "English")]
TIME_ZONE = "Africa/Johannesburg"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = HOME / "documents"
WHITENOISE_USE_FINDERS = True  # files are served from the package: no collectstatic step to forget
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+\.[0-9a-f]{12}\..+$"  # the front end's file names carry a hash of their content
FILE_UPLOAD_HANDLERS = ["oneplan.platform.uploads.BoundedUploadHandler"]  # always to disk, never more than the most
FILE_UPLOAD_TEMP_DIR = env.folder("ONEPLAN_UPLOADS", HOME / "uploads")
FILE_UPLOAD_MAX_BYTES = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

API_CALLS = env.integer("ONEPLAN_API_CALLS", 600, least=1, most=1_000_000)  # a minute, for each token
API_PUBLIC_CALLS = env.integer("ONEPLAN_API_PUBLIC_CALLS", 120, least=1, most=1_000_000)  # a minute, for each address

# The warehouse: memory and threads of one web process, and of the one that builds; a Spark cluster instead, if named.
WAREHOUSE_MEMORY = env.text("ONEPLAN_WAREHOUSE_MEMORY", "1GB")
WAREHOUSE_THREADS = env.integer("ONEPLAN_WAREHOUSE_THREADS", 2, least=1, most=256)
WAREHOUSE_BUILD_MEMORY = env.text("ONEPLAN_WAREHOUSE_BUILD_MEMORY", "1000MB")
WAREHOUSE_BUILD_THREADS = env.integer("ONEPLAN_WAREHOUSE_BUILD_THREADS", 2, least=1, most=256)
WAREHOUSE_SPARK = env.text("ONEPLAN_SPARK")

# Who keeps the data of this house, and what may be done with it: in every file and catalogue that leaves it.
CUSTODIAN = env.text("ONEPLAN_CUSTODIAN", "Not stated: ask whoever runs this OnePlan")
DATA_LICENCE = env.text("ONEPLAN_DATA_LICENCE", "Not stated: ask the custodian")

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "oneplan.platform.requests.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

MESSAGE_TAGS = {message_levels.ERROR: "danger"}
CACHES = {
    "default": {  # shared by the web processes: the limits on wrong passwords are counted here
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "oneplan.platform.requests.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("ONEPLAN_LOG_LEVEL", "WARNING")},
}
