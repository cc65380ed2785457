"""Channels' layers. Nothing of this project goes through one (ADR 1); they are there for programs that ask for one."""

from __future__ import annotations

import importlib.util
from typing import Any


def channel_layers(redis_url: str | None) -> dict[str, Any]:
    """``CHANNEL_LAYERS``: Redis where it is configured and its package is installed, else this process alone.

    The timeouts keep an idle reader from being cut by redis-py's own five seconds.
    """
    if redis_url and importlib.util.find_spec("channels_redis") is not None:
        host = {"address": redis_url, "socket_timeout": 15, "socket_connect_timeout": 2}
        return {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [host]}}}
    return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
