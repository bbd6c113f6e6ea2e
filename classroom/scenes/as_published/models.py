"""The published models, faults kept and numbered; the notebook *line by line* runs each of them.

See https://docs.djangoproject.com/en/5.2/ref/models/fields/
"""

from django.db import models
from django.utils import timezone


class Employees(models.Model):
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    address = models.CharField(max_length=200)
    # Fault 1: -3 is refused, 400 is taken.
    age = models.PositiveSmallIntegerField()
    # Fault 2: the birthday given is thrown away; the day of hiring is stored.
    date_of_birth = models.DateField(auto_now_add=True)


class Shifts(models.Model):
    employees_shift = models.ManyToManyField(
        Employees, through="ShiftsEmployees", related_name="shifts"
    )
    # Fault 3: a float until the row is read again. Four digits: 99.99 at most.
    wage_bonus = models.DecimalField(max_digits=4, decimal_places=2, default=50.00)
    total_hours = models.IntegerField(default=8)
    # Fault 4: a datetime until the row is read again. Fault 5: nothing keeps two off one day.
    shift_date = models.DateField(default=timezone.now)


class ShiftsEmployees(models.Model):
    # Fault 6: a seat may lack its person.
    employee = models.ForeignKey(Employees, on_delete=models.CASCADE, null=True)
    shift = models.ForeignKey(Shifts, on_delete=models.CASCADE)

    class Meta:
        unique_together = [("employee", "shift")]
        # Fault 7: the unique pair has this very index already.
        indexes = [models.Index(fields=["employee", "shift"], name="published_extra_index")]
