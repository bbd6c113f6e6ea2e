"""Who is confined: the threads of a look, for as long as they live.

A look is one run of `what_fires()`. What its threads may do depends on it: while it lasts they have
a folder and databases of their own, and after its end nothing.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, ref

Thread = threading.Thread
PATIENCE = 0.5  # seconds for threads that were started to end by themselves
_looks: "WeakKeyDictionary[Thread, Look]" = WeakKeyDictionary()


class Refused(RuntimeError):
    """Something wanted to leave the process."""


def look_of() -> "Look | None":
    """Return the look that the code which asks runs for; None for the rest of the process."""
    return _looks.get(threading.current_thread())


def is_confined() -> bool:
    """Tell whether the code that asks runs for a look only."""
    return look_of() is not None


def is_anybody_confined() -> bool:
    return bool(_looks)


class Look:
    """What belongs to one look, and its end."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder).resolve()
        self.owner = threading.current_thread()
        self.is_over = False
        self.databases: set[str] | None = None  # the names it may open; None until they are made
        self.connect: Callable[..., Any] | None = None
        self.memory: dict[Any, Any] = {}  # its caches
        self.pools: WeakKeyDictionary[ThreadPoolExecutor, OwnPool] = WeakKeyDictionary()
        self.listening: list[ReferenceType[Any]] = []  # sockets
        self._started: list[ReferenceType[Thread]] = []
        self._changed: dict[Any, tuple[Any, Any, Callable[[], Any], Callable[[Any], Any]]] = {}
        _looks[self.owner] = self

    def follow(self, thread: Thread) -> None:
        """Confine a thread that is about to start."""
        if thread not in _looks:
            _looks[thread] = self
            self._started.append(ref(thread))

    def alive(self) -> list[Thread]:
        """List the threads that were started and have not ended."""
        number, found = -1, []
        while not found and number != len(self._started):  # the last to end may have started one
            number = len(self._started)
            started = [it() for it in self._started]
            found = [it for it in started if it is not None and it.is_alive()]
        return found

    @property
    def is_over_here(self) -> bool:
        """Tell whether the code that asks outlived the look; the first thread still tidies up."""
        return self.is_over and threading.current_thread() is not self.owner

    def pool_for(self, pool: ThreadPoolExecutor) -> ThreadPoolExecutor:
        """Return the pool that takes the work which this look hands to one of the project."""
        if isinstance(pool, OwnPool) or pool._shutdown:  # Python says so itself
            return pool
        if self.is_over:
            raise Refused(refusal("to hand work to a pool of threads"))
        return self.pools.get(pool) or self.pools.setdefault(pool, OwnPool(pool))

    def note(
        self,
        what: Any,
        before: Any,
        ours: Any,
        read: Callable[[], Any],
        write: Callable[[Any], Any],
    ) -> None:
        """Remember what was before this look changes something that the whole process shares."""
        first, *_ = self._changed.get(what, (before,))
        self._changed[what] = (first, ours, read, write)

    def put_back(self) -> None:
        """Undo such changes, but for what others have changed since."""
        for before, ours, read, write in reversed(list(self._changed.values())):
            with suppress(Exception):
                if read() in (before, ours):
                    write(before)

    def end(self) -> None:
        """Give the threads that were started a moment to end, and refuse the rest everything."""
        if self.is_over:
            return
        for pool in list(self.pools.values()):
            pool.shutdown(wait=False, cancel_futures=True)
        until = monotonic() + PATIENCE
        for thread in self.alive():
            if isinstance(thread, threading.Timer):
                thread.cancel()
            thread.join(max(0, until - monotonic()))
        self.is_over = True
        self.pools.clear()  # they know their threads, which know the look
        self.put_back()

    def leave(self) -> None:
        """Let the first thread go; it has done its work."""
        _looks.pop(self.owner, None)


class OwnPool(ThreadPoolExecutor):
    """Threads of a look in the place of those of a pool: as many, prepared in the same way."""

    PREPARED = ("_initializer", "_initargs", "_create_worker_context", "_resolve_work_item")

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        super().__init__(pool._max_workers, "what_fires")
        vars(self).update({name: it for name, it in vars(pool).items() if name in self.PREPARED})


def set_variable(name: str, value: str | None) -> None:
    """Set a variable of the environment, or take it away."""
    if value is None:
        os.environ.pop(name, None)
        os.unsetenv(name)  # code may have gone past os.environ
    else:
        os.environ[name] = value
    if name == "TZ" and hasattr(time, "tzset"):
        time.tzset()


def refusal(what: str) -> str:
    return f"while operations are tried out, nothing leaves the process: {what} was refused"
