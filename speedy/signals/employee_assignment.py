"""Set the rule off when somebody joins: never on an edit, never while a fixture loads.

See https://docs.djangoproject.com/en/5.2/ref/signals/#django.db.models.signals.post_save
"""

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from speedy import scheduling
from speedy.models import Employees


@receiver(pre_save, sender=Employees)
def wipe_expired_shifts(sender, instance, raw, **kwargs):
    """Clear the past away before somebody joins."""
    if not raw and joins(instance):
        scheduling.wipe_expired_shifts()


@receiver(post_save, sender=Employees)
def employee_created(sender, instance, created, raw, **kwargs):
    """Put whoever joined on the first shift with room."""
    if created and not raw:
        scheduling.assign(instance)


def joins(employee):
    """Tell whether saving this instance will add somebody.

    pre_save has no `created`: the row is not written yet. An instance built by hand around a
    stored key is an edit, though it looks new in memory, so there only the table can tell.
    """
    if employee.pk is None:
        return True
    return employee._state.adding and not Employees.objects.filter(pk=employee.pk).exists()
