"""What a hire costs as the rota grows: the four wirings beside the published design, in one run.

Only ratios within a run mean something, because machines differ and are busy. So all rotas and all
designs take turns, a few hires each, round after round, and the median counts.
See https://docs.djangoproject.com/en/5.2/topics/performance/#performance-benchmarking
"""

import json
import os
import sys
from contextlib import ExitStack, nullcontext, suppress
from datetime import date, timedelta
from operator import index
from statistics import median
from threading import Thread
from time import perf_counter, sleep

from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from tqdm import tqdm

from classroom.rota.shift_tables import shift_table
from classroom.running.kernel import ROOT
from classroom.running.platform import needs_many_threads, run_python
from classroom.running.turns import one_tool_at_a_time
from classroom.scenes import as_published
from classroom.scenes.database import close_connections, private_database, use_database
from classroom.scenes.roster import fields_of
from speedy import models as speedy
from speedy import outbox
from speedy.models import SEATS
from speedy.scheduling import assign_many, lock_rota
from speedy.signals.custom_signals import event_told
from speedy.wirings import WIRINGS
from whatfires import connected, trace
from whatfires.describing import expect, quoted
from whatfires.frames import Table

PUBLISHED, DIRECT = "as published", "direct call"
FLOOR, BATCH, BATCH_SIZE = "raw SQL", "a batch of 300", 300
PERSON = fields_of("Ada Quillbrook")
HIRES = 9  # in a row, before the next design has its turn: three shifts
SIZES = (0, 300, 3_000, 30_000, 90_000)
MOST = 1_000_000  # people on a rota, and rounds
COPY = f"""
    INSERT INTO {{people}} ({{columns}}) SELECT {{columns}}
    FROM {{people}} CROSS JOIN (SELECT 1 FROM {{shifts}} CROSS JOIN
        ({" UNION ALL ".join(["SELECT 1"] * SEATS)}) AS seats) AS places
    LIMIT %s
"""
SEAT = f"""
    INSERT INTO {{seats}} (employee_id, shift_id) SELECT person.id, shift.id
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {SEATS} AS day
        FROM {{people}}) AS person
    JOIN (SELECT id, row_number() OVER (ORDER BY shift_date) - 1 AS day
        FROM {{shifts}}) AS shift ON person.day = shift.day
    ORDER BY person.id
"""


def designs():
    """Map the name of each design to the function that hires by it."""
    ours = {name: wiring.hire for name, wiring in WIRINGS.items()}
    return ours | {PUBLISHED: as_published.Employees.objects.create}


def bounds():
    """Map a name to a function for what bounds a hire: raw SQL from below, a batch for many."""
    return {FLOOR: hire_by_sql, BATCH: hire_a_batch}


def hire_by_sql(**fields):
    """Do what a hire does in SQL by hand, with no model, no signal and no queryset."""
    today = timezone.localdate()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM speedy_shifts WHERE shift_date < %s LIMIT 1", [today])
        cursor.fetchone()
        cursor.execute(
            "INSERT INTO speedy_employees (first_name, last_name, address, age)"
            " VALUES (%s, %s, %s, %s) RETURNING id",
            [fields[name] for name in ("first_name", "last_name", "address", "age")],
        )
        [employee] = cursor.fetchone()
        lock_rota()
        cursor.execute(
            "SELECT id FROM speedy_shifts WHERE headcount < 3 AND shift_date >= %s"
            " ORDER BY shift_date LIMIT 1",
            [today],
        )
        shift = cursor.fetchone()
        if shift is None:
            cursor.execute("SELECT max(shift_date) FROM speedy_shifts")
            [latest] = cursor.fetchone()
            day = max(today, to_date(latest) + timedelta(days=1)) if latest else today
            cursor.execute(
                "INSERT INTO speedy_shifts (shift_date, wage_bonus, total_hours, headcount)"
                " VALUES (%s, 50, 8, 0) RETURNING id",
                [day],
            )
            shift = cursor.fetchone()
        cursor.execute(
            "INSERT INTO speedy_shiftsemployees (employee_id, shift_id) VALUES (%s, %s)",
            [employee, *shift],
        )
        cursor.execute("UPDATE speedy_shifts SET headcount = headcount + 1 WHERE id = %s", shift)


def to_date(value):
    """SQLite gives a date back as text, where no model says that it is one."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def hire_a_batch(**fields):
    """Hire a batch by direct call; `hire_costs` divides its time by the people."""
    wiring = WIRINGS[DIRECT]
    wiring.hire_many([wiring.model(**fields) for _ in range(BATCH_SIZE)])


def hire_costs(sizes=SIZES, rounds=20, also=()):
    """Measure hires on rotas of these sizes, in the four wirings and the published design.

    `also` may name "raw SQL" (the floor under every design) and "a batch of 300". Returns a
    DataFrame, a row a size, indexed by `people` (on the rota at first), a column a design: the
    median milliseconds of a hire. Raises TypeError and ValueError for what cannot be measured.
    """
    expect("hire_costs(sizes=...)", sizes, list | tuple, "a list of numbers of people")
    sizes = [whole("sizes", size) for size in sizes]
    rounds = whole("rounds", rounds)
    if not (sizes and min(sizes) >= 0 and max(sizes) <= MOST and 1 <= rounds <= MOST):
        raise ValueError(
            f"hire_costs(): expected one size or more, each 0 to {MOST:,} people, and 1 to "
            f"{MOST:,} rounds; came sizes {quoted(sizes)} and rounds {quoted(rounds)}."
        )
    expect("hire_costs(also=...)", also, list | tuple, "a list of names")
    for name in also:
        expect("hire_costs(also=...)", name, str, "names")
    if unknown := [name for name in also if name not in bounds()]:
        raise ValueError(
            f"hire_costs(also=...): expected {', '.join(bounds())}; came {quoted(unknown[0])}."
        )
    hires = designs() | {name: hire for name, hire in bounds().items() if name in also}
    times = {(size, design): [] for size in sizes for design in hires}
    # DEBUG keeps every statement in a list, and asks SQLite once more to word it.
    with one_tool_at_a_time(), override_settings(DEBUG=False), ExitStack() as databases:
        names = {}
        for size in tqdm(sizes, desc="filling rotas", disable=None):
            names[size] = databases.enter_context(private_database())
            for app in (speedy, as_published):
                fill(app, size)
        turns = [turn for number in range(rounds) for turn in rotated(list(times), number)]
        for size, design in tqdm(turns, desc="hiring", disable=None):
            if connection.settings_dict["NAME"] != names[size]:
                use_database(names[size])
            times[size, design] += hire_some(hires[design], 1 if design == BATCH else HIRES)
    medians = {
        design: {size: median(times[size, design]) for size in sorted(set(sizes))}
        for design in hires
    }
    costs = Table(medians).rename_axis("people")
    return costs.assign(**{BATCH: costs[BATCH] / BATCH_SIZE}) if BATCH in costs else costs


def whole(name, value):
    """Return a whole number of any kind, such as NumPy's, as an int; a bool is none."""
    with suppress(Exception):
        if type(value) is not bool:
            return index(value)
    raise TypeError(f"hire_costs({name}=...): expected a whole number; came {quoted(value)}.")


def statements_a_hire():
    """Count the SQL statements of a hire, BEGIN and COMMIT included.

    Returns a DataFrame, a row a design, with the columns `finds room` and `opens a shift`.
    """
    rows = {}
    with private_database():
        for name, hire in (designs() | {FLOOR: hire_by_sql}).items():
            counts = []
            for _ in range(SEATS):
                with trace() as seen:
                    hire(**PERSON)
                counts.append(len(seen.statements))
            rows[name] = {"finds room": counts[1], "opens a shift": counts[0]}
    return Table(rows).T.rename_axis("design")


def page_costs(shifts=10_000, rounds=5):
    """Measure the board and shift_table() on an empty rota and on one of that many full shifts.

    Returns a DataFrame, a row each, with the columns `ms, empty`, `ms` and `SQL statements`.
    """
    looks = {"the board's page": show_board, "shift_table()": shift_table}
    rows = {name: {} for name in looks}
    with private_database(), override_settings(DEBUG=False):
        for column, people in (("ms, empty", 0), ("ms", shifts * SEATS)):
            fill(speedy, people)
            for name, look in looks.items():
                look()  # what is read or compiled once is not what a page costs
                rows[name][column] = median(milliseconds(look) for _ in range(rounds))
        for name, look in looks.items():
            with trace() as seen:
                look()
            rows[name]["SQL statements"] = len(seen.statements)
    return Table(rows).T.rename_axis("what")


def show_board():
    """Ask for the board's first page, as a browser would."""
    response = Client(SERVER_NAME="localhost").get(reverse("speedy:board"))
    if response.status_code != 200:
        raise RuntimeError(f"The board answered {response.status_code}, and 200 was expected.")


def milliseconds(act):
    """Run a function and return the milliseconds that it took."""
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000


def batch_costs(people=100_000):
    """Measure assign_many() of that many people beside a bare bulk_create() of the same rows.

    Returns a dict: `bare, s` and `assign_many, s` (seconds), `times the bare one`, and `peak, MB`
    (the most memory that a process of its own, Django and pandas included, took for it).
    """
    return elsewhere("batch_costs_here", people)


def elsewhere(function, argument, **environment):
    """Return what a function of this module returns in a process of its own."""
    command = ["-c", CHILD, function, str(argument), json.dumps(database_settings())]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "speedster.settings", **environment}
    run = run_python(*command, cwd=ROOT, env=environment)
    run.check_returncode()
    return json.loads(run.stdout)


def database_settings():
    """The settings of the database that is there, as a process of its own can take them over."""
    wanted = ("ENGINE", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
    return {name: connection.settings_dict[name] for name in wanted}


CHILD = """
import json, sys
import django
django.setup()
from django.db import connections
from classroom.experiments import measuring
connections.settings["default"].update(json.loads(sys.argv[3]))
print(json.dumps(getattr(measuring, sys.argv[1])(int(sys.argv[2]))))
"""


def batch_costs_here(people):
    """Measure a batch in this process; the memory is that of the whole process so far."""
    with private_database(), override_settings(DEBUG=False):
        employees = speedy.Employees.objects.bulk_create(
            speedy.Employees(**PERSON) for _ in range(people)
        )
        # Each in a transaction that is taken back, so that the other finds the tables empty.
        with transaction.atomic():
            assigned = milliseconds(lambda: assign_many(employees))
            written = speedy.Shifts.objects.count(), speedy.ShiftsEmployees.objects.count()
            transaction.set_rollback(True)
        with transaction.atomic():
            bare = milliseconds(lambda: seat(employees))
            bare_written = speedy.Shifts.objects.count(), speedy.ShiftsEmployees.objects.count()
            transaction.set_rollback(True)
    if written != bare_written:
        raise RuntimeError(f"Not the same rows: {written} and {bare_written} shifts and seats.")
    return {
        "bare, s": bare / 1000,
        "assign_many, s": assigned / 1000,
        "times the bare one": assigned / bare,
        "peak, MB": peak_memory(),
    }


def deliverers_costs(events=200, pause=0.02):
    """Measure how long one and two deliverers take for that many events in the outbox.

    The receiver waits for `pause` seconds, as for a post office. Returns a DataFrame, a row a
    number of `deliverers`, with the columns `s` (seconds) and `times as fast` (as one).
    """

    needs_many_threads("two deliverers at once")

    def wait(**kwargs):
        sleep(pause)

    def deliver_and_close():
        try:
            outbox.deliver()
        finally:
            close_connections()

    seconds = {}
    with private_database(), override_settings(DEBUG=False), connected(event_told, wait):
        for number in (1, 2):
            speedy.OutboxEvent.objects.bulk_create(
                speedy.OutboxEvent(name="hired") for _ in range(events)
            )
            workers = [Thread(target=deliver_and_close) for _ in range(number)]
            seconds[number] = milliseconds(lambda workers=workers: run_together(workers)) / 1000
        missed = outbox.waiting().count()
    if missed:
        raise RuntimeError(f"{missed} events were not delivered.")
    table = Table({"s": seconds}).rename_axis("deliverers")
    return table.assign(**{"times as fast": seconds[1] / table["s"]})


def run_together(threads):
    """Start threads, and wait for all of them."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def peak_memory():
    """Return the most megabytes that this process has taken so far."""
    try:
        import resource
    except ImportError:  # Windows, where the process itself remembers it
        import psutil

        return psutil.Process().memory_info().peak_wset / 2**20
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


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


def panel_costs(rounds=7):
    """Measure requests without a toolbar, with Django Debug Toolbar, and with our panel in it.

    Returns a DataFrame, a row a request, with the columns `ms`, `with the toolbar` and `with the
    panel in it` (times the first, medians of one run).
    """
    taken = elsewhere("panel_costs_here", rounds, DJANGO_TOOLBAR="1", DJANGO_DEBUG="1")
    table = Table(taken).map(median)
    return table.assign(**{name: table[name] / table["ms"] for name in [*table][1:]})


def panel_costs_here(rounds):
    """Measure in this process, whose settings hold the toolbar; all three in turn."""
    from debug_toolbar.toolbar import DebugToolbar

    panel, bar = "whatfires.debug_toolbar.WhatFiresPanel", settings.MIDDLEWARE[0]
    plain = [it for it in settings.MIDDLEWARE[1:] if not it.endswith(".what_fired")]  # a trace, too
    others = [it for it in settings.DEBUG_TOOLBAR_PANELS if it != panel]
    designs = {
        "ms": (plain, [*others, panel]),
        "with the toolbar": ([bar, *plain], others),
        "with the panel in it": ([bar, *plain], [*others, panel]),
    }
    requests = {"the board's page": show_board, "a hire": hire_on_board}
    taken = {name: {request: [] for request in requests} for name in designs}
    with private_database():
        for name, (middleware, panels) in [*designs.items()] * rounds:
            DebugToolbar._panel_classes = None  # it reads the setting once
            with override_settings(DEBUG=True, MIDDLEWARE=middleware, DEBUG_TOOLBAR_PANELS=panels):
                for request, act in requests.items():
                    act()  # what is read or compiled once is not what a request costs
                    taken[name][request].append(milliseconds(act))
    return taken


def hire_on_board():
    """Send the board's form, as a browser would."""
    form = {**PERSON, "wiring": DIRECT}
    response = Client(SERVER_NAME="localhost").post(reverse("speedy:hire"), form)
    if response.status_code >= 400:
        raise RuntimeError(f"The board answered {response.status_code}, and a hire was expected.")


def fill(app, people):
    """Put that many people on full shifts of an empty rota, from today on.

    The database copies one person. An object for each row would take longer than all the hires
    of a measurement.
    """
    app.Shifts.objects.bulk_create(full_shifts(app, people))
    app.Employees.objects.bulk_create(app.Employees(**PERSON) for _ in range(min(people, 1)))
    columns = [field.column for field in app.Employees._meta.concrete_fields[1:]]
    names = {
        "people": app.Employees._meta.db_table,
        "shifts": app.Shifts._meta.db_table,
        "seats": app.ShiftsEmployees._meta.db_table,
        "columns": ", ".join(columns),
    }
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(**names), [max(people - 1, 0)])
        cursor.execute(SEAT.format(**names))
        if connection.vendor == "postgresql":
            # As it does by itself within a minute. Until then it may take the tables for empty, as
            # it last knew them, and plan to read one from end to end for each row of another.
            cursor.execute("ANALYZE")


def full_shifts(app, people):
    """Make the shifts for that many people, with their counts, and store none."""
    today = timezone.localdate()
    shifts = [
        app.Shifts(shift_date=today + timedelta(days=day)) for day in range(-(-people // SEATS))
    ]
    if app is speedy:  # the published shift has no counter
        for day, shift in enumerate(shifts):
            shift.headcount = min(SEATS, people - day * SEATS)
    return shifts


def seat(employees):
    """Write the shifts and seats of these people by nothing but bulk_create(), three to a shift."""
    shifts = speedy.Shifts.objects.bulk_create(full_shifts(speedy, len(employees)))
    speedy.ShiftsEmployees.objects.bulk_create(
        speedy.ShiftsEmployees(employee=employee, shift=shifts[number // SEATS])
        for number, employee in enumerate(employees)
    )


def hire_some(hire, number):
    """Hire a few times; return the milliseconds that each took."""
    hire(**PERSON)  # opens the connection and warms it up, which is not what a hire costs
    return [milliseconds(lambda: hire(**PERSON)) for _ in range(number)]
