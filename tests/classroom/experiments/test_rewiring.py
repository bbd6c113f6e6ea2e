"""Lesson 07's tests tell a good hire from a bad one, and its receivers come back."""

import pytest
from django.db.models.signals import post_save

from classroom import run_tests
from classroom.experiments.rewiring import hiring_tests, plug_in, unplug
from speedy import scheduling
from speedy.models import Employees
from speedy.wirings import hire_by_call, hire_many_by_call

pytestmark = pytest.mark.usefixtures("notebook")


@pytest.fixture
def unplugged():
    unplug()
    yield
    plug_in()


def failed(hire, hire_many):
    table = run_tests(*hiring_tests(hire, hire_many))
    assert len(table) == 8
    return list(table["test"][table["outcome"] != "✓ ok"])


def test_the_direct_call_passes(unplugged):
    assert failed(hire_by_call, hire_many_by_call) == []


def test_the_built_in_signals_fail_where_the_lesson_says():
    assert failed(Employees.objects.create, Employees.objects.bulk_create) == [
        "if the rule fails nobody is stored",
        "saving a row alone starts nothing",
        "everybody has a shift",
        "if the rule fails nobody is stored",
        "the past is wiped",
    ]


def no_transaction(**fields):
    scheduling.wipe_expired_shifts()
    employee = Employees.objects.create(**fields)
    scheduling.assign(employee)


def no_transaction_for_many(people):
    scheduling.wipe_expired_shifts()
    scheduling.assign_many(Employees.objects.bulk_create(people))


def one_by_one(people):
    return [hire_by_call(**{"age": 30, "first_name": "A", "last_name": "B"}) for _ in people]


def test_a_step_that_is_left_out_fails(unplugged):
    nobody_left = "if the rule fails nobody is stored"
    assert failed(no_transaction, hire_many_by_call) == [nobody_left]
    assert failed(hire_by_call, no_transaction_for_many) == [nobody_left]
    assert failed(hire_by_call, one_by_one) == ["it takes fewer statements than people"]
    assert "the past is wiped" in failed(Employees.objects.create, hire_many_by_call)


def test_the_receivers_come_back_in_their_places():
    before = list(post_save.receivers)
    unplug()
    unplug()  # a cell may run twice
    ada = Employees.objects.create(first_name="Ada", last_name="O", address="1 Hill", age=30)
    assert not ada.shifts.exists()
    plug_in()
    grace = Employees.objects.create(first_name="Grace", last_name="O", address="1 Hill", age=30)
    assert grace.shifts.exists()
    assert post_save.receivers == before
