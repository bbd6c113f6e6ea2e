"""The people. What must hold of a person holds in the database, whatever program writes.

See https://docs.djangoproject.com/en/5.2/ref/models/constraints/
"""

from unicodedata import bidirectional, category

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

OLDEST = 120

# Control characters, and the two that end a line or a paragraph.
CONTROLS = {"Cc", "Zl", "Zp"}
# What turns the direction of all that is written after it.
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def one_line(text):
    """Refuse what a terminal or a log would obey instead of showing."""
    if any(category(sign) in CONTROLS or bidirectional(sign) in TURNS for sign in text):
        raise ValidationError("Expected one line, without control characters.", code="one_line")


class EmployeesQuerySet(models.QuerySet):
    def without_shift(self, today=None):
        """The people who sit on no shift from today on."""
        return self.exclude(shifts__shift_date__gte=today or timezone.localdate())


class Employees(models.Model):
    """Somebody who works here. Creating one sets the running example off."""

    first_name = models.CharField(max_length=100, validators=[one_line])
    last_name = models.CharField(max_length=100, validators=[one_line])
    address = models.CharField(max_length=200, validators=[one_line])
    age = models.PositiveSmallIntegerField(validators=[MaxValueValidator(OLDEST)])
    date_of_birth = models.DateField(null=True, blank=True)

    objects = EmployeesQuerySet.as_manager()

    class Meta:
        verbose_name = "employee"
        verbose_name_plural = "employees"
        constraints = [
            models.CheckConstraint(
                name="employee_age_0_to_120",
                condition=Q(age__gte=0, age__lte=OLDEST),
                violation_error_message=f"Age must be a whole number from 0 to {OLDEST}.",
            ),
            models.CheckConstraint(
                name="employee_has_a_name",
                condition=~Q(first_name="") & ~Q(last_name=""),
                violation_error_message="First name and last name must not be empty.",
            ),
        ]

    def __str__(self):
        return f"{self.first_name} {self.last_name}"

    def joins(self, using=None):
        """Tell whether saving this instance to that database will add somebody.

        `created` is known only once the row is written. An instance built by hand around a
        stored key is an edit, though it looks new in memory, so there only the table can tell.
        """
        if self.pk is None:
            return True
        stored = Employees.objects.using(using).filter(pk=self.pk)
        return self._state.adding and not stored.exists()


class EmployeesWithoutHooks(Employees):
    """The same people, of whom saving tells nobody: the code that hires them has to act."""

    class Meta:
        proxy = True
        verbose_name = "employee hired by a function"
        verbose_name_plural = "employees hired by a function"
