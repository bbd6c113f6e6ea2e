"""Work in a thread of its own that an interrupt ends, and that tidies up after itself first.

A notebook's kernel interrupts its main thread, which only waits: it hands the interrupt on.
See https://docs.python.org/3/c-api/init.html#c.PyThreadState_SetAsyncExc
"""

import _imp
import ctypes
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from time import monotonic
from typing import Any, TypeVar

Answer = TypeVar("Answer")
PATIENCE = 1.0  # seconds in which code that was interrupted may tidy up before the next one counts
START = threading.Thread.start.__code__
# What would come in between; Windows has no alarm.
SIGNALS = [getattr(signal, it) for it in ("SIGALRM", "SIGINT") if hasattr(signal, it)]
AWAKE = 0.1  # seconds after which who waits looks for an interrupt: not every system wakes them


class Work(threading.Thread):
    """A call inside a context manager: the call may be interrupted, what stands around it not.

    Nor is what the call itself does while it puts interrupts off.
    """

    def __init__(
        self, call: Callable[[], Any], around: Callable[[], AbstractContextManager[Any]], name: str
    ) -> None:
        super().__init__(name=name)
        self.call, self.around = call, around
        self.answer: Any = None
        self.error: BaseException | None = None
        self.gate = threading.Lock()
        self.is_open = self.is_wanted_to_end = False
        self.told = float("-inf")

    def run(self) -> None:
        try:
            with self.around():
                try:
                    self.open()
                    self.answer = self.call()
                finally:
                    self.close()
        except BaseException as error:
            self.error = error
        give_back_import_lock()

    def open(self) -> None:
        """Let interrupts in from now on, and raise the one that came before."""
        with self.gate:
            self.is_open = True
        if self.is_wanted_to_end:
            raise KeyboardInterrupt

    def close(self) -> None:
        """Let no interrupt in any more, and take those that are on their way."""
        while self.is_open:
            try:
                with self.gate:
                    self.is_open = False
                for _ in range(1000):  # an interrupt comes between two steps of a loop
                    pass
            except KeyboardInterrupt:
                continue

    def interrupt(self) -> bool:
        """Raise KeyboardInterrupt in the call, now or as it begins; False says: ask again."""
        with self.gate:
            self.is_wanted_to_end = True
            if self.is_open and monotonic() - self.told > PATIENCE:
                if is_starting_another(self.ident) or is_between_modules(self.ident):
                    return False
                self.told = monotonic()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self.ident or 0), ctypes.py_object(KeyboardInterrupt)
                )
        return True


def is_starting_another(number: int | None) -> bool:
    """Tell whether the thread of this number starts another one now.

    Python 3.11 gives the other one the same number until it runs. It would take an exception that
    is meant for the first and end of it, and start() would wait for it without an end.
    """
    frame = sys._current_frames().get(number or 0)
    while frame and frame.f_code is not START:
        frame = frame.f_back
    return frame is not None


def give_back_import_lock() -> None:
    """Give back what this thread holds of the lock that Python takes for a moment in each import.

    An interrupt at that moment leaves it taken. Then no other thread can import anything.
    See https://docs.python.org/3.11/library/imp.html#imp.acquire_lock
    """
    with suppress(RuntimeError):  # another thread has it, for its moment
        while _imp.lock_held():
            _imp.release_lock()


def is_between_modules(number: int | None) -> bool:
    """Tell whether the thread of this number is inside Python's own code for imports now.

    That code takes a lock which nobody would give back; then each import waits for it for ever. The
    code of the module that is imported may be interrupted.
    """
    frame = sys._current_frames().get(number or 0)
    return frame is not None and frame.f_code.co_filename.startswith("<frozen importlib")


def in_a_thread(
    call: Callable[[], Answer], around: Callable[[], AbstractContextManager[Any]], name: str
) -> Answer:
    """Make a call in a thread, inside `around()`; return what it returns, raise what it raises.

    An interrupt is raised here once the thread has ended, and left everything as it was. (What
    waits outside Python, a long sleep, say, hears of it when it is back.)
    """
    work = Work(call, around, name)
    give_back_import_lock()
    with put_off() as came:
        work.start()
        told = 0
        while work.is_alive():
            try:
                work.join(AWAKE)
            except KeyboardInterrupt as error:  # of another thread than the main one, which waits
                came.append(error)
            if len(came) > told and work.interrupt():
                told = len(came)
    if work.error:
        raise work.error
    return work.answer  # type: ignore[no-any-return]


@contextmanager
def switched_on(flag: ContextVar[Any], to: Any = True) -> Iterator[None]:
    """Let a flag be on for a block, or have another value, in this thread alone."""
    before = flag.set(to)
    try:
        yield
    finally:
        flag.reset(before)


@contextmanager
def put_off() -> Iterator[list[Any]]:
    """Put interrupts and alarms off until a block is done that must not be left half way.

    Yields a list of those that came; the first of them takes effect in the end. One may come before
    they are put off, so what must be undone is tried again then. Before the first step of an
    `__exit__` Python lets nobody do anything: that block ends as soon as its error is dropped.
    See https://docs.python.org/3/library/signal.html#handlers-and-exceptions
    """
    came: list[Any] = []
    before: dict[int, Any] = {}
    work = threading.current_thread()
    was_open = isinstance(work, Work) and work.is_open
    try:
        if isinstance(work, Work):
            work.close()
        set_handlers(before, came, lambda *it: came.append(it))
        yield came
    finally:
        set_handlers(before, came)
        if isinstance(work, Work) and was_open:
            work.open()
        if came and isinstance(came[0], BaseException):
            raise came[0]
        if came:
            before[came[0][0]](*came[0])


@contextmanager
def undoing(undo: Callable[..., Any], *args: Any) -> Iterator[None]:
    """Undo what a block did, without an interrupt in between; `undo` may be asked twice."""
    try:
        yield
    finally:
        try:
            with put_off():
                undo(*args)
        except BaseException:  # an interrupt came before it could be put off
            with put_off():
                undo(*args)
            raise


def set_handlers(before: dict[int, Any], came: list[Any], ours: Any = None) -> None:
    """Set our handler, and note those of before; or without one set those; whatever comes."""
    try:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS if ours else before:
                handler = before.get(number) or signal.getsignal(number)
                if callable(handler):
                    before[number] = handler
                    signal.signal(number, ours or handler)
    except BaseException as error:  # what the handlers of before raise
        came.append(error)
        set_handlers(before, came, ours)
