"""Draw the moving pictures of the README and of the site again, from real runs.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management.base import BaseCommand

from classroom.publishing.belongings import Folder
from classroom.publishing.picture import FILE, FIRST_PAGE, first_page, picture


class Command(BaseCommand):
    help = "Draw the moving pictures of the README and of the site's first page."

    def handle(self, **options):
        folder = Folder(FILE.parent, in_git=True)
        folder.lay(FILE.name, picture().encode())
        folder.lay(FIRST_PAGE.name, first_page().encode())
        for said in [f"Drew {FILE.name} and {FIRST_PAGE.name}.", *folder.told()]:
            self.stdout.write(said)
