"""What a hire costs as the rota grows: this design beside the published one, in one run.

Only ratios within a run mean something, for machines differ and are busy. So all rotas take
turns, a few hires each, round after round, and the median counts.
See https://docs.djangoproject.com/en/5.2/topics/performance/#performance-benchmarking
"""

from contextlib import ExitStack
from datetime import timedelta
from statistics import median
from time import perf_counter

import pandas as pd
from django.utils import timezone
from tqdm import tqdm

from classroom import as_published
from classroom.database import private_database, use_database
from classroom.roster import fields_of
from speedy import models as speedy
from speedy.models import SEATS

DESIGNS = {"speedy": speedy, "as published": as_published}
PERSON = fields_of("Ada Quillbrook")
HIRES = 5  # in a row, before the next rota has its turn
SIZES = (0, 300, 3_000, 30_000, 90_000)


def hire_costs(sizes=SIZES, rounds=20):
    """Measure hires on rotas of these sizes, in both designs.

    Returns a DataFrame, a row a size, indexed by `people` (on the rota at first), with for each
    design `ms`, the median milliseconds of a hire, and `x empty`, its ratio to the first size's;
    and at last `x speedy`, how many times ours the published hire takes.
    """
    times = {(size, design): [] for size in sizes for design in DESIGNS}
    with ExitStack() as databases:
        names = {}
        for size in tqdm(sizes, desc="filling rotas", disable=None):
            names[size] = databases.enter_context(private_database())
            for app in DESIGNS.values():
                fill(app, size)
        turns = [turn for _ in range(rounds) for turn in times]
        for size, design in tqdm(turns, desc="hiring", disable=None):
            use_database(names[size])
            times[size, design] += hire_some(DESIGNS[design])
    return ratios(pd.Series({turn: median(taken) for turn, taken in times.items()}).unstack())


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


def hire_some(app):
    """Hire a few people; return the milliseconds that each of them took."""
    app.Employees.objects.first()  # opens the connection, which is not what a hire costs
    taken = []
    for _ in range(HIRES):
        start = perf_counter()
        app.Employees.objects.create(**PERSON)
        taken.append((perf_counter() - start) * 1000)
    return taken


def ratios(milliseconds):
    """Set the ratios beside the medians (a row a size, a column a design)."""
    columns = {}
    for design in DESIGNS:
        columns[f"{design}: ms"] = milliseconds[design]
        columns[f"{design}: x empty"] = milliseconds[design] / milliseconds[design].iloc[0]
    columns["published x speedy"] = milliseconds["as published"] / milliseconds["speedy"]
    return pd.DataFrame(columns).rename_axis("people")
