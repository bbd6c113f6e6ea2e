"""The four wirings side by side: alike where they should be, apart where they must be."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from classroom import same_hire, side_by_side
from classroom.experiments import comparing
from classroom.scenes.calendar import MONDAY
from classroom.scenes.roster import fields_of
from classroom.scenes.scenarios import SCENARIOS
from speedy.models import Employees
from speedy.wirings import WIRINGS

SIGNALS, SAVE, CUSTOM, CALL = WIRINGS
BULK = "a batch of 300"
LEFT, ATOMIC = "left without a shift", "atomic by itself"
NOBODY = ["nobody"] * 4
pytestmark = pytest.mark.usefixtures("notebook")

# What each scenario shows, where it is worth a word: {row: what stands under the four wirings}.
SHOWN = {
    "one hire": {
        "final rota": ["Mon ●○○"] * 4,
        LEFT: NOBODY,
        ATOMIC: ["no", "yes", "yes", "yes"],
        "overridden save() of people": [0, 1, 0, 0],
    },
    "fill a week": {LEFT: NOBODY},
    "somebody leaves": {LEFT: NOBODY},
    "a day passes": {LEFT: NOBODY, "final rota": ["Tue ●●● Wed ●●●"] * 4},
    "a fixture loads": {ATOMIC: ["rule not called"] * 4},
    BULK: {LEFT: ["300 people", "300 people", "nobody", "nobody"]},
    "an error in the rule": {
        LEFT: ["Ada", *["nobody"] * 3],
        "the caller sees": ["BrokenRule"] * 4,
    },
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_a_scenario_shows(scenario):
    table = side_by_side(scenario, clock=False)
    expected = SHOWN.get(scenario, {})
    assert {row: list(table.loc[row, [*WIRINGS]]) for row in expected} == expected
    if scenario != BULK:
        assert table.loc["final rota", "same"] == "=" and table.loc["final rota", CALL]
    if expected.get(LEFT) == NOBODY:
        assert table.loc["SQL statements", "same"] == "="
    calls = table.loc["receivers called", [*WIRINGS]]
    if scenario == "one hire":
        assert (calls[SIGNALS] - calls[CALL], calls[CUSTOM] - calls[CALL]) == (2, 1)
        assert calls[SAVE] == calls[CALL] > 0  # the seat's own receivers, which count it
    elif scenario == "a fixture loads":
        assert calls[SIGNALS] > 0  # they are called, and stand back
    elif scenario == BULK:
        assert table.loc["SQL statements", CUSTOM] > 50 * table.loc["SQL statements", CALL]


def test_a_function_and_wirings_of_ones_own_can_be_compared():
    def two_hires(wiring):
        for name in ("Ada Okafor", "Grace Okafor"):
            wiring.hire(**fields_of(name))

    table = side_by_side(two_hires, wirings={"mine": WIRINGS[CALL]})
    assert list(table.columns) == ["mine", "same"]
    assert table.loc["final rota", "mine"] == "Mon ●●○"


def test_the_clock_is_one_more_row(monkeypatch):
    monkeypatch.setattr(comparing, "ROUNDS", 1)
    table = side_by_side("one hire")
    assert list(table.index)[-1] == "ms"
    assert (table.loc["ms", [*WIRINGS]].astype(float) > 0).all()
    assert table.drop(index="ms").equals(side_by_side("one hire", clock=False))


def test_chosen_rows_alone_are_shown_and_nothing_is_measured_for_others(monkeypatch):
    monkeypatch.setattr(comparing, "against_the_clock", None)  # calling it would fail
    rows = ["SQL statements", "final rota"]
    table = side_by_side("one hire", rows=rows)
    assert list(table.index) == rows
    assert type(table).__name__ == "ComparisonTable", "chosen rows have the face of all rows"
    assert table.equals(side_by_side("one hire", clock=False).loc[rows])
    with pytest.raises(ValueError, match=r"no row 'SQL'\. There are: final rota"):
        side_by_side("one hire", rows=["SQL"])
    with pytest.raises(TypeError, match="a list of names of rows"):
        side_by_side("one hire", rows="SQL statements")


def test_every_row_can_be_chosen(monkeypatch):
    monkeypatch.setattr(comparing, "ROUNDS", 1)
    assert list(side_by_side("one hire").index) == list(comparing.ROWS)


def test_what_a_scenario_prepares_is_not_watched():
    def prepared(wiring):
        wiring.hire(**fields_of("Ada Okafor"))
        yield

    assert set(side_by_side(prepared, clock=False).loc["SQL statements", [*WIRINGS]]) == {0}


def test_the_lesson_is_left_as_it_was():
    Employees.objects.create(**fields_of("Ada Okafor"))
    side_by_side("a day passes", clock=False)
    assert timezone.localdate() == MONDAY
    assert Employees.objects.count() == 1


def test_an_unknown_scenario_is_refused_with_what_is_near():
    with pytest.raises(ValueError, match="did you mean 'one hire'"):
        side_by_side("one hier")
    with pytest.raises(TypeError, match="expected the name of a scenario or a plain function"):
        side_by_side(3)
    with pytest.raises(CommandError, match="Ready are: one hire"):
        call_command("compare", "nothing")


def test_a_list_of_names_chooses_among_the_four_wirings():
    assert same_hire([CALL, CUSTOM]).columns == ("what", CALL, CUSTOM)
    wrongs = [], ["direct call", "by post"], ["direct call", 3], "direct call", {3: WIRINGS[CALL]}
    for wrong in wrongs:
        with pytest.raises(TypeError, match="a list of some of its names: built-in signals, save"):
            same_hire(wrong)


def test_no_wiring_takes_the_name_of_the_column_that_compares():
    with pytest.raises(ValueError, match="a column is called 'same'"):
        side_by_side(wirings={"same": WIRINGS[CALL], "x": WIRINGS[CALL]}, clock=False)


def test_a_scenario_that_awaits_is_refused_and_one_that_stops_early_runs():
    async def hired(wiring):
        wiring.hire(**fields_of("Ada Quillbrook"))

    with pytest.raises(TypeError, match="a plain function"):
        side_by_side(hired, clock=False)

    def stops(wiring):
        if wiring is None:
            yield

    assert side_by_side(stops, [CALL], clock=False).loc["the caller sees", CALL] == "no error"


def test_the_command_prints_it(monkeypatch, capsys):
    monkeypatch.setattr(comparing, "ROUNDS", 1)
    call_command("compare", "one hire")
    printed = capsys.readouterr().out
    assert printed.startswith("one hire\n") and ATOMIC in printed
