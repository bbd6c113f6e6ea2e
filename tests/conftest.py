"""A calendar, people to hire, a browser. `whatfires` checks that no test leaves a receiver."""

import gc
import os
import shutil
import signal
import sys
import warnings
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from classroom.scenes.calendar import MONDAY, let_go, stand_on
from whatfires.lookup import names_of_functions
from whatfires.naming import every_signal

# A learner in processes of their own, for what starts servers.
pytest_plugins = ["tests.processes", "whatfires.pytest_plugin"]

# On several cores: what takes longest is begun first, or it would be waited for in the end.
LONGEST = ["test_site", "test_notebooks", "test_tasks", "test_room", "test_jupyterlab"]
LONGEST += ["test_board", "test_doctor", "test_mutants", "test_wheel", "test_pieces", "test_engine"]
LONGEST += ["test_refusals", "test_pytest_plugin", "test_import_employees", "test_at_once"]
LONGEST += ["test_steps", "test_debug_toolbar", "test_kernel", "test_views", "test_foreign_suites"]
LONGEST += ["test_measuring", "test_any_argument", "test_running", "test_pages", "test_any_order"]

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
TESTS = Path(__file__).parent
RECORDS = ("attendance", "guesses", "memory", "progress", "watching")
BOTH = (
    *("classroom/publishing", "classroom/widgets", "classroom/test_vocabulary"),
    *(f"classroom/exercises/test_{it}" for it in RECORDS),
)
# Where no test asks the project's database, and where nothing depends on the version of Django.
ONE_DATABASE = (
    *(*BOTH, "classroom/running", "speedy/test_event_logging", "speedy/test_imports"),
    *("classroom/scenes/test_own_project", "classroom/scenes/test_sources"),
    *("whatfires/test_any_overlap", "whatfires/test_choosing", "whatfires/test_commands"),
    *("whatfires/test_confined_", "whatfires/test_connections", "whatfires/test_debug_toolbar"),
    *("whatfires/test_describing", "whatfires/test_foreign_suites", "whatfires/test_ipython"),
    *("whatfires/test_listening", "whatfires/test_masking", "whatfires/test_muting"),
    *("whatfires/test_pages", "whatfires/test_recording"),
)
ONLY_READ = {"reason", "refusal"}  # fixtures: a roster is read, and none of it stored
ONE_DJANGO = (
    *(*BOTH, "classroom/exercises/test_mutants", "lite", "room", "test_docs"),
    *(f"classroom/running/test_{it}" for it in ("doctor", "homes", "jupyterlab", "postgres")),
    *("classroom/running/test_scratch", "whatfires/test_wheel"),
)


def pytest_configure(config):
    """Let Ctrl+C, which tests press, be heard where the tests run in a shell's background, too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(Longest())


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items):
    for item in items:
        place = item.path.relative_to(TESTS).as_posix()
        if place.startswith(ONE_DATABASE) or ONLY_READ & {*item.fixturenames}:
            item.add_marker("on_one_database")
        if place.startswith(ONE_DJANGO):
            item.add_marker("on_one_django")


def pytest_collection_finish():
    """Let Python's collector pass over what a worker has imported, which is most of what there is.

    To look through it takes a tenth of a second, and the check of an exercise does so again and
    again: it finds every signal, and clears away what it made. The tools know what they found.
    See https://docs.python.org/3/library/gc.html#gc.freeze
    """
    if IS_WORKER:
        import pandas  # noqa: F401  # would come with the first table

        gc.collect()
        pass_over()


def pass_over():
    every_signal()
    names_of_functions()
    gc.freeze()


@pytest.fixture
def passed_over():
    """The same for all that came since, before a test that checks exercises."""
    if IS_WORKER:
        pass_over()


class Longest:
    """The order of the files; pytest-django's own sorting comes after the hook above."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda item: [*LONGEST, item.path.stem].index(item.path.stem))


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """See https://docs.djangoproject.com/en/5.2/topics/testing/overview/#password-hashing"""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def own_record(monkeypatch, tmp_path):
    """A progress file of the test's own; the learner's is left alone."""
    file = tmp_path / "progress.sqlite3"
    monkeypatch.setenv("PROGRESS_FILE", str(file))
    return file


class Week:
    """The days of a test: `week[0]` is the Monday on which the clock stands at first."""

    def __getitem__(self, number):
        return MONDAY + timedelta(days=number)

    def turn_to(self, number):
        stand_on(self[number])


@pytest.fixture
def week():
    stand_on(MONDAY)
    yield Week()
    let_go()


@pytest.fixture
def hire(week, db):
    """A function that hires people by first name, one after the other, and returns them."""

    from speedy.models import Employees

    def hire(*names):
        return [
            Employees.objects.create(
                first_name=name, last_name="Okafor", address="1 Harbour Street", age=30
            )
            for name in names
        ]

    return hire


@pytest.fixture
def rota(db):
    """A function that reads the rota as {date: [first names in the order of their seats]}."""

    from speedy.models import Shifts

    def rota():
        shifts = Shifts.objects.prefetch_related("shiftsemployees_set__employee")
        return {
            shift.shift_date: [
                seat.employee.first_name
                for seat in sorted(shift.shiftsemployees_set.all(), key=lambda seat: seat.pk)
            ]
            for shift in shifts
        }

    return rota


# A real browser


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """The server of pytest-django, begun once the database is in memory: its threads share that.

    Otherwise each would open a connection of its own, which Django does not close.
    """
    return live_server


PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 90_000  # ms until a wait is given up; on a quiet machine none takes a second
# Each window draws two pop-ups for an address bar that nobody types into: most of what it costs.
# The switch takes the place of Playwright's own, whose names concern the pages: they come along.
# See https://playwright.dev/python/docs/api/class-browsertype#browser-type-launch-option-args
SWITCHED_OFF = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]
SWITCHED_OFF += ["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"]
SWITCHED_OFF += ["HttpsUpgrades", "PaintHolding", "ThirdPartyStoragePartitioning"]
SWITCHED_OFF += ["OptimizationHints", "MediaRouter", "LensOverlay", "AimEnabled"]


@pytest.fixture(scope="session")
def chromium_path():
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if path is None:
        # Where a change is judged, a check that is left out would prove nothing.
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("no Chromium here: apt-get install chromium, or set CHROMIUM to its path")
    return path


@pytest.fixture(scope="module")
def chromium(chromium_path):
    """A browser for the tests of one file.

    Playwright's event loop runs in this thread until the browser is gone. For a whole session it
    would stand in the way of every other test that starts a loop or asks the database.
    """
    from playwright.sync_api import expect, sync_playwright

    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Inside that loop Django refuses queries, but these are the only thing that runs in it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=PATIENCE)
        switches = [f"--disable-features={','.join(SWITCHED_OFF)}"]
        switches += ["--no-sandbox"] if as_root else []
        browser = playwright.chromium.launch(executable_path=chromium_path, args=switches)
        yield browser
        browser.close()
        expect.set_options(timeout=None)


@pytest.fixture
def open_window(chromium):
    """A function that opens a window, private to this test; in the end none may have had a fault.

    A fault is an error in a script or on the console, or a request that leaves this machine.
    """
    windows, faults = [], []

    def open_window(**options):
        window = chromium.new_context(**options)
        windows.append(window)
        window.set_default_timeout(PATIENCE)
        window.on("weberror", lambda it: faults.append(str(it.error)))
        window.on("console", lambda message: faults.extend(complaint(message)))
        window.on("request", lambda request: faults.extend(abroad(request.url)))
        return window.new_page()

    yield open_window
    for window in windows:
        window.close()
    assert faults == []


def complaint(message):
    """What a console message says, if it is an error and no refused form, which answers 400."""
    refused = "status of 400 (Bad Request)" in message.text
    return [message.text] if message.type == "error" and not refused else []


def abroad(url):
    """The address, if it is not on this machine."""
    return [] if urlsplit(url).hostname in (None, "", "127.0.0.1", "localhost") else [url]


@pytest.fixture
def uncollected():
    """Let Python clear away what is unused before the test, and nothing meanwhile.

    An interrupt that comes as it does so is dropped: Python raises nothing out of a finalizer.
    """
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):  # of another test
        gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def interrupted(uncollected):
    """Enter a block again and again; at its end an interrupt comes at the first call, the second...

    Gives a generator that yields after each, until there is no such call, or after `most`.
    """

    def interrupted(make, most=1_000):
        for number in range(most):
            left = count(number, -1)

            def press(frame, event, arg, left=left):
                if next(left) == 0:
                    sys.settrace(None)
                    signal.raise_signal(signal.SIGINT)

            before = sys.gettrace()
            try:
                with make():
                    sys.settrace(press)
                return
            except KeyboardInterrupt:
                pass
            finally:
                sys.settrace(before)
            yield

    return interrupted
