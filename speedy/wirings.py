"""One rule, four ways to set it off. The rule says what happens, a wiring says when.

All four write to the same tables, at the same time, with nothing to switch on or off: a receiver
hears only the class that it was connected for, and each wiring hires by a class of its own.
See https://docs.djangoproject.com/en/5.2/topics/signals/ (and its warning at the top).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps

from django.db import models, router, transaction

from speedy import scheduling
from speedy.models import Employees, EmployeesWithoutHooks
from speedy.signals.custom_signals import employee_hired


class EmployeesOverridingSave(Employees):
    """The same people, hired by a `save()` that sets the rule off.

    It needs the rule, and the rule imports the models. So it cannot stand among the models: that
    would be a circular import. A receiver's sender is matched by identity, so the receivers of
    Employees are not called for a proxy: each wiring has the table to itself.
    """

    class Meta:
        proxy = True
        verbose_name = "employee hired by save()"
        verbose_name_plural = "employees hired by save()"

    def save(self, *args, using=None, **kwargs):
        using = using or router.db_for_write(type(self), instance=self)
        if not self.joins(using):
            return super().save(*args, using=using, **kwargs)
        with transaction.atomic(using=using):
            scheduling.wipe_expired_shifts(using)
            super().save(*args, using=using, **kwargs)
            scheduling.assign(self)


@dataclass(frozen=True)
class Wiring:
    """A way to set the rule off.

    `model` is the class that it hires, `hire(**fields)` stores one person, placed, and returns
    them; `hire_many(people)` stores a list of unsaved ones, as somebody in a hurry would.
    """

    model: type[models.Model]
    hire: Callable
    hire_many: Callable


def one_transaction():
    """Open a transaction on the database to which people are written."""
    return transaction.atomic(using=router.db_for_write(Employees))


def by_fields(hire):
    """Let a function that hires say what it expected, where something else than fields comes."""

    @wraps(hire)
    def hire_by_fields(*things, **fields):
        known = {"pk", *(field.name for field in Employees._meta.fields)}
        came = [type(thing).__name__ for thing in things] + sorted(fields.keys() - known)
        if came:
            raise TypeError(
                f"{hire.__name__}() expected the fields of a person by name, as first_name='Ada' "
                f"or, where they stand in a dict, as **person; came {', '.join(came)}."
            )
        return hire(**fields)

    return hire_by_fields


def of_people(hire_many):
    """Let a function that hires many say what it expected, where something else comes."""

    @wraps(hire_many)
    def hire_people(people):
        odd = [people]
        if isinstance(people, Iterable):
            people = list(people)
            odd = [it for it in people if not isinstance(it, Employees)]
        if odd:
            raise TypeError(
                "hire_many() expected a list of unsaved people, such as "
                f"[Employees(first_name='Ada')]; came {type(odd[0]).__name__}."
            )
        return hire_many(people)

    return hire_people


@by_fields
def hire_by_signals(**fields):
    """Store somebody; receivers of pre_save and post_save do the rest, unseen from here."""
    return Employees.objects.create(**fields)


@by_fields
def hire_by_save(**fields):
    """Store somebody; the save() of the model does the rest."""
    return EmployeesOverridingSave.objects.create(**fields)


@by_fields
def hire_by_custom_signal(**fields):
    """Store somebody and announce it; the receivers of `employee_hired` do the rest."""
    with one_transaction():
        employee = EmployeesWithoutHooks.objects.create(**fields)
        employee_hired.send(sender=EmployeesWithoutHooks, employee=employee)
    return employee


@by_fields
def hire_by_call(**fields):
    """Store somebody and do the rest here, where you can read it."""
    with one_transaction():
        scheduling.wipe_expired_shifts()
        employee = EmployeesWithoutHooks.objects.create(**fields)
        scheduling.assign(employee)
    return employee


@of_people
def hire_many_by_custom_signal(people):
    """Store a list of people, and announce them."""
    with scheduling.locked_rota():  # before the first of them changes anything
        people = EmployeesWithoutHooks.objects.bulk_create(people)
        for employee in people:
            employee_hired.send(sender=EmployeesWithoutHooks, employee=employee)
    return people


@of_people
def hire_many_by_call(people):
    """Store a list of people, and place them."""
    with one_transaction():
        scheduling.wipe_expired_shifts()
        people = EmployeesWithoutHooks.objects.bulk_create(people)
        scheduling.assign_many(people)
    return people


WIRINGS = {
    # bulk_create() sends no signal and calls no save(): the first two hire, and place nobody.
    "built-in signals": Wiring(
        Employees, hire_by_signals, of_people(Employees.objects.bulk_create)
    ),
    "save() override": Wiring(
        EmployeesOverridingSave,
        hire_by_save,
        of_people(EmployeesOverridingSave.objects.bulk_create),
    ),
    "custom signal": Wiring(
        EmployeesWithoutHooks, hire_by_custom_signal, hire_many_by_custom_signal
    ),
    "direct call": Wiring(EmployeesWithoutHooks, hire_by_call, hire_many_by_call),
}
