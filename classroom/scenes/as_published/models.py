"""The published models. The faults are kept, and numbered as in the notebook *line by line*.

See https://docs.djangoproject.com/en/5.2/ref/models/fields/
"""

from django.db import models
from django.utils import timezone


class Employees(models.Model):
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    address = models.CharField(max_length=200)
    age = models.PositiveSmallIntegerField()  # Fault 9
    date_of_birth = models.DateField(auto_now_add=True)  # Fault 1


class Shifts(models.Model):
    employees_shift = models.ManyToManyField(
        Employees, through="ShiftsEmployees", related_name="shifts"
    )
    # Faults 10 and 11
    wage_bonus = models.DecimalField(max_digits=4, decimal_places=2, default=50.00)
    total_hours = models.IntegerField(default=8)
    # Faults 12 and 13
    shift_date = models.DateField(default=timezone.now)


class ShiftsEmployees(models.Model):
    # Fault 14
    employee = models.ForeignKey(Employees, on_delete=models.CASCADE, null=True)
    shift = models.ForeignKey(Shifts, on_delete=models.CASCADE)

    class Meta:
        unique_together = [("employee", "shift")]
        # Fault 15
        indexes = [models.Index(fields=["employee", "shift"], name="published_extra_index")]
