"""Tests to read, run and break in *Testing*: some good, some that prove less than they seem to.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/#provided-test-case-classes
"""

from collections import Counter
from contextlib import contextmanager, nullcontext
from functools import partial
from unittest.mock import patch

from django.db import IntegrityError, transaction
from django.db.models.signals import post_save
from django.test import SimpleTestCase, TestCase, TransactionTestCase

from classroom.experiments.testing import run_case, run_tests
from classroom.scenes.database import in_private_database
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import broken_rule
from speedy import scheduling
from speedy.models import Employees, ShiftsEmployees
from speedy.signals.employee_assignment import employee_created
from whatfires import connected, disconnected, trace, who_listens

# Three questions


class TheReceiverAlone(SimpleTestCase):
    def test_a_newcomer_is_placed(self):
        ada = Employees()
        with patch.object(scheduling, "assign") as assign:
            employee_created(sender=Employees, instance=ada, created=True, raw=False)
        assign.assert_called_once_with(ada)

    def test_an_edit_places_nobody(self):
        with patch.object(scheduling, "assign") as assign:
            employee_created(sender=Employees, instance=Employees(), created=False, raw=False)
        assign.assert_not_called()

    def test_a_fixture_places_nobody(self):
        with patch.object(scheduling, "assign") as assign:
            employee_created(sender=Employees, instance=Employees(), created=True, raw=True)
        assign.assert_not_called()


class TheConnection(TestCase):
    def test_a_hire_calls_the_rule_once(self):
        with patch.object(scheduling, "assign") as assign:
            ada = Employees.objects.create(**sample_roster()[0])
        assign.assert_called_once_with(ada)


class TheEffect(TestCase):
    def test_a_new_hire_sits_on_a_shift(self):
        ada = Employees.objects.create(**sample_roster()[0])
        self.assertEqual(ada.shifts.count(), 1)


# What to break: each fault lasts for a block


def not_connected():
    return disconnected(post_save, employee_created, sender=Employees)


@contextmanager
def connected_twice():
    post_save.connect(employee_created, sender=Employees, dispatch_uid="again")
    try:
        yield
    finally:
        post_save.disconnect(sender=Employees, dispatch_uid="again")


@contextmanager
def receiver_as(other):
    """Let the receiver do what another function does.

    The function itself changes: another one under its name would not be the one connected.
    """
    own = employee_created.__code__
    employee_created.__code__ = other.__code__
    try:
        yield
    finally:
        employee_created.__code__ = own


def does_nothing(sender, instance, created, raw, **kwargs):
    pass


def created_forgotten(sender, instance, created, raw, **kwargs):
    if not raw:
        scheduling.assign(instance)


def raw_forgotten(sender, instance, created, raw, **kwargs):
    if created:
        scheduling.assign(instance)


FAULTS = {
    "as it is": nullcontext,
    "not connected": not_connected,
    "connected twice": connected_twice,
    "does nothing": partial(receiver_as, does_nothing),
    "created forgotten": partial(receiver_as, created_forgotten),
    "raw forgotten": partial(receiver_as, raw_forgotten),
    "the rule raises": broken_rule,
}


def with_each_fault(*cases):
    """Run classes of tests with each fault; a DataFrame of the outcomes, a row a test."""
    came = {}
    for fault, broken in FAULTS.items():
        with broken():
            came[fault] = run_tests(*cases).set_index("test")["outcome"]
    from pandas import DataFrame  # whole by now: each table above is one

    return DataFrame(came)


# Two tests, one after the other


class HeardOnce(TestCase):
    def test_a_receiver_hears_of_ada(self):
        heard = []

        def hear(instance, **kwargs):
            self.assertEqual(str(instance), "Ada Quillbrook")
            heard.append(instance)

        post_save.connect(hear, sender=Employees, weak=False)
        Employees.objects.create(**sample_roster()[0])
        self.assertEqual(len(heard), 1)


class TwoHired(TestCase):
    def test_two_are_hired(self):
        for person in sample_roster()[:2]:
            Employees.objects.create(**person)
        self.assertEqual(Employees.objects.count(), 2)


class NoReceiverLeft:
    """A mixin: after a test, exactly those are connected who were connected before it."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.expect_receivers, connected_receivers())

    def expect_receivers(self, before):
        now = connected_receivers()
        for what, names in (("left connected", now - before), ("taken off", before - now)):
            if names:
                self.fail(f"{what}: {', '.join(names)}")


def connected_receivers():
    """Count who is connected to what, by name."""
    rows = [row for row in who_listens() if row["alive"] == "yes"]
    return Counter(f"{row['receiver']} to {row['signal']}" for row in rows)


class HeardOnceChecked(NoReceiverLeft, HeardOnce):
    pass


class HeardByALambda(TestCase):
    def test_a_receiver_hears_of_ada(self):
        heard = []
        post_save.connect(lambda instance, **kwargs: heard.append(str(instance)), sender=Employees)
        Employees.objects.create(**sample_roster()[0])
        self.assertEqual(heard, ["Ada Quillbrook"])


# What waits for the commit

letters = []


def welcome(sender, instance, created, raw, **kwargs):
    """Write to the person who was hired, once it is certain."""
    if created and not raw:
        transaction.on_commit(lambda: letters.append(f"Welcome, {instance}!"))


class Letters:
    """A mixin: in each test a receiver writes letters."""

    def setUp(self):
        super().setUp()
        letters.clear()
        self.enterContext(connected(post_save, welcome, sender=Employees))

    def hire_ada(self):
        Employees.objects.create(**sample_roster()[0])


class LettersInTestCase(Letters, TestCase):
    def test_ada_gets_a_letter(self):
        self.hire_ada()
        self.assertEqual(letters, ["Welcome, Ada Quillbrook!"])


class LettersCaptured(Letters, TestCase):
    def test_ada_gets_a_letter(self):
        with self.captureOnCommitCallbacks(execute=True):
            self.hire_ada()
            self.assertEqual(letters, [])
        self.assertEqual(letters, ["Welcome, Ada Quillbrook!"])


class LettersCommitted(Letters, TransactionTestCase):
    def test_ada_gets_a_letter(self):
        self.hire_ada()
        self.assertEqual(letters, ["Welcome, Ada Quillbrook!"])


def statements_of(case):
    """Run a class of tests; return its SQL, of what comes before and after the tests as well."""

    def watch():
        with trace() as seen:
            run_case(case)
        return seen.statements

    return in_private_database(watch)


# What an error leaves


def seat_again(sender, instance, **kwargs):
    ShiftsEmployees.objects.create(employee=instance, shift=instance.shifts.get())


def hire_and_refuse():
    with connected(post_save, seat_again, sender=Employees):
        Employees.objects.create(**sample_roster()[0])


class RefusedInTestCase(TestCase):
    def test_nobody_is_left(self):
        with self.assertRaises(IntegrityError):
            hire_and_refuse()
        self.assertEqual(Employees.objects.count(), 0)


class RefusedInTheBlock(TestCase):
    def test_nobody_is_left(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            hire_and_refuse()
        self.assertEqual(Employees.objects.count(), 0)


class RefusedForReal(TransactionTestCase):
    def test_nobody_is_left(self):
        with self.assertRaises(IntegrityError):
            hire_and_refuse()
        self.assertEqual(Employees.objects.count(), 0)
