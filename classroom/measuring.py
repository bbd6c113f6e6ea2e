"""What a hire costs as the rota grows: the four wirings beside the published design, in one run.

Only ratios within a run mean something, for machines differ and are busy. So all rotas and all
designs take turns, a few hires each, round after round, and the median counts.
See https://docs.djangoproject.com/en/5.2/topics/performance/#performance-benchmarking
"""

from contextlib import ExitStack, nullcontext
from datetime import timedelta
from statistics import median
from time import perf_counter

import pandas as pd
from django.utils import timezone
from tqdm import tqdm

from classroom import as_published
from classroom.database import private_database, use_database
from classroom.roster import fields_of
from classroom.tracing import trace
from speedy import models as speedy
from speedy.models import SEATS
from speedy.wirings import WIRINGS

PUBLISHED, DIRECT = "as published", "direct call"
PERSON = fields_of("Ada Quillbrook")
HIRES = 3  # in a row, before the next design has its turn: a whole shift
SIZES = (0, 300, 3_000, 30_000, 90_000)


def designs():
    """Map the name of each design to the function that hires by it."""
    ours = {name: wiring.hire for name, wiring in WIRINGS.items()}
    return ours | {PUBLISHED: as_published.Employees.objects.create}


def hire_costs(sizes=SIZES, rounds=20):
    """Measure hires on rotas of these sizes, in the four wirings and the published design.

    Returns a DataFrame, a row a size, indexed by `people` (on the rota at first), a column a
    design: the median milliseconds of a hire.
    """
    times = {(size, design): [] for size in sizes for design in designs()}
    with ExitStack() as databases:
        names = {}
        for size in tqdm(sizes, desc="filling rotas", disable=None):
            names[size] = databases.enter_context(private_database())
            for app in (speedy, as_published):
                fill(app, size)
        turns = [turn for number in range(rounds) for turn in rotated(list(times), number)]
        for size, design in tqdm(turns, desc="hiring", disable=None):
            use_database(names[size])
            times[size, design] += hire_some(designs()[design])
    medians = pd.Series({turn: median(taken) for turn, taken in times.items()})
    return medians.unstack()[list(designs())].rename_axis(index="people", columns=None)


def rotated(turns, number):
    """Let another one begin in each round, so that nobody always comes after the slowest."""
    start = number % len(turns)
    return turns[start:] + turns[:start]


def times_the_first(costs):
    """Divide the costs by those on the smallest rota: all ones mean that size costs nothing."""
    return costs / costs.iloc[0]


def times_the_direct_call(costs):
    """Divide the costs of each design by those of the direct call on the same rota."""
    return costs.div(costs[DIRECT], axis=0)


def cost_of_watching(hires=300, rounds=5):
    """Measure how many times longer hires take inside a trace than outside, as one number."""
    taken = {False: [], True: []}
    with private_database():
        for watched in (False, True) * rounds:
            start = perf_counter()
            with trace() if watched else nullcontext():
                for _ in range(hires // rounds):
                    speedy.Employees.objects.create(**PERSON)
            taken[watched].append(perf_counter() - start)
    return median(taken[True]) / median(taken[False])


def fill(app, people):
    """Put that many people on full shifts from today on, in bulk and without a signal."""
    employees = app.Employees.objects.bulk_create(app.Employees(**PERSON) for _ in range(people))
    today = timezone.localdate()
    shifts = [
        app.Shifts(shift_date=today + timedelta(days=day), **counted(app))
        for day in range(people // SEATS)
    ]
    app.Shifts.objects.bulk_create(shifts)
    app.ShiftsEmployees.objects.bulk_create(
        app.ShiftsEmployees(employee=employee, shift=shifts[number // SEATS])
        for number, employee in enumerate(employees[: len(shifts) * SEATS])
    )


def counted(app):
    """The counter of a full shift, where a design has one."""
    return {"headcount": SEATS} if app is speedy else {}


def hire_some(hire):
    """Hire a few people; return the milliseconds that each of them took."""
    speedy.Employees.objects.first()  # opens the connection, which is not what a hire costs
    taken = []
    for _ in range(HIRES):
        start = perf_counter()
        hire(**PERSON)
        taken.append((perf_counter() - start) * 1000)
    return taken
