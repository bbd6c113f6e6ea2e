"""See everything that happens while a block runs: signals, receivers, overrides, SQL, in order.

Watching must not change what is watched. A connected receiver would: Django deletes row by row
as soon as anybody listens. So nothing is connected here. The sending itself is wrapped, on the
classes of Django, for as long as a trace is open; the private names that this takes all stand in
`wrap_django`. No query is issued, and SQL is read where cursors execute it, which needs no DEBUG.
See https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
"""

import inspect
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps

from django.db.backends.base import base as backend
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.dispatch import Signal

from whatfires.describing import (
    AskedTheDatabase,
    describing,
    in_transaction,
    introduced,
    spelled,
)
from whatfires.events import Event, Trace
from whatfires.naming import name_of_receiver, name_of_sender, name_of_signal, place_of

# Where we are in the story: the event that goes on now, or an open trace; None outside all.
# Every thread and every task has its own, and asgiref hands it on when a call changes threads.
_position = ContextVar("position", default=None)


@contextmanager
def trace():
    """Write down everything that happens in the block, in the order in which it happens.

    Yields a `Trace`, a sequence of events that fills up as the block runs: `.table()` is a
    DataFrame of all of it, `.tree()` what happened inside what, `.filter()` a part of it. Traces
    may be nested. What other threads do is left out, unless the block itself sent them (async).
    An exception in the block passes through, and leaves all that came before it written down.
    """
    recording = Trace(parent=_position.get())
    with wrapped_django():
        token = _position.set(recording)
        try:
            yield recording
        finally:
            _position.reset(token)
            recording._closed = True


_lock = threading.Lock()
_open_traces = 0
_wrapped = []


@contextmanager
def wrapped_django():
    """Keep Django wrapped while at least one trace is open, in whatever thread."""
    global _open_traces
    with _lock:
        _open_traces += 1
        if _open_traces == 1:
            wrap_django()
    try:
        yield
    finally:
        with _lock:
            _open_traces -= 1
            if _open_traces == 0:
                unwrap_django()


def wrap_django():
    """Put our wrappers in: the only place that touches names which Django does not document."""
    for name in ("send", "send_robust"):
        wrap(Signal, name, sending)
    for name in ("asend", "asend_robust"):
        wrap(Signal, name, sending_async)
    wrap(Signal, "_live_receivers", delivering)
    wrap(CursorWrapper, "_execute_with_wrappers", executing)
    wrap(backend, "debug_transaction", controlling)
    wrap(BaseDatabaseWrapper, "_cursor", refusing)
    for model in classes_of_models():
        for name in ("save", "delete"):
            if inspect.isfunction(vars(model).get(name)):
                wrap(model, name, partial(calling, name))


def wrap(owner, name, how):
    original = vars(owner)[name]
    ours = wraps(original)(how(original))
    _wrapped.append((owner, name, original, ours))
    setattr(owner, name, ours)


def unwrap_django():
    while _wrapped:
        owner, name, original, ours = _wrapped.pop()
        # Somebody who wrapped our wrapper meanwhile keeps theirs; ours stays quiet inside it.
        if vars(owner)[name] is ours:
            setattr(owner, name, original)


def classes_of_models():
    """Find Model, its subclasses, and the plain classes (mixins) that those inherit from."""
    found, waiting = set(), [Model]
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.add(model)
            waiting += model.__subclasses__()
    return {base for model in found for base in model.__mro__[:-1]}


class During:
    """The time while an event goes on: what happens then happens inside it."""

    def __init__(self, event):
        self.event = event

    def __enter__(self):
        self.before = _position.set(self.event)

    def __exit__(self, error_class, error, traceback):
        _position.reset(self.before)
        self.event.end(error)


def sending(send):
    def traced_send(self, sender, **named):
        position = _position.get()
        if position is None or describing():
            return send(self, sender, **named)
        event = sent(position, self, sender, named)
        with During(event):
            return originals(send(self, sender, **named))

    return traced_send


def sending_async(send):
    async def traced_send(self, sender, **named):
        position = _position.get()
        if position is None or describing():
            return await send(self, sender, **named)
        event = sent(position, self, sender, named)
        with During(event):
            return originals(await send(self, sender, **named))

    return traced_send


def sent(position, signal, sender, named):
    """Write down that a signal is sent; whether anybody listens shows later."""
    event = Event(
        position,
        "signal",
        name_of_signal(signal),
        signal=signal,
        sender=name_of_sender(sender),
        sender_object=sender,
        transaction=in_transaction(named.get("using")),
    )
    if event.what not in ("pre_init", "post_init"):
        describe(event, named)
    return event


def describe(event, named):
    if "instance" in named:
        event.instance = introduced(named["instance"])
    event.arguments = {name: spelled(value) for name, value in named.items() if name != "instance"}


def originals(responses):
    """Hand the sender the receivers that it knows, not our wrappers around them."""
    return [
        (receiver.receiver if isinstance(receiver, Delivery | AsyncDelivery) else receiver, answer)
        for receiver, answer in responses
    ]


def delivering(live_receivers):
    """Wrap each receiver of a signal that is being sent (`has_listeners` asks for them as well)."""

    def traced_live_receivers(self, sender):
        receivers = live_receivers(self, sender)
        event = _position.get()
        if isinstance(event, Event) and event.kind == "signal" and event.signal is self:
            plain, asynchronous = receivers
            event.heard = len(plain) + len(asynchronous)
            return (
                [Delivery(receiver, event) for receiver in plain],
                [AsyncDelivery(receiver, event) for receiver in asynchronous],
            )
        return receivers

    return traced_live_receivers


class Delivery:
    """A receiver for one sending: calls the real one and writes down what came of it."""

    def __init__(self, receiver, sending):
        self.receiver, self.sending = receiver, sending

    def begin(self, named):
        event = Event(
            self.sending,
            "delivery",
            name_of_receiver(self.receiver),
            signal=self.sending.signal,
            sender=self.sending.sender,
            sender_object=self.sending.sender_object,
            where=place_of(self.receiver),
            transaction=in_transaction(named.get("using")),
        )
        if not self.sending.arguments and not self.sending.instance:
            told = {
                name: value for name, value in named.items() if name not in ("signal", "sender")
            }
            describe(self.sending, told)
        event.instance, event.arguments = self.sending.instance, self.sending.arguments
        return event

    def __call__(self, **named):
        event = self.begin(named)
        with During(event):
            answer = self.receiver(**named)
            event.returned(answer)
        return answer

    def __getattr__(self, name):
        # Django asks a receiver for its __qualname__ when it logs a failure.
        return getattr(self.receiver, name)


class AsyncDelivery(Delivery):
    """The same for a receiver that is awaited."""

    async def __call__(self, **named):
        event = self.begin(named)
        with During(event):
            answer = await self.receiver(**named)
            event.returned(answer)
        return answer


def executing(execute):
    def traced_execute(self, sql, params, many, executor):
        position = _position.get()
        if position is None:
            return execute(self, sql, params, many, executor)
        told = {"using": self.db.alias}
        if many:
            told["many"] = True
        elif params:
            told["params"] = tuple(params) if isinstance(params, list) else params
        event = Event(
            position, "sql", str(sql), arguments=told, transaction=self.db.in_atomic_block
        )
        with During(event):
            return execute(self, sql, params, many, executor)

    return traced_execute


def controlling(debug_transaction):
    """See BEGIN, COMMIT and ROLLBACK, which reach the database without a cursor."""

    @contextmanager
    def traced_transaction(connection, sql):
        position = _position.get()
        if position is None:
            with debug_transaction(connection, sql):
                yield
            return
        event = Event(position, "sql", sql, arguments={"using": connection.alias}, transaction=True)
        with During(event), debug_transaction(connection, sql):
            yield

    return traced_transaction


def calling(name, method):
    """See save() and delete(), overridden or not; Django's own only where it comes first."""
    own = method.__module__ == Model.__module__

    def traced_method(self, *args, **kwargs):
        position = _position.get()
        if position is None or describing():
            return method(self, *args, **kwargs)
        what = f"{name}()"
        if own and continues(position, what, id(self)):
            return method(self, *args, **kwargs)
        event = Event(
            position,
            "method",
            what,
            sender=type(self).__name__,
            sender_object=type(self),
            subject=id(self),
            instance=introduced(self),
            override=not own,
            where="" if own else place_of(method),
            arguments={name: spelled(value) for name, value in kwargs.items()},
            transaction=in_transaction(kwargs.get("using") or self._state.db),
        )
        with During(event):
            return method(self, *args, **kwargs)

    return traced_method


def continues(position, what, subject):
    """Tell whether Django's own method is only the end of an override that called super()."""
    return (
        isinstance(position, Event)
        and position.kind == "method"
        and position.what == what
        and position.subject == subject
    )


def refusing(cursor):
    def traced_cursor(self, *args, **kwargs):
        if describing():
            raise AskedTheDatabase("a trace asks the database nothing")
        return cursor(self, *args, **kwargs)

    return traced_cursor
