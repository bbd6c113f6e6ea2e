"""`who_listens()`: every receiver of any signal or model, as rows.

See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.db.models.signals import ModelSignal, class_prepared
from django.dispatch import Signal

from whatfires.connections import ANY, Connection, connections, id_of
from whatfires.describing import is_model, quoted
from whatfires.naming import (
    name_of_receiver,
    name_of_signal,
    names_in_modules,
    path_of,
    place_of,
    signals_of_project,
    subclasses,
)
from whatfires.rendering import Row, hung
from whatfires.rows import Rows

OF_USERS = "django.contrib.auth.signals"


class Listeners(Rows):
    """Rows of connected receivers."""

    when_empty = "Nobody listens."
    columns: Sequence[str] = (
        "signal",
        "sender",
        "receiver",
        "held",
        "alive",
        "async",
        "dispatch_uid",
        "where",
    )

    def __repr__(self) -> str:
        groups = groupby(self, key=itemgetter("signal"))
        lines = (line for signal, rows in groups for line in (signal, *map(described, rows)))
        return "\n".join(lines) or self.when_empty

    def tint(self, row: Row, column: str) -> str:
        return "lost" if row["alive"] == "dead" else "quiet"


def described(row: Row) -> str:
    """Write a row as text: one line, or more where one would be too long."""
    uid = row["dispatch_uid"] and f"dispatch_uid {row['dispatch_uid']}"
    held, alive = row["held"].replace("weak", ""), row["alive"].replace("yes", "")
    notes = ", ".join(filter(None, [held, row["async"] and "async", uid, alive]))
    who = f"{row['sender']} → {row['receiver']}" + (f" ({notes})" if notes else "")
    return hung(f"{who}  {row['where']}".rstrip(), " " * 2, " " * 6)


def who_listens(*signals_and_models: Signal | type[Model]) -> Listeners:
    """Return a row for each connected receiver, a dict; looking changes nothing.

    Without arguments: the receivers of all signals of Django and of the installed apps. Name
    signals, and only theirs are shown, wherever they stand; name model classes, and only those
    who would hear of one of them: bound to exactly that class, or to no sender. Both in any
    order: `who_listens(post_save, Employees)`.

    Keys, all text, the rows of a signal in the order in which they were connected: `signal`;
    `sender` ("shop.Order", "any" for no sender, "unknown"); `receiver`; `held` ("weak", "strong");
    `alive` ("yes", or "dead" where a weak reference leads nowhere and Django has not cleared it
    away yet); `async` ("yes" or empty); `dispatch_uid`; `where` (module:line); `path` (its dotted
    name). It shows as text or as HTML; `.table()` is a DataFrame of the same columns, without
    `path`, and with `async` only if there is one.

    A signal remembers no sender, only its id: the name comes from the models, classes and apps
    that exist now. What else was a sender (a text, say) is "unknown". Up to Django 5.2 an id may
    outlive its class, and name another one that took its place in memory.

    Raises TypeError for anything but signals and model classes, ValueError for an abstract model.
    See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-to-signals-sent-by-specific-senders
    """
    signals, models = sort_out(signals_and_models)
    if not signals:
        signals = signals_of_project()
        if models:
            homes = homes_of_signals()
            signals = [it for it in signals if may_concern(it, models, homes.get(it, set()))]
    names = names_of_senders()
    wanted = {ANY, *map(id_of, models)}
    rows = [
        row_of(signal, connection, names)
        for signal in signals
        for connection in connections(signal)
        if not models or connection.sender_id in wanted
    ]
    listeners = Listeners(rows)
    if not any(row["async"] for row in rows):
        listeners.columns = [name for name in Listeners.columns if name != "async"]
    return listeners


def sort_out(things: tuple[Any, ...]) -> tuple[list[Signal], list[type[Model]]]:
    """Part signals from model classes, each once; refuse the rest."""
    for thing in things:
        if issubclass(type(thing), Signal):
            continue
        if not is_model(thing):
            raise TypeError(
                f"who_listens() takes signals and model classes, but {quoted(thing)} came. "
                f"{way_out(thing)}"
            )
        if not hasattr(thing, "_meta") or thing._meta.abstract:
            raise ValueError(
                f"who_listens() takes models that send signals; {thing.__name__} is abstract and "
                "never does. Name a model that inherits from it: senders match by identity."
            )
    things = tuple(dict.fromkeys(things))
    return (
        [thing for thing in things if isinstance(thing, Signal)],
        [thing for thing in things if not isinstance(thing, Signal)],
    )


def way_out(thing: Any) -> str:
    """Say what to pass instead."""
    if issubclass(type(thing), str):
        return (
            "Pass the class or the signal itself, not its name: who_listens(Employees), "
            "who_listens(post_save)."
        )
    if issubclass(type(thing), Model):
        return f"Pass the class of the instance: who_listens({type(thing).__name__})."
    return "Pass signals (post_save), model classes (Employees), both, or nothing to see all."


def homes_of_signals() -> dict[Signal, set[str]]:
    """Map each signal that has a name to the modules that hold it."""
    homes: dict[Signal, set[str]] = {}
    for place, _, signal in names_in_modules():
        homes.setdefault(signal, set()).add(place)
    return homes


def may_concern(signal: Signal, models: list[type[Model]], homes: set[str]) -> bool:
    """Tell whether one of these models is ever the sender of this signal, held by these modules.

    A receiver of `setting_changed` is bound to no sender, but hears of no model.
    """
    if OF_USERS in homes and name_of_signal(signal) != "user_login_failed":
        app, _, name = settings.AUTH_USER_MODEL.partition(".")
        users = tuple(it for it in apps.get_models() if it._meta.label == f"{app}.{name}")
        return any(issubclass(model, users) for model in models)
    if isinstance(signal, ModelSignal) or signal is class_prepared:
        return True
    return not any(place.startswith("django.") for place in homes)


def row_of(signal: Signal, connection: Connection, names: "Names") -> Row:
    """Write a connection as a row of text."""
    receiver, uid = connection.receiver, connection.dispatch_uid
    dead = receiver is None or connection.sender_is_gone
    return {
        "signal": name_of_signal(signal),
        "sender": name_of_sender(connection, names),
        "receiver": "(gone)" if receiver is None else name_of_receiver(receiver),
        "held": "weak" if connection.is_weak else "strong",
        "alive": "dead" if dead else "yes",
        "async": "yes" if connection.is_async else "",
        "dispatch_uid": "" if uid is None else str(uid),
        "where": "" if receiver is None else place_of(receiver),
        "path": "" if receiver is None else path_of(receiver),
    }


def name_of_sender(connection: Connection, names: "Names") -> str:
    """Name the sender of a connection: by its id, or by reference where there is one."""
    if connection.sender_id == ANY:
        return "any"
    if connection.sender_is_gone:  # and its id may be another's by now
        return "unknown"
    known = names.get(connection.sender_id) or getattr(connection.sender, "__qualname__", "")
    return known or names[connection.sender_id]


class Names(dict[Any, str]):
    """The names of models and apps by id; and of all classes, once one is asked for."""

    whole = False

    def __missing__(self, key: Any) -> str:
        if not self.whole:
            self.whole = True
            for one in subclasses(object):
                self.setdefault(id(one), one.__qualname__)
        return self.get(key, "unknown")


def names_of_senders() -> Names:
    """Return the names of models, apps (senders of post_migrate) and other classes, by id."""
    names = Names()
    if apps.models_ready:
        names |= {id(config): config.label for config in apps.get_app_configs()}
        models = apps.get_models(include_auto_created=True, include_swapped=True)
        names |= {id(model): model._meta.label for model in models}
    return names
