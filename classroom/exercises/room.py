"""A room for one check: what the learner's code does in it is undone afterwards.

A database, an event log, a folder and a calendar of its own; receivers, settings, environment, what
was patched in this project or in Django, and what Python keeps for the whole process are put back
as they were. See
https://docs.djangoproject.com/en/5.2/topics/testing/tools/#overriding-settings
"""

import _thread
import builtins
import ctypes
import decimal
import gc
import inspect
import io
import locale
import logging
import os
import random
import signal
import sys
import threading
import weakref
from contextlib import ExitStack, contextmanager
from functools import cache
from operator import is_
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.connection import ConnectionProxy

from classroom.exercises.outcomes import wrong
from classroom.exercises.tracebacks import is_learners
from classroom.running.platform import ONE_THREAD, watched_loops
from classroom.running.scratch import scratch_folder
from classroom.scenes.calendar import MONDAY, borrowed
from classroom.scenes.database import private_database
from whatfires.connections import set_receivers
from whatfires.naming import every_signal, name_of_signal
from whatfires.threads import is_starting_another

SECONDS = 10
PATIENCE = 0.2  # seconds for which a thread that the code started may still work
APPS = ("speedy.", "django.")  # whose receivers a check counts on
LONGEST_PRINTED = 2_000  # characters of what the learner's code printed that are shown
# The packages whose functions and classes a learner may have replaced.
PROJECT = ("speedy", "classroom.scenes.stage")
CHECKS = "classroom.exercises"
PATCHED = (*PROJECT, CHECKS, "django.db", "django.dispatch")


class TimeUp(BaseException):
    """The learner's code ran for too long. No Exception, so that an `except` does not stop it.

    A bare `except` does. When one that was swallowed is gone, its alarm looks for the next line.
    """

    alarm = None

    def __init__(self, alarm=None):
        super().__init__()
        self.alarm = alarm

    def __del__(self):
        if self.alarm is not None:
            self.alarm.watch()


class Left(BaseException):
    """The learner's code called exit()."""


@contextmanager
def room(seconds=SECONDS, connects=True):
    """Run a block as in a fresh project, and undo what it does; yields a `Printed`.

    Raises TimeUp after so many seconds (never for None), and Left where the code calls exit().
    Raises Wrong where the code replaced what it must not, or looked at the frames of the check; and
    unless it `connects`, where a receiver of its own is left, or one of the project's is gone.
    """
    signals = every_signal()  # a look at every object there is: one for both
    with ExitStack() as undone:
        undone.enter_context(folder_of_its_own())
        undone.enter_context(states_kept())
        undone.enter_context(receivers_kept(signals, connects))
        undone.enter_context(code_kept(signals))
        undone.enter_context(nobody_spies())
        undone.enter_context(override_settings())
        undone.enter_context(borrowed(MONDAY))
        undone.enter_context(connection_of_its_own())
        undone.enter_context(private_database())
        printed = Printed()
        undone.enter_context(patch.multiple(sys, **dict.fromkeys(STREAMS, printed)))
        undone.enter_context(threads_ended())
        undone.enter_context(time_limit(seconds))
        try:
            yield printed
        except SystemExit as leaving:
            raise Left from leaving


# Also those that Python began with: a learner's close() of one would close the process's own.
STREAMS = "stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"


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

    def close(self):
        """Stay open for what comes after a learner's `sys.stdout.close()`."""

    def __str__(self):
        more = f"\n... and {self.cut:,} characters more" if self.cut else ""
        return self.getvalue().rstrip("\n") + more


@contextmanager
def folder_of_its_own():
    """Work in an empty folder, which lies beside the event log of the block."""
    here = Path.cwd()
    with scratch_folder() as folder, override_settings(EVENT_LOG=folder / "log_event.log"):
        (folder / "here").mkdir()
        os.chdir(folder / "here")
        try:
            yield
        finally:
            os.chdir(here)


def handlers_of_signals():
    return {it: signal.getsignal(it) for it in signal.valid_signals()}


def handle_signals(handlers):
    for number, handler in handlers.items():
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


TIMERS = [it for it in dir(signal) if it in ("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF")]


def timers():
    return {it: signal.getitimer(getattr(signal, it)) for it in TIMERS}


def set_timers(left):
    for it, seconds in left.items():
        signal.setitimer(getattr(signal, it), *seconds)


def log_settings():
    """Return what may be set of each logger: its handlers, filters, level, and so on."""
    known = [it for it in logging.root.manager.loggerDict.values() if hasattr(it, "handlers")]
    copied = {"handlers", "filters"}
    return {
        logger: {k: list(v) if k in copied else v for k, v in vars(logger).items() if k != "_cache"}
        for logger in (logging.root, *known)
    }


def set_logs(settings):
    for logger, values in settings.items():
        vars(logger).update(values)
    logging.root.manager._clear_cache()


# What Python and Django keep for the whole process: how to ask for it, and how to put it back.
STATES = (
    (lambda: dict(os.environ), lambda it: (os.environ.clear(), os.environ.update(it))),
    (lambda: list(sys.path), lambda it: sys.path.__setitem__(slice(None), it)),
    (lambda: dict(sys.modules), lambda it: sys.modules.update(it)),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.get_int_max_str_digits, sys.set_int_max_str_digits),
    (sys.getswitchinterval, sys.setswitchinterval),
    (sys.gettrace, sys.settrace),
    (sys.getprofile, sys.setprofile),
    (gc.isenabled, lambda on: (gc.enable if on else gc.disable)()),
    (timers, set_timers),  # before their handlers, without which one that rings ends the process
    (handlers_of_signals, handle_signals),
    (log_settings, set_logs),
    (lambda: logging.root.manager.disable, logging.disable),
    (random.getstate, random.setstate),
    (lambda: decimal.getcontext().copy(), decimal.setcontext),
    (lambda: locale.setlocale(locale.LC_ALL), lambda it: locale.setlocale(locale.LC_ALL, it)),
    (translation.get_language, translation.activate),
    (timezone.get_current_timezone, timezone.activate),
)


@contextmanager
def states_kept():
    """Put back each of STATES that the block changes; no seed foretells what it draws at random."""
    before = [ask() for ask, _ in STATES]
    random.seed()
    try:
        yield
    finally:
        for state, (ask, put_back) in zip(before, STATES, strict=True):
            if ask() != state:
                put_back(state)


class Lent:
    """A connection that notes when a cell asks for the driver's, of which Django hears nothing."""

    @property
    def connection(self):
        frame = watchman().frame(1)
        if frame.f_code.co_filename == PROXY:
            frame = frame.f_back
        if is_learners(frame.f_code.co_filename):
            watchman().seen.append("what the database's driver does")
        return vars(self)["connection"]

    @connection.setter
    def connection(self, driver):
        vars(self)["connection"] = driver


PROXY = inspect.getsourcefile(ConnectionProxy)


@contextmanager
def connection_of_its_own():
    """Lend the block a connection that can be thrown away in the state in which it is left."""
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = lent = before.copy()
    lent.__class__ = type("Lent", (Lent, type(lent)), {})
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before


@contextmanager
def receivers_kept(signals, connects=True):
    """Put the receivers of these signals back; in the block only the project's are called.

    A cell that ran before may have connected receivers. The check calls or connects the answer
    itself, so one of an earlier try is taken off: it would be called as well. A receiver of the
    project that a cell has disconnected is back for the check. What a module connects that is
    imported in the block stays connected, because Python does not import it again.
    """
    before = {it: list(it.receivers) for it in signals}
    imported = set(sys.modules)
    during = {it: during_a_check(it, them) for it, them in before.items()}
    set_receivers(during)
    try:
        yield
        if not connects:
            expect_receivers(during)
    finally:
        new = set(sys.modules) - imported
        after = {it: [one for one in it.receivers if module_of(one) in new] for it in before}
        set_receivers({it: them + after[it] for it, them in before.items()})


def during_a_check(signal, entries):
    """The project's receivers in their order, then what else is connected and of no cell."""
    own = [one for one in WIRED.get(signal, []) if module_of(one)]
    keys = {one[0] for one in own}
    return own + [one for one in entries if one[0] not in keys and module_of(one) != "__main__"]


def expect_receivers(before):
    """Judge an answer wrong that leaves a receiver connected, or takes one of the project's off.

    One that has died in the meantime, as the method of a storage that nobody needs, was not.
    """
    for sent, entries in before.items():
        then, now = ({it[0] for it in them} for them in (entries, sent.receivers))
        left = [it for it in sent.receivers if it[0] not in then and module_of(it) == "__main__"]
        gone = [it for it in WIRED.get(sent, ()) if it[0] in then - now and module_of(it)]
        if left or gone:
            happened = "one of yours is still connected" if left else "one of them is gone"
            own = "What you connect for a moment, disconnect in `finally`; and leave others alone."
            wrong(f"the receivers of {name_of_signal(sent)} as they were", happened, own)


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
            while is_starting_another(thread.ident):
                thread.join(PATIENCE / 10)
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
def code_kept(signals):
    """Put back what was replaced in this project, Django's models, these signals, or Python.

    Raises Wrong where that was a part of the check, or is a function of the learner's now.
    """
    owners = [*owners_of_code(), *signals]
    before = [vars(owner).copy() for owner in owners]
    replaced = []
    try:
        yield
    finally:
        for owner, names in zip(owners, before, strict=True):
            there = vars(owner)
            if holds(there, names):
                continue
            for name, value in names.items():
                now = there.get(name, ...)
                if now is not value and not keeps_itself(name, now):
                    setattr(owner, name, value)
                    if is_of(owner, CHECKS) or is_learners(file_of(now)):
                        replaced.append(f"{getattr(owner, '__name__', owner)}.{name}")
            for name in set(vars(owner)) - set(names):
                if is_of(owner, PROJECT) or not isinstance(owner, ModuleType):
                    delattr(owner, name)
    if replaced:
        expected = "the code of Django, of the project and of the check as it is"
        wrong(expected, f"`{replaced[0]}` of it was replaced", "Write your own code beside it.")


def holds(there, names):
    """Tell whether the very same objects have the same names, in a tenth of a loop's time."""
    return list(there) == list(names) and all(map(is_, there.values(), names.values()))


FRAMES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame"}
LOOKS = {"sys._getframe", "sys._current_frames", "sys.settrace", "sys.setprofile"}
LOOKS |= {"gc.get_objects", "gc.get_referrers", "gc.get_referents"}


class Watchman:
    """Notes whether a cell looks at what called it, or at all objects: the check is among them.

    See https://docs.python.org/3/library/audit_events.html
    """

    def __init__(self):
        self.seen, self.is_looking = None, False

    def frame(self, depth):
        """Return a frame for the check itself, whose looks are not noted."""
        self.is_looking = True
        frame = sys._getframe(depth + 1)
        self.is_looking = False
        return frame

    def note(self, event, args):
        if self.seen is None or self.is_looking:  # nobody is in a room, or these are our own frames
            return
        if event in LOOKS or (event == "object.__getattr__" and args[1] in FRAMES):
            frame = self.frame(1)
            while frame and frame.f_code.co_filename in (inspect.__file__, "<string>"):
                frame = frame.f_back
            if frame and is_learners(frame.f_code.co_filename):
                self.seen.append("what called it")


@cache
def watchman():
    """Return the one of this process: an audit hook stays as long as that."""
    it = Watchman()
    sys.addaudithook(it.note)
    return it


@contextmanager
def nobody_spies():
    """Judge a block wrong in which a cell looks at the frames of the check."""
    before, watchman().seen = watchman().seen, []
    try:
        yield
        if watchman().seen:
            given = "Use what Django offers: what lies behind it is the check's."
            happened = f"it looked at {watchman().seen[0]}"
            wrong("an answer that looks at what it is given", happened, given)
    finally:
        watchman().seen = before


def keeps_itself(name, now):
    """Tell what a signal changes of itself: it makes a new list once a receiver has died.

    Who is on the list, receivers_kept() looks after.
    """
    return name == "_dead_receivers" or (name == "receivers" and isinstance(now, list))


def file_of(function):
    return getattr(getattr(function, "__code__", None), "co_filename", __file__)


def is_of(owner, packages):
    return getattr(owner, "__module__", getattr(owner, "__name__", "")).startswith(packages)


def owners_of_code():
    """List what a learner may have patched: modules, the classes in them, and managers."""
    modules = [it for name, it in list(sys.modules.items()) if name.startswith(PATCHED) and it]
    classes = [it for module in modules for it in classes_of(module)]
    models = [it for it in classes if issubclass(it, Model) and hasattr(it, "_meta")]
    # Django makes them anew whenever a model is written that points to theirs.
    managers = [it for model in models for it in model._meta.managers]
    tasks = [vars(it)["task"] for it in modules if it.__name__.startswith(f"{CHECKS}.tasks.")]
    return [builtins, sys, *modules, *classes, *managers, *tasks]


@cache
def classes_of(module):
    """List the classes of a module, once: it is imported."""
    parts = vars(module).values()
    return [it for it in parts if isinstance(it, type) and it.__module__ == module.__name__]


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


class Alarm:
    """What rings again and again when the time is up: then TimeUp is raised in the learner's code.

    Code that swallows it in a loop meets it again at its next line, which is one of the `except` or
    behind it, so that each raise leads out of one `try` more. Python stops tracing lines where one
    raises; it is started anew by the next call, or when the TimeUp that was swallowed is gone.

    What it cannot end: a call of C that no signal interrupts, and a loop in a library that
    swallows it.
    """

    def __init__(self):
        self.rung = self.over = False

    def __enter__(self):
        self.before = sys.gettrace(), sys.getprofile()
        return self

    def __exit__(self, kind, error, traceback):
        self.over = True
        if self.rung:
            sys.settrace(self.before[0])
            sys.setprofile(self.before[1])
            if kind is None or not issubclass(kind, TimeUp | KeyboardInterrupt):
                raise TimeUp  # whatever came of code that has swallowed it

    def ring(self, number, frame):
        if not self.over:
            self.rung = True
            self.watch()
            raise TimeUp(self)

    def watch(self, *event):
        """Raise at the next line of the learner's that runs, wherever that is."""
        if not self.over:
            frame = sys._getframe()
            while frame := frame.f_back:
                frame.f_trace = self.look
            sys.settrace(self.look)
            sys.setprofile(self.watch)

    def look(self, frame, event, arg):
        file = frame.f_code.co_filename
        if self.over or not (is_learners(file) or file == "<string>"):  # that of exec()
            return None
        if event == "line":
            raise TimeUp(self)
        return self.look


def let_be_handled(error):
    """Let Python take this error (or None) for the one that an `except` is at work on.

    It may still hold a TimeUp, where one was raised at the last line of an `except`.
    """
    if sys.exception() is not error:
        ctypes.pythonapi.PyErr_SetHandledException(ctypes.py_object(error))


@contextmanager
def alarm_after(seconds):
    alarm = Alarm()
    before = signal.signal(signal.SIGALRM, alarm.ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    try:
        with rung_from_outside(alarm, seconds), alarm:
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def interruption_after(seconds):
    """The same where there is no alarm clock, as on Windows: as if somebody pressed Ctrl+C."""
    over, up, alarm = threading.Event(), threading.Event(), Alarm()

    def ring(number, frame):
        if up.is_set():
            alarm.ring(number, frame)
        elif not over.is_set():
            raise KeyboardInterrupt

    def watch():
        pause = seconds
        while not over.wait(pause):
            up.set()
            _thread.interrupt_main()
            pause = 0.5

    # A process in the background may ignore Ctrl+C, so the handler is ours meanwhile.
    before = signal.signal(signal.SIGINT, ring)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        with rung_from_outside(alarm, seconds), alarm:
            yield
    finally:
        over.set()
        watcher.join()
        signal.signal(signal.SIGINT, before)


@contextmanager
def rung_from_outside(alarm, seconds):
    """Ring a second later, by another thread, where the code has taken the clock or the handler.

    See https://docs.python.org/3/c-api/init.html#c.PyThreadState_SetAsyncExc
    """
    over, main = threading.Event(), threading.get_ident()

    class Late(TimeUp):
        def __init__(self):
            super().__init__(alarm)
            alarm.rung = True
            alarm.watch()

    def watch():
        pause, number = seconds + 1, getattr(signal, "SIGALRM", signal.SIGINT)
        while not over.wait(pause) and not alarm.over:
            handler = signal.getsignal(number)
            if handler != alarm.ring:
                late = ctypes.py_object(Late)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main), late)
            if callable(handler) and hasattr(signal, "pthread_kill"):
                signal.pthread_kill(main, number)  # wakes it, where it sleeps
            pause = 0.5

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()  # what it has raised comes out here at the latest
