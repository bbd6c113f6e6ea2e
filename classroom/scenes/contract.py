"""Four ways to override `save()` wrongly, and one good model.

Each class is a proxy: another class on the table of `Employees` or `Shifts`. Its `app_label` names
no installed app, so none of them is in a migration or in the admin.
See https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods
"""

from speedy.models import Employees, Shifts


class Welcoming(Employees):
    """It forgets `super()`; its name does not say so, because a lesson asks."""

    class Meta:
        proxy = True
        app_label = "contract"

    def save(self, *args, **kwargs):
        print(f"Welcome, {self.first_name}.")


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
            update_fields = list(update_fields)
            update_fields.append("wage_bonus")
        super().save(*args, update_fields=update_fields, **kwargs)


class PaidByTheHour(Shifts):
    class Meta:
        proxy = True
        app_label = "contract"

    def save(self, *args, update_fields=None, **kwargs):
        self.wage_bonus = 50 + 10 * (self.total_hours - 8)
        if update_fields and "total_hours" in update_fields:
            update_fields = [*update_fields, "wage_bonus"]
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        print(f"The {self} is cancelled.")
        return super().delete(*args, **kwargs)
