"""`manage.py who_listens`: the receivers of a model, of a signal, or of all of them.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whatfires import who_listens
from whatfires.lookup import NotFound, model_or_signal
from whatfires.rendering import for_any_terminal


class Command(BaseCommand):
    help = "Show who is connected to signals: of a model, of a signal, or of all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="app.Model | signal")
        parser.add_argument("--json", action="store_true", help="write JSON, a row a receiver")

    def handle(self, *names: str, **options: Any) -> None:
        try:
            rows = who_listens(*map(model_or_signal, options["names"]))
        except (NotFound, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        for_any_terminal(self.stdout, "backslashreplace" if options["json"] else "replace")
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False))
            return
        signals = len({row["signal"] for row in rows})
        self.stdout.write(repr(rows))
        if rows:
            self.stdout.write(f"\nreceivers: {len(rows)}, signals: {signals}")
