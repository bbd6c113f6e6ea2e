"""The classroom as a Django app: it brings commands, and no models of its own."""

from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "classroom"
