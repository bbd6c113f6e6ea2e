"""The claims of lesson 06."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from django import VERSION
from django.conf import settings
from django.contrib.auth.models import User
from django.core.handlers.base import BaseHandler
from django.db import IntegrityError, connection, models
from django.db.models.signals import post_delete, pre_save
from django.db.transaction import atomic, on_commit
from django.dispatch import Signal
from django.shortcuts import get_object_or_404
from django.test import Client, RequestFactory

from classroom.running.kernel import ROOT
from speedy.wirings import WIRINGS

katherine = sample_roster()[3]

# 06-1
assert answer_of("06-1") == "Both are"
left = what_is_left()
assert left.loc[("post_save", "create()"), "without atomic()"] == "the row stays"
assert left.loc[("pre_save", "create()"), "without atomic()"] == "nothing changed"
assert set(left.loc["post_save", "inside atomic()"]) == {"nothing changed"}
for signal in ("pre_delete", "post_delete"):
    assert set(left.loc[(signal, "delete()")]) == {"nothing changed"}

# The callback of an inner block waits for the outer one; and if that fails, it is not called.
order = []


def step(failing):
    with atomic():
        on_commit(lambda: order.append("called"))
    order.append("below the with")
    if failing:
        raise ValueError


for failing in False, True:
    with suppress(ValueError), atomic():
        step(failing)
assert order == ["below the with", "called", "below the with"]


# 06-3: the row is committed before the callbacks are called, and the second one is not.
assert answer_of("06-3") == "Katherine is stored, and there is no meal"
assert [it.first_name for it in Employees.objects.all()] == ["Katherine"]
assert not len(read_log())


fresh_database()


# In autocommit an error in post_delete undoes the deletion of the person, and that of the seat before it.
alan = Employees.objects.create(**people[2])
failing = connected(post_delete, take_back_badge, sender=Employees)
with suppress(RuntimeError), failing, listening(post_delete) as deleted:
    alan.delete()
assert [it["sender"] for it in deleted] == ["ShiftsEmployees"]
alan = Employees.objects.get(first_name="Alan")
assert alan.shifts.count() == 1

# What an earlier receiver wrote in autocommit stays: the wipe before a hire that then fails.
shift = Shifts.objects.get()
shift.shift_date -= timedelta(days=3)
shift.save()
with suppress(IntegrityError):
    Employees.objects.create(**katherine | {"age": 400})
assert Employees.objects.count() == 1 and not Shifts.objects.expired().exists()


# The view that is shown: both rows, or none.
text = (ROOT / "notebooks/source/06_when_things_break.py").read_text().replace("\n# ", "\n")
[a_view] = [block.split("```")[0] for block in text.split("```python\n")[1:]]


class Choice(NotebookModel):
    votes = models.IntegerField(default=0)


class Ballot(NotebookModel):
    choice = models.ForeignKey(Choice, on_delete=models.CASCADE)
    voter = models.ForeignKey(User, on_delete=models.CASCADE)


def answer(to):
    return to


around = {"F": models.F, "redirect": answer, "get_object_or_404": get_object_or_404}
exec(a_view, globals() | around, of_the_view := {})
asked = RequestFactory().post("/")
asked.user, tea = User.objects.create_user("ada"), Choice.objects.create()
assert of_the_view["vote"](asked, tea.pk) == "polls:index"
assert (Choice.objects.get().votes, Ballot.objects.count()) == (1, 1)
with connected(pre_save, take_back_badge, sender=Ballot), suppress(RuntimeError):
    of_the_view["vote"](asked, tea.pk)
assert (Choice.objects.get().votes, Ballot.objects.count()) == (1, 1)


# A view runs in autocommit, unless ATOMIC_REQUESTS is on.
def view(request):
    return connection.in_atomic_block


for setting in (False, True):
    with patch.dict(connection.settings_dict, ATOMIC_REQUESTS=setting):
        assert BaseHandler().make_view_atomic(view)(None) == setting


def break_down(sender, **kwargs):
    if issubclass(sender, Employees):
        raise RuntimeError


# The setting belongs to a database, and not to the settings as a whole.
assert not hasattr(settings, "ATOMIC_REQUESTS") and "ATOMIC_REQUESTS" in connection.settings_dict

# The admin opens a transaction: its row is gone.
dina = sample_roster()[5]
browser = Client(SERVER_NAME="localhost")
browser.force_login(User.objects.create_superuser("chief"))
count = Employees.objects.count()
with connected(post_save, break_down), suppress(RuntimeError):
    browser.post("/admin/speedy/employeeswithouthooks/add/", dina)
assert Employees.objects.count() == count
browser.post("/admin/speedy/employeeswithouthooks/add/", dina)
assert Employees.objects.count() == count + 1  # the form was right


def write_wrongly(sender, instance, **kwargs):
    Employees.objects.filter(pk=instance.pk).update(age=400)


# Outside any block of ours the one of delete() is the outermost, and is undone.
grace = EmployeesWithoutHooks.objects.create(**people[1])
with connected(post_delete, take_back_badge), suppress(RuntimeError):
    grace.delete()
assert Employees.objects.filter(first_name="Grace").exists()

# 06-2, on_commit: never after a rollback, at once outside of a transaction.
fresh_database()
with connected(post_save, order_both_ways):
    with suppress(RuntimeError), atomic():
        EmployeesWithoutHooks.objects.create(**people[1])
        raise RuntimeError
    with atomic():
        EmployeesWithoutHooks.objects.create(**people[2])
assert Employees.objects.filter(first_name="Alan").exists()
said = [it for it in read_log()["message"] if "a meal for" in it]
assert [it.partition(":")[0] for it in said] == ["At once", "At once", "On commit"]
assert str(len(said)) == str(answer_of("06-2"))
called = []
on_commit(lambda: called.append("at once"))
assert called == ["at once"]


# A callback that fails: the row is committed, the caller gets the error, the next one is skipped.
def write_letter():
    raise RuntimeError("no stamps")


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
# Before Django 6.1 it catches no error of a partial: to log it, it asks for a name.
with short_log("django.db.backends.base"):
    try:
        on_commit(partial(write_letter), robust=True)
        caught = True
    except AttributeError:
        caught = False
assert caught == (VERSION >= (6, 1))

# send_robust() in a callback waits for the outer block, and what a receiver of it breaks is no longer the hire.
telling = Signal()


def write_wrongly_later(sender, instance, **kwargs):
    write_wrongly(sender, instance)


telling.connect(write_wrongly_later)
with short_log(), atomic(), atomic():
    noor = EmployeesWithoutHooks.objects.create(**sample_roster()[6])
    on_commit(lambda: telling.send_robust(None, instance=noor))
assert Employees.objects.filter(pk=noor.pk).exists()
with short_log(), atomic():
    with atomic():
        zoe = EmployeesWithoutHooks.objects.create(**sample_roster()[5])
    telling.send_robust(None, instance=zoe)  # after the inner block, and before the commit
assert not Employees.objects.filter(pk=zoe.pk).exists()

# pre_save comes before the row.
with connected(pre_save, break_down), suppress(RuntimeError):
    EmployeesWithoutHooks.objects.create(**katherine | {"first_name": "Nobody"})
assert not Employees.objects.filter(first_name="Nobody").exists()

# One row was left of four processes, of the wiring without a transaction; it can be placed later.
fresh_database()
for wiring in WIRINGS:
    end_in_the_middle(wiring)
[lost] = Employees.objects.all()
assert lost.last_name == "built-in signals" and not lost.shifts.exists()
assert assign(lost) == assign(lost) and lost.shifts.count() == 1
