from classroom import views
from django.urls import path

urlpatterns = [
    path("api/auth/me", views.Me.as_view()),
    path("api/auth/refresh", views.Refresh.as_view()),
    path("api/auth/refresh-unrotated", views.RefreshUnrotated.as_view()),
    path("api/sessions/<int:session_id>/join", views.Join.as_view()),
    path("api/sessions/<int:session_id>/next-step", views.NextStep.as_view()),
    path("api/sessions/<int:session_id>/current", views.Current.as_view()),
    path("api/progress/update", views.UpdateProgress.as_view()),
    path("api/logs/activity", views.LogActivity.as_view()),
    path("api/v1/chat/rooms/<int:room_id>/messages", views.Messages.as_view()),
]
