"""A panel for Django Debug Toolbar: what this request really set off.

    DEBUG_TOOLBAR_PANELS = [..., "whatfires.debug_toolbar.WhatFiresPanel"]

With "whatfires" in INSTALLED_APPS, where its template and its style sheet are found. The trace is
opened around the request, and holds nothing of any other; what a streaming response does later, as
it is sent, is not in it. Only plain data is stored, so the panel shows old requests as well.
See https://docs.djangoproject.com/en/5.2/topics/http/middleware/
"""

import sys
from collections import Counter
from collections.abc import Awaitable, Iterator
from functools import lru_cache
from inspect import isawaitable
from typing import Any

from debug_toolbar.panels import Panel
from django.apps import apps
from django.core.checks import CheckMessage, Warning
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse

from whatfires.choosing import ancestors, is_savepoint
from whatfires.connections import ANY, Connection, connections, id_of
from whatfires.events import Event, Trace
from whatfires.listeners import names_of_senders, row_of
from whatfires.naming import name_of_receiver, name_of_signal, place_of, signals_of_project
from whatfires.rendering import Row
from whatfires.tracing import trace
from whatfires.tracing_views import INIT, count, draw

# What stands in the tree, with all that it happened in, and all that happened in it.
SET_OFF = ("delivery", "on_commit", "callback", "mail", "task")
# What Django sends by itself in every request: counted, and told of nowhere else.
QUIET = (*INIT, "connection_created", "template_rendered", "request_started", "request_finished")
TOOLBAR = "debug_toolbar."
NOT_OURS = ("django.", TOOLBAR)


class WhatFiresPanel(Panel):
    """The deliveries of a request, in three tabs: called, not called, orphaned."""

    title = "What fired"
    template = "whatfires/panel.html"
    is_async = True

    def process_request(self, request: HttpRequest) -> Any:
        with trace() as self.seen:
            response = super().process_request(request)
        return self.awaited(response) if isawaitable(response) else response

    async def awaited(self, response: Awaitable[HttpResponse]) -> HttpResponse:
        with trace() as self.seen:
            return await response

    def generate_stats(self, request: HttpRequest, response: HttpResponse) -> None:
        self.record_stats(story(self.seen))

    @property
    def nav_subtitle(self) -> str:
        stats = self.get_stats()
        return f"{stats['calls']}, {stats['queries']} SQL" if stats else ""

    @classmethod
    def run_checks(cls) -> list[CheckMessage]:
        if apps.is_installed("whatfires"):
            return []
        return [
            Warning(
                "The panel of whatfires finds no template: whatfires is not installed.",
                hint='Add "whatfires" to INSTALLED_APPS.',
                id="whatfires.W001",
            )
        ]


def story(seen: Trace) -> dict[str, Any]:
    """Write what the panel shows as plain data.

    Keys: `lines` (of the tree: `branches`, `words` as (text, style) pairs, `hint`), `more` (lines
    left out), `receivers` (see `Trace.receivers`), `calls` (a text), `queries`, `sent` and `unsent`
    (rows of receivers that were not called, of signals that were sent and that were not), `idle`
    (how many those are), `of_others` (how many of Django's own were not called), `orphans` (rows),
    `quiet` (a text), `left_out` (events that the trace had no room for).
    """
    called = seen._part([event for event in seen if not is_of_toolbar(event)])
    tree, receivers = tree_of(called), called.receivers()
    idle = list(not_called(seen))
    own = [row for row in idle if not row["module"].startswith(NOT_OURS)]
    return {
        "lines": [
            {"branches": it.branches, "words": it.words, "hint": it.hint} for it in tree.lines
        ],
        "more": str(tree.summary).partition("\n")[0] if "\n" in str(tree.summary) else "",
        "receivers": list(receivers),
        "calls": count(sum(row["calls"] for row in receivers), "call"),
        "queries": sum(row["queries"] for row in receivers),
        "sent": [row for row in own if row["sent"]],
        "unsent": [row for row in own if not row["sent"]],
        "of_others": len(idle) - len(own),
        "orphans": orphans(seen),
        "quiet": quiet(seen),
        "idle": len(own),
        "left_out": seen.left_out,
    }


# Called


def tree_of(seen: Trace) -> Any:
    """Draw what was set off, with SQL and time; the other SQL of a request is not its subject."""
    wanted = {outermost(event) for event in seen if event.kind in SET_OFF and not is_idle(event)}
    shown = [event for event in seen if outermost(event) in wanted and is_told(event)]
    tree = draw(seen._part(shown), everything=True)
    for line in tree.lines:
        event = line.event
        told = [f"{event.queries} SQL"] if event.queries else []
        told += [] if line.ms is None else [f"{line.ms:.1f} ms"]
        line.words.append((f"· {', '.join(told)}" if told else "", "faint"))
    return tree


def is_of_toolbar(event: Event) -> bool:
    """Tell whether it is a receiver of another panel, or happened inside one."""
    return any(it.where.startswith(TOOLBAR) for it in (event, *ancestors(event)))


def outermost(event: Event) -> Event:
    return [event, *ancestors(event)][-1]


def is_told(event: Event) -> bool:
    if event.kind == "signal" and not event.heard:
        return False
    return not is_savepoint(event) and not is_idle(event)


def is_idle(event: Event) -> bool:
    """Tell whether it is a pre_init or post_init that set off no statement and no error."""
    named = event.signal is not None and name_of_signal(event.signal) in INIT
    return named and not event.queries and not event.failed


# Not called


def not_called(seen: Trace) -> Iterator[Row]:
    """Yield a row for each connected receiver that was not called, with the reason.

    The keys of `who_listens()`, and `why` (a text), `module` and `sent` (whether its signal was).
    """
    called = {(it.signal, it.what, it.where) for it in seen if it.kind == "delivery"}
    senders: dict[Signal, dict[Any, str]] = {}
    names = names_of_senders()
    for event in seen:
        if event.signal is not None and event.kind == "signal":
            key = id_of(event.sender_object)
            senders.setdefault(event.signal, {})[key] = names.get(key, event.sender)
    for signal in dict.fromkeys([*senders, *signals_known(len(sys.modules))]):
        for connection in connections(signal):
            receiver = connection.receiver
            place = "" if receiver is None else place_of(receiver)
            if receiver is not None and (signal, name_of_receiver(receiver), place) in called:
                continue
            row = row_of(signal, connection, names)
            why = reason(connection, row, senders.get(signal))
            yield {**row, "why": why, "module": f"{place}.", "sent": signal in senders}


@lru_cache(maxsize=1)
def signals_known(modules: int) -> list[Signal]:
    """List the signals of the project; it looks again only where more modules are imported.

    Looking takes longer than many a request. A server that reads changed code starts again.
    """
    return signals_of_project()


def reason(connection: Connection, row: Row, senders: dict[Any, str] | None) -> str:
    """Say why a receiver was not called."""
    if row["alive"] == "dead":
        return "gone: it was held by a weak reference alone, or its sender is gone"
    if senders is None:
        return "the signal was not sent"
    if connection.sender_id != ANY and connection.sender_id not in senders:
        by = ", ".join(sorted({it or "nobody" for it in senders.values()}))
        return f"the signal was sent by {by}, and it listens to {row['sender']} alone"
    return "the signal was sent: before it was connected, or a receiver before it raised"


# Orphaned


def orphans(seen: Trace) -> list[Row]:
    """List what was sent and nobody heard: `signal`, `sender`, `times`, `came_from` (the first)."""
    rows: dict[tuple[str, str], Row] = {}
    for event in seen:
        if event.kind == "signal" and not event.heard and event.what not in QUIET:
            row = {"signal": event.what, "sender": event.sender, "times": 0}
            row = rows.setdefault((event.what, event.sender), {**row, "came_from": event.came_from})
            row["times"] += 1
    return list(rows.values())


def quiet(seen: Trace) -> str:
    """Count what the tabs leave out."""
    names = Counter(
        event.what
        for event in seen
        if event.kind == "signal"
        if is_idle(event) or (event.what in QUIET and not event.heard)
    )
    return ", ".join(f"{times:,} {name}" for name, times in names.items())
