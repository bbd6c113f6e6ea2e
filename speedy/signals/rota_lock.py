"""Take the rota's lock before a shift changes, or a shift or a person goes, by whatever call.

See `speedy.scheduling` for the rule, and `shift_headcount` for the seats, which follow it, too.
See https://docs.djangoproject.com/en/5.2/ref/signals/#pre-delete
"""

from django.db import transaction
from django.db.models.signals import post_delete, pre_delete, pre_save
from django.dispatch import receiver

from speedy.models import Employees, EmployeesWithoutHooks, Shifts
from speedy.scheduling import lock_rota
from speedy.wirings import EmployeesOverridingSave


@receiver([pre_save, pre_delete], sender=Shifts)
@receiver(pre_delete, sender=Employees)
@receiver(pre_delete, sender=EmployeesOverridingSave)
@receiver(pre_delete, sender=EmployeesWithoutHooks)
def lock_before_change(sender, using, **kwargs):
    """Take the lock, unless the change is one statement in a transaction of its own."""
    if not transaction.get_autocommit(using):
        lock_rota(using)


@receiver(post_delete, sender=Shifts)
@receiver(post_delete, sender=Employees)
@receiver(post_delete, sender=EmployeesOverridingSave)
@receiver(post_delete, sender=EmployeesWithoutHooks)
def free_late_seats(sender, instance, using, **kwargs):
    """Delete the seats that were taken after Django had read what goes along.

    Django reads that before it sends pre_delete, so before we have the lock.
    """
    instance.shiftsemployees_set.using(using).delete()
