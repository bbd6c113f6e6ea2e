"""The shifts: one a day, three seats each, and the table that says who sits where.

The counter `headcount` is kept true by `speedy.signals.shift_headcount` and held within
its bounds by the database.
See https://docs.djangoproject.com/en/5.2/topics/db/models/#extra-fields-on-many-to-many-relationships
"""

from decimal import Decimal

from django.db import models, router, transaction
from django.db.models import Q
from django.utils import timezone

SEATS = 3


class StoredCount(int):
    """A headcount as the database holds it; a plain number was set by hand."""


class InsertedCount(StoredCount):
    """A headcount that an INSERT writes just now; Django 6.1 asks for it twice."""


class HeadcountField(models.PositiveSmallIntegerField):
    """A counter that a save() writes only where somebody set it by hand.

    A shift that was read earlier knows the count of that moment. Its `save()` keeps the stored
    one, also with `update_fields=["headcount"]`: else it would forget everybody who sat down in
    between. `shift.headcount = 2` and `update_or_create(defaults={"headcount": 2})` are meant,
    and written. A copy of a shift begins at 0, since it has no seats. `update()` and
    `bulk_update()`, which name the field, write what they are given, and so do fixtures.
    See https://docs.djangoproject.com/en/5.2/howto/custom-model-fields/#converting-values-to-python-objects
    """

    def from_db_value(self, value, expression, connection):
        return value if value is None else StoredCount(value)

    def pre_save(self, model_instance, add):
        value = getattr(model_instance, self.attname)
        if isinstance(value, StoredCount):
            if not add:
                return models.F(self.attname)
            value = int(value) if isinstance(value, InsertedCount) else 0
        if value is None or hasattr(value, "resolve_expression"):
            return value
        kind = InsertedCount if add else StoredCount
        stored = kind(self.get_prep_value(value))
        setattr(model_instance, self.attname, stored)
        return int(stored)


class ShiftsQuerySet(models.QuerySet):
    def current(self, today=None):
        """The shifts from today on, the earliest first."""
        return self.filter(shift_date__gte=today or timezone.localdate()).order_by("shift_date")

    def expired(self, today=None):
        """The shifts before today, the earliest first."""
        return self.filter(shift_date__lt=today or timezone.localdate()).order_by("shift_date")

    def with_room(self):
        """The shifts with a free seat; a partial index finds them without reading the full ones."""
        return self.filter(headcount__lt=SEATS)


class Shifts(models.Model):
    """A day's work for at most three people."""

    employees_shift = models.ManyToManyField(
        "speedy.Employees", through="speedy.ShiftsEmployees", related_name="shifts"
    )
    wage_bonus = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal("50.00"))
    total_hours = models.PositiveSmallIntegerField(default=8)
    shift_date = models.DateField(unique=True, default=timezone.localdate)
    headcount = HeadcountField(default=0, editable=False)

    objects = ShiftsQuerySet.as_manager()

    class Meta:
        verbose_name = "shift"
        verbose_name_plural = "shifts"
        ordering = ["shift_date"]
        constraints = [
            models.CheckConstraint(
                name="shift_headcount_0_to_3",
                condition=Q(headcount__gte=0, headcount__lte=SEATS),
                violation_error_message=f"A shift takes {SEATS} people at most.",
            ),
            models.CheckConstraint(
                name="shift_wage_bonus_not_negative", condition=Q(wage_bonus__gte=0)
            ),
            models.CheckConstraint(
                name="shift_total_hours_1_to_24",
                condition=Q(total_hours__gte=1, total_hours__lte=24),
            ),
        ]
        indexes = [
            # Only the shifts with room are in it, so it stays small however long the rota grows.
            models.Index(
                fields=["shift_date"], name="shift_with_room", condition=Q(headcount__lt=SEATS)
            ),
        ]

    def __str__(self):
        return f"shift of {self.shift_date}"


class ShiftsEmployees(models.Model):
    """One person's seat on one shift.

    An automatic through table would refuse a repeated pair just as well. This one is written
    out for the signals that it sends: pre/post_save and pre/post_delete for each seat.
    """

    # The unique pair's own index starts with the employee, so a second one would only cost.
    employee = models.ForeignKey("speedy.Employees", on_delete=models.CASCADE, db_index=False)
    shift = models.ForeignKey(Shifts, on_delete=models.CASCADE)

    class Meta:
        verbose_name = "seat"
        verbose_name_plural = "seats"
        constraints = [
            models.UniqueConstraint(fields=["employee", "shift"], name="one_seat_per_shift"),
        ]

    def __str__(self):
        return f"{self.employee} on the {self.shift}"

    def save(self, *args, using=None, **kwargs):
        # The seat and the shift's headcount stand or fall together. A receiver cannot promise
        # that: post_save comes after the row was committed, unless a transaction is open.
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            super().save(*args, using=using, **kwargs)
