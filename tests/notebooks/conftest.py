"""Run each notebook once for all tests about it: in one kernel, twice over where a test asks.

The notebooks run side by side, one for each processor, as soon as the first test asks. Those that
are run once, and are all made in one way, share a kernel, which forgets the names of each.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import pytest
from jupyter_core.utils import ensure_event_loop

from classroom.publishing import notebooks

FAR_AHEAD = 400 * 24 * 60 * 60  # seconds; another year, month and day of the week

# Django's own receivers do not count: they come with modules that a lesson imports.
LISTENERS = """
import gc as _gc, sys as _sys, weakref as _weakref
from django.dispatch import Signal as _Signal

def _listeners():
    _gc.collect()
    signals = {}
    for module in list(_sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if isinstance(value, _Signal) and module.__name__ != "__main__":
                signals.setdefault(id(value), (f"{module.__name__}.{name}", value))
    found = []
    for name, signal in signals.values():
        for _, receiver, *_ in signal.receivers:
            if isinstance(receiver, _weakref.ReferenceType):
                receiver = receiver()
            if receiver and not str(receiver.__module__).startswith("django."):
                who = getattr(receiver, "__qualname__", receiver)
                found.append(f"{name} reaches {receiver.__module__}.{who}")
    return sorted(found)
"""
OPEN_TRANSACTIONS = """
from django.db import connections as _connections

def _open_transactions():
    known = [one for one in _connections.all(initialized_only=True) if one.connection]
    return [one.alias for one in known if one.in_atomic_block or not one.autocommit]
"""
# The lesson's own calendar must be off first: clocks that are set one in another end in turn.
FORGET = """
_known = dict(globals())

def _forget():
    names = globals()
    for _name in [*names]:
        if not _name.startswith("_"):
            del names[_name]
    names.update(_known)
"""
GO_AHEAD = """
from classroom.scenes.database import leave_database as _leave_database
_leave_database()
import time_machine as _time_machine
_time_machine.travel({when!r}, tick=True).start()
"""


@dataclass
class Rehearsal:
    """What came of running one notebook in one kernel, once or twice."""

    first: list  # differences from the committed outputs, each a text
    again: list | None  # the same of a second run, on a day far ahead
    listeners_before: list
    listeners_after: list
    open_transactions: list
    failed_proof: str  # the line of the proof that failed, or ""


def rehearse(paths, twice, environment):
    """Run notebooks one after the other now and, if it is to be twice, once more far ahead."""
    folder = paths[0].parent
    with (
        closing(ensure_event_loop()),  # Jupyter opens one for each thread and closes none
        notebooks.open_kernel(folder, given=environment) as kernel,
    ):
        kernel.ask("None", after=LISTENERS + OPEN_TRANSACTIONS + FORGET)
        found = {path: run(kernel, path, twice) for path in paths}
        kernel.ask("None", after="import gc; gc.freeze()")  # Python would clear it all: 0.4 s
    return found


def run(kernel, path, twice):
    committed = notebooks.read(path)
    kernel.ask("_forget()")
    before = kernel.ask("_listeners()")
    first = differences(kernel, committed)
    after = kernel.ask("_listeners()")
    transactions = kernel.ask("_open_transactions()")
    failed_proof = kernel.prove(notebooks.proof_of(notebooks.source_of(path)))
    again = None
    if twice:
        kernel.ask("None", after=GO_AHEAD.format(when=time.time() + FAR_AHEAD))
        again = differences(kernel, committed)
    return Rehearsal(first, again, before, after, transactions, failed_proof)


def differences(kernel, committed):
    """Run a notebook; a cell that fails is a difference too, so that later runs are still tried."""
    try:
        return notebooks.compare(committed, kernel.run(notebooks.without_outputs(committed)))
    except notebooks.NotebookError as error:
        return [str(error)]


@pytest.fixture(scope="session")
def rehearsals(request):
    """Start a rehearsal of every notebook that a chosen test asks for; wait for none."""
    asked = {name: paths_of(request, name) for name in ("rehearsal", "two_rehearsals")}
    twice = asked["two_rehearsals"]
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())
    paths = sorted(asked["rehearsal"] | twice)
    alike = [it for it in paths if it.parent.name == "exercises" and it not in twice]
    kernels = [[path] for path in paths if path not in alike] + [alike] * bool(alike)
    environment = dict(os.environ)  # now: other tests change it while the rehearsals go on
    runs = [pool.submit(rehearse, it, it[0] in twice, environment) for it in kernels]
    yield {path: run for it, run in zip(kernels, runs, strict=True) for path in it}
    pool.shutdown(cancel_futures=True)


def paths_of(request, fixture):
    """The notebooks for which a chosen test asks for that fixture."""
    items = [item for item in request.session.items if fixture in item.fixturenames]
    return {item.callspec.params["path"] for item in items}


@pytest.fixture
def rehearsal(rehearsals, path):
    return rehearsals[path].result()[path]


@pytest.fixture
def two_rehearsals(rehearsal):
    """The same for a test about a second run."""
    return rehearsal
