"""Rewire the project in lesson 07: its receivers off for the time being, and tests for any hire.

See https://docs.djangoproject.com/en/5.2/topics/signals/#disconnecting-signals
"""

from contextlib import ExitStack, contextmanager
from datetime import timedelta

from django.db import connection
from django.db.models.signals import post_save, pre_save
from django.test import TransactionTestCase
from django.utils import timezone

from classroom.running.turns import one_tool_at_a_time
from classroom.scenes.admin_page import Saving
from classroom.scenes.database import with_the_next
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import BrokenRule
from speedy.models import Employees, Shifts, ShiftsEmployees
from speedy.signals import employee_assignment
from speedy.signals.custom_signals import employee_hired
from whatfires import connected
from whatfires.connections import (
    change,
    entries_in,
    entries_under,
    id_of,
    put_back,
    take_off_for_good,
)

# What sets the rule off: each is the first that ready() connects to its signal.
OURS = (
    (pre_save, employee_assignment.wipe_before_hire, Employees),
    (post_save, employee_assignment.employee_created, Employees),
    (employee_hired, employee_assignment.place_hired, None),
)


def unplug():
    """Disconnect what sets the rule off when a person is saved or announced, until `plug_in()`.

    Or until the next `fresh_database()`: who starts over finds the project as it was.
    """
    with one_tool_at_a_time():  # a comparison of another thread leaves them as it found them
        with_the_next(plug_in_again)
        for signal, receiver, sender in OURS:
            take_off_for_good(signal, plain_key(receiver, sender))


def plug_in():
    """Connect again what is disconnected of it, each in its place, before all others."""
    with one_tool_at_a_time():
        for signal, receiver, sender in OURS:
            signal.connect(receiver, sender=sender)
            put_first(signal, receiver, sender, anew=True)


def put_first(signal, receiver, sender, anew=False):
    """Let this receiver be called first; `anew`, no open block takes its entry for its own."""
    key = plain_key(receiver, sender)

    def edit(entries):
        ours = [(*it,) if anew else it for it in entries if it[0] == key]
        return ours + [it for it in entries if it[0] != key]

    change(signal, edit)


def those_off():
    return [it for it in OURS if not plain_entries(*it)]


def plain_entries(signal, receiver, sender):
    """Return what ready() connected: a cell may connect the same under a dispatch_uid."""
    return entries_under(signal, id_of(receiver), sender)


def plain_key(receiver, sender):
    return id_of(receiver), id_of(sender)


@contextmanager
def plugged_in():
    """Connect what is off of it while a block runs: a comparison needs every wiring.

    Afterwards it is as before: what unplug() took off stays off, and what an open block of
    `disconnected()` took off is that block's to bring back.
    """
    before = [(it[0], entries_in(it[0]), plain_entries(*it)) for it in OURS]
    with ExitStack() as blocks:
        for signal, receiver, sender in those_off():
            blocks.enter_context(connected(signal, receiver, sender=sender))
            put_first(signal, receiver, sender)
        try:
            yield
        finally:
            for it in before:  # a scenario may unplug() for itself
                put_back(*it)


def plug_in_again():
    """Do so where nobody did; return what there is to say of it."""
    if not those_off():
        return ""
    plug_in()
    return "The receivers that unplug() disconnected are connected again."


@contextmanager
def no_seats():
    """Let the rule fail where it takes a seat: that INSERT raises BrokenRule while a block runs."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and ShiftsEmployees._meta.db_table in sql:
            raise BrokenRule("no shift today")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def hiring_tests(hire, hire_many, people_admin=None):
    """Return the test classes of a hire, for `run_tests()`.

    `hire(**fields)` stores and places one of `Employees` and returns them; `hire_many(people)` does
    so for a list of unsaved ones, and `people_admin`, a ModelAdmin, in the admin. A TestCase would
    run them in a transaction, where nothing is in autocommit: these are TransactionTestCases. See
    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#transactiontestcase
    """

    class Hires(TransactionTestCase):
        longMessage = False  # our words alone

        def expect_all_placed(self, people):
            stored = Employees.objects.count()
            self.assertEqual(stored, people, f"stored: {stored} of {people}")
            left = Employees.objects.without_shift().count()
            self.assertFalse(left, f"without a shift: {left}")

    class OneHire(Hires):
        def test_a_newcomer_has_a_shift(self):
            hire(**sample_roster()[0])
            self.expect_all_placed(1)

        def test_the_past_is_wiped(self):
            Shifts.objects.create(shift_date=timezone.localdate() - timedelta(days=1))
            hire(**sample_roster()[0])
            self.assertFalse(Shifts.objects.expired().exists(), "yesterday's shift is still there")

        def test_if_the_rule_fails_nobody_is_stored(self):
            try:
                with no_seats():
                    hire(**sample_roster()[0])
            except BrokenRule:
                pass
            else:
                self.fail("the rule did not run, or its error was caught")
            self.assertFalse(Employees.objects.exists(), "somebody is stored without a shift")

        def test_saving_a_row_alone_starts_nothing(self):
            ada = Employees.objects.create(**sample_roster()[0])
            self.assertFalse(ada.shifts.exists(), "a receiver gave her a shift")

    class ManyHires(Hires):
        def test_everybody_has_a_shift(self):
            people = [Employees(**person) for person in sample_roster()]
            hire_many(list(people))
            self.expect_all_placed(len(people))

    class InTheAdmin(Hires):
        def test_a_newcomer_has_a_shift(self):
            Saving(people_admin).add(**sample_roster()[0])
            self.expect_all_placed(1)

        def test_an_edit_places_nobody(self):
            ada = Employees.objects.create(**sample_roster()[0])
            Saving(people_admin).edit(ada, age=34)
            self.assertFalse(ada.shifts.exists(), "an edit gave her a shift")

    return (OneHire, ManyHires) if people_admin is None else (OneHire, ManyHires, InTheAdmin)
