"""Print what a hire costs as the rota grows, beside the published design.

See https://docs.djangoproject.com/en/5.2/topics/performance/#performance-benchmarking
"""

from django.conf import settings
from django.core.management.base import BaseCommand

from classroom.measuring import SIZES, hire_costs


class Command(BaseCommand):
    help = "Measure hires on growing rotas, side by side with the published design."

    def add_arguments(self, parser):
        parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, metavar="PEOPLE")
        parser.add_argument("--rounds", type=int, default=20, help="five hires each (default 20)")

    def handle(self, sizes, rounds, **options):
        table = hire_costs(sizes, rounds)
        self.stdout.write(table.to_string(float_format="{:.2f}".format))
        file = settings.BASE_DIR / "build" / "bench.json"
        file.parent.mkdir(exist_ok=True)
        table.reset_index().to_json(file, orient="records", indent=1)
        self.stdout.write(f"Written to {file.relative_to(settings.BASE_DIR)}.")
