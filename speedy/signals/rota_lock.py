"""Take the rota's lock before a shift changes, or a shift or a person goes, by whatever call.

See `speedy.scheduling` for the rule, and `shift_headcount` for the seats, which follow it, too.
See https://docs.djangoproject.com/en/5.2/ref/signals/#pre-delete
"""

from django.db import transaction
from django.db.models.signals import post_delete, pre_delete, pre_save
from django.dispatch import receiver

from speedy.models import Employees, Shifts
from speedy.scheduling import lock_rota

# A receiver hears its own sender alone, so each proxy of Employees is named.
GOES = [Shifts, Employees, *Employees.__subclasses__()]


@receiver(pre_save, sender=Shifts)
def lock_before_change(sender, using, **kwargs):
    """Take the lock, unless the change is one statement in a transaction of its own."""
    if not transaction.get_autocommit(using):
        lock_rota(using)


def free_late_seats(sender, instance, using, **kwargs):
    """Delete the seats that were taken after Django had read what goes along.

    Django reads that before it sends pre_delete, so before we have the lock.
    """
    instance.shiftsemployees_set.using(using).delete()


for model in GOES:
    pre_delete.connect(lock_before_change, sender=model)
    post_delete.connect(free_late_seats, sender=model)
