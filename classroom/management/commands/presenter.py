"""Write the notebooks without their outputs, to be run before an audience.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management import BaseCommand

from classroom.publishing.presenting import PRESENTER, clear_lessons


class Command(BaseCommand):
    help = "Write every notebook without its outputs into presenter/."
    requires_system_checks = []

    def handle(self, **options):
        written = list(clear_lessons())
        self.stdout.write(
            f"{len(written)} notebooks without outputs are in {PRESENTER.name}/; open them in "
            "`make lab`. What was in files of these names is replaced."
        )
