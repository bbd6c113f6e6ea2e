"""A model of shifts whose `save()` sets one field by another, as lesson 03 teaches it.

Its `app_label` names no installed app, so it is in no migration and not in the admin.
See https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods
"""

from speedy.models import Shifts


class PaidByTheHour(Shifts):
    class Meta:
        proxy = True
        app_label = "contract"

    def save(self, *args, update_fields=None, **kwargs):
        self.wage_bonus = 50 + 10 * (self.total_hours - 8)
        if update_fields and "total_hours" in update_fields:
            update_fields = [*update_fields, "wage_bonus"]
        super().save(*args, update_fields=update_fields, **kwargs)
