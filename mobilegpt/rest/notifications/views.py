"""R39, R40: what the caller should know of (contract 8.7). Everybody has their own, admins too."""

from __future__ import annotations

from django.urls import URLPattern
from drf_spectacular.utils import OpenApiParameter
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from mobilegpt.core.clock import iso
from mobilegpt.notifications import selectors, services
from mobilegpt.notifications.models import Notification
from mobilegpt.rest.http.endpoint import Endpoint, operation
from mobilegpt.rest.http.paging import Pagination, flag_from_query, page_of
from mobilegpt.rest.http.routing import both
from mobilegpt.rest.http.schema import error_responses
from mobilegpt.wire.notification import NotificationRow, NotificationUser, said


class NotificationList(Struct, frozen=True, kw_only=True):
    """R39's answer, newest first; ``results`` is ``notifications``. ``unread_count`` counts all pages."""

    notifications: list[NotificationRow]
    results: list[NotificationRow]
    count: int
    pagination: Pagination
    unread_count: int


class NotificationReadBody(Struct, frozen=True, kw_only=True):
    """R40's answer. ``read_at`` is when it was read first."""

    id: int
    is_read: bool
    read_at: str | None


class Notifications(Endpoint):
    guests = True

    @operation(
        "R39",
        "The caller's notifications",
        parameters=[
            OpenApiParameter("is_read", bool, description="only those that are read, or are not"),
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int),
        ],
        responses={200: NotificationList, **error_responses(400, 401)},
    )
    def get(self, request: Request) -> Response:
        """The caller's own notifications a page at a time, newest first, and how many are unread. Nobody sees
        another's, admins neither."""
        query = request.query_params
        rows = selectors.notifications_of(self.actor, is_read=flag_from_query(query, "is_read"))
        page = page_of(rows, query, "notifications", _row)
        return Response({**page, "unread_count": selectors.unread_count(self.actor)})


class ReadNotification(Endpoint):
    guests = True

    @operation("R40", "Mark a notification as read", responses={200: NotificationReadBody, **error_responses(401, 404)})
    def post(self, request: Request, notification_id: int) -> Response:
        """Marks one of the caller's notifications as read; again keeps the first moment. Others' are NOT_FOUND (404),
        for admins too."""
        read = services.mark_read(actor=self.actor, notification_id=notification_id)
        return Response(NotificationReadBody(id=read.pk, is_read=read.is_read, read_at=iso(read.read_at)))


def _row(notification: Notification) -> NotificationRow:
    about = notification.related_user
    title, message = said(notification.title, notification.message, notification.english)
    return NotificationRow(
        id=notification.pk,
        type=notification.type,
        title=title,
        message=message,
        related_user=NotificationUser.of(about) if about else None,
        data=notification.data,
        is_read=notification.is_read,
        read_at=iso(notification.read_at),
        created_at=iso(notification.created_at),
    )


urlpatterns: list[URLPattern] = [
    *both("api/notifications", Notifications),
    *both("api/notifications/<id:notification_id>/read", ReadNotification),
]
