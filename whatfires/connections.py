"""Who is connected to which signal: read from the signals themselves, and put back there.

See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
"""

import gc
import sys
import weakref
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models import Model
from django.db.models.signals import ModelSignal, class_prepared
from django.dispatch import Signal
from django.dispatch.dispatcher import NONE_ID, _make_id

from whatfires.looks import Table
from whatfires.naming import BUILT_IN, name_of_receiver, name_of_signal, place_of

COLUMNS = ["signal", "sender", "receiver", "held", "alive", "async", "dispatch_uid", "where"]


class ConnectionsTable(Table):
    """A DataFrame of connected receivers."""

    when_empty = "Nobody listens."

    def tint(self, row, column):
        return "alarm" if row["alive"] == "dead" else "quiet"


class Connection(NamedTuple):
    """One receiver connected to one signal. An object that is gone is None."""

    receiver: Any
    is_weak: bool
    is_async: bool
    dispatch_uid: Any  # None unless connected with one
    sender_id: Any
    sender: Any  # by reference, which Django 6 has
    sender_is_gone: bool


def who_listens(*signals_and_models):
    """Return a DataFrame with a row for each connected receiver; looking changes nothing.

    Without arguments: the receivers of all signals of Django and of `speedy.signals`. Name
    signals, and only theirs are shown (a signal of your own, too); name model classes, and only
    those who would hear of one of them: bound to exactly that class, or to no sender. Both in any
    order: `who_listens(post_save, Employees)`.

    Columns, all text, the rows of a signal in the order in which they were connected:
    `signal`; `sender` ("speedy.Employees", "any" for no sender, "unknown"); `receiver`;
    `held` ("weak", "strong"); `alive` ("yes", or "dead" where a weak reference leads nowhere and
    Django has not cleared it away yet); `async` (only if there is such a receiver);
    `dispatch_uid`; `where` (file and line).

    A signal remembers no sender, only its id: the name comes from the models, classes and apps
    that exist now. What else was a sender (a text, say) is "unknown". Up to Django 5.2 an id may
    outlive its class, and name another one that took its place in memory.

    Raises TypeError for anything but signals and model classes, ValueError for an abstract model.
    See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-to-signals-sent-by-specific-senders
    """
    signals, models = sort_out(signals_and_models)
    if not signals:
        signals = [one for one in known_signals() if not models or may_concern(one, models)]
    names = names_of_senders()
    rows = [
        row(signal, connection, names)
        for signal in signals
        for connection in connections(signal)
        if not models or connection.sender_id in {NONE_ID, *map(_make_id, models)}
    ]
    table = ConnectionsTable(rows, columns=COLUMNS)
    table.index = pd.RangeIndex(1, len(rows) + 1, name="row")
    return table if (table["async"] != "").any() else ConnectionsTable(table.drop(columns="async"))


def connections(signal):
    """Yield what a signal remembers of each receiver.

    `Signal.receivers` is private, and this is the place that knows its entries: first a key
    (the dispatch_uid or else the receiver's id, the sender's id), then the receiver or a weak
    reference to it; last, since Django 5.0, whether it is async; before that, since 6.0, a weak
    reference to the sender, or None for what takes none. Entries that are dead are Django's to
    clear away (as it connects, disconnects or sends), so here they are only read. (`list_signals`
    of django-extensions unpacks them too, and fails on Django 6.)
    """
    for (receiver_key, sender_id), receiver, *rest in list(signal.receivers):
        is_weak = isinstance(receiver, weakref.ReferenceType)
        receiver = receiver() if is_weak else receiver
        reference = rest[0] if len(rest) > 1 else None
        sender = reference and reference()
        yield Connection(
            receiver=receiver,
            is_weak=is_weak,
            is_async=bool(rest and rest[-1]),
            dispatch_uid=None if is_id(receiver_key, receiver) else receiver_key,
            sender_id=sender_id,
            sender=sender,
            sender_is_gone=reference is not None and sender is None,
        )


def is_id(key, receiver):
    """Tell a receiver's id from a dispatch_uid; a receiver that is gone cannot be asked."""
    if receiver is not None:
        return key == _make_id(receiver)
    return all(isinstance(part, int) for part in (key if isinstance(key, tuple) else (key,)))


def every_signal():
    """List all signals that exist, whoever made them and wherever they are kept."""
    # An instance refers to its class, so the interpreter finds them without a look at each object.
    kinds = {Signal, *subclasses(Signal)}
    return [it for it in gc.get_referrers(*kinds) if type(it) in kinds]


def set_receivers(receivers):
    """Give signals their receivers: {signal: entries, as a signal has them}."""
    for it, entries in receivers.items():
        with it.lock:
            it.receivers[:] = entries
            it.sender_receivers_cache.clear()


def place_among(entries, receiver, sender=None):
    """Return the place of a receiver among the entries of a signal, or None."""
    keys = [entry[0] for entry in entries]
    key = _make_id(receiver), _make_id(sender)
    return keys.index(key) if key in keys else None


def sort_out(things):
    """Part signals from model classes, each once; refuse the rest."""
    for thing in things:
        if isinstance(thing, Signal):
            continue
        if not (isinstance(thing, type) and issubclass(thing, Model)):
            raise TypeError(
                f"who_listens() takes signals and model classes, but {thing!r} came. "
                f"{way_out(thing)}"
            )
        if not hasattr(thing, "_meta") or thing._meta.abstract:
            raise ValueError(
                f"who_listens() takes models that send signals; {thing.__name__} is abstract and "
                "never does. Name a model that inherits from it: senders match by identity."
            )
    things = dict.fromkeys(things)
    return (
        [thing for thing in things if isinstance(thing, Signal)],
        [thing for thing in things if not isinstance(thing, Signal)],
    )


def way_out(thing):
    """Say what to pass instead."""
    if isinstance(thing, str):
        return (
            "Pass the class or the signal itself, not its name: who_listens(Employees), "
            "who_listens(post_save)."
        )
    if isinstance(thing, Model):
        return f"Pass the class of the instance: who_listens({type(thing).__name__})."
    return "Pass signals (post_save), model classes (Employees), both, or nothing to see all."


def known_signals():
    """List the signals of Django, then those that modules of `speedy.signals` declare.

    A module that nobody imported is left so: its signals have no receivers yet.
    """
    own = (
        value
        for name, module in list(sys.modules.items())
        if f"{name}.".startswith("speedy.signals.")
        for value in list(vars(module).values())
        if isinstance(value, Signal)
    )
    model_signals_first = sorted(BUILT_IN, key=lambda one: not isinstance(one, ModelSignal))
    return list(dict.fromkeys([*model_signals_first, *own]))


def may_concern(signal, models):
    """Tell whether one of these models is ever the sender of this signal.

    A receiver of `setting_changed` is bound to no sender, but hears of no model.
    """
    if signal in (user_logged_in, user_logged_out):
        return any(issubclass(model, get_user_model()) for model in models)
    return isinstance(signal, ModelSignal) or signal is class_prepared or signal not in BUILT_IN


def row(signal, connection, names):
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
        "where": "" if receiver is None else place_in_file(receiver),
    }


def name_of_sender(connection, names):
    """Name the sender of a connection: by its id, or by reference where there is one."""
    if connection.sender_id == NONE_ID:
        return "any"
    if connection.sender_is_gone:  # and its id may be another's by now
        return "unknown"
    known = names.get(connection.sender_id)
    return known or getattr(connection.sender, "__qualname__", "unknown")


def names_of_senders():
    """Return the names of all classes, apps (senders of post_migrate) and models, by id."""
    names = {id(one): one.__qualname__ for one in subclasses(object)}
    names |= {id(config): config.label for config in apps.get_app_configs()}
    models = apps.get_models(include_auto_created=True, include_swapped=True)
    return names | {id(model): model._meta.label for model in models}


def subclasses(base):
    """Return the set of all classes below a class; the interpreter knows them without imports."""
    found, open_ends = set(), [base]
    while open_ends:
        new = set(type.__subclasses__(open_ends.pop())) - found
        found |= new
        open_ends += new
    return found


def place_in_file(receiver):
    """Say where a receiver is written, from the root of its project or package on."""
    module, _, line = place_of(receiver).partition(":")
    file = getattr(sys.modules.get(module), "__file__", None)
    if not file:
        return f"a cell, line {line}" if module == "__main__" else module
    path = Path(file)
    depth = module.count(".") + (2 if path.stem == "__init__" else 1)
    place = "/".join(path.parts[-depth:])
    return f"{place}, line {line}" if line else place
