"""Say how the tests of this project are run: Django's own runner reads all of it as tests.

See https://docs.djangoproject.com/en/5.2/ref/django-admin/#test
"""

from django.core.management import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Say how the tests of this project are run."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("labels", nargs="*")

    def handle(self, **options):
        raise CommandError(
            "The tests of this project are run by pytest: make test, or python -m pytest "
            "tests/speedy. Nothing was run."
        )
