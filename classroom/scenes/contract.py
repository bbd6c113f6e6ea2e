"""Four ways to override `save()` wrongly, and one good model.

Each class is a proxy of `Shifts`: another class on the same table. Its `app_label` names no
installed app, so none of them is in a migration or in the admin.
See https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods
"""

from speedy.models import Shifts


class ForgetsSuper(Shifts):
    class Meta:
        proxy = True
        app_label = "contract"

    def save(self, *args, **kwargs):
        self.wage_bonus = 50 + 10 * (self.total_hours - 8)


class TakesNoArguments(Shifts):
    class Meta:
        proxy = True
        app_label = "contract"

    def save(self):
        self.wage_bonus = 50 + 10 * (self.total_hours - 8)
        super().save()


class PassesItOn(Shifts):
    class Meta:
        proxy = True
        app_label = "contract"

    def save(self, *args, **kwargs):
        self.wage_bonus = 50 + 10 * (self.total_hours - 8)
        super().save(*args, **kwargs)


class AlwaysAddsItsField(Shifts):
    class Meta:
        proxy = True
        app_label = "contract"

    def save(self, *args, update_fields=None, **kwargs):
        self.wage_bonus = 50 + 10 * (self.total_hours - 8)
        if update_fields is not None:
            update_fields = {"wage_bonus"}.union(update_fields)
        super().save(*args, update_fields=update_fields, **kwargs)


class PaidByTheHour(Shifts):
    class Meta:
        proxy = True
        app_label = "contract"

    def save(self, *args, update_fields=None, **kwargs):
        self.wage_bonus = 50 + 10 * (self.total_hours - 8)
        if update_fields is not None and "total_hours" in update_fields:
            update_fields = {"wage_bonus"}.union(update_fields)
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        print(f"The {self} is cancelled.")
        return super().delete(*args, **kwargs)
