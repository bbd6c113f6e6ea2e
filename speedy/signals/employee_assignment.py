"""Set the rule off when somebody joins: never on an edit, never while a fixture loads.

See https://docs.djangoproject.com/en/5.2/ref/signals/#django.db.models.signals.post_save
"""

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from speedy import scheduling
from speedy.models import Employees
from speedy.signals.custom_signals import employee_hired


@receiver(pre_save, sender=Employees)
def wipe_before_hire(sender, instance, raw, using, **kwargs):
    """Clear the past away before somebody joins."""
    if not raw and instance.joins(using):
        scheduling.wipe_expired_shifts(using)


@receiver(post_save, sender=Employees)
def employee_created(sender, instance, created, raw, **kwargs):
    """Put the new employee on a shift."""
    if created and not raw:
        scheduling.assign(instance)


@receiver(employee_hired)
def place_hired(sender, employee, **kwargs):
    """Do the same for somebody who was hired by the custom signal."""
    scheduling.wipe_expired_shifts(scheduling.database_for(employee))
    scheduling.assign(employee)
