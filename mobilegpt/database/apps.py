from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "mobilegpt.database"
    label = "core"  # as its tables are called
    default_auto_field = "django.db.models.BigAutoField"
