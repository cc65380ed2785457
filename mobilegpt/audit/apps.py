from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "mobilegpt.audit"
    label = "audit"
