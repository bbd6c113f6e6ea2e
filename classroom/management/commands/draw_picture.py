"""Draw the moving picture of the README again, from a real run.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management.base import BaseCommand

from classroom.publishing.belongings import Folder
from classroom.publishing.picture import FILE, picture


class Command(BaseCommand):
    help = "Draw the picture of the README: a rota that fills, beside what each hire set off."

    def handle(self, **options):
        folder = Folder(FILE.parent, in_git=True)
        folder.lay(FILE.name, picture().encode())
        for said in [f"Drew {FILE.name}.", *folder.told()]:
            self.stdout.write(said)
