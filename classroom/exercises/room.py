"""A room for one check: what the learner's code does in it is undone afterwards.

A database, an event log, a folder and a calendar of its own; receivers, settings, environment and
what was patched in this project are put back as they were. See
https://docs.djangoproject.com/en/5.2/topics/testing/tools/#overriding-settings
"""

import _thread
import ctypes
import io
import os
import signal
import sys
import threading
import weakref
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from django.test import override_settings

from classroom.running.platform import ONE_THREAD, watched_loops
from classroom.running.scratch import scratch_folder
from classroom.scenes.calendar import MONDAY, borrowed
from classroom.scenes.database import private_database, private_event_log
from whatfires.connections import set_receivers
from whatfires.naming import every_signal

SECONDS = 10
PATIENCE = 0.2  # seconds for which a thread that the code started may still work
APPS = ("speedy.", "django.")  # whose receivers a check counts on
LONGEST_PRINTED = 2_000  # characters of what the learner's code printed that are shown
PATCHED = (
    "speedy",
    "classroom.scenes.stage",
)  # packages whose functions a learner may have replaced


class TimeUp(BaseException):
    """The learner's code ran for too long. No Exception, so that an `except` does not stop it."""


class Left(BaseException):
    """The learner's code called exit()."""


@contextmanager
def room(seconds=SECONDS):
    """Run a block as in a fresh project, and undo what it does; yields a `Printed`.

    Raises TimeUp after so many seconds (never for None), and Left where the code calls exit().
    """
    with ExitStack() as undone:
        undone.enter_context(environment_kept())
        undone.enter_context(receivers_kept())
        undone.enter_context(code_kept())
        undone.enter_context(override_settings())
        undone.enter_context(borrowed(MONDAY))
        undone.enter_context(private_event_log())
        undone.enter_context(connection_of_its_own())
        undone.enter_context(private_database())
        printed = Printed()
        undone.enter_context(redirect_stdout(printed))
        undone.enter_context(redirect_stderr(printed))
        undone.enter_context(threads_ended())
        undone.enter_context(time_limit(seconds))
        try:
            yield printed
        except SystemExit as leaving:
            raise Left from leaving


class Printed(io.StringIO):
    """What was printed, as far as it is worth showing: the rest is counted, not kept."""

    def __init__(self):
        super().__init__()
        self.cut = 0

    def write(self, text):
        room_left = LONGEST_PRINTED - self.tell()
        self.cut += max(0, len(text) - room_left)
        super().write(text[: max(0, room_left)])
        return len(text)

    def __str__(self):
        more = f"\n... and {self.cut:,} characters more" if self.cut else ""
        return self.getvalue().rstrip("\n") + more


@contextmanager
def environment_kept():
    """Give the block a folder of its own to stand in, and its own copy of the environment."""
    here, environment, paths = Path.cwd(), dict(os.environ), list(sys.path)
    with scratch_folder() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(environment)
            sys.path[:] = paths


@contextmanager
def connection_of_its_own():
    """Lend the block a connection that can be thrown away in the state in which it is left."""
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = before.copy()
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before


@contextmanager
def receivers_kept():
    """Put the receivers of every signal back; in the block only those of the project are called.

    A cell that ran before may have connected receivers. The check calls or connects the answer
    itself, so one of an earlier try is taken off: it would be called as well. A receiver of the
    project that a cell has disconnected is back for the check. What a module connects that is
    imported in the block stays connected, because Python does not import it again.
    """
    before = {it: list(it.receivers) for it in every_signal()}
    imported = set(sys.modules)
    set_receivers({it: during_a_check(it, them) for it, them in before.items()})
    try:
        yield
    finally:
        after = {
            it: [one for one in it.receivers if module_of(one) in set(sys.modules) - imported]
            for it in before
        }
        set_receivers({it: them + after[it] for it, them in before.items()})


def during_a_check(signal, entries):
    """The project's receivers in their order, then what else is connected and of no cell."""
    own = [one for one in WIRED.get(signal, []) if module_of(one)]
    keys = {one[0] for one in own}
    return own + [one for one in entries if one[0] not in keys and module_of(one) != "__main__"]


def module_of(entry):
    """Name the module of a receiver: "__main__" for one of a cell, None for one that is gone."""
    held = entry[1]
    receiver = held() if isinstance(held, weakref.ReferenceType) else held
    function = getattr(receiver, "func", receiver)  # a partial's
    return getattr(function, "__module__", None)


# As the apps have connected them: this module is imported before any cell runs.
WIRED = {
    it: [one for one in it.receivers if (module_of(one) or "").startswith(APPS)]
    for it in every_signal()
}


@contextmanager
def threads_ended():
    """End the threads and timers that the block has started, and name those that go on.

    A thread cannot be killed: it is told to leave at its next line.
    """
    before = set(threading.enumerate())
    try:
        yield
    finally:
        for thread in set(threading.enumerate()) - before:
            if isinstance(thread, threading.Timer):
                thread.cancel()
            elif is_idle_helper(thread):
                continue
            thread.join(PATIENCE)
            if thread.is_alive():
                leave = ctypes.py_object(SystemExit)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), leave)
                print(f"{thread.name}, which your code started, goes on: it is told to end.")


def is_idle_helper(thread):
    """Tell whether a thread belongs to a pool or to a progress bar, and not to the learner."""
    target = getattr(thread, "_target", None)
    made_by = (type(thread).__module__, getattr(target, "__module__", None) or "")
    return any(it.startswith(("tqdm", "concurrent.", "asgiref", "ipykernel")) for it in made_by)


@contextmanager
def code_kept():
    """Put back what was replaced in the modules and models of this project."""
    before = {owner: dict(vars(owner)) for owner in owners_of_code()}
    try:
        yield
    finally:
        for owner, names in before.items():
            for name, value in names.items():
                if vars(owner).get(name) is not value and not name.startswith("__"):
                    setattr(owner, name, value)
            for name in set(vars(owner)) - set(names):
                delattr(owner, name)


def owners_of_code():
    """List the modules of this project that a learner may have patched, and the models in them."""
    modules = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith(PATCHED) and module is not None
    ]
    models = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Model) and value is not Model
    }
    return [*modules, *models]


@contextmanager
def time_limit(seconds):
    """Raise TimeUp in the block when its time is up; outside the main thread nothing can.

    Where several programs want each processor, the time is longer by as much. None is no limit.
    """
    if seconds is not None:
        seconds *= crowd()
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
    elif hasattr(signal, "setitimer"):
        with alarm_after(seconds):
            yield
    elif ONE_THREAD:
        with watched_loops(seconds, TimeUp):
            yield
    else:
        with interruption_after(seconds):
            yield


def crowd():
    """How many programs want each processor, from 1 to 10; 1 where nobody tells."""
    try:
        return min(10, max(1, os.getloadavg()[0] / (os.cpu_count() or 1)))
    except (AttributeError, OSError):  # Windows, a browser
        return 1


@contextmanager
def alarm_after(seconds):
    def ring(number, frame):
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    # Again and again, for code that catches everything.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def interruption_after(seconds):
    """The same where there is no alarm clock, as on Windows: as if somebody pressed Ctrl+C."""
    over, up = threading.Event(), threading.Event()

    def ring(number, frame):
        if not over.is_set():
            raise TimeUp if up.is_set() else KeyboardInterrupt

    def watch():
        pause = seconds
        while not over.wait(pause):
            up.set()
            _thread.interrupt_main()
            pause = 0.5  # again and again, for code that catches everything

    # A process in the background may ignore Ctrl+C, so the handler is ours meanwhile.
    before = signal.signal(signal.SIGINT, ring)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        signal.signal(signal.SIGINT, before)
