"""The same scenario through each wiring, in one table: what differs, and what does not.

Every figure is observed: each wiring starts from an empty rota in a private database, once inside
a trace, once with a rule that fails, and a few times against the clock.
See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

import inspect
from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import partial
from statistics import median
from time import perf_counter

from tqdm import tqdm

from classroom.experiments.rewiring import plugged_in
from classroom.rota.shift_tables import glyphs
from classroom.scenes.calendar import borrowed
from classroom.scenes.database import empty_tables, in_private_database
from classroom.scenes.roster import fields_of
from classroom.scenes.scenarios import SCENARIOS, BrokenRule, broken_rule
from classroom.widgets.aligned import Aligned
from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees
from speedy.wirings import WIRINGS, Wiring
from whatfires import trace
from whatfires.describing import expect, quoted
from whatfires.frames import Table

ROUNDS = 3  # runs against the clock, of which the median counts
FEW = 4  # shifts that are drawn, people who are named; more are counted
SAME, DIFFERS = "=", "≠"
NOBODY = "nobody"
A_SHIFT, NO_SHIFT = "has a shift", "no shift"
# Where the wirings part: whether the row or the transaction comes first, and who calls the rule.
TURNS = (
    "BEGIN",
    "INSERT into speedy_employees",
    "post_save of Ada Quillbrook",
    "employee_created",
    "employee_hired",
    "place_hired",
    "INSERT into speedy_shiftsemployees",
    "COMMIT",
)
MS = "ms"
ROWS = (
    *("final rota", "left without a shift", "the caller sees", "SQL statements", "signals sent"),
    *("receivers called", "overridden save() of people", "atomic by itself", MS),
)


class ComparisonTable(Table):
    """A DataFrame that shows where the wirings differ, and who skipped the rule."""

    def tint(self, row, column):
        if "same" not in row:
            return "quiet" if row[column] == A_SHIFT else "attention"
        return "attention" if column in WIRINGS and row["same"] == DIFFERS else "quiet"


def side_by_side(scenario="one hire", wirings=WIRINGS, clock=True, rows=None):
    """Put each wiring through the same scenario and show how they compare.

    `scenario` is the name of a ready one ("one hire", "fill a week", "somebody leaves", "a day
    passes", "somebody moves house", "a fixture loads", "a batch of 300", "an error in the rule"),
    or a function of your own that takes a `Wiring` and uses its `hire(**fields)`,
    `hire_many(people)` or `model`; if it is a generator, what stands before its `yield` is not
    watched. `wirings` is a mapping like `speedy.wirings.WIRINGS`, or a list of its names. Without
    `clock` nothing is measured, and the table is the same each time. `rows` is a list of the rows
    that you want to see. Then the clock is used only for `ms`.

    Returns a DataFrame, a column a wiring and `same` (= or ≠), with these rows: `final rota`,
    `left without a shift`, `the caller sees` (an exception, or nothing), `SQL statements`,
    `signals sent`, `receivers called`, `overridden save() of people` (its calls), `atomic by
    itself` (whether a rule that fails takes all back) and `ms` (median milliseconds).
    Raises ValueError for an unknown name and TypeError for what cannot be called.
    """
    run = find(scenario)
    wirings = expect_wirings("side_by_side", wirings)
    expect("side_by_side(clock=...)", clock, bool, "True or False")
    if rows is None:
        return with_all_four(compare, run, wirings, clock)
    expect_rows(rows)
    return ComparisonTable(with_all_four(compare, run, wirings, MS in rows).loc[list(rows)])


def with_all_four(function, *arguments):
    """Call it in a private database, with each wiring on, also after `unplug()`."""
    return in_private_database(plugged_in()(function), *arguments)  # one tool at a time


def expect_rows(rows):
    """Refuse what is no list of the names of rows, with those that there are."""
    expect("side_by_side(rows=...)", rows, list, "a list of names of rows")
    if unknown := [it for it in list(rows) if type(it) is not str or it not in ROWS]:
        raise ValueError(
            f"side_by_side(rows=...): there is no row {quoted(unknown[0])}. There are: "
            f"{', '.join(ROWS)}."
        )


def expect_wirings(tool, wirings):
    """Return the wirings by their names; refuse what is none, with what was expected."""
    if type(wirings) is list and all(type(it) is str and it in WIRINGS for it in wirings):
        wirings = {name: WIRINGS[name] for name in wirings}
    mapped = issubclass(type(wirings), Mapping) and len(wirings)
    if not mapped or not all(
        issubclass(type(name), str) and issubclass(type(wiring), Wiring)
        for name, wiring in wirings.items()
    ):
        raise TypeError(
            f"{tool}(wirings={quoted(wirings)}): expected names and their wirings, like "
            f"speedy.wirings.WIRINGS, or a list of some of its names: {', '.join(WIRINGS)}."
        )
    if "same" in wirings:
        raise ValueError(f"{tool}(wirings=...): a column is called 'same', so no wiring may be.")
    return wirings


def skips_the_rule(wirings=WIRINGS):
    """Store Ada in four ways with the class of each wiring, and show where she has no shift.

    Returns a DataFrame, a row a way (`its hire function`, `objects.create()`, `save()` and
    `objects.bulk_create()`) and a column a wiring: `has a shift`, or `no shift` where she was
    stored, and the rule did not run.
    """
    wirings = expect_wirings("skips_the_rule", wirings)
    ada = fields_of("Ada Quillbrook")
    ways = {
        "its hire function": lambda wiring: wiring.hire(**ada),
        "objects.create()": lambda wiring: wiring.model.objects.create(**ada),
        "save()": lambda wiring: wiring.model(**ada).save(),
        "objects.bulk_create()": lambda wiring: wiring.model.objects.bulk_create(
            [wiring.model(**ada)]
        ),
    }
    tables = {way: side_by_side(act, wirings, clock=False) for way, act in ways.items()}
    left = {way: table.loc["left without a shift", list(wirings)] for way, table in tables.items()}
    rows = {
        way: row.map(lambda who: A_SHIFT if who == NOBODY else NO_SHIFT)
        for way, row in left.items()
    }
    return ComparisonTable(Table(rows).T.rename_axis("stored by"))


def same_hire(wirings=WIRINGS, whole=False):
    """Hire one person by each wiring, and show the traces beside each other.

    Equal moments stand in one row: those where the wirings part, or all of them if it is to be the
    `whole` hire. Each wiring starts from an empty rota in a private database. What is drawn was
    written down by its trace; nothing else is read. Returns an `Aligned`, a list of rows which
    shows itself: where somebody can click it steps, and tells what is stored so far.
    """
    wirings = expect_wirings("same_hire", wirings)
    expect("same_hire(whole=...)", whole, bool, "True or False")
    traces = with_all_four(traced_hires, wirings)
    return Aligned(traces) if whole else Aligned(traces, TURNS)


def traced_hires(wirings):
    traces = {}
    with borrowed():
        for name, wiring in wirings.items():
            act = prepared(SCENARIOS["one hire"], wiring)
            with trace() as traces[name]:
                act()
    return traces


def find(scenario):
    """Return the scenario of that name, or the learner's own."""
    if isinstance(scenario, str):
        if scenario not in SCENARIOS:
            near = get_close_matches(scenario, SCENARIOS, n=1, cutoff=0.4)
            raise ValueError(
                f"side_by_side({scenario!r}): there is no such scenario"
                f"{f'; did you mean {near[0]!r}?' if near else '.'} Ready are: "
                f"{', '.join(SCENARIOS)}. A function of your own is welcome, too."
            )
        return SCENARIOS[scenario]
    if not callable(scenario) or inspect.iscoroutinefunction(scenario):
        raise TypeError(
            f"side_by_side({quoted(scenario)}): expected the name of a scenario or a plain "
            "function that takes a wiring, such as lambda wiring: wiring.hire(**fields)."
        )
    return scenario


def compare(run, wirings, clock):
    table = Table({name: observe(run, wiring) for name, wiring in wirings.items()})
    alike = [SAME if table.loc[row].nunique() == 1 else DIFFERS for row in table.index]
    table = table.assign(same=alike)
    if clock:
        table.loc[MS] = {**against_the_clock(run, wirings), "same": ""}
    return ComparisonTable(table.rename_axis("what"))


def observe(run, wiring):
    """Run a scenario once and tell what it did, and once more with a rule that fails."""
    error = None
    with borrowed():
        act = prepared(run, wiring)
        with trace() as seen:
            try:
                act()
            except Exception as raised:  # whatever the scenario may raise is a result
                error = raised
        return {
            "final rota": final_rota(),
            "left without a shift": left_over(),
            "the caller sees": "no error" if error is None else type(error).__name__,
            "SQL statements": len(seen.statements),
            "signals sent": len(seen.filter(kind="signal")) - count_init(seen),
            "receivers called": len(seen.filter(kind="delivery")),
            "overridden save() of people": overrides(seen),
            "atomic by itself": atomic(run, wiring),
        }


def prepared(run, wiring):
    """Empty the rota, run what the scenario prepares, and return the rest as a function."""
    empty_tables(ShiftsEmployees, Shifts, Employees)
    if not inspect.isgeneratorfunction(run):
        return partial(run, wiring)
    steps = run(wiring)
    next(steps, None)
    return partial(next, steps, None)


def count_init(seen):
    """Count the signals that every instance sends, hire or no hire."""
    return sum(event.what in ("pre_init", "post_init") for event in seen.filter(kind="signal"))


def overrides(seen):
    """Count the calls of an overridden save() of a person; a seat has one in every wiring."""
    return sum(
        event.override and issubclass(event.sender_object, Employees)
        for event in seen.filter(kind="method")
    )


def final_rota():
    """Draw the rota: `Mon ●●● Tue ●○○`, or count it where it is long."""
    shifts = list(Shifts.objects.values_list("shift_date", "headcount"))
    if len(shifts) > FEW:
        full = sum(headcount == SEATS for _, headcount in shifts)
        return f"{len(shifts)} shifts, {full} full"
    return " ".join(f"{day:%a} {glyphs(taken)}" for day, taken in shifts) or "no shift"


def left_over():
    """Name the people without a shift, or count them where they are many."""
    people = Employees.objects.without_shift().order_by("pk").values_list("first_name", flat=True)
    if len(people) > FEW:
        return f"{len(people)} people"
    return ", ".join(people) or NOBODY


def atomic(run, wiring):
    """Tell whether a rule that fails takes everything back, down to the last row.

    What fails is the last step of a hire, `assign`; where nobody calls it, that of a batch.
    """
    for step in ("assign", "assign_many"):
        with borrowed():
            act = prepared(run, wiring)
            before = rows()
            with broken_rule(step), suppress(Exception):
                try:
                    act()
                except BrokenRule:
                    return "yes" if rows() == before else "no"
    return "rule not called"


def rows():
    """Every row of the rota, to be held against another moment's."""
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


TABLES = (Employees, Shifts, ShiftsEmployees)


def against_the_clock(run, wirings):
    """Measure a scenario in each wiring in turn, and return the median milliseconds."""
    taken = {name: [] for name in wirings}
    turns = [name for _ in range(ROUNDS) for name in wirings]
    for name in tqdm(turns, desc="against the clock", disable=None, leave=False):
        with borrowed():
            act = prepared(run, wirings[name])
            start = perf_counter()
            with suppress(Exception):
                act()
            taken[name].append((perf_counter() - start) * 1000)
    return {name: f"{median(times):.1f}" for name, times in taken.items()}
