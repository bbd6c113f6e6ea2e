"""The pytest plugin: the fixture `fires`, and a check that no test leaves a receiver connected.

To install the package is all that it takes. The check is off until it is asked for: by the option
`--signal-leaks`, by `whatfires_leaks = true` in the ini file, or by `@pytest.mark.signal_leaks` for
one test; `@pytest.mark.signal_leaks(False)` leaves one out.
See https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from weakref import ref

import pytest
from django.dispatch import Signal

from whatfires.connections import (
    Entry,
    entries_in,
    key_of,
    merged,
    put_back,
    receiver_in,
    take_off,
)
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
    result = yield from unwatched_if_wider(fixturedef)
    if fixturedef.argname != "django_capture_on_commit_callbacks":
        return result

    def capture(**wanted: Any) -> Any:
        from django.test import TestCase

        return TestCase.captureOnCommitCallbacks(**wanted)

    fixturedef.cached_result = (capture, *fixturedef.cached_result[1:])
    return capture


# The leak check


class Watch:
    """What is connected to each signal before a test, and what was otherwise after it."""

    def __init__(self) -> None:
        self.references: list[ref[Signal]] = []  # kept alive by nobody here
        self.before: dict[int, list[Entry]] = {}  # empty while no test is watched
        self.modules: set[str] = set()
        self.found: list[str] = []

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
        for signal in list(self.signals()) if self.before else ():
            then, there = self.before[id(signal)], entries_in(signal)
            more = list(filter(self.is_leak, beyond(there, then)))
            less = list(filter(self.is_leak, beyond(then, there)))
            if more or less:
                yield signal, more, less

    def undo(self) -> None:
        """Connect everything as before, and note what was otherwise."""
        if not any(self.leaks()):
            return
        gc.collect()  # what nobody holds any more is only litter; it takes a tenth of a second
        for signal, more, less in self.leaks():
            self.found += [f"{named(signal, it)} is still connected" for it in more]
            self.found += [f"{named(signal, it)} is not connected any more" for it in less]
            take_off(signal, more)
            put_back(signal, self.before[id(signal)], less)

    def end(self) -> list[str]:
        """Undo what the test left, and name it."""
        self.undo()
        found, self.found, self.before = self.found, [], {}
        return found

    def is_leak(self, entry: Entry) -> bool:
        """Tell a leak from what an import or Django itself connected."""
        receiver = receiver_in(entry)
        home = getattr(receiver, "__module__", None) or type(receiver).__module__
        django = f"{home}.".startswith("django.")
        return receiver is not None and not django and home in self.modules

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Change what the test is to leave by what the block connects and disconnects."""
        begun = {id(signal): entries_in(signal) for signal in self.signals()}
        try:
            yield
        finally:
            for signal in list(self.signals()) if self.before else ():
                then, there = begun[id(signal)], entries_in(signal)
                kept = beyond(self.before[id(signal)], beyond(then, there))
                self.before[id(signal)] = merged(kept, there, beyond(there, then))


watch = Watch()


def beyond(entries: list[Entry], others: list[Entry]) -> list[Entry]:
    """Return the entries whose keys are not among those of others."""
    keys = set(map(key_of, others))
    return [it for it in entries if key_of(it) not in keys]


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


def unwatched_if_wider(fixturedef: Any) -> Iterator[Any]:
    """Set a fixture up; what one of a class, a module or the session does is no leak of a test.

    It ends after the last test that uses it: what that one left is undone first.
    """
    if fixturedef.scope == "function":
        return (yield)
    ending = ExitStack()

    def end() -> None:
        watch.undo()
        ending.enter_context(watch.unwatched())

    fixturedef.addfinalizer(ending.close)  # the first to come is the last to run
    try:
        with watch.unwatched():
            return (yield)
    finally:
        fixturedef.addfinalizer(end)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    try:
        result = yield
    finally:
        leaks = watch.end()
    if leaks:
        told = "\n".join(f"- {leak}" for leak in leaks)
        pytest.fail(
            f"This test left the signals otherwise than it found them:\n{told}\n"
            "Use a block that undoes it (whatfires.connected, disconnected), or a fixture.",
            pytrace=False,
        )
    return result
