"""`run_tests` is green for nothing that is not; what mutes puts back exactly what was there."""

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


class Case(SimpleTestCase):
    """A parent without tests, so that only `run_tests` meets the children below."""

    __test__ = False  # for pytest


def case(**methods):
    return type("Made", (Case,), methods)


def came_of(**methods):
    """What came of a class with these methods, (test, outcome, says) each."""
    return list(run_tests(case(**methods)).itertuples(index=False, name=None))


def refuse(*args):
    raise LookupError("no seat\nnowhere")


# Red and green

pytestmark = pytest.mark.usefixtures("notebook")


def test_each_outcome_is_told_in_a_line():
    assert came_of(
        test_a_seat_is_found=lambda self: None,
        test_b=lambda self: self.assertEqual(1, 2, "one\ntwo"),
        test_c=refuse,
        test_d=unittest.skip("not today")(refuse),
    ) == [
        ("a seat is found", "● ok", ""),
        ("b", "✗ failed", "1 != 2 : one"),
        ("c", "! error", "LookupError: no seat"),
        ("d", "○ skipped", "not today"),
    ]


def test_a_failing_part_of_a_test_is_not_green():
    def test_two_parts(self):
        for part in (0, 1):
            with self.subTest(part=part):
                self.assertEqual(part, 0)

    assert came_of(test_two_parts=test_two_parts) == [("two parts", "✗ failed", "1 != 0")]


def test_what_fails_around_the_tests_is_told():
    def tear_down_class(cls):
        raise LookupError("late")

    around = {"tearDownClass": classmethod(tear_down_class)}
    assert came_of(test_a=lambda self: None, **around) == [
        ("a", "● ok", ""),
        ("tearDownClass", "! error", "LookupError: late"),
    ]


def test_a_failing_cleanup_is_not_green():
    def test_a(self):
        self.addCleanup(refuse)

    assert came_of(test_a=test_a) == [("a", "! error", "LookupError: no seat")]


def test_what_went_wrong_first_is_what_is_told():
    def test_a(self):
        self.addCleanup(refuse)
        self.fail("first")

    assert came_of(test_a=test_a) == [("a", "✗ failed", "first")]


def test_success_against_expectation_is_not_green():
    expected_to_fail = unittest.expectedFailure(lambda self: None)
    [(_, outcome, _)] = came_of(test_a=expected_to_fail)
    assert outcome == "✗ failed"


def test_debug_is_off_as_in_a_test_run(settings):
    settings.DEBUG = True
    [(_, outcome, _)] = came_of(test_a=lambda self: self.assertFalse(settings.DEBUG))
    assert outcome == "● ok" and settings.DEBUG


def test_the_rows_of_the_notebook_are_neither_seen_nor_touched():
    Shifts.objects.create()

    class Committing(unittest.TestCase):
        __test__ = False

        def test_a(self):
            Shifts.objects.create()
            self.assertEqual(Shifts.objects.count(), 1)

    assert run_tests(Committing)["outcome"].tolist() == ["● ok"]
    assert Shifts.objects.count() == 1


@pytest.mark.parametrize("signal", [post_save, employee_hired, Signal()])
def test_what_a_test_leaves_connected_is_disconnected(signal):
    before = list(connections(signal))
    came_of(test_a=lambda self: signal.connect(refuse, weak=False))
    assert list(connections(signal)) == before


def test_what_a_test_takes_off_is_put_back():
    before = list(connections(post_save))
    came_of(test_a=lambda self: post_save.disconnect(employee_created, sender=Employees))
    assert list(connections(post_save)) == before


def test_what_is_no_class_of_tests_is_refused():
    with pytest.raises(TypeError, match="expected classes of tests"):
        run_tests(refuse)


def test_colours_tell_green_from_red():
    table = run_tests(case(test_a=lambda self: None, test_b=refuse))
    assert [table.tint(row, "outcome") for _, row in table.iterrows()] == ["full", "alarm"]


# Muting
