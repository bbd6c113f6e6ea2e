"""The four wirings side by side: alike where they should be, apart where they must be."""

import pytest
from django.core.management import CommandError, call_command

from classroom import side_by_side
from classroom.experiments import comparing
from classroom.scenes.calendar import MONDAY
from classroom.scenes.scenarios import SCENARIOS
from speedy.models import Employees
from speedy.wirings import WIRINGS

SIGNALS, SAVE, CUSTOM, CALL = WIRINGS
BULK = "a batch of 300"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(comparing, "ROUNDS", 1)


@pytest.fixture
def table(request, notebook):
    return side_by_side(request.param, clock=False)


@pytest.mark.parametrize("table", [name for name in SCENARIOS if name != BULK], indirect=True)
def test_the_rota_is_the_same_in_all(table):
    assert table.loc["final rota", "same"] == "="
    assert table.loc["final rota", CALL]


@pytest.mark.parametrize(
    "table", ["one hire", "fill a week", "somebody leaves", "a day passes"], indirect=True
)
def test_nobody_is_left_over_and_the_statements_are_the_same(table):
    assert set(table.loc["left without a shift", [*WIRINGS]]) == {"nobody"}
    assert table.loc["SQL statements", "same"] == "="


@pytest.mark.parametrize("table", ["one hire"], indirect=True)
def test_one_hire_differs_in_what_carries_it(table):
    assert list(table.loc["final rota", [*WIRINGS]]) == ["Mon ●○○"] * 4
    assert list(table.loc["atomic by itself", [*WIRINGS]]) == ["no", "yes", "yes", "yes"]
    assert list(table.loc["save() overridden", [*WIRINGS]]) == [0, 1, 0, 0]
    calls = table.loc["receivers called", [*WIRINGS]]
    assert (calls[SIGNALS] - calls[CALL], calls[CUSTOM] - calls[CALL]) == (2, 1)
    assert calls[SAVE] == calls[CALL] > 0  # the seat's own receivers, which count it


@pytest.mark.parametrize("table", ["a day passes"], indirect=True)
def test_expired_shifts_are_wiped_in_all(table):
    assert list(table.loc["final rota", [*WIRINGS]]) == ["Tue ●●● Wed ●●●"] * 4


@pytest.mark.parametrize("table", ["a fixture loads"], indirect=True)
def test_a_fixture_sets_nothing_off_in_any(table):
    assert list(table.loc["atomic by itself", [*WIRINGS]]) == ["rule not called"] * 4
    assert table.loc["receivers called", SIGNALS] > 0  # they are called, and stand back


@pytest.mark.parametrize("table", [BULK], indirect=True)
def test_a_batch_reaches_everybody_only_where_hiring_is_a_function(table):
    assert list(table.loc["left without a shift", [*WIRINGS]]) == [
        "300 people",
        "300 people",
        "nobody",
        "nobody",
    ]
    assert table.loc["SQL statements", CUSTOM] > 50 * table.loc["SQL statements", CALL]


@pytest.mark.parametrize("table", ["an error in the rule"], indirect=True)
def test_an_error_leaves_somebody_behind_by_signals_alone(table):
    assert list(table.loc["left without a shift", [*WIRINGS]]) == ["Ada", *["nobody"] * 3]
    assert set(table.loc["the caller sees", [*WIRINGS]]) == {"BrokenRule"}


def test_a_function_of_ones_own_is_a_scenario(notebook):
    def two_hires(wiring):
        for name in ("Ada", "Grace"):
            wiring.hire(first_name=name, last_name="Okafor", address="1 Harbour Street", age=30)

    table = side_by_side(two_hires)
    assert list(table.loc["final rota", [*WIRINGS]]) == ["Mon ●●○"] * 4


def test_wirings_of_ones_own_can_be_compared(notebook):
    table = side_by_side("one hire", wirings={"mine": WIRINGS[CALL]})
    assert list(table.columns) == ["mine", "same"]


def test_the_clock_is_one_more_row(notebook):
    table = side_by_side("one hire")
    assert list(table.index)[-1] == "ms"
    assert (table.loc["ms", [*WIRINGS]].astype(float) > 0).all()
    assert table.drop(index="ms").equals(side_by_side("one hire", clock=False))


def test_what_a_scenario_prepares_is_not_watched(notebook):
    def prepared(wiring):
        wiring.hire(first_name="Ada", last_name="Okafor", address="1 Harbour Street", age=30)
        yield

    assert set(side_by_side(prepared).loc["SQL statements", [*WIRINGS]]) == {0}


def test_the_lesson_is_left_as_it_was(notebook):
    from django.utils import timezone

    Employees.objects.create(first_name="Ada", last_name="O", address="1 Harbour Street", age=30)
    side_by_side("a day passes")
    assert timezone.localdate() == MONDAY
    assert Employees.objects.count() == 1


def test_an_unknown_scenario_is_refused_with_what_is_near():
    with pytest.raises(ValueError, match="did you mean 'one hire'"):
        side_by_side("one hier")
    with pytest.raises(TypeError, match="expected the name of a scenario or a function"):
        side_by_side(3)


def test_the_command_prints_it(notebook, capsys):
    call_command("compare", "one hire")
    printed = capsys.readouterr().out
    assert printed.startswith("one hire\n")
    assert "atomic by itself" in printed


def test_the_command_refuses_an_unknown_scenario():
    with pytest.raises(CommandError, match="Ready are: one hire"):
        call_command("compare", "nothing")
