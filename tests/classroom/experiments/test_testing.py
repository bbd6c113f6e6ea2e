"""`run_tests` is green for nothing that is not, and leaves nothing of what the tests did."""

import unittest

import pytest
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.test import SimpleTestCase

from classroom import run_tests
from speedy.models import Employees, Shifts
from speedy.signals.custom_signals import employee_hired
from speedy.signals.employee_assignment import employee_created
from whatfires.connections import connections

pytestmark = pytest.mark.usefixtures("notebook")


def came_of(parent=SimpleTestCase, **methods):
    """What came of a class with these methods, (test, outcome, says) each."""
    made = type("Made", (parent,), methods | {"__test__": False})  # for pytest
    return list(run_tests(made).itertuples(index=False, name=None))


def passes(*args):
    pass


def refuse(*args):
    raise LookupError("no seat\nnowhere")


def two_parts(self):
    for part in (0, 1):
        with self.subTest(part=part):
            self.assertEqual(part, 0)


def fails_late(self):
    self.addCleanup(refuse)


def fails_first(self):
    self.addCleanup(refuse)
    self.fail("first")


@pytest.mark.parametrize(
    ("test", "outcome", "says"),
    [
        (passes, "✓ ok", ""),
        (lambda self: self.assertEqual(1, 2, "one\ntwo"), "✗ failed", "1 != 2 : one"),
        (refuse, "! error", "LookupError: no seat"),
        (unittest.skip("not today")(refuse), "○ skipped", "not today"),
        (two_parts, "✗ failed", "1 != 0"),
        (fails_late, "! error", "LookupError: no seat"),
        (fails_first, "✗ failed", "first"),
        (
            unittest.expectedFailure(lambda self: None),
            "✗ failed",
            "It was expected to fail, and did not.",
        ),
    ],
)
def test_each_outcome_is_told_in_a_line(test, outcome, says):
    assert came_of(test_a_seat_is_found=test) == [("a seat is found", outcome, says)]


def test_what_fails_around_the_tests_is_told():
    assert came_of(test_a=passes, tearDownClass=classmethod(refuse)) == [
        ("a", "✓ ok", ""),
        ("tearDownClass", "! error", "LookupError: no seat"),
    ]


def test_debug_is_off_as_in_a_test_run(settings):
    settings.DEBUG = True
    [(_, outcome, _)] = came_of(test_a=lambda self: self.assertFalse(settings.DEBUG))
    assert outcome == "✓ ok" and settings.DEBUG


def test_the_rows_of_the_notebook_are_neither_seen_nor_touched():
    def test_a(self):
        Shifts.objects.create()
        self.assertEqual(Shifts.objects.count(), 1)

    Shifts.objects.create()
    assert came_of(unittest.TestCase, test_a=test_a) == [("a", "✓ ok", "")]
    assert Shifts.objects.count() == 1


@pytest.mark.parametrize("signal", [post_save, employee_hired, Signal()])
def test_what_a_test_connects_or_takes_off_is_put_back(signal):
    def test_a(self):
        signal.connect(refuse, weak=False)
        post_save.disconnect(employee_created, sender=Employees)

    before = list(connections(signal)), list(connections(post_save))
    came_of(test_a=test_a)
    assert (list(connections(signal)), list(connections(post_save))) == before


def test_what_is_no_class_of_tests_is_refused():
    with pytest.raises(TypeError, match="expected classes of tests"):
        run_tests(refuse)
