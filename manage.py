#!/usr/bin/env python
"""Run Django's commands for the speedster project; with `-m MODULE`, the main() of a module of it.

`make` runs each command from here, so that what is broken is told in a sentence, whatever it is.
"""

import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from traceback import extract_tb

ROOT = Path(__file__).resolve().parent


def main():
    if str(ROOT) not in sys.path:  # where PYTHONSAFEPATH is set
        sys.path.insert(0, str(ROOT))
    prepare_streams()
    try:
        try:
            run()
        finally:
            finish_output()
    except BrokenPipeError:  # `| head` has read enough
        sys.exit(1)
    except Exception as error:
        if "--traceback" in sys.argv or not (said := sentence(error)):
            raise
        raise SystemExit(said) from error
    except KeyboardInterrupt:
        print("Interrupted. It can be run again.", file=sys.stderr)
        sys.exit(130)  # as a shell has it of what Ctrl-C ended


def finish_output():
    """Write what waits to be written; say that the command is done where that cannot be.

    An error of the command itself goes on: it says more.
    """
    is_done = sys.exc_info()[0] in (None, SystemExit)
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python tries once more
        if not is_done:
            return
        if isinstance(error, BrokenPipeError):
            raise
        raise SystemExit(
            f"What was printed could not be written where it goes: {error}. The command did its "
            "work, or said why not."
        ) from error


def prepare_streams():
    """Let output be taken by whatever is there: a terminal without our signs, or nothing (`2>&-`).

    Without it, the next file or connection that is opened would be taken for such a stream.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: its own
            os.set_inheritable(handle, True)
            setattr(sys, name, os.fdopen(handle, mode))
        elif mode == "w" and hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(errors="replace")


def run():
    if of_a_module():
        sys.exit(import_module(sys.argv[2]).main(sys.argv[3:]))
    from django.core.management import execute_from_command_line

    from speedster import environment

    environment.choose_settings(sys.argv)
    execute_from_command_line(sys.argv)


def of_a_module():
    return sys.argv[1:2] == ["-m"] and len(sys.argv) > 2


def sentence(error):
    """Return what to say of an error that comes of the set-up, not of a fault; None for another."""
    frames = extract_tb(error.__traceback__)
    unread = frames[-1].filename.startswith("<frozen importlib")  # a module's file
    missing = isinstance(error, ModuleNotFoundError) and f"{error.name}".split(".")[0]
    if missing and not any((ROOT / it).exists() for it in (missing, f"{missing}.py")):
        if "backends" in Path(frames[-1].filename).parts:
            return (
                f"DATABASE_URL names a database whose driver, {error.name}, is not installed for "
                f"{sys.executable}: install it, or name another database."
            )
        with suppress(Exception):
            from classroom.running.refusals import not_installed

            return not_installed(error.name)
    with suppress(Exception):  # what is broken may be one of these
        from django.core.exceptions import ImproperlyConfigured
        from django.db import DatabaseError

        from classroom.running.refusals import of_its_own, refusal, refused_row

        if isinstance(error, ImproperlyConfigured):
            return f"{error}\n`make doctor` looks at the rest of the set-up."
        if of_its_own(error):
            return refused_row(error)
        if isinstance(error, (OSError, DatabaseError)) and not unread:
            return refusal(error)
    if not isinstance(error, (ImportError, SyntaxError)) and not (
        unread or any(map(loads, frames))
    ):
        return None
    came = f"{type(error).__name__}: {error}. "
    more = "" if of_a_module() else " --traceback shows the whole of it."
    if package := package_of(frames[-1].filename):
        return (
            f"Expected {package} to load; came {came}Correct the variable of the environment that "
            f"this names, or run `make -B setup`.{more}"
        )
    cure = "`make doctor` names the cure."
    if isinstance(error, EOFError):  # of a file in __pycache__
        cure = "`make clean` removes what Python keeps of each module: one file was cut short."
    return f"Expected a project that can be loaded; came {came}{cure}{more}"


def loads(frame):
    return frame.name == "<module>" and Path(frame.filename).is_file()


def package_of(file):
    """Name the package that is installed with this file in it; "" for a file of the project."""
    _, installed, place = Path(file).as_posix().partition("/site-packages/")
    return installed and place.split("/")[0]


if __name__ == "__main__":
    main()
