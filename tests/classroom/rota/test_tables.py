"""The tables show what the database holds, in a notebook and in a terminal."""

from datetime import date

import pandas as pd
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classroom import (
    advance,
    as_published,
    fill_table,
    fresh_database,
    leaves,
    sample_roster,
    shift_table,
)
from classroom.scenes.calendar import MONDAY
from classroom.scenes.roster import fields_of
from speedy.models import Employees, Shifts
from speedy.scheduling import assign_many
from whatfires.rendering import TINTS

pytestmark = pytest.mark.usefixtures("notebook")

NAMES = ["Ada A", "Grace B", "Alan C", "Katherine D"]


def people(number):
    """Store that many people without a shift."""
    return Employees.objects.bulk_create(Employees(**fields_of(f"P{n} Q")) for n in range(number))


def test_a_row_a_shift_and_a_column_a_seat():
    fill_table(NAMES)
    table = shift_table()
    assert list(table.columns) == ["day", "seat 1", "seat 2", "seat 3", "filled", "headcount"]
    assert list(table.index) == [MONDAY, date(2022, 11, 15)]
    assert table.to_numpy().tolist() == [
        ["Mon", "Ada A", "Grace B", "Alan C", "●●●", 3],
        ["Tue", "Katherine D", "·", "·", "●○○", 1],
    ]
    assert table._repr_html_() == shift_table()._repr_html_()
    assert type(table.head(1)) is pd.DataFrame


def test_a_person_without_a_shift_is_in_the_last_row():
    people(5)
    last = shift_table().iloc[-1]
    assert last.name == "no shift"
    assert list(last) == ["", "P0 Q", "P1 Q", "and 3 more", "", 5]


def test_an_empty_rota_says_so_in_both_faces():
    assert "The rota is empty" in repr(shift_table())
    assert "The rota is empty" in shift_table()._repr_html_()


def test_the_specimen_is_shown_with_its_faults():
    for _ in range(4):
        as_published.Employees.objects.create(**fields_of("Ada O"))
    shift = as_published.Shifts.objects.first()
    shift.employees_shift.add(as_published.Employees.objects.last())
    as_published.Shifts.objects.create(shift_date=MONDAY)
    table = shift_table(as_published)
    assert list(table["headcount"]) == [4, 0, 1]
    assert list(table.index) == [MONDAY, MONDAY, date(2022, 11, 15)]
    assert "seat 4" in table.columns
    assert table._repr_html_().count("2022-11-14") == 2


def test_a_long_table_costs_the_same_queries_and_is_shortened():
    def cost():
        with CaptureQueriesContext(connection) as queries:
            shift_table()
        return len(queries)

    fill_table(NAMES)
    small = cost()
    assign_many(people(300))
    assert cost() == small == 3
    assert len(shift_table()._repr_html_()) < 50_000
    assert "..." in repr(shift_table())


def test_names_are_escaped():
    fill_table(["<script> x"])
    assert "<script>" not in shift_table()._repr_html_()


def test_filling_shows_each_hire():
    table = fill_table(NAMES)
    assert list(table.index) == [0, 1, 2, 3, 4]
    assert table.to_numpy().tolist() == [
        ["at the start", "", "", ""],
        ["Ada A joins", "Mon 14 Nov", "●○○", ""],
        ["Grace B joins", "Mon 14 Nov", "●●○", ""],
        ["Alan C joins", "Mon 14 Nov", "●●●", ""],
        ["Katherine D joins", "Tue 15 Nov", "●●●", "●○○"],
    ]


def test_filling_shows_who_leaves_and_days_that_pass():
    fill_table(NAMES)
    table = fill_table([leaves("Grace B"), advance, "Edsger E"])
    assert table.drop(columns="sits on").to_numpy().tolist() == [
        ["at the start", "●●●", "●○○", ""],
        ["Grace B leaves", "●●○", "●○○", ""],
        ["a day passes", "●●○", "●○○", ""],
        ["Edsger E joins", "", "●●●", "●○○"],
    ]
    html = table._repr_html_()
    # A seat that is taken, and one that is freed, in colour and where styles are stripped.
    assert f"{TINTS['taken']}'><ins>●○○</ins>" in html and f"{TINTS['lost']}'><b>●●○</b>" in html


def test_a_table_on_its_side_is_a_plain_one():
    """Shown, it was a KeyError: 'step'."""
    table = fill_table(["Ada A"]).T
    assert type(table) is pd.DataFrame and "Ada A joins" in table._repr_html_()


def test_filling_takes_any_step_and_any_way_to_hire():
    def close_monday():
        Shifts.objects.all().delete()

    def store(**fields):
        return Employees.objects.bulk_create([Employees(**fields | {"last_name": "Late"})])[0]

    table = fill_table(["Ada A", close_monday], hire=store)
    assert list(table["what"]) == ["at the start", "Ada Late joins", "close_monday"]
    assert list(table["sits on"]) == ["", "no shift", ""]


def test_leaving_needs_exactly_one_of_that_name():
    with pytest.raises(ValueError, match="expected one person of that name, found 0"):
        fill_table([leaves("Nobody N")])


def test_the_sample_roster_can_be_hired():
    roster = sample_roster()
    fill_table(roster)
    assert [shift.headcount for shift in Shifts.objects.all()] == [3] * 10
    assert roster[0]["date_of_birth"] == Employees.objects.first().date_of_birth


def test_tables_survive_a_turn_of_the_year():
    fresh_database(today=date(2022, 12, 31))
    fill_table(NAMES)
    advance()
    assert list(fill_table(["Edsger E"]).columns[2:]) == ["Sat 31 Dec", "Sun 1 Jan", "Mon 2 Jan"]
