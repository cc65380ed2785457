"""The project as an application: its management commands and the table of reactions."""

from django.apps import AppConfig


class ClassroomProjectConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config.reactions import connect_reactions

        connect_reactions()
