from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "mobilegpt.realtime"
    label = "realtime"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mobilegpt.realtime.feed import tell_without_serving

        tell_without_serving()
