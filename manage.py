#!/usr/bin/env python
"""Run Django's commands for the speedster project."""

import sys
from pathlib import Path
from traceback import extract_tb


def main():
    try:
        from django.core.management import execute_from_command_line

        from speedster import environment
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"{error.name} is not installed for {sys.executable}. Run `make setup`, "
            "then use .venv/bin/python, or install requirements.txt into your own environment."
        ) from error
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from classroom.running.refusals import refusal

    try:
        environment.choose_settings(sys.argv)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        raise SystemExit(f"{error}\n`make doctor` looks at the rest of the set-up.") from error
    except (OSError, DatabaseError) as error:
        if "--traceback" in sys.argv or not (said := refusal(error)):
            raise
        raise SystemExit(said) from error
    except ModuleNotFoundError as error:
        if "backends" not in Path(extract_tb(error.__traceback__)[-1].filename).parts:
            raise
        raise SystemExit(
            f"DATABASE_URL names a database whose driver, {error.name}, is not installed for "
            f"{sys.executable}: install it, or name another database."
        ) from error


if __name__ == "__main__":
    main()
