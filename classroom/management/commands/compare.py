"""Print how the four wirings compare, in a terminal.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management.base import BaseCommand, CommandError

from classroom.experiments.comparing import side_by_side
from classroom.scenes.scenarios import SCENARIOS


class Command(BaseCommand):
    help = "Put the four wirings through the same scenario, and print how they compare."

    def add_arguments(self, parser):
        parser.add_argument(
            "scenario",
            nargs="?",
            default="one hire",
            help=f"one of: {', '.join(SCENARIOS)}; or all",
        )

    def handle(self, scenario, **options):
        for name in SCENARIOS if scenario == "all" else [scenario]:
            try:
                table = side_by_side(name)
            except ValueError as error:
                raise CommandError(str(error).partition(": ")[2]) from error
            self.stdout.write(f"{name}\n{table}\n")
