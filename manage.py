#!/usr/bin/env python
"""Run Django's commands for the speedster project."""

import os
import sys
from pathlib import Path
from traceback import extract_tb


def main():
    if not os.environ.get("DJANGO_SETTINGS_MODULE", "").strip():  # empty is not set
        os.environ["DJANGO_SETTINGS_MODULE"] = "speedster.settings"
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"{error.name} is not installed for {sys.executable}. Run `make setup`, "
            "then use .venv/bin/python, or install requirements.txt into your own environment."
        ) from error
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from classroom.running.refusals import refusal

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        raise SystemExit(f"{error}\n`make doctor` looks at the rest of the set-up.") from error
    except (OSError, DatabaseError) as error:
        if "--traceback" in sys.argv or not (said := refusal(error)):
            raise
        raise SystemExit(said) from error
    except (ModuleNotFoundError, TypeError) as error:
        module = os.environ["DJANGO_SETTINGS_MODULE"]
        relative = module.startswith(".") and "relative import" in str(error)
        name = module if relative else getattr(error, "name", None)
        if name and "backends" in Path(extract_tb(error.__traceback__)[-1].filename).parts:
            raise SystemExit(
                f"DATABASE_URL names a database whose driver, {name}, is not installed for "
                f"{sys.executable}: install it, or name another database."
            ) from error
        if not (name and f"{module}.".startswith(f"{name}.")):
            raise
        raise SystemExit(
            f"Expected settings that are in this project, and there is no {name} for "
            f"{module}. It was named by --settings or DJANGO_SETTINGS_MODULE: leave the one out, "
            "`unset` the other, or name speedster.settings."
        ) from error


if __name__ == "__main__":
    main()
