"""`manage.py what_fires`: what fires when, for a model; with --check a test for CI.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from whatfires import Firings, accepting, what_fires
from whatfires.accepting import accept, accepted
from whatfires.firings import ELSEWHERE, FIRED, HOOKS, UNKNOWN, starred, times
from whatfires.lookup import NotFound, model_named
from whatfires.rendering import for_any_terminal, hung
from whatfires.throw_away import NoThrowAwayDatabase

SETTING = "WHATFIRES_CHECK"
MARGINS = " " * 4, " " * 6  # of the first line below an operation, and of those that go on
SKIPPED, MISUSED = 1, 2  # the exit codes: somebody is skipped; it could not be judged


class Command(BaseCommand):
    help = (
        "Run the operations of the ORM on made-up rows of a model, in a database of their own, and "
        f"tell what fires and whom each skips. --check runs what {SETTING} declares, "
        '{"shop.Order": ["bulk_create"]}, and exits with 1 if one skips a receiver or an override '
        f"that {accepting.SETTING} does not name, with 2 if that could not be judged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", nargs="?", metavar="app.Model")
        parser.add_argument(
            "operations", nargs="*", help="names, or parts of them, such as bulk_create"
        )
        parser.add_argument("--json", action="store_true", help="write JSON, a row an operation")
        parser.add_argument("--check", action="store_true", help=f"run what {SETTING} declares")

    def handle(self, **options: Any) -> None:
        model, operations = options["model"], options["operations"]
        if not (model or options["check"]):
            raise CommandError("Name a model, app.Model, or pass --check.", returncode=MISUSED)
        if options["check"] and operations:
            raise CommandError(
                f"--check takes its operations from {SETTING}; leave {', '.join(operations)} out.",
                returncode=MISUSED,
            )
        wanted = declared(model) if options["check"] else {model: operations}
        try:
            entries = list(accepted(model)) if options["check"] else []
            with redirect_stdout(sys.stderr):  # what a receiver prints is no part of the answer
                found = {name: what_fires(model_named(name), *it) for name, it in wanted.items()}
        except (NotFound, TypeError, ValueError, NoThrowAwayDatabase) as error:
            raise CommandError(str(error), returncode=MISUSED) from error
        rows = [told(name, row) for name, fires in found.items() for row in fires]
        stale = accept(rows, entries) if options["check"] else []
        for_any_terminal(self.stdout, "backslashreplace" if options["json"] else "replace")
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False))
        else:
            say = verdict if options["check"] else described
            self.stdout.write("\n".join(line for row in rows for line in say(row)))
        if not (options["json"] or options["check"]):
            self.stdout.write(f"\n{legend(found[model])}")
        for label, operation, path in stale:
            self.stderr.write(
                f"{accepting.SETTING}[{label!r}][{operation!r}]: {path} is accepted, but nothing "
                f"that {SETTING} declares skips it. Take it out."
            )
        if options["check"] and not all(map(passes, rows)):
            sys.exit(SKIPPED if any(map(skips, rows)) else MISUSED)


def declared(model: str | None) -> dict[str, list[str]]:
    """Return what the settings declare, {label: operations}; of one model, if it is named."""
    setting = getattr(settings, SETTING, None)
    form = f'{SETTING} = {{"shop.Order": ["bulk_create", "queryset.update"]}}'
    if not setting or not isinstance(setting, dict):
        came = "nothing" if setting is None else repr(setting)
        raise CommandError(
            f"--check reads a setting, {form}: the operations that the project uses. Came {came}.",
            returncode=MISUSED,
        )
    for label, operations in setting.items():
        listed = isinstance(operations, list | tuple | set) and operations
        if not listed or not accepting.are_texts(label, *operations):
            raise CommandError(
                f"{SETTING}[{label!r}]: expected a model's label and a list of operations, as in "
                f"{form}; came {operations!r}.",
                returncode=MISUSED,
            )
    if model is None:
        return setting
    kept = {label: it for label, it in setting.items() if label.lower() == model.lower()}
    if not kept:
        raise CommandError(
            f"{SETTING} declares nothing of {model}; it declares {', '.join(setting)}.",
            returncode=MISUSED,
        )
    return kept


def told(model: str, row: dict[str, Any]) -> dict[str, Any]:
    """Write a row as JSON has it.

    `fired` and `elsewhere` are {hook: how often}, by this class and by another alone.
    """
    return {
        "model": model,
        "group": row["group"],
        "operation": row["operation"],
        "ran": row[HOOKS[0]] != UNKNOWN,
        "fired": times(row, FIRED),
        "elsewhere": times(row, ELSEWHERE),
        "skips": row["skips"],
        "passed": row["passed"],
        "surprise": row["surprise"],
    }


def described(row: dict[str, Any]) -> Iterator[str]:
    """Describe an operation in lines that fit."""
    yield starred(row)
    if not row["ran"]:
        yield hung(row["passed"], *MARGINS)
        return
    fired = [f"{hook} x{it}" if it > 1 else hook for hook, it in row["fired"].items()]
    fired += [f"{hook} of another class" for hook in row["elsewhere"]]
    yield hung(f"fires {', '.join(fired) or 'nothing'}", *MARGINS)
    if row["skips"]:
        names = ", ".join(f"{it['what']} ({it['hook']})" for it in row["skips"])
        yield hung(f"skips {names}", *MARGINS)


def skips(row: dict[str, Any]) -> bool:
    """Tell whether an operation that is checked skips what is not accepted."""
    return not all(it["accepted"] for it in row["skips"])


def passes(row: dict[str, Any]) -> bool:
    """Tell whether an operation that is checked ran, and skips only what is accepted."""
    return row["ran"] and not skips(row)


def verdict(row: dict[str, Any]) -> Iterator[str]:
    """Say of an operation that is checked whom it skips."""
    name = f"{row['model']}: {row['operation']}"
    if not row["ran"]:
        yield f"✗ {name} could not be checked"
        yield hung(row["passed"], *MARGINS)
    elif not row["skips"]:
        yield f"✓ {name} skips nobody"
    else:
        yield f"✓ {name} skips only what is accepted" if passes(row) else f"✗ {name} skips"
        for it in row["skips"]:
            told = f"{it['hook']}: {it['path']} at {it['where']}"
            yield hung(told + (" (accepted)" if it["accepted"] else ""), *MARGINS)


def legend(fires: Firings) -> str:
    stars = [row for row in fires if row["surprise"]]
    told = sum(bool(row["concerns"]) for row in stars)
    words = f"; ★ a surprise: what_fires(...).surprises() tells {told} of {len(stars)}"
    return f"operations: {len(fires)}{words if stars else ''}"
