"""The app that is taught. Its receivers are connected once, when Django is ready.

See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
"""

from django.apps import AppConfig


class SpeedyConfig(AppConfig):
    name = "speedy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Without these imports nothing fires, and nothing complains.
        from speedy import wirings  # noqa: F401
        from speedy.signals import (  # noqa: F401
            employee_assignment,
            event_logging,
            rota_lock,
            shift_headcount,
        )
