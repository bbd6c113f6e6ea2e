"""Write the exercise notebooks with their solutions in, run.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management import BaseCommand
from tqdm import tqdm

from classroom.publishing.belongings import Folder
from classroom.publishing.exercise_texts import exercise_sources
from classroom.publishing.presenting import SOLUTIONS, solve_exercises


class Command(BaseCommand):
    help = "Write the exercise notebooks with their solutions in, run, into solutions/."
    requires_system_checks = []

    def handle(self, **options):
        folder = Folder(SOLUTIONS)
        bar = tqdm(
            solve_exercises(folder),
            total=len(exercise_sources(solved=True)),
            unit="notebook",
            disable=None,
        )
        written = list(bar)
        first = f"{len(written)} solved notebooks are in {SOLUTIONS.name}/."
        for said in [first, *folder.told()]:
            self.stdout.write(said)
