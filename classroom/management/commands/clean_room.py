"""Begin again from a clean room, with nothing lost: what was there is moved aside, after asking.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from classroom.publishing.belongings import KEPT, move_aside
from classroom.publishing.cleaning import in_use, names, of_the_learner, remember_as_new, restore
from classroom.publishing.notebooks import sources

NOTHING_DONE = "Nothing was moved."


class Command(BaseCommand):
    help = "Move databases, progress, log and changed notebooks into kept/, and start clean."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--noinput", action="store_false", dest="ask", help="do not ask")

    def handle(self, *, ask, **options):
        root = settings.BASE_DIR
        if not sources(root / "notebooks"):
            raise CommandError(
                f"{NOTHING_DONE} notebooks/source/ expected to hold the texts of the course, from "
                "which notebooks come back, and it holds none: git restore notebooks, or download "
                "the project again."
            )
        found = of_the_learner(root)
        if found:
            self.move(found, root, ask)
        else:
            self.stdout.write("The room is clean: there is nothing to move.")
        # Also then: an earlier reset may have been ended before it came to this.
        restore(root)
        call_command("prepare", stdout=self.stdout)
        connections.close_all()  # what SQLite keeps beside a database goes into it
        remember_as_new(root)
        self.stdout.write("The notebooks are as they came, and the database is new.")

    def move(self, found, root, ask):
        self.stdout.write("\n".join(["To be moved aside:", *names(found, root)]))
        if ask:
            self.agree()
        connections.close_all()
        if used := in_use(found):
            raise CommandError(
                f"{NOTHING_DONE} {' and '.join(names(used, root))} is open in a notebook, a server "
                "or another command. Close that (in Jupyter: Kernel, Shut Down Kernel), and try "
                "again."
            )
        kept = move_aside(found, root)
        self.stdout.write(
            f"{'It is' if len(found) == 1 else 'They are'} kept in {KEPT}/{kept.name}/."
        )

    def agree(self):
        """Ask; raise CommandError for anything but a yes."""
        try:
            answer = input(f"Close Jupyter and the server first. Move them into {KEPT}/? [y/N] ")
        except EOFError:
            raise CommandError(
                f"{NOTHING_DONE} Nobody is there to answer: add --noinput."
            ) from None
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError(NOTHING_DONE)
