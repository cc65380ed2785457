"""Every socket URL; the first pattern that fits wins."""

from __future__ import annotations

from mobilegpt.realtime.route import SocketRoute
from mobilegpt.sockets import chat, classes, dashboard, help_desk, own_affairs, room

ROUTES: tuple[SocketRoute, ...] = (
    room.ROUTE,
    own_affairs.PROGRESS,
    classes.STUDENT,
    classes.INSTRUCTOR,
    own_affairs.HELP,
    dashboard.LECTURE,
    dashboard.ACTIVITY,
    help_desk.ROUTE,
    dashboard.EVERYTHING,
    chat.S3,
    chat.S4,
)
