from django.apps import AppConfig


class ToolsConfig(AppConfig):
    """The management commands."""

    name = "mobilegpt.tools"
    label = "tools"
