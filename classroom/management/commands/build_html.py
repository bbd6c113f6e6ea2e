"""Write the course as a web site: its notebooks with the outputs that are committed.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from classroom.publishing.site.building import FOLDER, build
from classroom.publishing.site.course import SiteError


class Command(BaseCommand):
    help = "Write the lessons and exercises as a web site, with the outputs that are committed."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", type=Path, default=FOLDER, help="where to; else build/html"
        )

    def handle(self, *, folder, **options):
        try:
            pages = build(folder)
        except SiteError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(pages)} pages, from {folder / 'index.html'} on. Open that file.")
