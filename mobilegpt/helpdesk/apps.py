from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "mobilegpt.helpdesk"
    label = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"
