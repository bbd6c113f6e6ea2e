"""What a trace is made of: events, in order, each knowing inside which other it happened.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

import sys
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import KW_ONLY, dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Never, Unpack, overload
from weakref import ref

from django.dispatch import Signal

from whatfires.choosing import (
    KINDS,
    Selection,
    Wanted,
    ancestors,
    chosen,
    expect_named,
    is_of_signal,
    is_sent_by,
    unmet,
)
from whatfires.costs import Costs, costs_of
from whatfires.describing import expect, named_error, one_line, quoted, spelled
from whatfires.masking import masked_error
from whatfires.origins import NO_PLACE, Place
from whatfires.tracing_views import NAMED, Live, Tree, columns_of, draw

if TYPE_CHECKING:
    from whatfires.frames import TraceTable
    from whatfires.steps import Steps

LONGEST = 1000  # characters of an exception
LIMIT = 100_000  # events that a trace writes down, unless it is told another number
# The columns of the table.
TABLE = (
    *("what", "kind", "sender", "instance", *NAMED, "other", "transaction", "queries", "ms"),
    *("outcome", "where", "came_from", "sql"),
)


# Where we are in the story: the event that goes on now, or an open trace; None outside all.
# Every thread and every task has its own, and asgiref hands it on when a call changes threads.
position: "ContextVar[Event | Trace | None]" = ContextVar("position", default=None)


def weak(sender: Any) -> Any:
    """Refer to a sender without keeping it alive."""
    if sender is None:
        return None
    try:
        return ref(sender)
    except TypeError:  # a text, a number: nothing that could be seen to go
        return sender


@dataclass(slots=True, eq=False, repr=False)
class Event(Live):
    """One thing that happened.

    | `kind`      | what happened                     | `what`          | `where`               |
    |-------------|-----------------------------------|-----------------|-----------------------|
    | "method"    | a model's save() or delete() ran  | "save()"        | the override, or ""   |
    | "signal"    | a signal was sent                 | "post_save"     | ""                    |
    | "delivery"  | a receiver was called             | the receiver    | the receiver          |
    | "sql"       | a statement ran                   | the statement   | ""                    |
    | "on_commit" | a callback was registered         | the callback    | the callback          |
    | "callback"  | such a callback was called        | the callback    | the callback          |
    | "mail"      | a message was handed to a backend | its subject     | ""                    |
    | "task"      | a task of django.tasks, enqueued  | the task        | its function          |

    `where` is "module:line", a definition. `came_from`, in the same form, is the nearest line of
    the user's own code behind it: not Django, not an installed package, not Python's own library;
    "" where there is none, and for pre_init and post_init that nobody heard.

    `sender` and `instance` are text, "" where there is none; `sender_object` is the sender itself.
    `signal` is the signal of a "signal" and a "delivery", else None. `heard` is the number of
    receivers that a signal reached. `override` tells whether a "method" is the project's own.

    `arguments` is a dict of what was passed along, short, secrets hidden ("…"). "sql": `using`,
    and `params` (a tuple) or `many` (True). "on_commit": `using`, and `robust` if it was so.
    "mail": `to` (a text), never the body. "task": those by name, `queue_name` and `backend`.

    `outcome` is "" or a text: "returned ...", "raised Error: ...". Of an "on_commit" it is what
    became of the callback: "run after COMMIT", "failed after COMMIT", "run at once" (no transaction
    was open), "run by a test", "dropped by ROLLBACK", "dropped by ROLLBACK TO SAVEPOINT", "dropped
    with the connection", "not run, as one before it failed", or "" while it waits. `settled_by` is
    the "sql" event, COMMIT or ROLLBACK, that decided so, if the trace saw it; a "callback" has the
    same. `registered` is the "on_commit" event of a "callback", if the trace saw it.

    `passed` is what a "signal" passed along, the objects themselves, where a `recorded()` block
    keeps them; else None.

    `parent` is the event, or the trace, inside which it happened, and `depth` counts from the
    outermost trace. `queries` is the number of statements inside it. `transaction` tells whether
    one was open as it began, None where there is no database. `started` and `ended` are seconds of
    `time.perf_counter`, `ms` the milliseconds between, all that happened inside it included.
    """

    parent: "Event | Trace"
    kind: str
    what: str
    _: KW_ONLY
    sender: str = ""
    sender_kept: Any = None  # weakly, where that can be
    instance: str = ""
    where: str = ""
    came_from: Place = NO_PLACE
    arguments: dict[str, Any] = field(default_factory=dict)
    transaction: bool | None = None
    signal: Signal | None = None
    subject: int | None = None
    override: bool = False
    registered: "Event | None" = None
    settled_by: "Event | None" = None
    passed: dict[str, Any] | None = None
    heard: int = 0
    queries: int = 0
    outcome: str = ""
    ended: float | None = None
    traces: "tuple[Trace, ...]" = field(init=False)
    depth: int = field(init=False)
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.traces, self.depth = self.parent.traces, self.parent.depth + 1
        for trace in self.traces:
            trace._add(self)
        if self.kind == "sql":
            for around in ancestors(self):
                around.queries += 1
        self.started = perf_counter()

    def __enter__(self) -> None:
        """Go on: what happens now happens inside it."""
        position.set(self)

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        position.set(self.parent)
        self.end(error)

    @property
    def sender_object(self) -> Any:
        """Who sent it; None for nobody, and for a sender that is gone meanwhile.

        A trace keeps no sender alive: that could be seen, and would keep every historical
        model of a migration in memory.
        """
        return self.sender_kept() if isinstance(self.sender_kept, ref) else self.sender_kept

    @property
    def ms(self) -> float | None:
        """How long it took, all that happened inside it included; None while it goes on."""
        return None if self.ended is None else (self.ended - self.started) * 1000

    @property
    def failed(self) -> bool:
        """Whether an exception came out of it."""
        return self.outcome.startswith("raised ")

    @property
    def root(self) -> "Trace":
        """The outermost trace that was open as it happened."""
        return self.traces[0]

    def returned(self, answer: Any) -> None:
        """Note what a receiver gave back; most give None, which says nothing."""
        if answer is not None:
            self.outcome = f"returned {spelled(answer)}"

    def end(self, error: BaseException | None = None) -> None:
        """Note that it is over, and the exception that came out of it."""
        self.ended = perf_counter()
        if error is not None:
            told = f"raised {named_error(error)}"
            self.outcome = one_line(masked_error(told), LONGEST)

    def __repr__(self) -> str:
        about = " ".join(filter(None, [self.sender, self.instance, self.outcome]))
        return f"<{self.kind} {self.what}{': ' if about else ''}{about}>"


class Trace(Live, Sequence[Event]):
    """What happened, in order: a sequence of `Event`s. In a notebook it shows as its tree.

    `left_out` is the number of events that were not written down, or are not in this part of it.
    """

    def __init__(
        self,
        parent: "Event | Trace | None" = None,
        selection: Selection | None = None,
        limit: int | None = None,
    ) -> None:
        self.depth: int = parent.depth if parent is not None else 0
        self.traces: tuple[Trace, ...] = (*(parent.traces if parent is not None else ()), self)
        self.around = parent
        self._events: list[Event] = []
        self.is_closed = False
        self._keeps = selection.keeps if selection else None
        self._limit = sys.maxsize if limit is None else limit
        self.left_out = 0
        self.unmet: list[str] = []  # names that were asked for, and that nothing bears
        self.keeps = False  # what signals pass along, the objects themselves (see `recording`)
        # The callbacks that wait for a COMMIT, by id of what the connection keeps with each.
        self.waiting: dict[int, tuple[Any, Event]] = {}

    def _add(self, event: Event) -> None:
        if self.is_closed:
            return
        if len(self._events) >= self._limit or (self._keeps and not self._keeps(event)):
            self.left_out += 1
        else:
            self._events.append(event)

    def close(self) -> None:
        """Write nothing more down."""
        self.is_closed = True
        self.waiting.clear()

    @property
    def root(self) -> "Trace":
        """The outermost trace that was open as this one began."""
        return self.traces[0]

    def latest(self, number: int) -> Iterator[Event]:
        """Yield so many of the last events, the last one first."""
        expect("latest()", number, int, "a number of events")
        return iter(self._events[: -number - 1 : -1])

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

    def __copy__(self) -> "Trace":
        return self.only()

    def only(self, *things: Never, **wanted: Unpack[Wanted]) -> "Trace":
        """Return the part that is wanted, as a trace; `tree()` and `table()` take the same.

        - `include`, `exclude`: signals, senders, receivers, kinds, or their names, one or a list.
          What is included by signal, sender or receiver comes with all that happened inside it,
          and what is excluded so goes with it; a kind is the event alone. Of several sorts in
          `include` each must be met: `include=[post_save, Order, "sql"]` is the SQL that post_save
          of an Order set off.
        - `apps`: labels of apps. Kept is what their models send, and what their code receives,
          overrides or sets off.
        - `silent=False`: no signals that nobody heard.
        - `savepoints=False`: neither SAVEPOINT nor RELEASE; a ROLLBACK TO stays, it undoes things.
        - `ms`: only what took as many milliseconds, or more.

        Raises TypeError for what can be none of these, LookupError for an app that is not there.
        """
        expect_named("only", things, {}, Wanted.__annotations__)
        part = self._rest(chosen(self._events, **wanted))
        part.unmet = self.unmet + unmet(self._events, **wanted)
        return part

    def receivers(self, sql: str = "") -> Costs:
        """Return what each receiver cost, a dict each, the slowest first; callbacks too.

        Keys: `receiver`, `signal` (one or more), `calls`, `queries` (statements), `ms` and `where`.
        `ms` is its own time, its statements included. What happened in a receiver that another one
        set off counts as the inner one's. With `sql`, only statements in which that text stands
        count, and only receivers that ran one are told, those with the most first:
        `seen.receivers("shop_item")` says who costs me the queries to that table.
        """
        expect("receivers(sql=...)", sql, str, "a part of a statement")
        return costs_of(self, sql)

    def filter(
        self,
        signal: Signal | str | None = None,
        sender: Any = None,
        kind: str | None = None,
    ) -> "Trace":
        """Keep the events of a signal (or its name), of a sender (or its name), of one kind.

        It keeps those alone, without what happened inside them (see `only`). A signal's events are
        its sendings and its deliveries. Returns a trace again. Raises TypeError for what cannot be
        a signal or a kind.
        """
        if signal is not None and not isinstance(signal, Signal | str):
            raise TypeError(
                f"filter(signal={quoted(signal)}): expected a signal, such as post_save, or its "
                "name."
            )
        if kind is not None and not (isinstance(kind, str) and kind in KINDS):
            raise TypeError(f"filter(kind={quoted(kind)}): expected one of {', '.join(KINDS)}.")
        return self._rest(
            [
                event
                for event in self._events
                if signal is None or is_of_signal(event, signal)
                if sender is None or is_sent_by(event, sender)
                if kind is None or event.kind == kind
            ]
        )

    def _rest(self, events: list[Event]) -> "Trace":
        """Return what is kept as a trace that knows how much was left out."""
        part = self._part(events)
        part.left_out = self.left_out + len(self) - len(part)
        return part

    def _part(self, events: list[Event]) -> "Trace":
        part = Trace()
        part._events, part.is_closed = events, True
        return part

    @property
    def statements(self) -> list[str]:
        """The SQL statements that ran, transaction control included, as text."""
        return [event.what for event in self if event.kind == "sql"]

    def table(self, *things: Never, **wanted: Unpack[Wanted]) -> "TraceTable":
        """Return a DataFrame, a row an event, indexed by `order` (from 1); see `only` on `wanted`.

        Columns: `what` (indented by depth; SQL in short), `kind`, `sender`, `instance`,
        `created`, `raw`, `update_fields`, `action`, `origin`, `using` and `other` (what was
        passed along; empty where it was not), `transaction` (whether one was open), `queries`
        (statements inside it), `ms` (milliseconds, all inside it included), `outcome` (what came
        back or was raised), `where` and `came_from` (module:line) and `sql` (the whole statement).
        A notebook shows the columns in which something stands, without the last two.
        """
        from whatfires.frames import trace_table

        return trace_table(columns_of(self.only(*things, **wanted)), TABLE)

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

    def tree(
        self,
        everything: bool = False,
        times: bool = False,
        lines: bool = False,
        **wanted: Unpack[Wanted],
    ) -> Tree:
        """Draw what happened inside what; rich in a notebook, plain text elsewhere.

        Left out, unless you ask for everything: pre_init and post_init that nobody heard, which
        every instance sends. Otherwise see `only` on what is `wanted`. The same steps give the same
        tree: only with `times` does it hold the milliseconds that each took. With `lines` it names
        the line of the user's own code behind each step.
        """
        for flag in (everything, times, lines):
            expect("tree()", flag, bool, "True or False for everything, times and lines")
        return draw(self.only(**wanted), everything, times, lines)

    def _repr_html_(self) -> str:
        return self.tree()._repr_html_()

    def __repr__(self) -> str:
        return repr(self.tree())
