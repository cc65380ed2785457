from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "mobilegpt.chat"
    label = "chat"
    default_auto_field = "django.db.models.BigAutoField"
