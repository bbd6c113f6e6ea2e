"""Make the kernel `django_extensions` known to Jupyter and to editors; again is harmless.

See https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
"""

import sys
from importlib import import_module

from django.core.management.base import BaseCommand, CommandError

from classroom.running import homes, kernel
from classroom.running.refusals import not_installed


class Command(BaseCommand):
    help = f"Install the Jupyter kernel {kernel.DISPLAY_NAME!r} into this Python environment."
    requires_system_checks = []  # it runs before there is a database

    def handle(self, **options):
        try:
            path = kernel.install()
            # Its first import writes a font cache, and in a lesson would print a line about it.
            with homes.writable():
                import_module("matplotlib.font_manager")
        except ModuleNotFoundError as error:
            raise CommandError(not_installed(error.name)) from error
        except OSError as error:
            raise CommandError(
                f"{sys.prefix} should be writable, but: {error}. "
                "Use a virtual environment of your own: `make setup` makes one."
            ) from error
        self.stdout.write(f"Kernel {kernel.NAME} ({kernel.DISPLAY_NAME}) is at {path.parent}")
