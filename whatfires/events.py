"""What a trace is made of: events, in order, each knowing inside which other it happened.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

import sys
from collections.abc import Iterator, Sequence
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, overload
from weakref import ref

from django.db.models.base import ModelBase
from django.dispatch import Signal

from whatfires.describing import one_line, spelled
from whatfires.naming import name_of_signal
from whatfires.tracing_views import NAMED, Tree, columns_of, draw

if TYPE_CHECKING:
    from whatfires.frames import TraceTable
    from whatfires.steps import Steps

LONGEST = 1000  # characters of an exception
# Packages that stand between the project's line and what it set off.
BETWEEN = {"whatfires", "django", "contextlib", "asgiref"}
KINDS = ("method", "signal", "delivery", "sql")
# The columns of the table.
TABLE: tuple[str, ...] = (
    "what",
    "kind",
    "sender",
    "instance",
    *NAMED,
    "other",
    "transaction",
    "queries",
)
TABLE += ("ms", "outcome", "where", "sql")


class Place(NamedTuple):
    """A line of code that runs, and the first line of its function."""

    module: str
    file: str
    line: int
    first: int


def caller() -> Place | None:
    """Find the line of the project that runs now: the innermost outside of Django and of this."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.partition(".")[0] not in BETWEEN:
            code = frame.f_code
            return Place(module, code.co_filename, frame.f_lineno, code.co_firstlineno)
        frame = frame.f_back
    return None


class Event:
    """One thing that happened.

    `kind` is "method" (a model's save or delete), "signal" (one was sent), "delivery" (a receiver
    was called) or "sql". `what` names it: `save()`, `post_save`, the receiver, the statement.
    `sender`, `instance` and `outcome` are text; `arguments` is a dict of what was passed along.
    `caller` is the line of the project that set it off, a `Place`, or None.
    `heard` is the number of receivers that a signal reached. `transaction` tells whether one was
    open, or None where there is no database. `depth` counts from the outermost trace.
    """

    __slots__ = (
        "_sender",
        "arguments",
        "caller",
        "depth",
        "ended",
        "heard",
        "instance",
        "kind",
        "outcome",
        "override",
        "parent",
        "queries",
        "sender",
        "signal",
        "started",
        "subject",
        "traces",
        "transaction",
        "what",
        "where",
    )

    def __init__(self, parent: "Event | Trace", kind: str, what: str, **details: Any) -> None:
        self.parent, self.kind, self.what = parent, kind, what
        self.traces: tuple[Trace, ...] = parent.traces
        self.depth: int = parent.depth + 1
        self.sender = self.instance = self.where = self.outcome = ""
        self.signal: Signal | None = None
        self.subject: int | None = None
        self.ended: float | None = None
        self.transaction: bool | None = None
        self._sender: Any = None
        self.arguments: dict[str, Any] = {}
        self.heard, self.queries, self.override = 0, 0, False
        for name, value in details.items():
            setattr(self, name, value)
        for trace in self.traces:
            trace._add(self)
        if kind == "sql":
            for around in ancestors(self):
                around.queries += 1
        self.caller = caller()
        self.started = perf_counter()

    @property
    def sender_object(self) -> Any:
        """Who sent it; None for nobody, and for a sender that is gone meanwhile.

        A trace keeps no sender alive, for that could be seen. Models it does keep: they stay as
        long as their app, and a migration's, which does not, is asked about after its end.
        """
        return self._sender() if isinstance(self._sender, ref) else self._sender

    @sender_object.setter
    def sender_object(self, sender: Any) -> None:
        try:
            self._sender = sender if isinstance(sender, ModelBase) else ref(sender)
        except TypeError:  # a text, a number: nothing that could be seen to go
            self._sender = sender

    @property
    def ms(self) -> float | None:
        """How long it took, all that happened inside it included; None while it goes on."""
        return None if self.ended is None else (self.ended - self.started) * 1000

    @property
    def failed(self) -> bool:
        """Whether an exception came out of it."""
        return self.outcome.startswith("raised ")

    def returned(self, answer: Any) -> None:
        """Note what a receiver gave back; most give None, which says nothing."""
        if answer is not None:
            self.outcome = f"returned {spelled(answer)}"

    def end(self, error: BaseException | None = None) -> None:
        """Note that it is over, and the exception that came out of it."""
        self.ended = perf_counter()
        if error is not None:
            told = f"raised {type(error).__name__}: {error}".removesuffix(": ")
            self.outcome = one_line(told, LONGEST)

    def __repr__(self) -> str:
        about = " ".join(filter(None, [self.sender, self.instance, self.outcome]))
        return f"<{self.kind} {self.what}{': ' if about else ''}{about}>"


def ancestors(event: Event) -> Iterator[Event]:
    """Yield the events inside which this one happened, the innermost first."""
    around = event.parent
    while isinstance(around, Event):
        yield around
        around = around.parent


class Trace(Sequence[Event]):
    """What happened, in order: a sequence of `Event`s. In a notebook it shows as its tree."""

    def __init__(self, parent: "Event | Trace | None" = None) -> None:
        self.depth: int = parent.depth if parent is not None else 0
        self.traces: tuple[Trace, ...] = (*(parent.traces if parent is not None else ()), self)
        self._events: list[Event] = []
        self._closed = False

    def _add(self, event: Event) -> None:
        if not self._closed:
            self._events.append(event)

    def close(self) -> None:
        """Write nothing more down."""
        self._closed = True

    def __len__(self) -> int:
        return len(self._events)

    @overload
    def __getitem__(self, index: int) -> Event: ...

    @overload
    def __getitem__(self, index: slice) -> "Trace": ...

    def __getitem__(self, index: int | slice) -> "Event | Trace":
        """An event by its place; a slice is a trace again."""
        if isinstance(index, slice):
            return self._part(self._events[index])
        return self._events[index]

    def filter(
        self, signal: Signal | str | None = None, sender: Any = None, kind: str | None = None
    ) -> "Trace":
        """Keep the events of a signal (or its name), of a sender (or its name), of one kind.

        A signal's events are its sendings and its deliveries. Returns a trace again. Raises
        TypeError for what cannot be a signal or a kind.
        """
        wanted = self._events
        if signal is not None:
            name = signal if isinstance(signal, str) else None
            if name is None and not isinstance(signal, Signal):
                raise TypeError(
                    f"filter(signal={signal!r}): expected a signal, such as post_save, or its name."
                )
            wanted = [
                event
                for event in wanted
                if event.signal is not None
                and (event.signal is signal or name_of_signal(event.signal) == name)
            ]
        if sender is not None:
            wanted = [
                event
                for event in wanted
                if (event.sender == sender if isinstance(sender, str) else False)
                or (event.sender_object is sender)
            ]
        if kind is not None:
            if kind not in KINDS:
                raise TypeError(f"filter(kind={kind!r}): expected one of {', '.join(KINDS)}.")
            wanted = [event for event in wanted if event.kind == kind]
        return self._part(wanted)

    def _part(self, events: list[Event]) -> "Trace":
        part = Trace()
        part._events, part._closed = events, True
        return part

    @property
    def statements(self) -> list[str]:
        """The SQL statements that ran, transaction control included, as text."""
        return [event.what for event in self if event.kind == "sql"]

    def table(self) -> "TraceTable":
        """Return a DataFrame, a row an event, indexed by `order` (from 1).

        Columns: `what` (indented by depth; SQL in short), `kind`, `sender`, `instance`,
        `created`, `raw`, `update_fields`, `action`, `origin`, `using` and `other` (what was
        passed along; empty where it was not), `transaction` (whether one was open), `queries`
        (statements inside it), `ms` (milliseconds, all inside it included), `outcome` (what came
        back or was raised), `where` (module:line) and `sql` (the whole statement). A notebook
        shows the columns in which something stands, and not `sql`.
        """
        from whatfires.frames import trace_table

        return trace_table(columns_of(self), TABLE)

    def json(self) -> str:
        """Write the trace as JSON; `whatfires.steps.Steps` tells its keys and reads it again."""
        return self.steps().json()

    def html(self, title: str = "What happened") -> str:
        """Write one page that steps through the trace; it asks no other machine for anything."""
        return self.steps().html(title)

    def mermaid(self) -> str:
        """Draw who called whom as a sequence diagram, in the language of mermaid."""
        return self.steps().mermaid()

    def steps(self) -> "Steps":
        """Return the trace as plain data, a dictionary a step (see `whatfires.steps.Steps`)."""
        from whatfires.steps import steps_of

        return steps_of(self)

    def tree(self, everything: bool = False) -> Tree:
        """Draw what happened inside what; rich in a notebook, plain text elsewhere.

        Left out, unless you ask for everything: pre_init and post_init that nobody heard, which
        every instance sends. The same steps give the same tree: it holds no times.
        """
        return draw(self, everything)

    def _repr_html_(self) -> str:
        return self.tree()._repr_html_()

    def __repr__(self) -> str:
        return repr(self.tree())
