"""What lesson 08 breaks is broken in earnest, is noticed by some of its tests, and is mended."""

import unittest

import pytest
from django.db.models.signals import post_save

from classroom import run_tests
from classroom.experiments import rehearsal
from classroom.experiments.measuring import PERSON

# The classes by the module: those that are imported by name, pytest would run.
from classroom.experiments.rehearsal import FAULTS, NoReceiverLeft, statements_of
from speedy.models import Employees
from speedy.signals.employee_assignment import employee_created
from whatfires.connections import connections

pytestmark = pytest.mark.usefixtures("notebook")

NEWCOMER, EDIT = "a newcomer is placed", "an edit places nobody"
FIXTURE = "a fixture places nobody"
WIRING, EFFECT = "a hire calls the rule once", "whoever is hired sits on a shift"
NOTICED = {
    "as it is": [],
    "not connected": [WIRING, EFFECT],
    "connected twice": [WIRING],
    "does nothing": [NEWCOMER, WIRING, EFFECT],
    "created forgotten": [EDIT],
    "raw forgotten": [FIXTURE],
    "the rule raises": [EFFECT],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_noticed_by_the_tests_that_are_about_it_and_mended(fault):
    before, code = list(connections(post_save)), employee_created.__code__
    with pytest.raises(LookupError), FAULTS[fault]():
        results = run_tests(rehearsal.TheReceiverAlone, rehearsal.TheWiring, rehearsal.TheEffect)
        raise LookupError
    assert list(results["test"]) == [FIXTURE, NEWCOMER, EDIT, WIRING, EFFECT]
    assert list(results["test"][results["outcome"] != "● ok"]) == NOTICED[fault]
    assert list(connections(post_save)) == before
    assert employee_created.__code__ is code


def test_the_receiver_that_is_connected_forgets_to_look_not_only_its_name():
    [connected] = [it.receiver for it in connections(post_save) if it.receiver is employee_created]
    [ada] = Employees.objects.bulk_create([Employees(**PERSON)])
    with FAULTS["created forgotten"]():
        connected(sender=Employees, instance=ada, created=False, raw=False)
    assert ada.shifts.count() == 1


def test_a_receiver_that_was_forgotten_hurts_the_next_test():
    def red(*cases):
        results = run_tests(*cases)
        return list(results.index[results["outcome"] != "● ok"])

    assert red(rehearsal.Careless, rehearsal.Innocent) == ["Innocent"]
    assert red(rehearsal.Innocent, rehearsal.Careless) == []
    assert red(rehearsal.CarelessAndCaught, rehearsal.Innocent)[0] == "CarelessAndCaught"


@pytest.mark.parametrize("put_back", [False, True])
def test_the_guard_names_what_a_test_took_off_and_is_silent_otherwise(put_back):
    class Takes(NoReceiverLeft, unittest.TestCase):
        __test__ = False

        def test_a(self):
            post_save.disconnect(employee_created, sender=Employees)
            if put_back:
                post_save.connect(employee_created, sender=Employees)

    said = "" if put_back else "taken off: employee_created to post_save"
    assert run_tests(Takes)["says"].tolist() == [said]


def test_only_real_commits_tell_what_a_late_error_leaves():
    results = run_tests(
        rehearsal.RefusedInTestCase, rehearsal.RefusedInASavepoint, rehearsal.RefusedForReal
    )
    assert results["outcome"].tolist() == ["! error", "● ok", "✗ failed"]


def test_statements_around_a_test_are_seen_as_well():
    assert any("SAVEPOINT" in sql for sql in statements_of(rehearsal.TheEffect))
