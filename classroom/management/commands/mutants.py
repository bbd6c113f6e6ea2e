"""Judge wrong answers that a machine made of each exercise's solution, and print what came of them.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from collections import Counter

from django.core.management import BaseCommand, CommandError

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.mutants import tally

ROW = "{:<10}{:>9}{:>12}{:>12}{:>9}"


class Command(BaseCommand):
    help = "Judge mutants of each exercise's solution; none may pass but those that are right."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("ids", nargs="*", metavar="exercise", help="such as 02-1; all if none")

    def handle(self, *, ids, **options):
        for id in ids:
            if id not in all_tasks():
                raise CommandError(
                    f"No exercise is numbered {id!r}. There are: {', '.join(all_tasks())}."
                )
        self.stdout.write(ROW.format("exercise", "mutants", "found wrong", "equal ways", "passed"))
        total, faults, equal = Counter(), [], []
        for id in ids or all_tasks():
            came = tally(all_tasks()[id])
            figures = came.made, came.told_wrong, len(came.equal), len(came.accepted)
            total.update(dict(enumerate(figures)))
            self.stdout.write(ROW.format(id, *figures))
            faults += [f"{id} passed wrongly: {name}" for name in came.accepted]
            faults += [f"{id} the check failed: {name}" for name in came.defects]
            equal += [f"{id} {name}: {reason}" for name, reason in came.equal.items()]
        self.stdout.write(ROW.format("all", *(total[place] for place in range(4))))
        self.stdout.write("\nEqual ways, right as well, and why:")
        self.stdout.write("\n".join(f"  {it}" for it in equal))
        if faults:
            raise CommandError("\n".join(faults))
