"""A notebook that makes a database of its own asks no other: not the project's, by mistake.

A lesson begins with `fresh_database()`. A cell that is run without it would read and write the rows
of the project. The guard refuses that, and says what is missing. A notebook that never calls
`fresh_database()` is the user's own, and works on the project's database.
See https://docs.djangoproject.com/en/5.2/topics/db/instrumentation/
"""

import json
import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from django.db import connection

from classroom.running.each_connection import each_connection, tell

CALL = re.compile(r"^[^#\n]*\bfresh_database\(", re.MULTILINE)

_kernel = SimpleNamespace(shell=None, has_own=False, project=None)
_known = {}  # what is known of a notebook that was renamed or removed since


class NoDatabaseYet(RuntimeError):
    """A cell asked the project's database in a notebook that makes one of its own."""


def guard(shell):
    """Refuse what such a notebook asks, whenever it has no database of its own."""
    _kernel.shell, _kernel.project = shell, connection.settings_dict["NAME"]
    makes_its_own(place_of(shell))
    tell(stand_before)
    stand()


def stand():
    """Refuse from now on: the notebook has no database of its own."""
    _kernel.has_own = False
    for it in each_connection() if _kernel.shell else ():
        stand_before(it)


def stand_before(connection):
    """Watch a connection: a thread has its own, and so may the task of a cell."""
    if not _kernel.has_own and refuse not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, refuse)


def lift():
    """Let cells ask the default connection: it is the notebook's own."""
    _kernel.has_own = True
    for it in each_connection():
        if refuse in it.execute_wrappers:
            it.execute_wrappers.remove(refuse)


def refuse(execute, sql, params, many, context):
    """Refuse what goes to the project; a tool's thread may have a database of its own meanwhile."""
    if context["connection"].settings_dict["NAME"] == _kernel.project:
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


def makes_its_own(notebook):
    """Tell whether a notebook calls `fresh_database()` anywhere, as it was saved last."""
    with suppress(OSError, ValueError):
        file = Path(notebook)
        if file.is_file():
            _known[notebook] = calls_it(file, file.stat().st_mtime_ns)
    return _known.get(notebook, False)


@cache
def calls_it(file, moment):
    """Tell whether a cell of code calls it; words and outputs may speak of it."""
    text = file.read_text("utf-8")
    if file.suffix == ".ipynb":
        with suppress(ValueError, LookupError, TypeError):
            codes = [it["source"] for it in json.loads(text)["cells"] if it["cell_type"] == "code"]
            return any(CALL.search("".join(it)) for it in codes)
    return bool(CALL.search(text))
