"""The documents' chat (S3) as a minimal project. What only costs time is left out: sign-in, limits, presence."""

import os

import environ

SECRET_KEY = "a peer in a measurement"
ALLOWED_HOSTS = ["*"]
DEBUG = False
INSTALLED_APPS = ["daphne", "django.contrib.contenttypes", "django.contrib.auth", "channels", "chat"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "urls"
REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"], "UNAUTHENTICATED_USER": None}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ASGI_APPLICATION = "asgi.application"

if os.environ.get("DATABASE_URL"):
    _database = environ.Env.db_url_config(os.environ["DATABASE_URL"])
else:
    _database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["DATA_DIR"] + "/chat.sqlite3",
        # As ours, so that the file is not what makes the difference.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        },
    }
_database["CONN_MAX_AGE"] = None  # the default would connect anew for every message
DATABASES = {"default": _database}

if os.environ.get("CHANNEL_LAYER_REDIS_URL"):
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            # The default of 5 s closes every socket that is idle for as long.
            "CONFIG": {"hosts": [{"address": os.environ["CHANNEL_LAYER_REDIS_URL"], "socket_timeout": 15}]},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
