"""Django settings. What an operator may change comes from the environment (see ``docs/configuration.md``)."""

from __future__ import annotations

import socket
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ

from config import env
from config.layers import channel_layers
from mobilegpt.server.headers import static_file_headers

env.load_dotenv()

BASE_DIR = env.BASE_DIR
DATA_DIR = env.data_dir()
DEBUG = False  # error pages never show internals; the profile below decides what is lenient
_debug_wanted = env.flag("DEBUG", default=True)
APP_PROFILE = env.choice("APP_PROFILE", "development" if _debug_wanted else "production", ("development", "production"))
DEVELOPMENT = APP_PROFILE == "development"
PORT = env.integer("PORT", 8000)
TESTING = "pytest" in sys.modules

# --- identity of this installation
_DEFAULT_SECRETS = {"your-secret-key", "your_secret_key", "changeme", "secret"}
SECRET_KEY = env.secret("SECRET_KEY")
if DEVELOPMENT and (not SECRET_KEY or SECRET_KEY in _DEFAULT_SECRETS):
    SECRET_KEY = env.development_secret(DATA_DIR)
elif not SECRET_KEY or SECRET_KEY in _DEFAULT_SECRETS or len(SECRET_KEY) < 32:
    raise env.BadSetting("SECRET_KEY", "production needs a random one of at least 32 characters")
PUBLIC_URL = env.text("PUBLIC_URL").rstrip("/")


def _own_hosts() -> list[str]:
    """This machine's names and addresses, as phones in the same network write them."""
    name = socket.gethostname().lower()
    hosts = {"localhost", "127.0.0.1", "[::1]", "10.0.2.2", "testserver", name, f"{name}.local"}
    from mobilegpt.core.network import own_addresses

    return sorted(hosts | set(own_addresses()))


ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
if DEVELOPMENT:
    ALLOWED_HOSTS = sorted({*ALLOWED_HOSTS, *_own_hosts()})
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
CORS_ORIGINS = env.items("CORS_ORIGINS")

# --- applications
INSTALLED_APPS = [
    "mobilegpt.tools",  # first: its runserver serves sockets, Django's does not
    "config.apps.ClassroomProjectConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "mobilegpt.database",
    "mobilegpt.events",
    "mobilegpt.jobs",
    "mobilegpt.audit",
    "mobilegpt.accounts",
    "mobilegpt.lectures",
    "mobilegpt.chat",
    "mobilegpt.pictures",
    "mobilegpt.progress",
    "mobilegpt.classroom",
    "mobilegpt.activity",
    "mobilegpt.recordings",
    "mobilegpt.helpdesk",
    "mobilegpt.attendance",
    "mobilegpt.screenshots",
    "mobilegpt.voice",
    "mobilegpt.notifications",
]
MIDDLEWARE = [
    "mobilegpt.server.middleware.RequestContextMiddleware",
    "mobilegpt.server.middleware.KnownHostOnly",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mobilegpt.server.middleware.AdminOnly",
]
# Only /admin/ needs cookies, forms and messages; the API pays for none of it (see AdminOnly).
ADMIN_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mobilegpt.server.middleware.StaffLogins",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
SILENCED_SYSTEM_CHECKS = [
    # The admin looks for its middleware in MIDDLEWARE only; AdminOnly runs it.
    "admin.E408",
    "admin.E409",
    "admin.E410",
    # The checks look in MIDDLEWARE only for these two as well; AdminOnly runs them where there are forms and cookies.
    "security.W002",
    "security.W003",
    # Where TLS ends, plain requests are sent on: mostly a proxy.
    "security.W008",
    # HSTS for other names of the domain, and for years in browsers, is the operator's to ask for.
    "security.W005",
    "security.W021",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False  # both forms are served natively; a redirect would lose a POST body
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database
DATABASE_URL = env.secret("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'classroom.sqlite3'}"
try:
    _database: dict[str, Any] = environ.Env.db_url_config(DATABASE_URL)
except (ValueError, KeyError, environ.ImproperlyConfigured) as error:
    raise env.BadSetting("DATABASE_URL", str(error)) from None
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # A deferred transaction that starts to write fails at once, ignoring the busy timeout.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
    _database["ENGINE"] = "mobilegpt.database.sqlite"  # Django's, with a memory for statements
    _database["CONN_MAX_AGE"] = None  # our thread pools are fixed; see docs/adr/0009
    if TESTING:
        # A file, as in service: an in-memory database locks differently. One per process: suites may run side by
        # side. Its folder goes with the process.
        _test_folder = tempfile.TemporaryDirectory(prefix="classroom-tests-")
        _database["TEST"] = {"NAME": str(Path(_test_folder.name) / "test.sqlite3")}
else:
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "pool": {"min_size": 2, "max_size": env.integer("DATABASE_POOL_SIZE", 20), "timeout": 5},
        "connect_timeout": 3,
        "options": "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=15000 -c lock_timeout=5000",
    }
    if env.flag("DATABASE_PREPARED_STATEMENTS", default=True):
        # By a connection's fifth time PostgreSQL keeps the plan; marks for parameters let the text be the same again.
        _database["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 5}
    # Django's, with its own look at whether a connection lives, and a spare cursor.
    _database["ENGINE"] = "mobilegpt.database.postgresql"
    _database["CONN_MAX_AGE"] = 0
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- accounts and tokens
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["mobilegpt.accounts.backends.ThrottledBackend"]
PASSWORD_HASHERS = [
    "mobilegpt.accounts.hashers.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
]
if not DEVELOPMENT:  # the documents' own examples are on the list
    AUTH_PASSWORD_VALIDATORS.append({"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"})
ACCESS_TOKEN_LIFETIME = timedelta(minutes=env.integer("JWT_ACCESS_TOKEN_LIFETIME", 60))
REFRESH_TOKEN_LIFETIME = timedelta(minutes=env.integer("JWT_REFRESH_TOKEN_LIFETIME", 1440))
TOKEN_LEEWAY_SECONDS = 30
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_LIFETIME,
    "ISSUER": "mobilegpt-classroom",
    "AUDIENCE": "mobilegpt-classroom",
    "LEEWAY": TOKEN_LEEWAY_SECONDS,
    "UPDATE_LAST_LOGIN": False,
}
INSTRUCTOR_SIGNUP = env.choice("INSTRUCTOR_SIGNUP", "open" if DEVELOPMENT else "closed", ("open", "closed"))
REGISTRATIONS_PER_ADDRESS = env.integer("REGISTRATIONS_PER_ADDRESS", 300)
INSTRUCTORS_PER_ADDRESS = env.integer("INSTRUCTORS_PER_ADDRESS", 30)
LOGIN_PROOF_BITS = env.integer("LOGIN_PROOF_BITS", 17)
EMAIL_CONFIRMATION = env.flag("EMAIL_CONFIRMATION", default=False)
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "classroom@localhost")
if not EMAIL_HOST:  # the link stands in the terminal
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if EMAIL_CONFIRMATION and not DEVELOPMENT and not EMAIL_HOST:
    raise env.BadSetting("EMAIL_CONFIRMATION", "production needs EMAIL_HOST to send links")
GUEST_JOIN = env.flag("GUEST_JOIN", default=True)
SESSION_MAX_SEATS = env.integer("SESSION_MAX_SEATS", 300)
GUEST_SEATS_PER_DEVICE = env.integer("GUEST_SEATS_PER_DEVICE", 5)
GUEST_SEATS_PER_ADDRESS = env.integer("GUEST_SEATS_PER_ADDRESS", 300)
SESSION_MAX_LISTENERS = env.integer("SESSION_MAX_LISTENERS", 300)
REVIEW_DAYS = env.integer("REVIEW_DAYS", 30)
NOTIFICATION_RETENTION_DAYS = env.integer("NOTIFICATION_RETENTION_DAYS", 90)
GUEST_RETENTION_DAYS = env.integer("GUEST_RETENTION_DAYS", 30)
ATTENDANCE_DAYS = env.integer("ATTENDANCE_DAYS", 1825)
CHAT_SHOW_EMAIL = env.flag("CHAT_SHOW_EMAIL", default=DEVELOPMENT)
CHAT_V3_TRUST_USER_ID = env.trusted_callers("CHAT_V3_TRUST_USER_ID", "loopback" if DEVELOPMENT else "off")
if CHAT_V3_TRUST_USER_ID == "loopback" and not DEVELOPMENT:
    raise env.BadSetting("CHAT_V3_TRUST_USER_ID", "production takes off, or the networks of a gateway")
CHAT_MESSAGES_PER_10_SECONDS = env.integer("CHAT_MESSAGES_PER_10_SECONDS", 10)
CHAT_MESSAGES_PER_MINUTE = env.integer("CHAT_MESSAGES_PER_MINUTE", 60)
CHAT_ROOMS_PER_DAY = env.integer("CHAT_ROOMS_PER_DAY", 30)
CHAT_INVITATIONS_PER_DAY = env.integer("CHAT_INVITATIONS_PER_DAY", 20)
CHAT_ROOM_MEMBERS = env.integer("CHAT_ROOM_MEMBERS", 1_000)
CHAT_FILE_BYTES = env.integer("CHAT_FILE_BYTES", 10 * 1024 * 1024)
CHAT_MEDIA_BYTES = env.integer("CHAT_MEDIA_BYTES", 50 * 1024 * 1024)
CHAT_FILE_BYTES_PER_DAY = env.integer("CHAT_FILE_BYTES_PER_DAY", 200 * 1024 * 1024)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEVELOPMENT
CSRF_COOKIE_SECURE = not DEVELOPMENT
STAFF_SESSION = timedelta(hours=env.integer("STAFF_SESSION_HOURS", 12))
SESSION_COOKIE_AGE = int(STAFF_SESSION.total_seconds())
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- audit
AUDIT_DAYS = env.integer("AUDIT_DAYS", 365)

# --- real time: limits of contract 10.5, all settings
REDIS_URL = env.redis_url()
CHANNEL_LAYERS = channel_layers(REDIS_URL)
REALTIME = {
    "MAX_FRAME_BYTES": env.integer("WS_MAX_FRAME_BYTES", 65_536),
    "MAX_HELP_FRAME_BYTES": env.integer("WS_MAX_HELP_FRAME_BYTES", 262_144),
    "FRAMES_PER_SECOND": env.integer("WS_FRAMES_PER_SECOND", 20),
    "SOCKETS_PER_USER": env.integer("WS_SOCKETS_PER_USER", 10),
    "MAX_UNSENT_BYTES": env.integer("WS_MAX_UNSENT_BYTES", 1_048_576),
    "MAX_BAD_FRAMES": 20,
    "HEARTBEAT_SECONDS": 30,
    "PING_SECONDS": env.integer("WS_PING_SECONDS", 15),
    "GRACE_SECONDS": env.integer("PRESENCE_GRACE_SECONDS", 10),
    "LEASE_SECONDS": env.integer("PRESENCE_LEASE_SECONDS", 45),
    "ABSENT_AFTER_SECONDS": env.integer("PRESENCE_ABSENT_AFTER_SECONDS", 300),
    "JOIN_WITHIN_SECONDS": 3,
    "RESUME_EVENTS": env.integer("STREAM_KEEP_EVENTS", 1000),
    "RESUME_SECONDS": env.integer("STREAM_KEEP_SECONDS", 86_400),
    "DATABASE_THREADS": env.integer("WS_DATABASE_THREADS", 8),
    "COMPILED_SEND": env.flag("COMPILED_SEND", True),
}
HTTP_THREADS = env.integer("HTTP_THREADS", 8)
PASSWORD_THREADS = env.integer("PASSWORD_THREADS", 1)
HTTP_HEAD_SECONDS = env.integer("HTTP_HEAD_SECONDS", 10)
HTTP_IDLE_SECONDS = env.integer("HTTP_IDLE_SECONDS", 60)
CONNECTIONS_PER_ADDRESS = env.integer("CONNECTIONS_PER_ADDRESS", 2000)
LONG_POLLS_PER_STREAM = env.integer("LONG_POLLS_PER_STREAM", 4)

# --- activity logs
KAFKA = env.kafka()
ACTIVITY_DAYS = env.integer("ACTIVITY_DAYS", 90)
REPORT_BYTES_PER_10_MINUTES = env.integer("REPORT_BYTES_PER_10_MINUTES", 16 * 1024 * 1024)
REPORT_BYTES_PER_DAY = env.integer("REPORT_BYTES_PER_DAY", 200 * 1024 * 1024)
SENSITIVE_APPS = env.text("SENSITIVE_APPS")
RECORDINGS_PER_USER = env.integer("RECORDINGS_PER_USER", 200)
RECORDING_DAYS = env.integer("RECORDING_DAYS", 365)
if TESTING:  # tests start the broker that they talk to
    KAFKA["BOOTSTRAP_SERVERS"] = ""
JOB_THREADS = env.integer("JOB_THREADS", 4)
JOB_RETENTION_DAYS = env.integer("JOB_RETENTION_DAYS", 30)
JOBS = env.jobs()
CELERY_BROKER_URL = env.broker_url()

# --- help
OPENAI = env.openai()
if TESTING:  # tests start the model that they talk to
    OPENAI["API_KEY"] = ""
SPEECH = env.speech()
if TESTING:  # tests start the speech server that they talk to
    SPEECH["BASE_URL"] = ""
HELP_THRESHOLD = env.share("HELP_THRESHOLD", 0.7)
STUCK_SECONDS = env.integer("STUCK_SECONDS", 120)

# --- HTTP surface
MAX_BODY_BYTES = 1_048_576
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["mobilegpt.rest.http.auth.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "mobilegpt.rest.http.negotiation.JsonFirst",
    "DEFAULT_RENDERER_CLASSES": ["mobilegpt.rest.http.codec.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["mobilegpt.rest.http.codec.JsonParser"],
    "EXCEPTION_HANDLER": "mobilegpt.rest.http.errors.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "mobilegpt.rest.http.schema.OperationSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "MobileGPT Classroom",
    "DESCRIPTION": (
        "REST API of the live class. The sockets are described by docs/asyncapi.json, every code by docs/errors.md.\n\n"
        "Anywhere: a field that is missing or wrong is INVALID_REQUEST (400), no token UNAUTHENTICATED and a bad one "
        "INVALID_TOKEN (401), a guest outside of their class GUEST_NOT_ALLOWED (403), what the caller may not know of "
        "NOT_FOUND (404). A POST with an `Idempotency-Key` gives its first answer again; meanwhile it is "
        "IDEMPOTENCY_IN_FLIGHT (409), with another body IDEMPOTENCY_KEY_REUSED (422). 429 and 503 have `Retry-After`. "
        "`Accept-Extras: none` leaves out the `image` and `audio` of steps."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",  # the structs' schemas are JSON Schema 2020-12
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "PREPROCESSING_HOOKS": ["mobilegpt.rest.http.schema.one_form_of_each_path"],
    "POSTPROCESSING_HOOKS": [],  # the structs name their choices themselves (mobilegpt.wire.choices)
    "COMPONENT_SPLIT_REQUEST": True,
    "PATH_CONVERTER_OVERRIDES": {
        "id": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
        "ref": {"type": "string"},
    },
    "COMPONENT_SPLIT_PATCH": False,
}
CORS_ALLOW_ALL_ORIGINS = DEVELOPMENT
CORS_ALLOWED_ORIGINS = [] if DEVELOPMENT else CORS_ORIGINS
CORS_ALLOW_HEADERS = ["accept", "accept-extras", "authorization", "content-type", "idempotency-key", "x-request-id"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if DEVELOPMENT:  # browsers complain of it on plain HTTP, which is what phones in a hall use
    SECURE_CROSS_ORIGIN_OPENER_POLICY = None
if not DEVELOPMENT:
    SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.flag("SECURE_HSTS_PRELOAD", default=False)
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=False)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
ANDROID_CERT_SHA256 = env.items("ANDROID_CERT_SHA256")

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = None  # packages bring their own files; nothing is collected
WEB_DIST = Path(env.text("WEB_DIST") or BASE_DIR / "web" / "dist")
LESSONS_DIR = Path(env.text("LESSONS_DIR") or BASE_DIR / "lessons")
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# Bodies on their way, on the disk of the data: /tmp is memory on some systems. Nothing in it has a name.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_HANDLERS = ["mobilegpt.rest.http.uploads.NamelessFileHandler"]
# Of all requests together, in one process; beyond, the next ones are told to come again.
MAX_BODY_BYTES_IN_MEMORY = env.integer("MAX_BODY_BYTES_IN_MEMORY", 64 * 1024 * 1024)
MAX_BODY_BYTES_ON_DISK = env.integer("MAX_BODY_BYTES_ON_DISK", 1024 * 1024 * 1024)
LESSON_FILES_BYTES_IN_MEMORY = env.integer("LESSON_FILES_BYTES_IN_MEMORY", 32 * 1024 * 1024)
LESSON_PICTURES_BYTES = env.integer("LESSON_PICTURES_BYTES", 100 * 1024 * 1024)
LESSON_PICTURES_PER_DAY = env.integer("LESSON_PICTURES_PER_DAY", 1_000)
LESSON_FILES_PER_DAY = env.integer("LESSON_FILES_PER_DAY", 200)
UPLOADS_AT_ONCE_PER_USER = env.integer("UPLOADS_AT_ONCE_PER_USER", 4)
STORAGES = {
    "default": env.file_storage(),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ROOT = WEB_DIST if WEB_DIST.is_dir() else None
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$"
WHITENOISE_ADD_HEADERS_FUNCTION = static_file_headers

# --- language, time, logs
LANGUAGE_CODE = "ko"
TIME_ZONE = "Asia/Seoul"
USE_I18N = True
USE_TZ = True
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOGGING_CONFIG = None
if not TESTING:
    from config.logs import configure_logging

    configure_logging(LOG_LEVEL, machine_readable=not DEVELOPMENT)

# A slow hash in every test would be most of the suite's time; uploads of tests go with their process.
if TESTING:
    _test_media = tempfile.TemporaryDirectory(prefix="classroom-media-")
    MEDIA_ROOT = Path(_test_media.name)
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
