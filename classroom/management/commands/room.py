"""Print who is where in a workshop, and on which exercise the room is stuck.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

import time
from argparse import ArgumentTypeError
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from classroom.exercises.attendance import NobodyYet, read_room
from classroom.exercises.watching import LEGEND, hints_asked, questions_table, told, who_is_where

CLEAR = "\033[2J\033[H"  # a terminal's own sign: empty the screen
HARDEST = 5  # questions that a terminal has room for


def seconds(text):
    """Read how long to wait between two looks; argparse tells what is wrong with it."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 86_400:
        raise ArgumentTypeError(f"expected 0 to 86400 seconds, came {text}")
    return number


class Command(BaseCommand):
    help = "Read the progress files of many learners; print who is where, and what is hard."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "folder",
            type=Path,
            nargs="?",
            default=settings.BASE_DIR / "desks",
            help="holds ada.sqlite3, grace.sqlite3: copies of progress.sqlite3; without it the "
            "desks of `make room`",
        )
        parser.add_argument("--watch", action="store_true", help="look again and again")
        parser.add_argument("--every", type=seconds, default=5, help="seconds between two looks")

    def handle(self, *, folder, watch, every, **options):
        try:
            while watch:
                self.look(folder, watching=True)
                time.sleep(every)
            self.look(folder)
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("")

    def look(self, folder, watching=False):
        try:
            learners, unreadable = read_room(folder)
        except NobodyYet:
            if not watching:
                raise
            learners, unreadable = [], {}
        if watching:
            self.stdout.write(CLEAR, ending="")
        if learners and watching:  # what matters most stands last, where a terminal ends
            self.stdout.write("The hardest questions, by right first answers:")
            self.stdout.write(f"{questions_table(learners, HARDEST)!r}\n\n")
        if learners:
            self.stdout.write(repr(who_is_where(learners)))
            self.stdout.write(LEGEND)
            for sentence in [*told(learners), *hints_asked(learners)]:
                self.stdout.write(fill(sentence, get_terminal_size().columns))
        for file, why in unreadable.items():
            self.stderr.write(f"{file} cannot be read ({why}); it is left as it is.")
        if not learners and not watching:
            raise CommandError("None of the files can be read.")
        if not learners and not unreadable:
            self.stdout.write("Nobody has begun.")
