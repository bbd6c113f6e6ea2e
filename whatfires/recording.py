"""Assert on what fired: recorded inside a block, judged after it.

    with recorded() as seen:
        order.pay()
    seen.assert_fired(send_receipt, times=1, queries=3)

A message shows the tree of what happened, and marks the place. In pytest the fixture `fires` is
`recorded`; a TestCase imports it from here.
See https://docs.djangoproject.com/en/5.2/topics/testing/overview/
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal

from whatfires.choosing import KINDS, Test, ancestors, is_sent_by
from whatfires.describing import expect, quoted, spelled
from whatfires.events import Event, Trace
from whatfires.gist import gist
from whatfires.lookup import expect_fireable, signal_at
from whatfires.naming import name_of_receiver, name_of_signal, place_of
from whatfires.tracing import trace
from whatfires.tracing_views import Tree, depths_in, draw, is_noise

CALLED = ("delivery", "callback", "task")  # events at which a function is called, or put in a queue
MARK, BLANK = ">> ", "   "
# What a statement about a transaction is called: a savepoint's name and "IMMEDIATE" say no more.
BOUNDARY = re.compile(
    "(BEGIN|COMMIT|ROLLBACK TO SAVEPOINT|ROLLBACK|RELEASE SAVEPOINT|SAVEPOINT)(?= |$)"
)
NAME = re.compile(r"[\w.]+(\(.*\))?")  # what may be the name of a function, a method or a signal


@contextmanager
def recorded() -> Iterator["Recording"]:
    """Record what happens in the block; yields a `Recording` to assert on, also while it runs.

    Unlike a `trace()` it keeps what signals pass along, for `where=`, as long as it is kept itself.
    """
    with trace(limit=None) as seen:
        seen.keeps = True
        yield Recording(seen)


class Recording:
    """What was recorded, and assertions about it; `.trace` is the `Trace`.

    What can have fired: a signal (it was sent), a function (as a receiver, as a callback of
    on_commit that ran, or as a task), a kind of event ("mail", "task", "sql", ...: see `Event`), or
    the name of any of these. A name is exact: of a function it is "send_receipt", "Class.method" or
    "function.inner", with or without its module ("shop.receivers.send_receipt"); of a method
    "save()" or "Order.save()"; of a letter its subject; of a statement all of it, or "BEGIN",
    "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT". One that
    nothing here bears raises NotFound, a LookupError.
    """

    def __init__(self, seen: Trace, whole: Trace | None = None) -> None:
        self.trace, self._whole = seen, seen if whole is None else whole

    def assert_fired(
        self,
        what: Any,
        *,
        sender: Any = None,
        times: int | None = None,
        where: Callable[..., Any] | None = None,
        queries: int | None = None,
    ) -> None:
        """Assert that it fired: at least once, or exactly so many `times`.

        `sender` is a class, or its name ("Order"). `where` is called with what was passed along,
        by name (`where=lambda created, instance: created`), and says whether it counts. `queries`
        is the highest number of statements that each may run. Raises AssertionError with the tree,
        TypeError for what cannot fire, and NotFound for a name that nothing bears.
        """
        __tracebackhide__ = True
        expect("times", times, int | None, "a number")
        expect("queries", queries, int | None, "a number")
        meant = self._meant(what, sender, where)
        asked = words_for(what, sender, where)
        if times is not None and len(meant) != times:
            self._fail(f"Expected {asked} {counted(times)}; came {counted(len(meant))}.", meant)
        if times is None and not meant:
            near = self._meant(what, None, None)
            hint = f" It fired {counted(len(near))}, otherwise: see the marks." if near else ""
            self._fail(f"Expected {asked}; it did not fire.{hint}", near)
        for event in meant:
            if queries is not None and event.queries > queries:
                self._fail(
                    f"Expected {asked} to run at most {queries} queries; it ran {event.queries}.",
                    [event],
                )

    def assert_not_fired(
        self, what: Any, *, sender: Any = None, where: Callable[..., Any] | None = None
    ) -> None:
        """Assert that it did not fire; `sender` and `where` as in `assert_fired`."""
        __tracebackhide__ = True
        if meant := self._meant(what, sender, where):
            asked = words_for(what, sender, where)
            self._fail(f"Expected {asked} not to fire; it fired {counted(len(meant))}.", meant)

    def assert_order(self, *steps: Any, strict: bool = False) -> None:
        """Assert that these fired one after the other; a step is what fired, or (what, sender).

        Others may come in between. With `strict` none may: no other event of the kinds that are
        named, neither before nor after (pre_init and post_init that nobody heard do not count).
        """
        __tracebackhide__ = True
        expect("assert_order(strict=...)", strict, bool, "True or False")
        parts = [step if isinstance(step, tuple) else (step, None) for step in steps]
        for part in parts:
            if len(part) != 2:
                raise TypeError(f"A step is what fired, or (what, sender); came {quoted(part)}.")
        tests = [test_for(*part) for part in parts]
        for what, _ in parts:
            self._expect_known(what)
        names = [words_for(*part) for part in parts]
        events = [event for event in self.trace if not is_noise(event)]
        if strict:
            kinds = {event.kind for event in events for test in tests if test(event)}
            events = [event for event in events if event.kind in kinds]
        done: list[Event] = []
        for event in events:
            if len(done) < len(tests) and tests[len(done)](event):
                done.append(event)
            elif strict:
                wanted = names[len(done)] if len(done) < len(tests) else "nothing more"
                self._fail(f"Expected {wanted} as step {len(done) + 1}; came {event!r}.", [event])
        if len(done) < len(tests):
            before = f" after {names[len(done) - 1]}" if done else ""
            self._fail(
                f"Expected {names[len(done)]}{before}, as step {len(done) + 1} of {len(tests)}; "
                "it did not come. The steps before it are marked.",
                done,
            )

    @property
    def before_commit(self) -> "Recording":
        """The part that happened before the last COMMIT, and in no callback of on_commit."""
        late = set(self._after())
        return self._part(event for event in self.trace if event not in late)

    @property
    def after_commit(self) -> "Recording":
        """The part that came after the last COMMIT, or in a callback of on_commit.

        In a TestCase nothing is ever committed; there the callbacks run where
        `captureOnCommitCallbacks(execute=True)` (in pytest `django_capture_on_commit_callbacks`)
        ends.
        """
        return self._part(self._after())

    def snapshot(self) -> list[str]:
        """Return deliveries, overrides, SQL, callbacks, mail and tasks in one list, in order.

        Each is a text, indented by what it happened in, without keys, values, times and paths: the
        same code gives the same list. It is made for `inline-snapshot` and `syrupy`.
        """
        shown = self.trace._part([event for event in self.trace if event.kind in STABLE])
        return [
            f"{'  ' * depth}{STABLE[event.kind](event)}"
            for event, depth in zip(shown, depths_in(shown), strict=True)
        ]

    def _after(self) -> list[Event]:
        events = list(self.trace)
        commits = [n for n, event in enumerate(events) if is_commit(event)]
        last = commits[-1] if commits else len(events)
        return [
            event
            for number, event in enumerate(events)
            if number > last
            or any(around.kind == "callback" for around in (event, *ancestors(event)))
        ]

    def _part(self, events: Iterable[Event]) -> "Recording":
        return Recording(self.trace._part(list(events)), self._whole)

    def _meant(self, what: Any, sender: Any, where: Any) -> list[Event]:
        test = test_for(what, sender, where)
        self._expect_known(what)
        return [event for event in self.trace if test(event)]

    def _expect_known(self, what: Any) -> None:
        """Raise NotFound for a name that nothing bears: a misspelt one never fires."""
        if isinstance(what, str) and what not in KINDS and is_name(what):
            seen = {name for event in self._whole for name in (*names_of(event), event.what)}
            paths = {stable_place(event) for event in self._whole if event.where}
            expect_fireable(what, seen | paths)

    def _fail(self, message: str, marked: list[Event]) -> None:
        __tracebackhide__ = True
        raise AssertionError(f"{message}\n\n{marked_tree(self.trace, marked)}")

    def __iter__(self) -> Iterator[Event]:
        return iter(self.trace)

    def __repr__(self) -> str:
        return repr(self.trace)


def is_name(text: str) -> bool:
    """Tell whether a text can only be the name of a function, a method or a signal."""
    return bool(NAME.fullmatch(text)) and not BOUNDARY.fullmatch(text)


def is_commit(event: Event) -> bool:
    return event.kind == "sql" and event.what == "COMMIT"


def test_for(what: Any, sender: Any = None, where: Callable[..., Any] | None = None) -> Test:
    """Return a test for the events that are meant. Raises TypeError for what cannot fire."""
    fits = test_of_what(what)
    if where is not None and not callable(where):
        raise TypeError(f"where: expected a function of what was passed; came {quoted(where)}.")

    def test(event: Event) -> bool:
        if not fits(event) or (sender is not None and not is_sent_by(event, sender)):
            return False
        return where is None or bool(where(**accepted(where, passed_to(event))))

    return test


def names_of(event: Event) -> tuple[str, ...]:
    """Return the names by which a text means an event, that of a function with its module too.

    A callback bears its name where it runs, as a receiver does, and not where it is registered.
    """
    if event.kind == "on_commit":
        return ()
    if event.kind in CALLED:
        return event.what, stable_place(event)
    if event.kind == "sql" and (boundary := BOUNDARY.match(event.what)):
        return event.what, boundary[0]
    return event.what, f"{event.sender}.{event.what}" if event.kind == "method" else event.what


def test_of_what(what: Any) -> Test:
    if isinstance(what, Signal):
        return lambda event: event.kind == "signal" and event.signal is what
    if isinstance(what, str):
        if what in KINDS:
            return lambda event: event.kind == what
        if signal := signal_at(what):
            return test_of_what(signal)
        return lambda event: what in names_of(event)
    if callable(what) and not isinstance(what, type):
        name, place = name_of_receiver(what), place_of(what)
        return lambda event: event.kind in CALLED and (event.what, event.where) == (name, place)
    raise TypeError(
        "Expected a signal (post_save), a function (a receiver, a callback, a task), a kind "
        f"({', '.join(KINDS)}) or a name; came {quoted(what)}."
    )


def passed_to(event: Event) -> dict[str, Any]:
    """Return what was passed along, by name: of a signal the objects, of others what is told."""
    around: Any = event.parent
    sent = event if event.kind == "signal" else around
    passed = getattr(sent, "passed", None)
    return event.arguments if passed is None else passed


def accepted(function: Callable[..., Any], named: dict[str, Any]) -> dict[str, Any]:
    """Keep the arguments that a function takes, so that it may name only what it looks at."""
    parameters = inspect.signature(function).parameters.values()
    if any(it.kind is it.VAR_KEYWORD for it in parameters):
        return named
    return {it.name: named.get(it.name) for it in parameters}


def words_for(what: Any, sender: Any = None, where: Any = None) -> str:
    """Say what is meant, for a message."""
    if isinstance(what, Signal):
        name = name_of_signal(what)
    else:
        name = what if isinstance(what, str) else name_of_receiver(what)
    who = "" if sender is None else f" from {spelled(sender)}"
    return f"{name}{who}{' where it fits' if where is not None else ''}"


def counted(times: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(times, f"{times} times")


def marked_tree(seen: Trace, marked: list[Event]) -> str:
    """Draw the tree with a mark before the lines of these events."""
    tree, ids = draw(seen), {id(event) for event in marked}
    # A signal with one receiver is one line with its delivery.
    ids |= {id(event.parent) for event in marked if event.kind == "delivery"}
    for line in tree.lines:
        line.branches = (MARK if ids & {id(it) for it in line.events} else BLANK) + line.branches
        line.below = BLANK + line.below
    return str(Tree(tree.lines, f"{BLANK}{tree.summary}"))


def stable_place(event: Event) -> str:
    """Name a function by its module, without the line."""
    return f"{event.where.partition(':')[0]}.{event.what}"


# The kinds that a snapshot holds, and how it words them.
STABLE: dict[str, Callable[[Event], str]] = {
    "method": lambda event: f"{event.sender}.{event.what}",
    "delivery": lambda event: (
        f"{name_of_signal(event.signal)} from {event.sender or 'anybody'} → {stable_place(event)}"
        if event.signal
        else stable_place(event)
    ),
    "sql": lambda event: gist(event.what).partition(" where ")[0],
    "on_commit": lambda event: f"on_commit({stable_place(event)})",
    "callback": lambda event: f"after commit → {stable_place(event)}",
    "mail": lambda event: "mail",
    "task": lambda event: f"task {stable_place(event)}",
}
