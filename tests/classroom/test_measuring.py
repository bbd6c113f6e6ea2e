"""A hire costs the same however long the rota is: counted in steps of the database, not seconds."""

from contextlib import contextmanager

import pytest
from django.db import connection

from classroom.database import private_database
from classroom.measuring import DESIGNS, PERSON, fill, hire_costs

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
    app = DESIGNS[design]
    with private_database():
        fill(app, people)
        app.Employees.objects.create(**PERSON)
        with steps_counted() as steps:
            for _ in range(3):
                app.Employees.objects.create(**PERSON)
    return steps[0]


@counts_steps
def test_the_cost_of_a_hire_does_not_grow_with_the_rota():
    assert steps_of_three_hires("speedy", 9_000) <= 1.2 * steps_of_three_hires("speedy", 3)


@counts_steps
def test_the_cost_of_a_published_hire_does():
    small, large = (steps_of_three_hires("as published", people) for people in (300, 3_000))
    assert large > 5 * small


def test_the_measurement_has_a_row_a_size():
    table = hire_costs(sizes=(0, 6), rounds=1)
    assert list(table.index) == [0, 6]
    assert list(table.columns) == [
        "speedy: ms",
        "speedy: x empty",
        "as published: ms",
        "as published: x empty",
        "published x speedy",
    ]
    assert (table > 0).all(axis=None)
    assert list(table.iloc[0][["speedy: x empty", "as published: x empty"]]) == [1, 1]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_rota_that_is_measured_is_full(design):
    app = DESIGNS[design]
    fill(app, 9)
    assert app.ShiftsEmployees.objects.count() == 9
    assert app.Shifts.objects.count() == 3
    app.Employees.objects.create(**PERSON)
    assert app.Shifts.objects.count() == 4
