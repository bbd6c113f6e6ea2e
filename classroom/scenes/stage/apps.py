"""The stage as an app of its own, so that its tables never mix with those of speedy."""

from django.apps import AppConfig


class StageConfig(AppConfig):
    name = "classroom.scenes.stage"
    default_auto_field = "django.db.models.BigAutoField"
