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
from functools import cache, lru_cache
from pathlib import Path
from stat import S_ISREG
from types import SimpleNamespace

from django.db import connection

from classroom.running.each_connection import each_connection, tell

NEAR = ("*.ipynb", "*/*.ipynb", "../*.ipynb", "../*/*.ipynb")  # where a course lies
LARGEST = 32 * 2**20  # bytes of a notebook that is read
CALL = re.compile(r"^[^#\n]*\bfresh_database\(", re.MULTILINE)

_kernel = SimpleNamespace(shell=None, has_own=False, project=None, cell=None)
_known = {}  # what is known of a notebook that was renamed or removed since


class NoDatabaseYet(RuntimeError):
    """A cell asked the project's database in a notebook that makes one of its own."""


class KernelOfAnother(RuntimeError):
    """A cell asked for a fresh database in a kernel that works for another notebook."""


def guard(shell):
    """Refuse what such a notebook asks, whenever it has no database of its own."""
    shell.events.register("pre_run_cell", lambda info: setattr(_kernel, "cell", info.cell_id))
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
    if _kernel.shell and not _kernel.has_own and makes_its_own(notebook_of_the_cell()):
        raise NoDatabaseYet(
            "Expected a database of this notebook's own. It has none yet, so this would have "
            f"reached the project's database: {what} ... Nothing was done. "
            "Run the cell with fresh_database(), then this cell again."
        )


def expect_own_kernel():
    """Raise KernelOfAnother if the cell that runs stands in another notebook than the kernel's."""
    own, other = place_of(_kernel.shell) if _kernel.shell else "", notebook_of_the_cell()
    if other != own:
        raise KernelOfAnother(
            f"This kernel works for {Path(own).name}, and this cell stands in {Path(other).name}: "
            "both would have one database, which fresh_database() empties. Nothing was done. "
            f"Give {Path(other).name} a kernel of its own: Kernel, Change Kernel, and there the "
            "name of the kernel under Start Kernel."
        )


def notebook_of_the_cell():
    """Return where the notebook lies in which the cell stands: the kernel's, unless known better.

    An editor can attach a notebook to the kernel of another one. The cell has an id, which is in
    the file of its notebook once that was saved; a new cell is in none. A copy has the same ids.
    See https://nbformat.readthedocs.io/en/latest/format_description.html#cell-ids
    """
    own, cell = place_of(_kernel.shell) if _kernel.shell else "", _kernel.cell
    ours = cells_of(own) if own and isinstance(cell, str) else None
    if ours is None or cell in ours:
        return own
    others = ((str(it), cells_of(it) or ()) for it in notebooks_near(Path(own).parent))
    return next((it for it, cells in others if cell in cells and ours.isdisjoint(cells)), own)


def notebooks_near(folder):
    with suppress(OSError):  # a folder may go meanwhile
        for pattern in NEAR:
            yield from (it for it in folder.glob(pattern) if not it.parent.name.startswith("."))


def cells_of(notebook):
    """Return the ids of the cells of a notebook, as it was saved last; None of what is none."""
    with suppress(OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        told = Path(notebook).stat()
        if S_ISREG(told.st_mode) and told.st_size <= LARGEST:
            return ids_in(str(notebook), told.st_mtime_ns)
    return None


@lru_cache(maxsize=256)
def ids_in(notebook, moment):
    """The same, of a file; raises ValueError or TypeError where it is no notebook."""
    cells = json.loads(Path(notebook).read_bytes())["cells"]
    return frozenset(it["id"] for it in cells if isinstance(it.get("id"), str))


def place_of(shell):
    """Return where Jupyter, or an editor, says that the notebook of this kernel lies."""
    return os.environ.get("JPY_SESSION_NAME") or str(shell.user_ns.get("__vsc_ipynb_file__") or "")


def makes_its_own(notebook):
    """Tell whether a notebook calls `fresh_database()` anywhere, as it was saved last."""
    with suppress(OSError, ValueError):
        told = (file := Path(notebook)).stat()
        if S_ISREG(told.st_mode) and told.st_size <= LARGEST:
            _known[notebook] = calls_it(file, told.st_mtime_ns)
    return _known.get(notebook, False)


@cache
def calls_it(file, moment):
    """Tell whether a cell of code calls it; words and outputs may speak of it."""
    text = file.read_text("utf-8")
    if file.suffix == ".ipynb":
        with suppress(ValueError, LookupError, TypeError, RecursionError):
            codes = [it["source"] for it in json.loads(text)["cells"] if it["cell_type"] == "code"]
            return any(CALL.search("".join(it)) for it in codes)
    return bool(CALL.search(text))
