"""Who is connected to which signal: read from the signals themselves, and put back there.

`Signal.receivers` is private, and this is the only module that knows its entries: first a key (the
dispatch_uid or else the receiver's id, the sender's id), then the receiver or a weak reference to
it; last, since Django 5.0, whether it is async; before that, since 6.0, a weak reference to the
sender, or None for what takes none.
See https://docs.djangoproject.com/en/5.2/topics/signals/#connecting-receiver-functions
"""

import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models.signals import ModelSignal
from django.dispatch import Signal
from django.dispatch.dispatcher import NONE_ID, _make_id  # type: ignore[attr-defined]

from whatfires.describing import quoted

ANY = NONE_ID
Entry = tuple[Any, ...]


class Connection(NamedTuple):
    """One receiver connected to one signal. An object that is gone is None."""

    receiver: Any
    is_weak: bool
    is_async: bool
    dispatch_uid: Any  # None unless connected with one
    sender_id: Any
    sender: Any  # by reference, which Django 6 has
    sender_is_gone: bool


def connections(signal: Signal) -> Iterator[Connection]:
    """Yield what a signal remembers of each receiver.

    Entries that are dead are Django's to clear away (as it connects, disconnects or sends), so here
    they are only read. (`list_signals` of django-extensions unpacks them too, and fails on 6.)
    """
    for (receiver_key, sender_id), _, *rest in entries_in(signal):
        entry = ((receiver_key, sender_id), _, *rest)
        receiver = receiver_in(entry)
        reference = rest[0] if len(rest) > 1 else None
        sender = reference and reference()
        yield Connection(
            receiver=receiver,
            is_weak=isinstance(entry[1], weakref.ReferenceType),
            is_async=bool(rest and rest[-1]),
            dispatch_uid=None if is_id(receiver_key, receiver) else receiver_key,
            sender_id=sender_id,
            sender=sender,
            sender_is_gone=reference is not None and sender is None,
        )


def entries_in(signal: Signal) -> list[Entry]:
    """Return the entries of a signal; none where a test has put something else in their place."""
    return list(signal.receivers) if isinstance(signal.receivers, list) else []


def receiver_in(entry: Entry) -> Any:
    """Return the receiver of an entry, None where it is gone."""
    return entry[1]() if isinstance(entry[1], weakref.ReferenceType) else entry[1]


def key_of(entry: Entry) -> Any:
    """Return the key of an entry, or its text: Django takes a dispatch_uid that has no hash."""
    try:
        hash(entry[0])
    except TypeError:
        return repr(entry[0])
    return entry[0]


def is_id(key: Any, receiver: Any) -> bool:
    """Tell a receiver's id from a dispatch_uid; a receiver that is gone cannot be asked."""
    if receiver is not None:
        return bool(key == _make_id(receiver))
    return all(isinstance(part, int) for part in (key if isinstance(key, tuple) else (key,)))


def id_of(sender: Any) -> Any:
    """Return what a signal keeps of a sender."""
    return _make_id(sender)


def resolved(signal: Signal, sender: Any) -> Any:
    """Turn a sender that a model's signal takes as text, "app.Model", into the class.

    Raises ValueError for a name that no model has, TypeError for what is no class.
    """
    if not isinstance(signal, ModelSignal) or sender is None or issubclass(type(sender), type):
        return sender
    if not isinstance(sender, str):
        raise TypeError(
            f"The sender of a model's signal is a class, but {quoted(sender)} came. Pass the model "
            'itself, its name "app.Model", or nothing for any.'
        )
    try:
        return apps.get_model(sender)
    except (LookupError, ValueError) as error:
        raise ValueError(
            f'sender={quoted(sender)}: expected a model, or the name of one, such as "auth.User".'
        ) from error


def entries_under(signal: Signal, dispatch_uid: Any, sender: Any = None) -> list[Entry]:
    """Return the entries under a dispatch_uid for that sender: one or none."""
    return [it for it in entries_in(signal) if it[0] == (dispatch_uid, _make_id(sender))]


def entries_of(signal: Signal, receiver: Any, sender: Any = None) -> list[Entry]:
    """Return the entries of a receiver for that sender, with and without a dispatch_uid."""
    return [it for it in entries_of_receiver(signal, receiver) if it[0][1] == _make_id(sender)]


def entries_of_receiver(signal: Signal, receiver: Any) -> list[Entry]:
    """Return the entries of a receiver for whatever sender."""
    wanted = _make_id(receiver)
    return [
        entry
        for entry in entries_in(signal)
        if entry[0][0] == wanted or _make_id(receiver_in(entry)) == wanted
    ]


# Blocks may overlap: what one took off, or connected, may be another's to put back, or to leave.


class Away(NamedTuple):
    """What an open block took off a signal, and the order in which everybody stood before."""

    signal: Signal
    before: list[Entry]
    entries: list[Entry]


class Added(NamedTuple):
    """What an open block connected to a signal: these very entries, not others of their keys."""

    signal: Signal
    entries: list[Entry]


_away: list[Away] = []
_added: list[Added] = []


def take_away(signal: Signal, entries: Iterable[Entry]) -> Away:
    """Note that entries are about to be taken off for a block; `bring_back` ends that."""
    before = entries_in(signal)
    for it in list(_away):
        if it.signal is signal:
            before = merged(before, it.before, it.entries)
    away = Away(signal, before, list(entries))
    _away.append(away)
    return away


def bring_back(away: Away) -> None:
    """Put back what a block took off, in its place.

    What another block connected under such a key meanwhile makes room, and that block has nothing
    to disconnect any more. What somebody connected for good stays.
    """
    without(_away, away)

    def edit(now: list[Entry]) -> list[Entry]:
        for signal, entries in list(_added):
            for entry in list(entries) if signal is away.signal else ():
                if any(it[0] == entry[0] and it is not entry for it in away.entries):
                    without(entries, entry)
                    without(now, entry)
        return merged(now, away.before, away.entries)

    change(away.signal, edit)


def note_added(signal: Signal, entries: list[Entry]) -> Added:
    """Note what a block connected; `remove_added` takes it off."""
    added = Added(signal, entries)
    _added.append(added)
    return added


def remove_added(added: Added) -> None:
    """Take off what a block connected, also where another block took it off meanwhile."""
    without(_added, added)
    for it in list(_away):
        if it.signal is added.signal:
            for entry in added.entries:
                without(it.entries, entry)

    def edit(now: list[Entry]) -> list[Entry]:
        for entry in added.entries:
            without(now, entry)
        return now

    change(added.signal, edit)


def take_off_for_good(signal: Signal, key: Any) -> None:
    """Remove what stands under a key, also where an open block took it off to bring it back."""
    for away in list(_away):
        if away.signal is signal:
            away.entries[:] = [it for it in away.entries if it[0] != key]
    change(signal, lambda now: [it for it in now if it[0] != key])


def without(things: list[Any], thing: Any) -> None:
    """Take a thing itself out of a list, not what is equal to it."""
    things[:] = [it for it in things if it is not thing]


def take_off(signal: Signal, entries: Iterable[Entry]) -> None:
    """Remove the entries with the keys of these, and no other."""
    gone = set(map(key_of, entries))
    change(signal, lambda now: [entry for entry in now if key_of(entry) not in gone])


def put_back(signal: Signal, before: list[Entry], entries: list[Entry]) -> None:
    """Put entries back in the places that they had, unless they are connected again meanwhile."""
    change(signal, lambda now: merged(now, before, entries))


def merged(now: list[Entry], before: list[Entry], entries: list[Entry]) -> list[Entry]:
    """Return the entries of now with these among them, where they stood before."""
    for entry in entries:
        if key_of(entry) not in set(map(key_of, now)):
            place = next((n for n, it in enumerate(before) if it is entry), len(before))
            earlier = set(map(key_of, before[:place]))
            places = [place for place, it in enumerate(now, start=1) if key_of(it) in earlier]
            now.insert(max(places, default=0), entry)
    return now


def change(signal: Signal, edit: Callable[[list[Entry]], list[Entry]]) -> None:
    """Change the receivers of a signal, so that what another thread connects is not lost."""
    with signal.lock:
        signal.receivers = list(edit(entries_in(signal)))  # the caller keeps its own list
        signal.sender_receivers_cache.clear()


def set_receivers(receivers: dict[Signal, list[Entry]]) -> None:
    """Give signals their receivers: {signal: entries, as a signal has them}."""
    for it, entries in receivers.items():
        change(it, lambda now, given=entries: given)
