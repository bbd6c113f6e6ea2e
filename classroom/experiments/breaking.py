"""Break things on purpose, and see what is left: a receiver that raises, a process that ends.

See https://docs.djangoproject.com/en/5.2/topics/db/transactions/#managing-database-transactions
"""

import os
from contextlib import nullcontext, suppress

from django.db import connection, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from classroom.running.guard import expect_own_database
from classroom.running.kernel import ROOT
from classroom.running.platform import run_python
from classroom.scenes.calendar import stand_on
from classroom.scenes.database import empty_tables, in_private_database, use_database
from classroom.scenes.roster import fields_of
from speedy import scheduling
from speedy.models import Employees, EmployeesWithoutHooks, Shifts, ShiftsEmployees
from speedy.wirings import WIRINGS
from whatfires import connected
from whatfires.describing import expect, quoted
from whatfires.frames import Table


class Breakdown(Exception):
    """What a receiver raises here."""


class LeftTable(Table):
    """A DataFrame in which it stands out where something is left of what failed."""

    def tint(self, row, column):
        return "attention" if row[column] in STAYS else "quiet"


def what_is_left(everything=False):
    """Let a receiver raise at each signal of `create()` and `delete()`, and see what is left.

    With `everything` more calls are tried: edits, `get_or_create()` and its like, `add()`. Returns
    a DataFrame, a row a signal and operation, with the columns `without atomic()` and `inside
    atomic()`: `nothing changed`, or `the row stays` (a new one), `the row is gone` (a deleted one)
    or `the edit stays`. It is observed in a private database.
    """
    expect("what_is_left(everything=...)", everything, bool, "True or False")
    attempts = ATTEMPTS if everything else [it for it in ATTEMPTS if it[2] in MAIN_CALLS]
    rows = in_private_database(lambda: [broken_row(*attempt) for attempt in attempts])
    return LeftTable(Table(rows).set_index(["a failing receiver of", "called by"]))


def broken_row(signal, name, operation, act):
    """Break one operation, in autocommit and inside atomic()."""
    return {
        "a failing receiver of": name,
        "called by": operation,
        "without atomic()": left_of(signal, operation, act, nullcontext()),
        "inside atomic()": left_of(signal, operation, act, transaction.atomic()),
    }


NO_CHANGE = "nothing changed"
LEFT = {"delete()": "the row is gone", "save() of an edit": "the edit stays"}
STAYS = {"the row stays", *LEFT.values()}


def left_of(signal, operation, act, around):
    """Tell what is left in the tables of an operation in which a receiver raised."""
    empty_tables(ShiftsEmployees, Shifts, Employees)
    person = EmployeesWithoutHooks.objects.create(**fields_of("Ada Quillbrook"))
    shift = Shifts.objects.create()
    before = rows()
    with suppress(Breakdown), connected(signal, break_down), around:
        act(person, shift)
    return NO_CHANGE if rows() == before else LEFT.get(operation, "the row stays")


def break_down(sender, action="post_add", **kwargs):
    """Raise, as any code may one day; of an add() not before it is done."""
    if action == "post_add":
        raise Breakdown


def rows():
    """Every row of the tables that a hire writes to."""
    tables = (EmployeesWithoutHooks, Shifts, ShiftsEmployees)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def hire(person, shift):
    EmployeesWithoutHooks.objects.create(**fields_of("Grace Tallowmere"))


def get_or_hire(person, shift):
    EmployeesWithoutHooks.objects.get_or_create(**fields_of("Grace Tallowmere"))


def update_or_hire(person, shift):
    EmployeesWithoutHooks.objects.update_or_create(**fields_of("Grace Tallowmere"))


def edit(person, shift):
    person.address = "1 Hill Road"
    person.save()


def leave(person, shift):
    person.delete()


def add(person, shift):
    shift.employees_shift.add(person)


ATTEMPTS = [
    (pre_save, "pre_save", "create()", hire),
    (post_save, "post_save", "create()", hire),
    (post_save, "post_save", "get_or_create()", get_or_hire),
    (post_save, "post_save", "update_or_create()", update_or_hire),
    (pre_save, "pre_save", "save() of an edit", edit),
    (post_save, "post_save", "save() of an edit", edit),
    (pre_delete, "pre_delete", "delete()", leave),
    (post_delete, "post_delete", "delete()", leave),
    (m2m_changed, "m2m_changed", "add()", add),
]
MAIN_CALLS = ("create()", "delete()")


def end_in_the_middle(name):
    """Hire by a wiring in a process of its own, which ends before the person is given a shift.

    It ends at once, with nothing tidied up, like one that is killed. `name` is that of a wiring;
    the person who is hired has it as a last name. Prints whether that person is stored afterwards.
    Raises ValueError for an unknown one.
    """
    if not isinstance(name, str) or name not in WIRINGS:
        raise ValueError(
            f"end_in_the_middle({quoted(name)}): expected one of {', '.join(WIRINGS)}."
        )
    expect_own_database("a hire in a process of its own")
    database, day = str(connection.settings_dict["NAME"]), timezone.localdate().isoformat()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "speedster.settings"}
    # It does not end well, on purpose.
    run_python("-c", CHILD, name, database, day, cwd=ROOT, env=environment)
    is_left = Employees.objects.filter(last_name=name).exists()
    then = "The person is stored, without a shift." if is_left else "Nobody is stored."
    print(f"{name}: the program ended before the rule.\n    {then}")


CHILD = """
import sys
from datetime import date
import django
django.setup()
from classroom.experiments.breaking import hire_and_end
hire_and_end(sys.argv[1], sys.argv[2], date.fromisoformat(sys.argv[3]))
"""


def hire_and_end(name, database, day):
    """Hire somebody in this process, which ends as the rule is about to place them."""
    use_database(database)
    stand_on(day)
    scheduling.assign = lambda employee: os._exit(1)
    WIRINGS[name].hire(**fields_of(f"Hired-by {name}"))
