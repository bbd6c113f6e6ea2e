"""Print what a hire costs, and how far that is from what it should: ratios within one run.

See https://docs.djangoproject.com/en/5.2/topics/performance/#performance-benchmarking
"""

import json
from argparse import ArgumentTypeError

import pandas as pd
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from classroom.experiments.measuring import (
    BATCH,
    FLOOR,
    MOST,
    PUBLISHED,
    SIZES,
    batch_costs,
    cost_of_watching,
    deliverers_costs,
    hire_costs,
    page_costs,
    panel_costs,
    statements_a_hire,
    times_the_direct_call,
    times_the_first,
)
from classroom.publishing.belongings import Folder
from classroom.running.postgres import PostgresUnavailable
from classroom.running.servers import VENDORS, database_of
from classroom.scenes.database import in_private_database
from speedy.wirings import WIRINGS

# PostgreSQL has to be told to lock the rota, which SQLite does as a transaction begins.
STATEMENTS = {"sqlite": 7, "postgresql": 8}
# What a hire may be of a published one on the largest rota: a 12th, or an 8th.
PARTS = {"sqlite": 12, "postgresql": 8}


def people(text, least=0):
    """Read a number of people, shifts or rounds; argparse tells what is wrong with it."""
    number = int(text) if text.isdecimal() else -1
    if not least <= number <= MOST:
        raise ArgumentTypeError(f"expected {least} to {MOST}, came {text}")
    return number


def at_least_one(text):
    return people(text, least=1)


class Command(BaseCommand):
    help = "Measure hires on growing rotas: every design side by side, on SQLite and PostgreSQL."

    def add_arguments(self, parser):
        parser.add_argument("--sizes", nargs="+", type=people, default=SIZES, metavar="PEOPLE")
        parser.add_argument(
            "--rounds", type=at_least_one, default=20, help="nine hires each (default 20)"
        )
        parser.add_argument("--shifts", type=people, default=10_000, help="for the board's page")
        parser.add_argument("--batch", type=at_least_one, default=100_000, metavar="PEOPLE")
        parser.add_argument("--on", nargs="+", choices=VENDORS, default=VENDORS)

    def handle(self, on, **options):
        record = {}
        for name in on:
            try:
                with database_of(name):
                    tables = in_private_database(measure, options)
            except PostgresUnavailable as problem:
                self.stderr.write(f"Without {name}. {problem}")
                continue
            for title, table in tables.items():
                text = table.to_string(float_format="{:,.2f}".format)
                self.stdout.write(f"\n{name}: {title}\n{text}\n")
            record[name] = {title: json.loads(it.to_json()) for title, it in tables.items()}
        watching = record["inside a trace"] = cost_of_watching(hires=15 * options["rounds"])
        self.stdout.write(f"\nInside a trace, hires take {watching:.2f} times as long.")
        panel = panel_costs(max(1, options["rounds"] // 3))
        record["in the Debug Toolbar"] = json.loads(panel.to_json())
        self.stdout.write(f"\n{panel.to_string(float_format='{:,.2f}'.format)}\n")
        folder = Folder(settings.BASE_DIR / "build")
        folder.lay("bench.json", json.dumps(record, indent=1).encode())
        for said in ["Written to build/bench.json.", *folder.told()]:
            self.stdout.write(said)


def measure(options):
    """Measure everything on the database that is there; return the tables by title."""
    costs = hire_costs(options["sizes"], options["rounds"], also=(FLOOR, BATCH))
    statements = statements_a_hire()
    batch = pd.Series(batch_costs(options["batch"]))
    deliverers = deliverers_costs()
    return {
        "milliseconds a hire": costs,
        "times the smallest rota": times_the_first(costs),
        "times the direct call": times_the_direct_call(costs),
        "SQL statements a hire, BEGIN and COMMIT included": statements,
        f"pages at {options['shifts']:,} shifts": page_costs(options["shifts"]),
        f"assign_many() of {options['batch']:,} people": batch.to_frame(""),
        "deliverers of the outbox": deliverers,
        "goals": goals(costs, statements, batch, deliverers),
    }


def goals(costs, statements, batch, deliverers):
    """Hold the figures of a run against what they should be.

    Returns a DataFrame, a row a goal, with the columns `goal`, `measured` and `holds` (yes or no).
    """
    ours = costs[[*WIRINGS]]
    published = costs[PUBLISHED]
    largest, smallest = costs.index.max(), costs.index.min()
    rows = [
        (
            f"a hire at {largest:,} people costs at most 1.2 times one at {smallest:,}",
            (ours.loc[largest] / ours.loc[smallest]).max(),
            1.2,
        ),
        (
            f"and at {largest:,} people at most a {PARTS[connection.vendor]}th of a published one",
            ours.loc[largest].max() / published.loc[largest],
            1 / PARTS[connection.vendor],
        ),
        (
            "each wiring costs at most 1.2 times the direct call (median of the sizes)",
            times_the_direct_call(costs)[[*WIRINGS]].median().max(),
            1.2,
        ),
        (
            f"a hire that finds room takes at most {STATEMENTS[connection.vendor]} statements",
            statements.loc[[*WIRINGS], "finds room"].max(),
            STATEMENTS[connection.vendor],
        ),
        ("assign_many() takes at most twice a bare bulk_create()", batch["times the bare one"], 2),
        ("and less than 500 MB", batch["peak, MB"], 500),
        (
            "two deliverers of the outbox take at most 0.6 times as long as one",
            1 / deliverers.loc[2, "times as fast"],
            0.6,
        ),
    ]
    table = pd.DataFrame(rows, columns=["goal", "measured", "at most"])
    table["holds"] = ["yes" if measured <= bound else "NO" for _, measured, bound in rows]
    return table.set_index("goal")
