"""What each receiver costs: its calls, its statements, its time.

See https://docs.djangoproject.com/en/5.2/topics/db/optimization/
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from whatfires.choosing import ancestors
from whatfires.naming import name_of_signal
from whatfires.rows import Rows

if TYPE_CHECKING:
    from whatfires.events import Event

RECEIVERS = ("delivery", "callback")


class Costs(Rows):
    """What each receiver cost, the slowest first (see `Trace.receivers`)."""

    columns = ("receiver", "signal", "calls", "queries", "ms", "where")
    when_empty = "No receiver ran."


def costs_of(events: "Iterable[Event]", sql: str = "") -> Costs:
    """Add up what receivers cost (see `Trace.receivers`)."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        around = receiver_around(event)
        outer = rows.get((around.what, around.where)) if around else None
        if event.kind in RECEIVERS:
            row = rows.setdefault(
                (event.what, event.where),
                {"receiver": event.what, "signal": "", "calls": 0, "queries": 0, "ms": 0.0},
            )
            signal = name_of_signal(event.signal) if event.signal else "on_commit"
            names = [*filter(None, row["signal"].split(", ")), signal]
            row |= {"signal": ", ".join(dict.fromkeys(names)), "where": event.where}
            row["calls"] += 1
            row["ms"] += event.ms or 0
            if outer:
                outer["ms"] -= event.ms or 0
        elif event.kind == "sql" and outer and sql in event.what:
            outer["queries"] += 1
    told = [{**row, "ms": round(row["ms"], 2)} for row in rows.values()]
    told = [row for row in told if row["queries"] or not sql]
    order = ("queries", "ms") if sql else ("ms", "queries")
    costs = Costs(sorted(told, key=lambda row: [-row[it] for it in order]))
    if rows and not told:
        ran = f"receivers that ran: {len(rows)}"
        costs.when_empty = f"No receiver ran a statement in which {sql!r} stands; {ran}."
    return costs


def receiver_around(event: "Event") -> "Event | None":
    """Return the receiver, or the callback, inside which something happened."""
    return next((around for around in ancestors(event) if around.kind in RECEIVERS), None)
