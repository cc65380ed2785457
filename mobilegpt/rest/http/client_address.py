"""Whose request this is, by address; for counting tries."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request

from mobilegpt.core import network


def client_address(request: Request) -> str:
    """The client's own address: ``X-Forwarded-For`` counts behind ``TRUSTED_PROXIES`` only."""
    forwarded_for = request.headers.get("X-Forwarded-For", "")
    return network.client_address(request.META.get("REMOTE_ADDR", ""), forwarded_for, settings.TRUSTED_PROXIES)
