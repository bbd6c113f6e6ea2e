"""The classroom as a Django app: it brings commands, a receiver, and no models of its own."""

from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "classroom"

    def ready(self):
        # The wiring whose signal carries a list has a receiver of its own.
        from classroom.scenes import groups  # noqa: F401
