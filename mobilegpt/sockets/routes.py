"""Every socket URL; the first pattern that fits wins."""

from __future__ import annotations

from mobilegpt.realtime.route import SocketRoute
from mobilegpt.sockets import chat, class_room, classes, dashboard, help_desk, own_affairs

ROUTES: tuple[SocketRoute, ...] = (
    class_room.ROUTE,
    own_affairs.PROGRESS,
    classes.STUDENT,
    classes.INSTRUCTOR,
    own_affairs.HELP,
    dashboard.LECTURE,
    dashboard.ACTIVITY,
    help_desk.ROUTE,
    dashboard.EVERYTHING,
    chat.LIVECHAT,
    chat.ROOMCHAT,
)
