"""The documents' backend (S1, S2, and S4's messages) as a minimal project. What they do not ask of these operations is
left out: CORS, sessions, limits, caches."""

import os
from datetime import timedelta

import environ

SECRET_KEY = "a peer in a measurement, with a key of some length"
ALLOWED_HOSTS = ["*"]
DEBUG = False
INSTALLED_APPS = [
    "daphne",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "channels",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "classroom",
]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "urls"
AUTH_USER_MODEL = "classroom.User"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=10),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ASGI_APPLICATION = "asgi.application"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

if os.environ.get("DATABASE_URL"):
    _database = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    # Under ASGI each request has a thread of its own, and would connect anew.
    _database["OPTIONS"] = {"pool": {"min_size": 2, "max_size": 20}}
else:
    _database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["DATA_DIR"] + "/classroom.sqlite3",
        # As ours, so that the file is not what makes the difference.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        },
    }
DATABASES = {"default": _database}
