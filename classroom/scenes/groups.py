"""Ways to hire many people, one of them a signal that is sent once: its payload is a list.

See https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
"""

from dataclasses import replace

from django.db import transaction
from django.dispatch import Signal, receiver

from speedy import scheduling
from speedy.models import EmployeesWithoutHooks
from speedy.wirings import WIRINGS, of_people

# Sender: the model class of the new people. Payload: `employees`, the stored instances, a list.
group_hired = Signal()


@receiver(group_hired)
def place_all(sender, employees, **kwargs):
    """Put everybody of the group on a shift."""
    scheduling.wipe_expired_shifts()
    scheduling.assign_many(employees)


@of_people
def hire_group(people):
    """Store them in one statement, and announce them all at once."""
    with transaction.atomic():
        people = EmployeesWithoutHooks.objects.bulk_create(people)
        group_hired.send(sender=EmployeesWithoutHooks, employees=people)
    return people


MANY_AT_ONCE = {
    "custom signal": WIRINGS["custom signal"],
    "a list in a signal": replace(WIRINGS["custom signal"], hire_many=hire_group),
    "direct call": WIRINGS["direct call"],
}
