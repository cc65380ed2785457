from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "mobilegpt.voice"
    label = "voice"
    default_auto_field = "django.db.models.BigAutoField"
