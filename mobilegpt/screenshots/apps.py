from django.apps import AppConfig


class ScreenshotsConfig(AppConfig):
    name = "mobilegpt.screenshots"
    label = "screenshots"
    default_auto_field = "django.db.models.BigAutoField"
