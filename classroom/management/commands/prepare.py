"""Bring everything to where a learner can start: copies to work in, and a database with people.

It is migrated, and the roster is loaded if it is empty.

The specimen has no migrations, because its tables never change: `run_syncdb` makes them.
See https://docs.djangoproject.com/en/5.2/ref/django-admin/#migrate
"""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from classroom.publishing.desk import DESK, lay_out
from classroom.running.scratch import alone
from speedy.models import Employees


class Command(BaseCommand):
    help = (
        "Lay out the notebooks to work in, migrate the database and, when it has no employees, "
        "import the sample roster."
    )

    def handle(self, **options):
        # Two at once would make each table twice, and one of them would call the database damaged.
        with alone(settings.BASE_DIR / ".preparing", "prepares this project"):
            self.prepare()

    def prepare(self):
        try:
            for said in lay_out(settings.BASE_DIR):
                self.stdout.write(said)
        except OSError as error:
            self.stderr.write(f"{DESK}/ expected to be a folder that can be written, but: {error}")
        call_command("migrate", run_syncdb=True, verbosity=0)
        if not Employees.objects.exists():
            call_command("import_employees", settings.BASE_DIR / "data" / "employees.csv")
