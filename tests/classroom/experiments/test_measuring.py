"""A hire costs the same however long the rota is: counted in steps of the database, not seconds."""

import json

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from classroom.experiments import measuring
from classroom.experiments.line_by_line import steps
from classroom.experiments.measuring import (
    BATCH,
    FLOOR,
    PERSON,
    batch_costs,
    cost_of_watching,
    designs,
    fill,
    hire_by_sql,
    hire_costs,
    page_costs,
    statements_a_hire,
    times_the_direct_call,
    times_the_first,
)
from classroom.management.commands.bench import STATEMENTS, goals
from classroom.scenes import as_published
from classroom.scenes.database import empty_tables, private_database
from speedy import models as speedy
from speedy.wirings import WIRINGS

pytestmark = pytest.mark.usefixtures("notebook")
counts_steps = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="only SQLite counts the steps of its virtual machine"
)


def steps_of_three_hires(design, people):
    """Fill a rota, then hire three: one opens a shift, two find room. Count SQLite's steps."""
    hire = designs()[design]
    with private_database():
        fill(as_published if design == "as published" else speedy, people)
        hire(**PERSON)
        return steps(lambda: [hire(**PERSON) for _ in range(3)])


@counts_steps
@pytest.mark.parametrize("design", WIRINGS)
def test_a_hire_costs_the_same_on_any_rota_and_no_more_than_the_direct_call(design):
    few = steps_of_three_hires(design, 3)
    assert steps_of_three_hires(design, 3_000) <= 1.2 * few
    assert few <= 1.1 * steps_of_three_hires("direct call", 3)


@counts_steps
def test_the_cost_of_a_published_hire_grows_with_the_rota():
    small, large = (steps_of_three_hires("as published", people) for people in (300, 3_000))
    assert large > 5 * small


def test_the_measurement_has_a_row_a_size_and_a_column_a_design():
    costs = hire_costs(sizes=(0, 6), rounds=1)
    assert list(costs.index) == [0, 6]
    assert list(costs.columns) == [*WIRINGS, "as published"]
    assert (costs > 0).all(axis=None)
    assert (times_the_first(costs).iloc[0] == 1).all()
    assert (times_the_direct_call(costs)["direct call"] == 1).all()


@pytest.mark.parametrize(
    ("sizes", "rounds", "error"),
    [
        ([0, 10**6 + 1], 1, ValueError),
        ([10**30], 1, ValueError),
        ([-1], 1, ValueError),
        ([], 1, ValueError),
        ([0], 0, ValueError),
        ([0], 10**30, ValueError),
        ([True], 1, TypeError),
        ([np.True_], 1, TypeError),
        ([1.0], 1, TypeError),
        (["1"], 1, TypeError),
        ([0], True, TypeError),
        ([0], None, TypeError),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_is_made(
    monkeypatch, sizes, rounds, error
):
    monkeypatch.delattr(measuring, "private_database")
    with pytest.raises(error, match=r"^hire_costs\(.*\): expected .*; came .*\.$"):
        hire_costs(sizes, rounds)


def test_a_whole_number_may_be_of_another_kind():
    assert list(hire_costs([np.int64(3)], np.int8(1)).index) == [3]


def test_raw_sql_and_a_batch_may_be_measured_too(monkeypatch):
    def timed(act):
        act()
        return 300.0  # milliseconds, whatever it was

    monkeypatch.setattr(measuring, "milliseconds", timed)
    costs = hire_costs(sizes=(0, 6), rounds=1, also=(FLOOR, BATCH))
    assert list(costs.columns) == [*designs(), FLOOR, BATCH]
    assert (costs[FLOOR] == 300).all()
    assert (costs[BATCH] == 1).all()  # for a person of the batch


def test_raw_sql_does_what_a_hire_does():
    by_hand, by_call = [], []
    for rota, hire in ((by_hand, hire_by_sql), (by_call, designs()["direct call"])):
        for _ in range(4):
            hire(**PERSON)
        rota += speedy.Shifts.objects.values_list("shift_date", "headcount", "total_hours")
        rota += speedy.Shifts.objects.values_list("wage_bonus", "shiftsemployees__employee")
        empty_tables(speedy.ShiftsEmployees, speedy.Shifts, speedy.Employees)
    assert by_hand == by_call


def test_statements_are_counted_with_their_transaction():
    table = statements_a_hire()
    assert list(table.columns) == ["finds room", "opens a shift"]
    assert (table.loc[[*WIRINGS], "finds room"] == STATEMENTS[connection.vendor]).all()
    assert (table.loc["as published"] > table.loc["direct call"]).all()


def test_pages_take_the_same_statements_however_many_shifts_there_are():
    few, many = page_costs(shifts=1, rounds=1), page_costs(shifts=40, rounds=1)
    assert list(few["SQL statements"]) == list(many["SQL statements"])
    assert (many[["ms, empty", "ms"]] > 0).all(axis=None)


def test_a_batch_writes_the_rows_that_it_is_held_against():
    """It says so itself, in the process in which it is measured, which this one does not see."""
    costs = batch_costs(people=10)
    assert costs["times the bare one"] == pytest.approx(costs["assign_many, s"] / costs["bare, s"])
    assert 20 < costs["peak, MB"] < 2_000
    assert not speedy.Employees.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("bench", "--sizes", "1e9"),
        ("bench", "--sizes", "1000001"),
        ("bench", "--rounds", "x"),
        ("room", "--every", "x"),
    ],
)
def test_a_number_that_is_none_is_told_as_what_was_expected(words):
    with pytest.raises(CommandError, match=rf"{words[1]}: expected \d.*came {words[2]}"):
        call_command(*words)


def test_a_goal_that_is_missed_is_said_to_be(capsys):
    costs = pd.DataFrame(
        {name: [2.0, 2.0] for name in WIRINGS} | {"as published": [3.0, 15.0]}, index=[0, 90_000]
    )
    statements = pd.DataFrame({"finds room": 7}, index=[*WIRINGS])
    batch = {"times the bare one": 2.1, "peak, MB": 499}
    deliverers = pd.DataFrame({"times as fast": [1, 1.5]}, index=[1, 2])
    held = goals(costs, statements, batch, deliverers)["holds"]
    assert list(held) == ["yes", "NO", "yes", "yes", "NO", "yes", "NO"]


def test_the_command_prints_every_table_and_writes_them_down(settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path
    here = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    small = {"sizes": (0, 6), "rounds": 1, "shifts": 2, "batch": 10, "on": [here]}
    call_command("bench", **small)
    said = capsys.readouterr().out
    record = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert record["in the Debug Toolbar"]["with the panel in it"]["a hire"] > 0
    written = record[here]
    assert all(f"{here}: {title}\n" in said for title in written)
    assert len(written) == 8
    assert written["milliseconds a hire"]["direct call"]["6"] > 0


def test_watching_has_a_price_that_is_measured():
    assert cost_of_watching(hires=10, rounds=2) > 0


@pytest.mark.parametrize("app", [speedy, as_published])
def test_the_rota_that_is_measured_is_one_that_hires_would_make(app):
    tables = (app.Employees, app.Shifts, app.ShiftsEmployees)
    rotas = []
    for make in (
        lambda: fill(app, 8),
        lambda: [app.Employees.objects.create(**PERSON) for _ in range(8)],
    ):
        with private_database():
            make()
            rotas.append([list(table.objects.order_by("pk").values()) for table in tables])
    assert rotas[0] == rotas[1]
    assert [len(rows) for rows in rotas[0]] == [8, 3, 8]
