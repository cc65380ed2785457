from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "mobilegpt.events"
    label = "realtime"  # as its tables are called
    default_auto_field = "django.db.models.BigAutoField"
