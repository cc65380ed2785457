import os

SECRET_KEY = "only for measuring, on loopback"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["daphne", "channels"]
USE_TZ = True
_REDIS = os.environ.get("CHANNEL_LAYER_REDIS_URL")
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [_REDIS]}}
    if _REDIS
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
