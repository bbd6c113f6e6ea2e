"""A notebook that makes a database of its own asks no other: not the project's, by mistake.

A lesson begins with `fresh_database()`. A cell that is run without it would read and write the rows
of the project. The guard refuses that, and says what is missing. A notebook that never calls
`fresh_database()` is the user's own, and works on the project's database.
See https://docs.djangoproject.com/en/5.2/topics/db/instrumentation/
"""

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from django.db import connection

_kernel = SimpleNamespace(shell=None, has_own=False)


class NoDatabaseYet(RuntimeError):
    """A cell asked the project's database in a notebook that makes one of its own."""


def guard(shell):
    """Refuse what such a notebook asks, whenever it has no database of its own."""
    _kernel.shell = shell
    shell.events.register("pre_execute", stand_before)


def stand_before():
    """Watch the connection of the next cell: each may have another, as it may have its own task."""
    if not _kernel.has_own and refuse not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, refuse)


def stand():
    """Refuse from now on: the notebook has no database of its own."""
    _kernel.has_own = False
    if _kernel.shell:
        stand_before()


def lift():
    """Let cells ask the default connection: it is the notebook's own."""
    _kernel.has_own = True
    if refuse in connection.execute_wrappers:
        connection.execute_wrappers.remove(refuse)


def refuse(execute, sql, params, many, context):
    expect_own_database(sql[:60])
    return execute(sql, params, many, context)


def expect_own_database(what):
    """Raise NoDatabaseYet if `what` would reach the project's database by mistake."""
    if _kernel.shell and not _kernel.has_own and makes_its_own(place_of(_kernel.shell)):
        raise NoDatabaseYet(
            "Expected a database of this notebook's own. It has none yet, so this would have "
            f"reached the project's database: {what} ... Nothing was done. "
            "Run the cell with fresh_database(), then this cell again."
        )


def place_of(shell):
    """Return where Jupyter, or an editor, says that the notebook of this kernel lies."""
    return os.environ.get("JPY_SESSION_NAME") or shell.user_ns.get("__vsc_ipynb_file__") or ""


@cache
def makes_its_own(notebook):
    """Tell whether a notebook calls `fresh_database()` anywhere."""
    with suppress(OSError, ValueError):
        return "fresh_database(" in Path(notebook).read_text("utf-8")
    return False
