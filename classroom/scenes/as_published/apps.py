"""The specimen as an app of its own, so that its tables never mix with those of speedy."""

from django.apps import AppConfig


class AsPublishedConfig(AppConfig):
    name = "classroom.scenes.as_published"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from classroom.scenes.as_published import signals  # noqa: F401
