"""Draw the moving picture of the README again, from a real run.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management.base import BaseCommand

from classroom.publishing.picture import FILE, picture


class Command(BaseCommand):
    help = "Draw the picture of the README: a rota that fills, beside what each hire set off."

    def handle(self, **options):
        FILE.write_text(picture(), encoding="utf-8")
        self.stdout.write(f"Drew {FILE.name}.")
