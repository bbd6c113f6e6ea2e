"""See everything that happens while a block runs: signals, receivers, overrides, SQL, in order.

Watching must not change what is watched. A connected receiver would: Django deletes row by row
as soon as anybody listens. So nothing is connected here. The sending itself is wrapped, on the
classes of Django, for as long as a trace is open; the private names that this takes all stand in
`wrap_django`. No query is issued, and SQL is read where cursors execute it, which needs no DEBUG.
See https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
"""

import inspect
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import _GeneratorContextManager, contextmanager
from functools import lru_cache, partial, wraps
from typing import Any, Never

from django.core.mail.backends.base import BaseEmailBackend
from django.db.backends.base import base as backend
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.db.models.manager import BaseManager
from django.dispatch import Signal

from whatfires import effects
from whatfires.choosing import Selection, expect_named
from whatfires.describing import quoted
from whatfires.events import LIMIT, Event, Trace, position
from whatfires.masking import read_settings
from whatfires.naming import subclasses
from whatfires.threads import put_off, undoing
from whatfires.wrappers import (
    calling,
    controlling,
    delivering,
    executing,
    refusing,
    sending,
    sending_async,
    warning,
)


def trace(
    *things: Never,
    include: Any = None,
    exclude: Any = None,
    limit: int | None = LIMIT,
    **others: Never,
) -> _GeneratorContextManager[Trace]:
    """Write down everything that happens in the block, in the order in which it happens.

    Yields a `Trace`, a sequence of events that fills up as the block runs: `.table()` is a
    DataFrame of all of it, `.tree()` what happened inside what, `.only()` a part of it, and
    `.receivers()` what each receiver cost. Traces may be nested. What other threads do is left out,
    unless the block itself sent them (async). An exception in the block passes through, and leaves
    all that came before it written down.

    `include` and `exclude` choose what is written down at all (see `Trace.only`). After `limit`
    events (None: no limit) it only counts: `left_out` is the number that was not written down. No
    instance, and no sender, is kept alive. What stands under the name of a secret is not kept (see
    `whatfires.masking`). Raises TypeError for what `include` and `exclude` do not take, and for
    what comes without such a name.

    A send within a send takes four frames instead of two, so a recursion that fits half of
    `sys.getrecursionlimit()` is what fits a trace.
    """
    if limit is not None and not (isinstance(limit, int) and limit >= 0):
        came = quoted(limit)
        raise TypeError(f"trace(limit=...): expected a number of events or None; came {came}.")
    expect_named("trace", things, others, ("include", "exclude", "limit"))
    return traced(Selection(include, exclude), limit)


@contextmanager
def traced(selection: Selection, limit: int | None) -> Iterator[Trace]:
    """Write down what is selected (see `trace`)."""
    recording = Trace(still_open(position.get()), selection, limit)
    with wrapped_django(), undoing(end, recording):
        position.set(recording)
        yield recording


def end(recording: Trace) -> None:
    """Write nothing more down."""
    recording.close()
    if position.get() is recording:  # else a later one is open, which ends by itself
        position.set(still_open(recording))


def still_open(around: Event | Trace | None) -> Event | Trace | None:
    """Return what is open around a place; a trace that an interrupt left may end late."""
    while around is not None and around.traces[-1].is_closed:
        around = around.traces[-1].around
    return around


# What drops the callbacks that wait for a COMMIT: a method, what is told of it, its statement.
DROPPING = {
    "rollback": effects.dropping("dropped by ROLLBACK", "ROLLBACK"),
    "savepoint_rollback": effects.dropping("dropped by ROLLBACK TO SAVEPOINT", "ROLLBACK TO"),
    "close": effects.dropping("dropped with the connection", ""),
}
CALLING = {name: partial(calling, name) for name in ("save", "delete")}
INHERITED = object()
ORIGINAL = "_whatfires_original"
_lock = threading.Lock()
_open_blocks: set[object] = set()
_wrapped: list[tuple[Any, str, Any, Any]] = []


@contextmanager
def wrapped_django() -> Iterator[None]:
    """Keep Django wrapped while at least one block is open, in whatever thread."""
    read_settings()
    block = object()
    with undoing(close_block, block):
        with put_off(), _lock:  # an interrupt leaves nothing half wrapped
            _open_blocks.add(block)
            if len(_open_blocks) == 1:
                wrap_django()
        yield


def close_block(block: object) -> None:
    """Note that a block is over, and unwrap Django after the last."""
    with _lock:
        _open_blocks.discard(block)
        if not _open_blocks:
            unwrap_django()


def wrap_django() -> None:
    """Put our wrappers in: the only place that touches names which Django does not document."""
    for name in ("send", "send_robust"):
        wrap(Signal, name, sending)
    for name in ("asend", "asend_robust"):
        wrap(Signal, name, sending_async)
    wrap(Signal, "_live_receivers", delivering)
    wrap(CursorWrapper, "_execute_with_wrappers", executing)
    wrap(backend, "debug_transaction", controlling)
    wrap(BaseDatabaseWrapper, "_cursor", refusing)
    wrap(BaseManager, "get_queryset", refusing)  # sooner: most of a query's time is its making
    wrap(warnings, "warn", warning)
    wrap(BaseDatabaseWrapper, "on_commit", effects.registering)
    wrap(BaseDatabaseWrapper, "run_and_clear_commit_hooks", effects.running)
    for name, how in DROPPING.items():
        wrap(BaseDatabaseWrapper, name, how)
    if testcases := sys.modules.get("django.test.testcases"):
        wrap(testcases.TestCase, "captureOnCommitCallbacks", effects.capturing)
    for kind in subclasses(BaseEmailBackend):
        wrap_backend(kind)
    wrap(BaseEmailBackend, "__init_subclass__", partial(effects.welcoming, wrap_backend))
    if tasks := effects.class_of_tasks():
        wrap(tasks, "enqueue", effects.enqueuing)
        wrap(tasks, "aenqueue", effects.enqueuing_async)
    for model in classes_of_models():
        for name in CALLING.keys() & vars(model).keys():
            if inspect.isfunction(vars(model)[name]):
                wrap(model, name, CALLING[name])


def wrap_backend(kind: type) -> None:
    """Wrap a class of mail backends; many are imported as the first message is sent."""
    if inspect.isfunction(vars(kind).get("send_messages")):
        wrap(kind, "send_messages", effects.mailing)


def wrap(owner: Any, name: str, how: Callable[[Any], Any]) -> None:
    original = vars(owner).get(name, INHERITED)
    while hasattr(original, ORIGINAL):  # a patch that ended late has put an old one back
        original = getattr(original, ORIGINAL)
    ours = (kept_wrapper if is_of_django(original) else wrapper)(how, original)
    try:
        setattr(owner, name, ours)
    except (AttributeError, TypeError):  # a class that lets nobody change it: not to be seen
        return
    _wrapped.append((owner, name, original, ours))


def wrapper(how: Callable[[Any], Any], original: Any) -> Any:
    """Make what stands around a function, and knows it."""
    ours = how(original)
    if not isinstance(ours, classmethod):
        ours = wraps(original)(ours)
    setattr(ours, ORIGINAL, original)
    return ours


kept_wrapper = lru_cache(maxsize=128)(wrapper)  # each trace needs the same ones


def is_of_django(function: Any) -> bool:
    """Tell whether a function is Django's own; one of a project would keep its classes alive."""
    if not inspect.isfunction(function) or not function.__module__.startswith("django."):
        return False
    return str(function.__globals__["__name__"]).startswith("django.")  # no decorator's own


def unwrap_django() -> None:
    while _wrapped:
        owner, name, original, ours = _wrapped.pop()
        # Somebody who wrapped our wrapper meanwhile keeps theirs; ours stays quiet inside it.
        if vars(owner)[name] is not ours:
            continue
        if original is INHERITED:
            delattr(owner, name)
        else:
            setattr(owner, name, original)


def classes_of_models() -> set[type]:
    """Find Model, its subclasses, and the plain classes (mixins) that those inherit from."""
    return set(Model.__mro__).union(*(model.__mro__ for model in subclasses(Model)))
