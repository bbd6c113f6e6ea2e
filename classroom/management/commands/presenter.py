"""Write the notebooks without their outputs, to be run before an audience.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management import BaseCommand, CommandError

from classroom.publishing.belongings import Folder
from classroom.publishing.presenting import PRESENTER, clear_lessons


class Command(BaseCommand):
    help = "Write every notebook without its outputs into presenter/."
    requires_system_checks = []

    def handle(self, **options):
        folder = Folder(PRESENTER)
        try:
            written = list(clear_lessons(folder))
        except ValueError as error:
            raise CommandError(error) from error
        first = f"{len(written)} notebooks without outputs are in {PRESENTER.name}/."
        for said in [f"{first} Open them in `make lab`.", *folder.told()]:
            self.stdout.write(said)
