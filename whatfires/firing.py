"""What fires when: every operation of the ORM against every hook, found out by running it.

No cell is written by hand. Each operation runs on throw-away rows inside a trace, in databases of
their own, and is rolled back; what the trace saw is the row. So the differences between two
versions of Django come out by themselves.
See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

from collections import Counter
from contextlib import nullcontext
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.db import models

from whatfires.confined import preparing
from whatfires.describing import is_model, named_error, quoted
from whatfires.events import Event, Trace
from whatfires.firings import ELSEWHERE, FIRED, HOOKS, SILENT, UNKNOWN, Firings
from whatfires.operations import OPERATIONS, Operation
from whatfires.origins import raised_at
from whatfires.rendering import Row
from whatfires.samples import filling
from whatfires.skipping import concerned_by, skipped_by, waiting_for
from whatfires.stage import Make, Model, Stage, make_declared
from whatfires.threads import switched_on
from whatfires.throw_away import apart, rolled_back
from whatfires.tracing import trace, wrapped_django


def what_fires(*model_and_operations: Model | str, make: Make | None = None) -> Firings:
    """Find out what fires when, by running every operation on throw-away rows of a model.

    `what_fires(Order)` runs all operations for which the model has what they need;
    `what_fires(Order, "bulk_create", "raw SQL")` those whose name or group is, or contains, such a
    text. Rows of the model and of all that it must point to are made up. Where that fails, pass
    `make`, a function that takes a number and returns an unsaved instance, a new one for each
    number. It runs in the empty database, so it makes and saves in it what the row points to.
    WHATFIRES_MAKE = {"shop.Order": "shop.factories.make_order"} in the settings does the same.

    It runs in a thread of its own, whose databases are empty and thrown away, for every alias of
    DATABASES; no row of the project is touched. Receivers and overrides run as they always do, but
    mail, files of the default storage, caches and logs go nowhere. Sockets, programs, processes and
    changes of files outside a temporary folder are refused, to threads that outlive it as well. Out
    of reach: threads and processes that were there before, files and connections that are open
    already, and what a library in C opens without Python (see `whatfires.confined`).

    Returns Firings, a row an operation, a column a hook: ◆ fired, ◇ by another class only,
    · silent, ? could not be run. It shows as text or as HTML. `.fired(name)` is one row as a dict
    of numbers, `.row(name)` all of it, with why it could not be run under `passed`;
    `.skipped(name)` lists the receivers and overrides that it passes by;
    `.differ(hook, other)` the rows where two hooks differ; `.surprises()` tells each ★ in a
    sentence that concerns a receiver or an override of the project; `.table()` is a DataFrame.

    Raises TypeError for what is no model, no text or, as `make`, no function; ValueError for an
    unknown operation and for a `make` of the settings that cannot be imported or is of no model,
    and NoThrowAwayDatabase where the server makes no database.
    """
    model, wanted = sort_out(model_and_operations)
    if make is not None and not callable(make):
        raise TypeError(
            f"what_fires(make={quoted(make)}): expected a function that takes a number and returns "
            "an unsaved instance, a new one for each number."
        )
    return apart(run_all, wanted, model, make_declared(model) if make is None else make)


def sort_out(things: tuple[Any, ...]) -> tuple[Model, list[str]]:
    """Part the model from the names of operations; refuse the rest."""
    names = [thing for thing in things if issubclass(type(thing), str)]
    others = [thing for thing in things if not issubclass(type(thing), str)]
    if len(others) != 1 or not is_model(others[0]):
        came = ", ".join(map(quoted, others)) or "none"
        raise TypeError(
            f"what_fires() expects one model class, and then names of operations, but of models "
            f"came {came}. For example: what_fires(Order), what_fires(Order, 'bulk_create')."
        )
    [model] = others
    if model is models.Model or model._meta.abstract or model._meta.swapped:
        raise TypeError(
            f"what_fires({model.__name__}): an abstract class has no rows, nor has one that is "
            "swapped for another; name a model that inherits from it, or that takes its place."
        )
    return model, names


def run_all(wanted: list[str], model: Model, make: Make | None) -> Firings:
    """Run the operations for which the model has what they need; return the rows."""
    stage = Stage(model, make)
    names = names_of_operations(stage)
    rows = Firings()
    waiting = cache(waiting_for)  # nobody is connected meanwhile
    with wrapped_django():
        for it in choose(wanted, names):
            row = {"group": it.group, "operation": names[it], **observe(it, stage)}
            true = it.surprise if it.surprise and it.holds(row) else ""
            concerns = concerned_by(it, getattr(stage, it.watched), waiting) if true else ""
            skips = skipped_by(it, row, model, waiting)
            rows.append({**row, "surprise": true, "concerns": concerns, "skips": skips})
    return rows


def names_of_operations(stage: Stage) -> dict[Operation, str]:
    """Name the operations for which this model has what they need, in their order."""
    return {
        it: it.named_for(stage) for it in OPERATIONS if not it.needs or getattr(stage, it.needs)
    }


def choose(wanted: list[str], names: dict[Operation, str]) -> list[Operation]:
    """Find the operations that bear these names, or parts of them; all, where none is wanted."""
    chosen: set[Operation] = set()
    for word in wanted:
        found = [it for it, name in names.items() if word in (name, it.group)]
        found = found or [it for it, name in names.items() if word in name]
        if not found:
            known = [*names.values(), *dict.fromkeys(it.group for it in names)]
            near = get_close_matches(word, known, n=3, cutoff=0.3) or known
            raise ValueError(
                f"what_fires(..., {word!r}): no operation or group bears that name. Near: "
                f"{', '.join(near)}. Without names it runs them all."
            )
        chosen.update(found)
    return [it for it in names if not wanted or it in chosen]


def observe(operation: Operation, stage: Stage) -> Row:
    """Run one operation, and tell what a trace saw; where it fails, once more with fuller rows."""
    why = ""
    for rows in (nullcontext(), switched_on(filling)):
        try:
            with rows:
                return attempted(operation, stage.afresh())
        except (Exception, SystemExit) as refusal:
            # A rule of the project that made-up rows cannot know, a fault in it, or Django's rule.
            place = raised_at(refusal)
            if place or not why:  # the fuller rows came further, unless they could not be made
                why = f"not run: {named_error(refusal)}" + (f" ({place})" if place else "")
    return {**dict.fromkeys(HOOKS, UNKNOWN), "passed": why}


def attempted(operation: Operation, stage: Stage) -> Row:
    """Run one operation inside a trace, take it back, and tell what the trace saw."""
    watched = getattr(stage, operation.watched)
    with rolled_back():
        with trace(limit=0), switched_on(preparing):  # what it prepares is not watched
            call = operation.prepare(stage)
        with trace() as seen:
            call()
    return cells(seen, watched)


def cells(seen: Trace, watched: Model) -> Row:
    """Turn a trace into a row: a cell a hook, and what was passed."""
    fired = [
        event
        for event in seen
        if event.kind in ("method", "signal")
        and event.what in HOOKS
        and is_kin(event.sender_object, watched)
    ]
    ours = Counter(event.what for event in fired if event.sender_object is watched)
    others = Counter(event.what for event in fired if event.sender_object is not watched)
    return {
        **{hook: glyph(ours[hook], others[hook]) for hook in HOOKS},
        "passed": passed(fired, watched),
    }


def is_kin(sender: Any, watched: Model) -> bool:
    """Tell whether a sender is the watched class or one that people may take for it."""
    if not is_model(sender):
        return False
    if issubclass(sender, watched) or issubclass(watched, sender):
        return True
    # A migration's class has the same table.
    return sender._meta.db_table == getattr(watched._meta, "db_table", None)


def glyph(ours: int, others: int) -> str:
    """Draw how often a hook fired: by the watched class, or else by a relative of it."""
    if not (ours or others):
        return SILENT
    number = ours or others
    return (FIRED if ours else ELSEWHERE) + (str(number) if number > 1 else "")


def passed(fired: list[Event], watched: Model) -> str:
    """Tell what the signals said that is worth knowing, each thing once and in order."""
    said: dict[str, bool] = {}
    for event in fired:
        told = event.arguments
        if event.what == "m2m_changed":
            said[f"action={told['action']}"] = True
        if event.what == "post_save":
            said[f"created={told['created']}"] = True
        if told.get("raw"):
            said["raw=True"] = True
        if event.kind == "signal" and told.get("update_fields") not in (None, ""):
            said[f"update_fields={told['update_fields']}"] = True
        if event.kind == "signal" and event.sender_object is not watched:
            said[f"sender {sender_of(event)}"] = True
    return ", ".join(said)


def sender_of(event: Event) -> str:
    """Name a sender; a migration's class bears the name of the one it is taken for."""
    historical = event.sender_object.__module__ == "__fake__"
    return f"{event.sender} of the migration" if historical else event.sender
