"""What stands around Django's functions while a trace is open, and writes down what they do.

Each wrapper passes everything through, arguments, answers and exceptions, and is quiet outside a
trace. While a trace describes an object, nothing reaches the project: no signal, query or warning.
See https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Any

from django.db.models import Model
from django.dispatch import Signal

from whatfires.confined import forgiving
from whatfires.describing import (
    AskedTheDatabase,
    describing,
    in_transaction,
    introduced,
    masked,
)
from whatfires.events import Event, Trace, position, weak
from whatfires.masking import encodable, masked_params
from whatfires.naming import name_of_receiver, name_of_sender, name_of_signal, place_of
from whatfires.origins import HERE, came_from, is_ours

Wrapper = Callable[..., Any]


def sending(send: Wrapper) -> Wrapper:
    def traced_send(self: Signal, sender: Any, **named: Any) -> Any:
        around = position.get()
        if describing():
            return []
        if around is None:
            return send(self, sender, **named)
        event = sent(around, self, sender, named)
        with event:
            return originals(send(self, sender, **named))

    return traced_send


def sending_async(send: Wrapper) -> Wrapper:
    async def traced_send(self: Signal, sender: Any, **named: Any) -> Any:
        around = position.get()
        if describing():
            return []
        if around is None:
            return await send(self, sender, **named)
        event = sent(around, self, sender, named)
        with event:
            return originals(await send(self, sender, **named))

    return traced_send


def sent(around: Event | Trace, signal: Signal, sender: Any, named: dict[str, Any]) -> Event:
    """Write down that a signal is sent; whether anybody listens shows later."""
    event = Event(
        around,
        "signal",
        name_of_signal(signal),
        signal=signal,
        sender=name_of_sender(sender),
        sender_kept=weak(sender),
        transaction=in_transaction(named.get("using")),
    )
    for trace in event.traces:
        if trace.keeps:
            event.passed = named
    if event.what not in ("pre_init", "post_init"):  # which each instance sends
        describe(event, named)
        event.came_from = came_from()
    return event


def describe(event: Event, named: dict[str, Any]) -> None:
    if named.get("instance") is not None:
        event.instance = introduced(named["instance"])
    event.arguments = masked(named, leaving_out=("instance", "signal", "sender"))


def originals(responses: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Hand the sender the receivers that it knows, not our wrappers around them."""
    return [
        (receiver.receiver if isinstance(receiver, Delivery) else receiver, answer)
        for receiver, answer in responses
    ]


def delivering(live_receivers: Wrapper) -> Wrapper:
    """Wrap each receiver of a signal that is being sent (`has_listeners` asks for them as well)."""

    def traced_live_receivers(self: Signal, sender: Any) -> Any:
        receivers = live_receivers(self, sender)
        event = position.get()
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

    def __init__(self, receiver: Any, sending: Event) -> None:
        self.receiver, self.sending = receiver, sending

    def begin(self, named: dict[str, Any]) -> Event:
        event = Event(
            self.sending,
            "delivery",
            name_of_receiver(self.receiver),
            signal=self.sending.signal,
            sender=self.sending.sender,
            sender_kept=self.sending.sender_kept,
            where=place_of(self.receiver),
            transaction=in_transaction(named.get("using")),
        )
        if not self.sending.arguments and not self.sending.instance:
            describe(self.sending, named)
            self.sending.came_from = came_from()
        event.came_from = self.sending.came_from
        event.instance, event.arguments = self.sending.instance, self.sending.arguments
        return event

    def __call__(self, **named: Any) -> Any:
        event = self.begin(named)
        answer = None
        with forgiving(), event:
            answer = self.receiver(**named)
            event.returned(answer)
        return answer

    def __getattr__(self, name: str) -> Any:
        # Django asks a receiver for its __qualname__ when it logs a failure.
        return getattr(self.receiver, name)


class AsyncDelivery(Delivery):
    """The same for a receiver that is awaited."""

    async def __call__(self, **named: Any) -> Any:
        event = self.begin(named)
        with event:
            answer = await self.receiver(**named)
            event.returned(answer)
        return answer


def executing(execute: Wrapper) -> Wrapper:
    def traced_execute(self: Any, sql: Any, params: Any, many: bool, executor: Any) -> Any:
        around = position.get()
        if around is None:
            return execute(self, sql, params, many, executor)
        told: dict[str, Any] = {"using": self.db.alias}
        if many:
            told["many"] = True
        elif params:
            told["params"] = masked_params(str(sql), params)
        event = Event(
            around,
            "sql",
            encodable(str(sql)),
            arguments=told,
            came_from=came_from(),
            transaction=self.db.in_atomic_block,
        )
        with event:
            return execute(self, sql, params, many, executor)

    return traced_execute


def controlling(
    debug_transaction: Callable[[Any, str], AbstractContextManager[None]],
) -> Wrapper:
    """See BEGIN, COMMIT and ROLLBACK, which reach the database without a cursor."""

    @contextmanager
    def traced_transaction(connection: Any, sql: str) -> Iterator[None]:
        around = position.get()
        if around is None:
            with debug_transaction(connection, sql):
                yield
            return
        event = Event(
            around,
            "sql",
            sql,
            arguments={"using": connection.alias},
            came_from=came_from(),
            transaction=True,
        )
        with event, debug_transaction(connection, sql):
            yield

    return traced_transaction


def calling(name: str, method: Wrapper) -> Wrapper:
    """See save() and delete(), overridden or not; Django's own only where it comes first."""
    own = method.__module__ == Model.__module__

    def traced_method(self: Any, *args: Any, **kwargs: Any) -> Any:
        around = position.get()
        if around is None or describing() or not isinstance(self, Model):
            return method(self, *args, **kwargs)
        what = f"{name}()"
        if own and continues(around, what, id(self)):
            return method(self, *args, **kwargs)
        event = Event(
            around,
            "method",
            what,
            sender=type(self).__name__,
            sender_kept=weak(type(self)),
            subject=id(self),
            instance=introduced(self),
            override=not own,
            where="" if own else place_of(method),
            arguments=masked(kwargs),
            came_from=came_from(),
            transaction=in_transaction(kwargs.get("using") or self._state.db),
        )
        with event:
            return method(self, *args, **kwargs)

    return traced_method


def continues(around: Event | Trace | None, what: str, subject: int) -> bool:
    """Tell whether Django's own method is only the end of an override that called super()."""
    return (
        isinstance(around, Event)
        and around.kind == "method"
        and around.what == what
        and around.subject == subject
    )


def refusing(ask: Wrapper) -> Wrapper:
    def traced_ask(self: Any, *args: Any, **kwargs: Any) -> Any:
        if describing():
            raise AskedTheDatabase("a trace asks the database nothing")
        return ask(self, *args, **kwargs)

    return traced_ask


def warning(warn: Wrapper) -> Wrapper:
    """Keep warnings of what is described to ourselves; let the others name their own line."""

    def traced_warn(
        message: Any, category: Any = None, stacklevel: int = 1, source: Any = None, **named: Any
    ) -> None:
        if describing():
            return
        if "skip_file_prefixes" in named:
            named["skip_file_prefixes"] = (*named["skip_file_prefixes"], HERE)
        warn(message, category, stacklevel + ours_below(stacklevel), source, **named)

    return traced_warn


def ours_below(stacklevel: int) -> int:
    """Count our own frames among those that a stacklevel counts."""
    frame: FrameType | None = sys._getframe(1)
    ours = 0
    while frame is not None and stacklevel > 0:
        if is_ours(frame.f_code.co_filename):
            ours += 1
        else:
            stacklevel -= 1
        frame = frame.f_back
    return ours
