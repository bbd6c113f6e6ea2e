"""Tests to be read, run and broken in lesson 08: some good, some that prove less than they seem to.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/#provided-test-case-classes
"""

from collections import Counter
from unittest.mock import patch

from django.db import transaction
from django.db.models.signals import post_save
from django.test import SimpleTestCase, TestCase, TransactionTestCase

from classroom.connections import who_listens
from classroom.listener import connected
from classroom.roster import sample_roster
from classroom.tracing import trace
from speedy import scheduling
from speedy.models import Employees
from speedy.signals.employee_assignment import employee_created


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


class TheWiring(TestCase):
    def test_a_hire_calls_the_receiver_once(self):
        with trace() as seen:
            Employees.objects.create(**sample_roster()[0])
        heard = seen.filter(post_save, sender=Employees, kind="delivery")
        self.assertEqual([event.what for event in heard], ["employee_created"])


class TheEffect(TestCase):
    def test_whoever_is_hired_sits_on_a_shift(self):
        ada = Employees.objects.create(**sample_roster()[0])
        self.assertEqual(ada.shifts.count(), 1)


class Careless(TestCase):
    def test_a_hire_is_heard_of(self):
        heard = []

        def hear(instance, **kwargs):
            heard.append(str(instance))
            if str(instance) == "Grace Tallowmere":
                raise RuntimeError("nobody told me of Grace")

        post_save.connect(hear, sender=Employees, weak=False)
        Employees.objects.create(**sample_roster()[0])
        self.assertEqual(heard, ["Ada Quillbrook"])


class Innocent(TestCase):
    def test_two_are_hired(self):
        for person in sample_roster()[:2]:
            Employees.objects.create(**person)
        self.assertEqual(Employees.objects.count(), 2)


class NoReceiverLeft:
    """A mixin: a test must leave connected what was connected before it, and nothing else."""

    def setUp(self):
        super().setUp()
        before = connected_receivers()
        self.addCleanup(lambda: self.assertEqual(connected_receivers() - before, Counter()))


def connected_receivers():
    """Count who is connected to what, by name."""
    table = who_listens()
    return Counter(zip(table["signal"], table["receiver"], strict=True))


class CarelessAndCaught(NoReceiverLeft, Careless):
    pass


letters = []


def welcome(instance, created, **kwargs):
    """Write to whoever was hired, once it is certain."""
    if created:
        transaction.on_commit(lambda: letters.append(f"Welcome, {instance}!"))


class Letters:
    """What the three below share: a receiver that writes letters."""

    def setUp(self):
        super().setUp()
        letters.clear()
        self.enterContext(connected(post_save, welcome))

    def hire_ada(self):
        Employees.objects.create(**sample_roster()[0])


class LettersInTestCase(Letters, TestCase):
    def test_ada_gets_a_letter(self):
        self.hire_ada()
        self.assertIn("Welcome, Ada Quillbrook!", letters)


class LettersCaptured(Letters, TestCase):
    def test_ada_gets_a_letter(self):
        with self.captureOnCommitCallbacks(execute=True):
            self.hire_ada()
        self.assertIn("Welcome, Ada Quillbrook!", letters)


class LettersCommitted(Letters, TransactionTestCase):
    def test_ada_gets_a_letter(self):
        self.hire_ada()
        self.assertIn("Welcome, Ada Quillbrook!", letters)


class TheCost(TestCase):
    def test_a_hire_takes_five_statements(self):
        ada, grace, *_ = sample_roster()
        Employees.objects.create(**ada)  # opens a shift, on which Grace finds room
        with self.assertNumQueries(5):
            Employees.objects.create(**grace)
