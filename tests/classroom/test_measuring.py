"""A hire costs the same however long the rota is: counted in steps of the database, not seconds."""

from contextlib import contextmanager

import pytest
from django.db import connection

from classroom import as_published
from classroom.database import private_database
from classroom.measuring import (
    PERSON,
    cost_of_watching,
    designs,
    fill,
    hire_costs,
    times_the_direct_call,
    times_the_first,
)
from speedy import models as speedy
from speedy.wirings import WIRINGS

pytestmark = pytest.mark.usefixtures("notebook")
counts_steps = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="only SQLite counts the steps of its virtual machine"
)


@contextmanager
def steps_counted():
    """Count the instructions that SQLite's virtual machine carries out, by the ten."""
    counted = [0]

    def count():
        counted[0] += 10

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 10)
    try:
        yield counted
    finally:
        connection.connection.set_progress_handler(None, 0)


def steps_of_three_hires(design, people):
    """Fill a rota, then hire three: one opens a shift, two find room."""
    hire = designs()[design]
    with private_database():
        fill(as_published if design == "as published" else speedy, people)
        hire(**PERSON)
        with steps_counted() as steps:
            for _ in range(3):
                hire(**PERSON)
    return steps[0]


@counts_steps
@pytest.mark.parametrize("design", WIRINGS)
def test_the_cost_of_a_hire_does_not_grow_with_the_rota(design):
    assert steps_of_three_hires(design, 9_000) <= 1.2 * steps_of_three_hires(design, 3)


@counts_steps
def test_the_cost_of_a_published_hire_does():
    small, large = (steps_of_three_hires("as published", people) for people in (300, 3_000))
    assert large > 5 * small


@counts_steps
def test_no_wiring_makes_the_database_work_more_than_the_direct_call():
    direct = steps_of_three_hires("direct call", 300)
    for name in WIRINGS:
        assert steps_of_three_hires(name, 300) <= 1.1 * direct


def test_the_measurement_has_a_row_a_size_and_a_column_a_design():
    costs = hire_costs(sizes=(0, 6), rounds=1)
    assert list(costs.index) == [0, 6]
    assert list(costs.columns) == [*WIRINGS, "as published"]
    assert (costs > 0).all(axis=None)
    assert (times_the_first(costs).iloc[0] == 1).all()
    assert (times_the_direct_call(costs)["direct call"] == 1).all()


def test_watching_has_a_price_that_is_measured():
    assert cost_of_watching(hires=10, rounds=2) > 0


@pytest.mark.parametrize("app", [speedy, as_published])
def test_the_rota_that_is_measured_is_full(app):
    fill(app, 9)
    assert app.ShiftsEmployees.objects.count() == 9
    assert app.Shifts.objects.count() == 3
    app.Employees.objects.create(**PERSON)
    assert app.Shifts.objects.count() == 4
