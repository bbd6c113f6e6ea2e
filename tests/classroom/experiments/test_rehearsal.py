"""What lesson 08 breaks is really broken, and is repaired.

Which test notices which fault stands in the lesson's outputs, which every test run compares.
"""

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


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_mended_when_its_block_ends(fault):
    before, code = list(connections(post_save)), employee_created.__code__
    with pytest.raises(LookupError), FAULTS[fault]():
        raise LookupError
    assert list(connections(post_save)) == before
    assert employee_created.__code__ is code


def test_the_receiver_that_is_connected_forgets_to_look_not_only_its_name():
    [connected] = [it.receiver for it in connections(post_save) if it.receiver is employee_created]
    [ada] = Employees.objects.bulk_create([Employees(**PERSON)])
    with FAULTS["created forgotten"]():
        connected(sender=Employees, instance=ada, created=False, raw=False)
    assert ada.shifts.count() == 1


@pytest.mark.parametrize("put_back", [False, True])
def test_the_guard_names_what_a_test_took_off_and_is_silent_otherwise(put_back):
    class Takes(NoReceiverLeft, unittest.TestCase):
        __test__ = False

        def test_a(self):
            self.assertTrue(post_save.disconnect(employee_created, sender=Employees))
            if put_back:
                post_save.connect(employee_created, sender=Employees)

    said = "" if put_back else "taken off: employee_created to post_save"
    assert run_tests(Takes)["says"].tolist() == [said]


def test_statements_around_a_test_are_seen_as_well():
    assert any("SAVEPOINT" in sql for sql in statements_of(rehearsal.TheEffect))
