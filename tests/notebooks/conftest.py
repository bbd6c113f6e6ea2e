"""Run each notebook once for all tests about it: three times over, in one kernel.

The notebooks run side by side, one for each processor, as soon as the first test asks.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import pytest
from jupyter_core.utils import ensure_event_loop

from classroom import notebooks

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
GO_AHEAD = """
from classroom.database import leave_database as _leave_database
_leave_database()
import time_machine as _time_machine
_time_machine.travel({when!r}, tick=True).start()
"""


@dataclass
class Rehearsal:
    """What came of running one notebook three times in one kernel."""

    first: list  # differences from the committed outputs, each a text
    again: list
    far_ahead: list
    listeners_before: list
    listeners_after: list
    open_transactions: list


def rehearse(path):
    """Run a notebook now, again, and on a day far ahead."""
    with closing(ensure_event_loop()):  # Jupyter opens one for each thread and closes none
        return three_runs(path)


def three_runs(path):
    committed = notebooks.read(path)
    with notebooks.open_kernel(path.parent) as kernel:
        before = kernel.ask("_listeners()", after=LISTENERS)
        first = differences(kernel, committed)
        after = kernel.ask("_listeners()")
        transactions = kernel.ask("_open_transactions()", after=OPEN_TRANSACTIONS)
        again = differences(kernel, committed)
        kernel.ask("None", after=GO_AHEAD.format(when=time.time() + FAR_AHEAD))
        far_ahead = differences(kernel, committed)
    return Rehearsal(first, again, far_ahead, before, after, transactions)


def differences(kernel, committed):
    """Run a notebook; a cell that fails is a difference too, so that later runs are still tried."""
    try:
        return notebooks.compare(committed, kernel.run(notebooks.without_outputs(committed)))
    except notebooks.NotebookError as error:
        return [str(error)]


@pytest.fixture(scope="session")
def rehearsals(request):
    """Start a rehearsal of every notebook that a chosen test asks for; wait for none."""
    items = [item for item in request.session.items if "rehearsal" in item.fixturenames]
    paths = sorted({item.callspec.params["path"] for item in items})
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())
    yield {path: pool.submit(rehearse, path) for path in paths}
    pool.shutdown(cancel_futures=True)


@pytest.fixture
def rehearsal(rehearsals, path):
    return rehearsals[path].result()
