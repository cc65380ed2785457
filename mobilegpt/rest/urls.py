"""Every REST path. Static names stand before parameters (contract 2.3); each family lists its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from mobilegpt.rest.accounts import pictures
from mobilegpt.rest.accounts import views as accounts
from mobilegpt.rest.activity import views as activity
from mobilegpt.rest.apps import accounts as app_accounts
from mobilegpt.rest.apps import class_room as app_class
from mobilegpt.rest.apps import lessons as app_lessons
from mobilegpt.rest.apps import logs as app_logs
from mobilegpt.rest.apps import recordings as app_recordings
from mobilegpt.rest.apps import reports as app_reports
from mobilegpt.rest.apps import students as app_students
from mobilegpt.rest.attendance import views as attendance
from mobilegpt.rest.classroom import control, seats
from mobilegpt.rest.classroom import views as classroom
from mobilegpt.rest.colleagues import views as colleagues
from mobilegpt.rest.dashboard import learning
from mobilegpt.rest.dashboard import views as dashboard
from mobilegpt.rest.helpdesk import shared_answers
from mobilegpt.rest.helpdesk import views as helpdesk
from mobilegpt.rest.http.routing import by_family
from mobilegpt.rest.lectures import copying, expectations, history
from mobilegpt.rest.lectures import media as lesson_files
from mobilegpt.rest.lectures import views as lectures
from mobilegpt.rest.livechat import views as livechat
from mobilegpt.rest.notifications import views as notifications
from mobilegpt.rest.operations import documents
from mobilegpt.rest.operations import views as operations
from mobilegpt.rest.packs import views as packs
from mobilegpt.rest.pictures import uploads
from mobilegpt.rest.pictures import views as lesson_pictures
from mobilegpt.rest.progress import views as progress
from mobilegpt.rest.recordings import views as recordings
from mobilegpt.rest.roomchat import files as chat_files
from mobilegpt.rest.roomchat import views as roomchat
from mobilegpt.rest.roster import views as roster
from mobilegpt.rest.screenshots import views as screenshots
from mobilegpt.rest.voice import views as voice

_families: list[URLPattern] = [
    *operations.urlpatterns,
    *app_accounts.urlpatterns,
    *app_students.urlpatterns,
    *app_class.urlpatterns,
    *app_logs.urlpatterns,
    *app_lessons.urlpatterns,
    *app_recordings.urlpatterns,
    *app_reports.urlpatterns,
    *accounts.urlpatterns,
    *lectures.urlpatterns,
    *copying.urlpatterns,
    *history.urlpatterns,
    *expectations.urlpatterns,
    *packs.urlpatterns,
    *lesson_files.urlpatterns,
    *lesson_pictures.urlpatterns,
    *uploads.urlpatterns,
    *voice.urlpatterns,
    *recordings.urlpatterns,
    *screenshots.urlpatterns,
    *roster.urlpatterns,
    *attendance.urlpatterns,
    *seats.urlpatterns,
    *control.urlpatterns,
    *classroom.urlpatterns,
    *colleagues.urlpatterns,
    *progress.urlpatterns,
    *activity.urlpatterns,
    *helpdesk.urlpatterns,
    *shared_answers.urlpatterns,
    *dashboard.urlpatterns,
    *learning.urlpatterns,
    *notifications.urlpatterns,
    *chat_files.urlpatterns,
    *livechat.urlpatterns,
    *roomchat.urlpatterns,
    *pictures.urlpatterns,
    *documents.urlpatterns,
]

urlpatterns: list[URLPattern | URLResolver] = by_family(_families)
