from chat.views import Messages
from django.urls import path

urlpatterns = [path("api/v1/chat/rooms/<int:room_id>/messages", Messages.as_view())]
