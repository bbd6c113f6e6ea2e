"""Which events somebody wants to see: by signal, sender, receiver and kind, and by what they cost.

See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-to-signals-sent-by-specific-senders
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Never, TypedDict

from django.apps import apps as installed
from django.dispatch import Signal

from whatfires.describing import expect, quoted
from whatfires.naming import name_of_receiver, name_of_signal, place_of

if TYPE_CHECKING:
    from whatfires.events import Event

KINDS = ("method", "signal", "delivery", "sql", "on_commit", "callback", "mail", "task")
Test = Callable[["Event"], bool]


def ancestors(event: "Event") -> "Iterator[Event]":
    """Yield the events inside which this one happened, the innermost first."""
    around: Any = event.parent
    while hasattr(around, "kind"):  # not the trace
        yield around
        around = around.parent


class Wanted(TypedDict, total=False):
    """What a view may be asked to keep (see `Trace.only`)."""

    include: Any
    exclude: Any
    apps: str | Iterable[str]
    silent: bool
    savepoints: bool
    ms: float


class Selection:
    """What to keep of a trace, as `include` and `exclude` say it (see `trace`)."""

    def __init__(self, include: Any = None, exclude: Any = None) -> None:
        self.include, self.exclude = sorted_out(include), sorted_out(exclude)

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def keeps(self, event: "Event") -> bool:
        """Tell whether an event is wanted."""
        return self.includes(event) and not self.excludes(event)

    def includes(self, event: "Event") -> bool:
        kinds = self.include.get("kind", [])
        if kinds and not any(test(event) for test in kinds):
            return False
        others = [tests for sort, tests in self.include.items() if sort != "kind"]
        return not others or any(
            all(any(test(around) for test in tests) for tests in others)
            for around in (event, *ancestors(event))
        )

    def excludes(self, event: "Event") -> bool:
        if any(test(event) for test in self.exclude.get("kind", [])):
            return True
        others = [test for sort, tests in self.exclude.items() if sort != "kind" for test in tests]
        return any(test(around) for around in (event, *ancestors(event)) for test in others)


def sorted_out(things: Any) -> dict[str, list[Test]]:
    """Sort what was asked for into {sort: tests}. Raises TypeError for what is none of them."""
    found: dict[str, list[Test]] = {}
    if things is None:
        return found
    for thing in things if isinstance(things, list | tuple | set | frozenset) else [things]:
        sort, test = test_of(thing)
        found.setdefault(sort, []).append(test)
    return found


def test_of(thing: Any) -> tuple[str, Test]:
    """Turn one thing that was asked for into its sort and a test."""
    if isinstance(thing, Signal):
        return "signal", lambda event: event.signal is thing
    if isinstance(thing, str):
        if thing in KINDS:
            return "kind", lambda event: event.kind == thing
        return "name", lambda event: bears(event, thing)
    if isinstance(thing, type):
        return "sender", lambda event: event.sender_object is thing
    if callable(thing):
        name, place = name_of_receiver(thing), place_of(thing)
        return "receiver", lambda event: (event.what, event.where) == (name, place)
    raise TypeError(
        f"include and exclude take signals, senders (classes), receivers (functions), kinds "
        f"({', '.join(KINDS)}) and the names of such, one or a list; came {quoted(thing)}."
    )


def bears(event: "Event", name: str) -> bool:
    """Tell whether an event, its sender or its signal bears a name, with its module or not."""
    module = event.where.partition(":")[0]
    names = (event.what, event.sender, f"{module}.{event.what}")
    return name in names or is_of_signal(event, name)


def is_of_signal(event: "Event", signal: Signal | str) -> bool:
    """Tell whether it is a sending or a delivery of this signal, or of the one of this name."""
    its = event.signal
    return its is not None and (its is signal or name_of_signal(its) == signal)


def is_sent_by(event: "Event", sender: Any) -> bool:
    """Tell whether this is its sender, or the name of it."""
    return event.sender == sender if isinstance(sender, str) else event.sender_object is sender


def unmet(events: "Iterable[Event]", include: Any = None, **others: Any) -> list[str]:
    """List the names in `include` that no event bears."""
    things = include if isinstance(include, list | tuple | set | frozenset) else [include]
    names = [it for it in things if isinstance(it, str) and it not in KINDS]
    return [it for it in names if not any(bears(event, it) for event in events)]


def of_apps(labels: str | Iterable[str]) -> Test:
    """Return a test for what belongs to these apps. Raises LookupError for an unknown label."""
    expect("apps", labels, str | list | tuple | set | frozenset, "the label of an app, or a list")
    listed = [labels] if isinstance(labels, str) else list(labels)
    for label in listed:
        expect("apps", label, str, "labels of apps")
    try:
        homes = {installed.get_app_config(label).name for label in listed}
    except LookupError as error:
        raise LookupError(f"apps={quoted(labels)}: {error}") from error
    wanted = set(listed)

    def belongs(event: "Event") -> bool:
        meta = getattr(event.sender_object, "_meta", None)
        modules = (place.partition(":")[0] for place in (event.where, event.came_from))
        return getattr(meta, "app_label", "") in wanted or any(
            f"{module}.".startswith(f"{home}.") for module in modules for home in homes
        )

    return belongs


def chosen(
    events: "list[Event]",
    include: Any = None,
    exclude: Any = None,
    apps: str | Iterable[str] = (),
    silent: bool = True,
    savepoints: bool = True,
    ms: float = 0,
    **others: Never,
) -> "list[Event]":
    """Return the events that are wanted (see `Trace.only`)."""
    expect_named("only", (), others, Wanted.__annotations__)
    for name, flag in (("silent", silent), ("savepoints", savepoints)):
        expect(name, flag, bool, "True or False")
    expect("ms", ms, int | float, "a number of milliseconds")
    selection, belongs = Selection(include, exclude), of_apps(apps)
    return [
        event
        for event in events
        if selection.keeps(event)
        if not apps or belongs(event)
        if silent or event.kind != "signal" or event.heard
        if savepoints or not is_savepoint(event)
        if not ms or (event.ms or 0) >= ms
    ]


def expect_named(
    tool: str, things: tuple[Any, ...], others: dict[str, Any], names: Iterable[str]
) -> None:
    """Raise TypeError, with the way to say it, for what came without a name or with another."""
    came = [*map(quoted, things), *(f"{name}={quoted(it)}" for name, it in others.items())]
    if came:
        first, *rest = (f"{name}=" for name in names)
        raise TypeError(
            f"{tool}() takes what is wanted by name, {first} or {', '.join(rest)}, such as "
            f"{tool}(include=Order); came {', '.join(came)}."
        )


def is_savepoint(event: "Event") -> bool:
    """Tell whether a statement only sets or gives up a savepoint; going back to one does more."""
    return event.kind == "sql" and event.what.startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))
