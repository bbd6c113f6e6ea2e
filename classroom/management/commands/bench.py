"""Print what a hire costs as the rota grows, in each wiring and in the published design.

See https://docs.djangoproject.com/en/5.2/topics/performance/#performance-benchmarking
"""

import json

from django.conf import settings
from django.core.management.base import BaseCommand

from classroom.measuring import (
    SIZES,
    cost_of_watching,
    hire_costs,
    times_the_direct_call,
    times_the_first,
)


class Command(BaseCommand):
    help = "Measure hires on growing rotas: four wirings, side by side with the published design."

    def add_arguments(self, parser):
        parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, metavar="PEOPLE")
        parser.add_argument("--rounds", type=int, default=20, help="three hires each (default 20)")

    def handle(self, sizes, rounds, **options):
        costs = hire_costs(sizes, rounds)
        tables = {
            "milliseconds a hire": costs,
            "times the smallest rota": times_the_first(costs),
            "times the direct call": times_the_direct_call(costs),
        }
        for title, table in tables.items():
            self.stdout.write(f"{title}\n{table.to_string(float_format='{:.2f}'.format)}\n")
        watching = cost_of_watching()
        self.stdout.write(f"inside a trace, hires take {watching:.2f} times as long")
        file = settings.BASE_DIR / "build" / "bench.json"
        file.parent.mkdir(exist_ok=True)
        record = {title: json.loads(table.to_json()) for title, table in tables.items()}
        file.write_text(json.dumps(record | {"inside a trace": watching}, indent=1))
        self.stdout.write(f"Written to {file.relative_to(settings.BASE_DIR)}.")
