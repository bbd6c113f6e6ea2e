"""The pytest plugin: the fixture `fires`, and a check that no test leaves a receiver connected.

To install the package is all that it takes. The check is off until it is asked for: by the option
`--signal-leaks`, by `whatfires_leaks = true` in the ini file, or by `@pytest.mark.signal_leaks` for
one test; `@pytest.mark.signal_leaks(False)` leaves one out.
See https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from weakref import ref

import pytest
from django.dispatch import Signal

from whatfires.connections import Entry, entries_in, key_of, put_back, receiver_in, take_off
from whatfires.naming import every_signal, name_of_receiver, name_of_signal, place_of
from whatfires.recording import Recording, recorded

INI, OPTION, MARKER = "whatfires_leaks", "--signal-leaks", "signal_leaks"


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "fail a test that leaves a receiver of a signal connected or disconnected"
    parser.getgroup("whatfires").addoption(OPTION, action="store_true", default=False, help=words)
    parser.addini(INI, words, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}(on=True): {INI} for this test, or not")
    try:
        config.getini(INI)
    except (TypeError, ValueError, pytest.UsageError) as error:  # said once, not for each test
        raise pytest.UsageError(f"{INI} expected true or false, but: {error}.") from error


@pytest.fixture
def fires() -> Callable[[], AbstractContextManager[Recording]]:
    """Record what fires in a block, and assert on it.

        def test_a_receipt_is_sent(db, fires):
            with fires() as seen:
                Order.objects.create()
            seen.assert_fired(send_receipt, times=1)

    See `whatfires.recording.Recording` for the assertions, `before_commit` and `snapshot()`.
    """
    return recorded


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[Any]:
    """Let pytest-django's fixture be looked up as it is used: a trace sees what it runs."""
    result = yield from note_wider_fixtures(fixturedef)
    if fixturedef.argname != "django_capture_on_commit_callbacks":
        return result

    def capture(**wanted: Any) -> Any:
        from django.test import TestCase

        return TestCase.captureOnCommitCallbacks(**wanted)

    fixturedef.cached_result = (capture, *fixturedef.cached_result[1:])
    return capture


# The leak check


class Watch:
    """What is connected to each signal, before a test and after it."""

    def __init__(self) -> None:
        self.references: list[ref[Signal]] = []  # kept alive by nobody here
        self.before: dict[int, list[Entry]] = {}
        self.modules: set[str] = set()
        self.of_wider_fixtures: set[tuple[int, Any]] = set()

    def signals(self) -> Iterator[Signal]:
        """Yield all signals that are known and still there."""
        return (signal for it in self.references if (signal := it()) is not None)

    def begin(self) -> None:
        """Remember what is connected as a test begins; a signal that it makes is its own."""
        if self.modules != set(sys.modules):  # modules make signals; a look takes a moment
            self.modules = set(sys.modules)
            self.references = [ref(signal) for signal in every_signal()]
        self.before = {id(signal): entries_in(signal) for signal in self.signals()}

    def leaks(self) -> Iterator[tuple[Signal, list[Entry], list[Entry]]]:
        """Yield the signals that are connected otherwise since, with what is new, and what gone."""
        for signal in list(self.signals()):
            then, there = self.before.get(id(signal), []), entries_in(signal)
            old, now = set(map(key_of, then)), set(map(key_of, there))
            more = [it for it in there if key_of(it) not in old and self.is_leak(signal, it)]
            less = [it for it in then if key_of(it) not in now and self.is_leak(signal, it)]
            if more or less:
                yield signal, more, less

    def undo(self) -> list[str]:
        """Connect everything as before, and name what was otherwise."""
        found = []
        for signal, more, less in self.leaks():
            found += [f"{named(signal, it)} is still connected" for it in more]
            found += [f"{named(signal, it)} is not connected any more" for it in less]
            take_off(signal, more)
            put_back(signal, self.before.get(id(signal), []), less)
        return found

    def is_leak(self, signal: Signal, entry: Entry) -> bool:
        """Tell a leak from what a wider fixture, an import or Django itself connected."""
        receiver = receiver_in(entry)
        home = getattr(receiver, "__module__", None) or type(receiver).__module__
        wider = (id(signal), key_of(entry)) in self.of_wider_fixtures
        django = f"{home}.".startswith("django.")
        return receiver is not None and not wider and not django and home in self.modules

    def note_wider(self, before: dict[int, set[Any]]) -> None:
        """Leave out what a fixture of a class, a module or the session has just connected."""
        for signal in self.signals():
            new = set(map(key_of, entries_in(signal))) - before.get(id(signal), set())
            self.of_wider_fixtures |= {(id(signal), key) for key in new}


watch = Watch()


def named(signal: Signal, entry: Entry) -> str:
    """Name a connection: the receiver with its place, and the signal."""
    receiver = receiver_in(entry)
    return f"{name_of_receiver(receiver)} ({place_of(receiver)}) to {name_of_signal(signal)}"


def is_watched(item: pytest.Item) -> bool:
    """Tell whether a test is to be checked: by its marker, or else by option and ini file."""
    if mark := item.get_closest_marker(MARKER):
        return bool(mark.args[0] if mark.args else mark.kwargs.get("on", True))
    return bool(item.config.getoption(OPTION) or item.config.getini(INI))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    if is_watched(item):
        watch.begin()
    return (yield)


def note_wider_fixtures(fixturedef: Any) -> Iterator[Any]:
    """Set a fixture up; what one of a class, a module or the session connects is no leak."""
    if fixturedef.scope == "function" or not watch.references:
        return (yield)
    before = {id(it): set(map(key_of, entries_in(it))) for it in watch.signals()}
    try:
        return (yield)
    finally:
        watch.note_wider(before)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    result = yield
    if not (is_watched(item) and any(watch.leaks())):
        return result
    gc.collect()  # what nobody holds any more is no leak, only litter; it takes a tenth of a second
    if leaks := watch.undo():
        told = "\n".join(f"- {leak}" for leak in leaks)
        pytest.fail(
            f"This test left the signals otherwise than it found them:\n{told}\n"
            "Use a block that undoes it (whatfires.connected, disconnected), or a fixture.",
            pytrace=False,
        )
    return result
