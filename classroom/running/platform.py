"""What this machine can do, in one place: a clock to stop, a second Python, many threads at once.

A browser runs the course in Pyodide: one process, one thread, no C extension that was not built for
it. Nothing outside this module and `browser.py` asks where it runs.
See https://pyodide.org/en/stable/usage/wasm-constraints.html
"""

import importlib
import io
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from traceback import format_exception_only
from unittest.mock import patch

IN_BROWSER = sys.platform == "emscripten"
ONE_THREAD = IN_BROWSER
DRIVE = Path("/drive")  # the files that JupyterLab shows in a browser, which the browser keeps

# What a new Python imports anew: all that holds settings, receivers or connections.
OURS = ("classroom", "mysite", "polls", "speedster", "speedy", "whatfires")
AFRESH = ("asgiref", "django", "logging", *OURS)
KEPT = "classroom.running"  # knows which clock is stopped


class NotHere(Exception):
    """This cannot be done here; the message says so in one sentence."""


class Ended(BaseException):
    """A Python that stands for a process has ended. No Exception, so that `except` lets it pass."""


def needs_many_threads(what):
    """Refuse, where there is one thread alone. Raises NotHere."""
    if ONE_THREAD:
        raise NotHere(f"A browser runs one thing after the other, so {what} cannot happen here.")


# The clock


def stopped_clock(moment):
    """Return a clock that stands on an aware datetime: it has `start`, `move_to` and `stop`."""
    return (FrozenClock if IN_BROWSER else TravellingClock)(moment)


class TravellingClock:
    """The clock of time-machine, which is quick: it changes the C functions themselves."""

    def __init__(self, moment, runs_on=False):
        import time_machine

        self.journey = time_machine.travel(moment, tick=runs_on)

    def start(self):
        self.traveller = self.journey.start()

    def move_to(self, moment):
        self.traveller.move_to(moment)

    def stop(self):
        self.journey.stop()


class FrozenClock:
    """The clock of freezegun, which is pure Python: it replaces the classes in all modules.

    What measures how long something takes goes on, as with time-machine.
    """

    running = []

    def __init__(self, moment):
        from freezegun import api

        for name in ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"):
            setattr(api, f"fake_{name}", getattr(time, name))
        self.journey = api.freeze_time(moment.replace(tzinfo=None))

    def start(self):
        self.traveller = self.journey.start()
        self.running.append(self)

    def move_to(self, moment):
        self.traveller.move_to(moment.replace(tzinfo=None))

    def stop(self):
        self.running.remove(self)
        self.journey.stop()


# Files


@contextmanager
def at_hand(file):
    """Yield the path at which a database can be opened; what is written there ends in the file.

    In a browser the files that stay are written whole, and SQLite works on a copy in memory.
    """
    if not (IN_BROWSER and file.is_relative_to(DRIVE)):
        yield file
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder, file.name)
        before = file.read_bytes() if file.exists() else b""
        if before:
            copy.write_bytes(before)
        yield copy
        for path in copy.parent.iterdir():  # a damaged one may lie beside it
            if (now := path.read_bytes()) != before:
                file.with_name(path.name).write_bytes(now)


# A time limit where there is no alarm clock


@contextmanager
def watched_loops(seconds, error):
    """Raise the error in code that runs for too long: asked at each call and each turn of a loop.

    It needs no second thread and no signal. It cannot stop one long call of C.
    See https://docs.python.org/3/library/sys.monitoring.html
    """
    until = time.monotonic() + seconds
    monitoring = sys.monitoring
    events = monitoring.events.JUMP | monitoring.events.PY_START

    def look(*where):
        if time.monotonic() > until:
            raise error

    monitoring.use_tool_id(monitoring.DEBUGGER_ID, __name__)
    try:
        for event in (monitoring.events.JUMP, monitoring.events.PY_START):
            monitoring.register_callback(monitoring.DEBUGGER_ID, event, look)
        monitoring.set_events(monitoring.DEBUGGER_ID, events)
        yield
    finally:
        monitoring.set_events(monitoring.DEBUGGER_ID, 0)
        monitoring.free_tool_id(monitoring.DEBUGGER_ID)


# A second Python


def run_python(*arguments, cwd, env, timeout=None):
    """Run a Python of its own; return a CompletedProcess, with text in `stdout` and `stderr`.

    `arguments` are a script and what it is given, or `-c`, code and what that is given. In a
    browser there is no second process. There the modules are imported afresh in this one, with
    settings, receivers and connections of their own, which are dropped when it ends.
    """
    if IN_BROWSER:
        return run_afresh(arguments, cwd, env)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=env | {"PYTHON_COLORS": "0"},  # since 3.13 an error has colours, wherever it is shown
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def run_afresh(arguments, cwd, env):
    """Run code with modules of its own, in this process."""
    stdout, stderr, code = io.StringIO(), io.StringIO(), 0
    first, *rest = arguments
    with a_python_of_its_own(cwd, env), redirect_stdout(stdout), redirect_stderr(stderr):
        try:
            if first == "-c":
                sys.argv = [first, *rest[1:]]
                exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
            else:
                sys.argv = [first, *rest]
                run_path(str(Path(cwd, first)), run_name="__main__")
        except SystemExit as leaving:
            if isinstance(leaving.code, int | None):
                code = int(leaving.code or 0)
            else:  # the last words of a process, which has failed
                code = 1
                print(leaving.code, file=stderr)
        except Ended as ended:
            [code] = ended.args
        except Exception as error:
            code = 1
            stderr.write("".join(format_exception_only(error)))
    return subprocess.CompletedProcess(arguments, code, stdout.getvalue(), stderr.getvalue())


@contextmanager
def a_python_of_its_own(cwd, env):
    """Put the modules by, and folder, paths and environment; drop what came instead.

    Where Python does not look in that folder otherwise, all that came out of it is dropped.
    """
    here, paths, argv, clocks = Path.cwd(), list(sys.path), sys.argv, list(FrozenClock.running)
    limit = sys.getrecursionlimit()
    put_by = {name: sys.modules.pop(name) for name in list(sys.modules) if is_afresh(name)}
    stays = set(sys.modules)
    os.chdir(cwd)
    sys.path[:0] = [str(cwd)]
    importlib.invalidate_caches()
    with ExitStack() as undone:
        undone.enter_context(patch.dict(os.environ, env, clear=True))
        undone.enter_context(patch.object(os, "_exit", end))
        # A class keeps time.localtime(), where the one of a stopped clock becomes a method.
        importlib.import_module("logging").Formatter.converter = staticmethod(time.localtime)
        try:
            yield
        finally:
            sys.setrecursionlimit(limit)
            close_connections()
            for clock in [one for one in FrozenClock.running if one not in clocks]:
                clock.stop()
            for name in set(sys.modules) - stays:
                if is_afresh(name) or (str(cwd) not in paths and is_of(cwd, sys.modules[name])):
                    del sys.modules[name]
            sys.modules.update(put_by)
            sys.path[:], sys.argv = paths, argv
            os.chdir(here)


def is_afresh(name):
    return name.split(".")[0] in AFRESH and not (name + ".").startswith(KEPT + ".")


def is_of(folder, module):
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).is_relative_to(folder)


def end(code):
    """Stand for os._exit(): what is not committed is gone before anything can tidy up."""
    close_connections()
    raise Ended(code)


def close_connections():
    """Close the connections of the Django that is imported now, as a process that ends does."""
    if django_db := sys.modules.get("django.db"):
        for connection in django_db.connections.all(initialized_only=True):
            if connection.connection is not None:
                connection.connection.close()
