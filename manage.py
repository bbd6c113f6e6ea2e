#!/usr/bin/env python
"""Run Django's commands for the speedster project."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speedster.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"{error.name} is not installed for {sys.executable}. Run `make setup`, "
            "then use .venv/bin/python, or install requirements.txt into your own environment."
        ) from error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
