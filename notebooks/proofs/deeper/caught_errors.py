"""The claims about an error that is caught inside a transaction."""

import re
from contextlib import nullcontext, suppress

from django.db import connection
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.db.transaction import TransactionManagementError, atomic

# The last cell: Alan is there again, and Grace is not stored.
assert answer_of("caught_errors-2").startswith("no")
assert [it.first_name for it in Employees.objects.all()] == ["Alan"]

# With a block of its own the error undoes the deletion alone.
with connected(post_delete, take_back_the_badge, sender=Employees), atomic():
    Employees.objects.create(**GRACE)
    with suppress(RuntimeError), atomic():
        Employees.objects.get(first_name="Alan").delete()
assert {it.first_name for it in Employees.objects.all()} == {"Alan", "Grace"}

fresh_database()
with suppress(TransactionManagementError), atomic():
    Employees.objects.create(**GRACE)
    with suppress(IntegrityError):
        Employees.objects.create(**old_alan)
    Employees.objects.create(**KATHERINE)
assert answer_of("caught_errors-1") == "Nobody" and not Employees.objects.exists()
with atomic():
    Employees.objects.create(**GRACE)
    with suppress(IntegrityError), atomic():
        Employees.objects.create(**old_alan)
    Employees.objects.create(**KATHERINE)
# With a block for the step the rest is kept.
stored = Employees.objects.order_by("pk")
assert [person.first_name for person in stored] == ["Grace", "Katherine"]
Employees.objects.filter(first_name="Katherine").delete()


def told(around):
    """What the database is told while two are stored in one block, the second of them refused."""
    with trace() as seen, atomic():
        EmployeesWithoutHooks.objects.create(**sample_roster()[4])
        with suppress(IntegrityError), around:
            EmployeesWithoutHooks.objects.create(**old_alan)
    return [re.match("[A-Z]+(?: TO SAVEPOINT)?", it)[0] for it in seen.statements]


one_block = ["BEGIN", "INSERT", "INSERT", "ROLLBACK"]
with_savepoint = [
    "BEGIN",
    "INSERT",
    "SAVEPOINT",
    "INSERT",
    "ROLLBACK TO SAVEPOINT",
    "RELEASE",
    "COMMIT",
]
assert told(nullcontext()) == one_block and told(atomic()) == with_savepoint
assert EmployeesWithoutHooks.objects.filter(first_name="Søren").delete()[0]

# A further query in the broken block is an error.
try:
    with atomic():
        with suppress(IntegrityError):
            EmployeesWithoutHooks.objects.create(**old_alan)
        Employees.objects.count()
    said = ""
except TransactionManagementError as error:
    said = str(error)
assert said.endswith("You can't execute queries until the end of the 'atomic' block.")
assert [person.first_name for person in Employees.objects.all()] == ["Grace"]
with atomic():
    EmployeesWithoutHooks.objects.create(**sample_roster()[4])
    with suppress(IntegrityError):
        EmployeesWithoutHooks.objects.create(**old_alan)
assert [person.first_name for person in Employees.objects.all()] == ["Grace"]


# An error through delete() or add() breaks the block; one of pre_save or post_save does not.
def broken_by(signal, act, receiver=lambda sender, **kwargs: 1 / 0):
    with connected(signal, receiver), atomic():
        with suppress(Exception):
            act()
        broken = connection.needs_rollback
        transaction.set_rollback(True)
    return broken


grace, shift = EmployeesWithoutHooks.objects.create(**KATHERINE), Shifts.objects.get()
assert broken_by(post_delete, grace.delete)
assert not broken_by(post_delete, atomic(grace.delete))  # with a savepoint
assert broken_by(m2m_changed, lambda: shift.employees_shift.add(grace))
assert not broken_by(pre_save, grace.save) and not broken_by(post_save, grace.save)


def write_wrongly(sender, instance, **kwargs):
    Employees.objects.filter(pk=instance.pk).update(age=400)


assert broken_by(post_save, grace.save, write_wrongly)  # a write failed
with atomic():
    with suppress(Exception):
        write_wrongly(Employees, grace)
    try:
        Employees.objects.count()
        refused = False
    except TransactionManagementError:
        refused = True
    transaction.set_rollback(True)
assert refused
