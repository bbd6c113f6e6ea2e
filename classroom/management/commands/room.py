"""Print who is where in a workshop, and on which exercise the room is stuck.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from classroom.exercises.attendance import read_room, room_table, stuck_on


class Command(BaseCommand):
    help = "Read the progress files of many learners; print who is where, and what is hard."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, help="holds ada.sqlite3, grace.sqlite3: copies of progress.sqlite3"
        )

    def handle(self, *, folder, **options):
        try:
            learners, unreadable = read_room(folder)
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        if learners:
            self.stdout.write(repr(room_table(learners)))
            self.stdout.write("✓ passed  ✗ tried  · not tried yet")
            self.stdout.write(advice(stuck_on(learners)))
        for file, why in unreadable.items():
            self.stderr.write(f"{file} cannot be read ({why}); it is left as it is.")
        if not learners:
            raise CommandError("None of the files can be read.")


def advice(stuck):
    if stuck is None:
        return "Nobody is stuck: whatever was tried was passed."
    return (
        f"Stuck on {stuck.task.id} {stuck.task.title}: {', '.join(stuck.people)} "
        f"({stuck.attempts} attempts, {stuck.hints} hints so far)."
    )
