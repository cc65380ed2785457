"""The project as an application: the table of reactions, and who carries events when nobody serves."""

from django.apps import AppConfig


class ClassroomProjectConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config.reactions import connect_reactions
        from mobilegpt.realtime.feed import tell_without_serving

        connect_reactions()
        tell_without_serving()
