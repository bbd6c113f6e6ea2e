"""The claims of lesson 06."""

from contextlib import suppress

from django.contrib.auth.models import User
from django.db import connection
from django.db.models.signals import m2m_changed, pre_save
from django.db.transaction import TransactionManagementError, atomic, on_commit
from django.test import Client

from classroom.scenes.log_lines import short_log

# 06-1
assert answer_of("06-1") == "After post_save, when create() or save() was called"
left = what_is_left()
stays = left[left["in autocommit"] == "stays"]
assert set(stays.index) == {("post_save", "create()"), ("post_save", "save() of an edit")}
assert set(left["inside atomic()"]) == {"undone", "not written"}
calls = {call for _, call in left.index}
assert {"delete()", "add()", "get_or_create()", "update_or_create()"} < calls


def break_down(sender, **kwargs):
    if issubclass(sender, Employees):
        raise RuntimeError


# The admin opens a transaction: its row is gone.
browser = Client(SERVER_NAME="localhost")
browser.force_login(User.objects.create_superuser("chief"))
count = Employees.objects.count()
with connected(post_save, break_down), suppress(RuntimeError):
    browser.post("/admin/speedy/employeeswithouthooks/add/", ada)
assert Employees.objects.count() == count
browser.post("/admin/speedy/employeeswithouthooks/add/", ada)
assert Employees.objects.count() == count + 1  # the form was right

# 06-2: one row, of the wiring without a transaction; it can be placed later, and once is enough.
assert answer_of("06-2") == "That of the built-in signals: it was committed by then"
[lost] = Employees.objects.filter(first_name="by")
assert lost.last_name == "built-in signals" and not lost.shifts.exists()
assert assign(lost) == assign(lost) and lost.shifts.count() == 1


# 06-3: an error through delete() or add() breaks the block; one of post_save does not.
def broken_by(signal, act):
    with connected(signal, lambda sender, **kwargs: 1 / 0), atomic():
        with suppress(ZeroDivisionError):
            act()
        broken = connection.needs_rollback
        transaction.set_rollback(True)
    return broken


assert answer_of("06-3") == "It raises an error of its own"
grace_stored, shift = people[1], Shifts.objects.get()
assert broken_by(post_delete, grace_stored.delete)
assert broken_by(m2m_changed, lambda: shift.employees_shift.add(grace_stored))
assert not broken_by(post_save, grace_stored.save)
grace_stored.age = 400
with atomic():
    with suppress(Exception):
        grace_stored.save()
    assert connection.needs_rollback
    try:
        Employees.objects.count()
        refused = False
    except TransactionManagementError:
        refused = True
assert refused

# Nothing was deleted: neither in the broken block nor in the savepoint.
assert Employees.objects.filter(pk=people[0].pk).exists()

# on_commit: never after a rollback, at once outside of a transaction.
assert list(event_log()["message"]) == ["At once: a meal for Katherine Ospell."]
assert not Employees.objects.filter(first_name="Katherine").exists()
called = []
on_commit(lambda: called.append("at once"))
assert called == ["at once"]

# A callback that fails: the row is committed, the caller gets the error, the next one is skipped.
try:
    with atomic():
        EmployeesWithoutHooks.objects.create(**katherine)
        on_commit(write_letter)
        on_commit(lambda: called.append("next"))
    raised = False
except RuntimeError:
    raised = True
assert raised and called == ["at once"]
assert Employees.objects.filter(first_name="Katherine").exists()
with short_log("django.db.backends.base"), atomic():
    on_commit(write_letter, robust=True)
    on_commit(lambda: called.append("next"))
assert called == ["at once", "next"]

# pre_save comes before the row.
with connected(pre_save, break_down), suppress(RuntimeError):
    EmployeesWithoutHooks.objects.create(**katherine | {"first_name": "Nobody"})
assert not Employees.objects.filter(first_name="Nobody").exists()

# What an earlier receiver of pre_save committed stays: here, the wipe.
advance()
Shifts.objects.create(shift_date=date(2022, 11, 1))
with connected(pre_save, break_down), suppress(RuntimeError):
    Employees.objects.create(**katherine | {"first_name": "Nobody"})
assert not Shifts.objects.filter(shift_date=date(2022, 11, 1)).exists()
assert not Employees.objects.filter(first_name="Nobody").exists()
