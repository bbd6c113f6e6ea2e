"""Run every notebook as Run All does, and say how long each took and which of its cells longest.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

import time

from django.core.management import BaseCommand, CommandError

from classroom.management.commands.build_notebooks import chosen
from classroom.publishing.timing import AT_ONCE, run_all


class Command(BaseCommand):
    help = "Run every lesson and exercise notebook in a fresh kernel, and print the seconds."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="the beginning of a name, such as 02; else all"
        )

    def handle(self, *, names, **options):
        began, runs = time.perf_counter(), []
        for run in run_all(chosen(names)):
            runs.append(run)
            seconds, label = max(run.cells, default=(0, "no cell"))
            self.stdout.write(
                f"{run.seconds:6.1f} s  {run.name}"
                f"  (kernel {run.start:.1f} s; most: {seconds:.1f} s, {label})"
            )
        self.stdout.write(
            f"{sum(run.seconds for run in runs):6.1f} s  all {len(runs)}; "
            f"{time.perf_counter() - began:.1f} s on the clock, {AT_ONCE} at a time"
        )
        if failed := [f"{run.name}: {run.error}" for run in runs if run.error]:
            raise CommandError("\n\n".join(failed))
