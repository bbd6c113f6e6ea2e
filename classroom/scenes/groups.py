"""Ways to hire many people, one of them a signal that is sent once: its payload is a list.

See https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
"""

from dataclasses import replace

from django.db import transaction
from django.dispatch import Signal, receiver

from speedy import scheduling
from speedy.models import Employees, EmployeesWithoutHooks
from speedy.wirings import WIRINGS

# Sender: the model class of the new people. Payload: `employees`, the stored instances, a list.
group_hired = Signal()


@receiver(group_hired)
def place_all(sender, employees, **kwargs):
    """Put everybody of the group on a shift."""
    scheduling.wipe_expired_shifts()
    scheduling.assign_many(employees)


def hire_group(people):
    """Store them in one statement, and announce them all at once."""
    with transaction.atomic():
        people = EmployeesWithoutHooks.objects.bulk_create(people)
        group_hired.send(sender=EmployeesWithoutHooks, employees=people)
    return people


LIST_IN_A_SIGNAL = replace(WIRINGS["custom signal"], hire_many=hire_group)
MANY_AT_ONCE = {
    "custom signal": WIRINGS["custom signal"],
    "direct call": WIRINGS["direct call"],
    "a list in a signal": LIST_IN_A_SIGNAL,
}


def hire_one_by_one(people):
    """Save each of them by itself, so that each row sends its signals."""
    for person in people:
        person.save()
    return people


def hire_in_bulk(people):
    """Store them and do nothing else, in a transaction on every version of Django."""
    with transaction.atomic():
        return Employees.objects.bulk_create(people)


WAYS_TO_HIRE_MANY = {
    "a loop of save()": replace(WIRINGS["built-in signals"], hire_many=hire_one_by_one),
    "bulk_create() alone": replace(WIRINGS["built-in signals"], hire_many=hire_in_bulk),
    "bulk_create(), a signal for each person": WIRINGS["custom signal"],
    "bulk_create(), one signal with the list": LIST_IN_A_SIGNAL,
    "bulk_create(), a call of assign_many()": WIRINGS["direct call"],
}
