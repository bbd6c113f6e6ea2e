"""Two faces of a trace: a table of everything, and a tree that reads like a story.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

import re
from collections import Counter
from collections.abc import Callable, Container
from copy import copy
from typing import TYPE_CHECKING, Any, Never

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from whatfires.choosing import ancestors
from whatfires.describing import LONGEST_VALUE, one_line
from whatfires.gist import gist
from whatfires.rendering import TINTS, Row, hung

if TYPE_CHECKING:
    from whatfires.events import Event, Trace

INIT = ("pre_init", "post_init")
# What a signal passes along that has a column of its own, in the order of the columns.
NAMED = ("created", "raw", "update_fields", "action", "origin", "using")
# Told in a tree only where it is not the usual. (Who is told `origin` reads it in the table.)
USUAL = {"raw": False, "update_fields": None, "reverse": False}
USUAL |= {"queue_name": "default", "backend": "default"}
UNTOLD = ("created", "using", "origin", "model", "force_insert", "request")
CLIPPED = 48  # characters of an argument that a tree shows
LONGEST = 400  # lines of a tree
Words = list[tuple[str, str]]
KIND_TINTS = {"method": "code", "delivery": "signal", "callback": "signal"}


def columns_of(trace: "Trace") -> list[Row]:
    """Write each event as a row of the table (its columns are told by `Trace.table`)."""
    return [
        {
            "what": "  " * depth + named(event),
            "kind": event.kind,
            "sender": event.sender,
            "instance": event.instance,
            **{name: event.arguments.get(name, "") for name in NAMED},
            "other": ", ".join(
                f"{name}={one_line(str(value), LONGEST_VALUE)}"
                for name, value in event.arguments.items()
                if name not in (*NAMED, "force_insert")
            ),
            "transaction": "" if event.transaction is None else event.transaction,
            "queries": 1 if event.kind == "sql" else event.queries,
            "ms": event.ms,
            "outcome": outcome(event),
            "where": event.where,
            "came_from": event.came_from,
            "sql": event.what if event.kind == "sql" else "",
        }
        for event, depth in zip(trace, depths_in(trace), strict=True)
    ]


def depths_in(trace: "Trace") -> list[int]:
    """Count, for each event, the events of this trace inside which it happened."""
    depths: dict[Event, int] = {}
    for event in trace:
        around = nearest(event, depths)
        depths[event] = 0 if around is None else depths[around] + 1
    return list(depths.values())


def nearest(event: "Event", known: "Container[Event]") -> "Event | None":
    """Return the innermost of these events inside which this one happened."""
    return next((around for around in ancestors(event) if around in known), None)


def named(event: "Event") -> str:
    if event.kind == "sql":
        return gist(event.what, event.arguments.get("params") or ())
    return f"{event.sender}.{event.what}" if event.kind == "method" else event.what


def outcome(event: "Event") -> str:
    """Tell what came of it; of a signal also how many heard it."""
    if event.kind == "signal" and not event.failed:
        return "nobody listens" if not event.heard else f"heard by {event.heard}"
    return event.outcome


class Live:
    """What refers to objects of this process: a copy shares them, and a pickle can't."""

    __slots__ = ()

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy(self)

    def __reduce_ex__(self, protocol: Any) -> Never:
        raise TypeError(
            f"pickle expected plain data, but this {type(self).__name__} refers to objects of this "
            "process. Pickle the trace's steps() or table(), or str() of its tree."
        )


class Tree(Live, str):
    """A drawing of what happened inside what: coloured in a notebook, and a text elsewhere."""

    lines: "list[Line]"
    summary: str

    def __new__(cls, lines: "list[Line]", summary: str) -> "Tree":
        words = [*(line.text() for line in lines), *map(hung, summary.splitlines())]
        tree = super().__new__(cls, "\n".join(words))
        tree.lines, tree.summary = lines, summary
        return tree

    def __repr__(self) -> str:
        return str.__str__(self)

    def _repr_html_(self) -> str:
        lines = format_html_join("", "{}", ((line.html(),) for line in self.lines))
        return format_html("<pre style='{}'>{}<em>{}</em></pre>", UNBROKEN, lines, self.summary)


class Line:
    """A line of a tree: its branches, those `below` it, (words, style) pairs, and a hint."""

    def __init__(self, branches: str, below: str, event: "Event", words: Words, hint: str) -> None:
        self.branches, self.below, self.event = branches, below, event
        self.words, self.hint = words, hint
        self.events = [event]  # more than one, where equal statements are one line

    @property
    def ms(self) -> float | None:
        """How long it took, in milliseconds; None while it goes on."""
        known = [event.ms for event in self.events if event.ms is not None]
        return sum(known) if known else None

    def text(self) -> str:
        words = GLUED.sub(UNBROKEN_BLANK, " ".join(words for words, _ in self.words))
        return hung(words, self.branches, self.below).replace(UNBROKEN_BLANK, " ")

    def html(self) -> SafeString:
        words = format_html_join(
            " ",
            "<span style='{}'>{}</span>",
            ((STYLES[style], words) for words, style in self.words),
        )
        return format_html(
            "<span style='{}'>{}<span title='{}'>{}</span>\n</span>",
            HANGING.format(len(self.branches) + 2),
            self.branches,
            self.hint,
            words,
        )


GLUED, UNBROKEN_BLANK = re.compile(r"(?<=[→⇠]) | (?=ms\b)"), "\N{NO-BREAK SPACE}"
# A long line goes on below its own words, and breaks between two of them alone.
UNBROKEN = "line-height: 1.45; white-space: pre-wrap; word-break: normal; overflow-wrap: normal"
HANGING = "display: block; padding-left: {0}ch; text-indent: -{0}ch"
FAINT, STRONG = "faint", "strong"
STYLES = TINTS | {FAINT: "opacity: 0.7", STRONG: "font-weight: bold", "": ""}


def draw(
    trace: "Trace", everything: bool = False, times: bool = False, origins: bool = False
) -> Tree:
    """Draw a trace (see `Trace.tree`)."""
    left_out = [] if everything else [event for event in trace if is_noise(event)]
    hidden = set(left_out)
    shown = [event for event in trace if event not in hidden]
    children, roots = families(shown)
    lines: list[Line] = []
    # Not by calls within calls: what happened may lie deeper than Python's stack.
    waiting = [(root, "", "") for root in reversed(roots)]
    while waiting:
        waiting += reversed(grow(*waiting.pop(), children, lines))
    lines = folded(lines)
    for line in lines:
        if times and line.ms is not None:
            line.words.append((f"{line.ms:.1f} ms", FAINT))
        if origins and line.event.came_from:
            line.words.append((f"⇠ {line.event.came_from}", FAINT))
    summary: str = sum_up(trace, len(left_out))
    if len(lines) > LONGEST:
        summary = f"... and {len(lines) - LONGEST:,} more lines\n{summary}"
    return Tree(lines[:LONGEST], summary)


def folded(lines: list[Line]) -> list[Line]:
    """Make one line of the same statement again and again, in the same thing that happened."""
    kept: list[Line] = []
    for line in lines:
        if kept and are_alike(kept[-1], line):
            kept[-1].events += line.events
            kept[-1].branches, kept[-1].below = line.branches, line.below
        else:
            kept.append(line)
    for line in kept:
        if len(line.events) > 1:
            line.words.insert(0, (f"{len(line.events):,} ×", STRONG))
    return kept


def are_alike(line: Line, other: Line) -> bool:
    first, second = line.event, other.event
    return (
        (first.kind, first.what, first.parent) == ("sql", second.what, second.parent)
        and line.words == other.words
        and first.came_from == second.came_from
        and first.arguments.get("using") == second.arguments.get("using")
    )


def is_noise(event: "Event") -> bool:
    return event.kind == "signal" and event.what in INIT and not event.heard


def families(events: "list[Event]") -> "tuple[dict[Event, list[Event]], list[Event]]":
    """Sort events into {event: its children} and the list of those inside no other."""
    children: dict[Event, list[Event]] = {event: [] for event in events}
    roots: list[Event] = []
    for event in events:
        around = nearest(event, children)
        (roots if around is None else children[around]).append(event)
    return children, roots


def grow(
    event: "Event",
    branch: str,
    below: str,
    children: "dict[Event, list[Event]]",
    lines: list[Line],
) -> "list[tuple[Event, str, str]]":
    """Add the line of an event; return what happened inside it, with the branches of each."""
    inside = children[event]
    shown = event
    if len(inside) == 1 and (event.kind, inside[0].kind) == ("signal", "delivery"):
        # One receiver: the signal and its delivery are one line.
        [shown] = inside
        inside = children[shown]
        words = [*words_of(event), *words_of(shown)]
    else:
        words = words_of(event)
    lines.append(Line(branch, below + ("│  " if inside else "   "), event, words, hint_of(shown)))
    following = [(child, f"{below}├─ ", f"{below}│  ") for child in inside[:-1]]
    return following + [(child, f"{below}└─ ", f"{below}   ") for child in inside[-1:]]


def words_of(event: "Event") -> Words:
    """Say what an event was, as (words, style) pairs; STYLES names the styles."""
    said = WORDS[event.kind](event)
    told_inside = event.kind == "on_commit" or (event.kind == "signal" and event.heard == 1)
    if event.failed and not told_inside:
        said.append((f"✗ {event.outcome}", "lost"))
    return said


def of_method(event: "Event") -> Words:
    said = [(named(event), KIND_TINTS["method"])]
    if event.instance:
        said.append((event.instance, STRONG))
    told = told_of(event)
    if event.override:
        told.append(f"overridden in {short(event.where)}")
    return [*said, (f"({', '.join(told)})", FAINT)] if told else said


def of_signal(event: "Event") -> Words:
    said = [(event.what, STRONG)]
    if event.sender:
        said.append((f"from {event.sender}", ""))
    if event.instance and not is_about(event.parent, event.instance):
        said.append((f"about {event.instance}", ""))
    if told := told_of(event):
        said.append((f"({', '.join(told)})", FAINT))
    if not event.heard:
        said.append(("· nobody listens", FAINT))
    return said


def of_delivery(event: "Event") -> Words:
    said = [("→", ""), (event.what, KIND_TINTS["delivery"]), (short(event.where), FAINT)]
    if event.outcome.startswith("returned "):
        said.append((event.outcome, ""))
    return said


def of_sql(event: "Event") -> Words:
    return [(named(event), FAINT)]


def of_on_commit(event: "Event") -> Words:
    said = [("on_commit", STRONG), *of_delivery(event)]
    said += [("(robust)", FAINT)] if event.arguments.get("robust") else []
    if event.failed:  # the callback inside tells it
        return said
    lost = event.outcome.startswith(("dropped", "failed", "not run"))
    return [*said, (f"· {event.outcome or 'waits for COMMIT'}", "lost" if lost else FAINT)]


def of_callback(event: "Event") -> Words:
    when = "after COMMIT" if event.settled_by else "callback"
    return [(when, STRONG), *of_delivery(event)]


def of_mail(event: "Event") -> Words:
    return [("✉ mail", STRONG), (event.what, ""), (f"to {event.arguments['to']}", FAINT)]


def of_task(event: "Event") -> Words:
    told = ", ".join(told_of(event))
    said = [("⚙ task", STRONG), (event.what, KIND_TINTS["delivery"]), (short(event.where), FAINT)]
    said += [(f"({told})", FAINT)] if told else []
    return [*said, (f"· {event.outcome}", FAINT)] if event.outcome == "run at once" else said


WORDS: "dict[str, Callable[[Event], Words]]" = {
    "method": of_method,
    "signal": of_signal,
    "delivery": of_delivery,
    "sql": of_sql,
    "on_commit": of_on_commit,
    "callback": of_callback,
    "mail": of_mail,
    "task": of_task,
}


def is_about(around: Any, instance: str) -> bool:
    """Tell whether the event around is about the same instance, so that it need not be said."""
    return getattr(around, "kind", "") == "method" and around.instance == instance


def told_of(event: "Event") -> list[str]:
    """List the arguments worth telling; `created` as a word."""
    told = []
    if "created" in event.arguments:
        told.append("created" if event.arguments["created"] else "not created")
    for name, value in event.arguments.items():
        if name not in UNTOLD and (name not in USUAL or value != USUAL[name]):
            told.append(f"{name}={one_line(str(value), CLIPPED)}")
    return told


def short(where: str) -> str:
    """Cut `speedy.signals.shift_headcount:42` down to `shift_headcount:42`."""
    return where.rpartition(".")[2]


def hint_of(event: "Event") -> str:
    """What hovering shows: the whole statement, or the place in the code."""
    return event.what if event.kind == "sql" else event.where


def sum_up(trace: "Trace", left_out: int) -> str:
    statements = sum(event.kind == "sql" for event in trace)
    signals = [event for event in trace if event.kind == "signal"]
    silent = sum(not event.heard for event in signals) - left_out
    sent = len(signals) - left_out
    # A part without any says nothing of the SQL: it may have been left out.
    words = "" if trace.left_out and not statements else f"{count(statements, 'SQL statement')}, "
    words += f"{count(sent, 'signal')} sent"
    if silent:
        words += f" ({silent} that nobody heard)"
    kinds = Counter(event.kind for event in trace)
    for kind, noun in (("on_commit", "callback"), ("mail", "message"), ("task", "task")):
        words += f", {count(kinds[kind], noun)}{DONE[kind]}" if kinds[kind] else ""
    if missing := trace.left_out + left_out:
        words += f"; left out: {count(missing, 'event')}"
    if trace.unmet:
        words += f"; nothing here bears the name {', '.join(map(repr, trace.unmet))}"
    return words


DONE = {"on_commit": " of on_commit", "mail": " sent", "task": " enqueued"}


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
