"""Bring the database to where a learner can start: migrated, and with the roster if it is empty.

The specimen has no migrations, because its tables never change: `run_syncdb` makes them.
See https://docs.djangoproject.com/en/5.2/ref/django-admin/#migrate
"""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from speedy.models import Employees


class Command(BaseCommand):
    help = "Migrate the database and, when it has no employees, import the sample roster."

    def handle(self, **options):
        call_command("migrate", run_syncdb=True, verbosity=0)
        if not Employees.objects.exists():
            call_command("import_employees", settings.BASE_DIR / "data" / "employees.csv")
