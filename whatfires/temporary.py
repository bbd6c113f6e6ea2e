"""Wiring for as long as a block runs: hear signals, connect receivers, take receivers off.

A connection is its key: a receiver or a dispatch_uid, and a sender. What a block did to it is
undone at its end, also when it fails, and nothing else is touched.
See https://docs.djangoproject.com/en/5.2/topics/signals/#listening-to-signals
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal

from whatfires.connections import (
    Added,
    Away,
    bring_back,
    entries_of,
    entries_of_receiver,
    entries_under,
    key_of,
    note_added,
    remove_added,
    resolved,
    take_away,
    take_off,
)
from whatfires.describing import introduced, is_model, quoted, spelled
from whatfires.masking import HIDDEN, is_secret
from whatfires.naming import every_signal, name_of_receiver, name_of_sender, name_of_signal
from whatfires.rows import Rows
from whatfires.threads import put_off, undoing
from whatfires.tracing import wrapped_django

# What says nothing about what happened.
UNTOLD = {"signal", "using", "instance", "model", "origin"}
# What is so nearly always, and goes without saying. (Django 6.1 adds raw to m2m_changed.)
USUAL = {"raw": False, "update_fields": None, "request": None}


class Heard(Rows):
    """What was heard, a dict each: `signal`, `sender`, `instance` and `arguments`, all text."""

    when_empty = "Nothing was heard."
    columns = ("signal", "sender", "instance", "arguments")
    index_name = "order"


@contextmanager
def listening(*signals: Signal, sender: Any = None) -> Iterator[Heard]:
    """Write down each time one of these signals reaches us, from that sender or from any.

    `sender` is what `connect()` takes: a model, its name "app.Model", another class, any object.
    Yields a list that fills up as the block runs: dicts with `signal`, `sender`, `instance` and
    `arguments`, all text, without raw=False and update_fields=None. It shows as text or as HTML,
    without the columns that nobody filled in; `.table()` is a DataFrame. An instance is described
    as in a `trace()`: no query, and no cached property filled. Raises TypeError for what is no
    signal, before anything is connected.
    """
    expect_signals("listening", signals)
    heard = Heard()

    def write_down(sender: Any, signal: Signal, **arguments: Any) -> None:
        instance = arguments.get("instance")
        heard.append(
            {
                "signal": name_of_signal(signal),
                "sender": name_of_sender(sender),
                "instance": "" if instance is None else introduced(instance),
                "arguments": told(arguments),
            }
        )

    with wrapped_django(), connected_for(signals, [write_down], sender, weak=False):
        yield heard


@contextmanager
def connected(signal: Signal, *receivers: Callable[..., Any], sender: Any = None) -> Iterator[None]:
    """Connect receivers of your own to a signal, for any sender or for one, while a block runs.

    They are disconnected afterwards; but one that was connected so before stays, with its place in
    the order. One that was connected otherwise (under a dispatch_uid, or for another sender) is
    called twice meanwhile, as by `connect()`, and stays as it was. Raises TypeError for what is no
    signal or cannot be called.
    """
    expect_signals("connected", (signal,))
    for receiver in receivers:
        if not callable(receiver) or is_model(receiver):
            raise TypeError(
                f"connected() takes a signal and then receivers, functions that take **kwargs, but "
                f"{quoted(receiver)} came. A sender is named by sender=: connected(post_save, f, "
                "sender=Employees)."
            )
    with connected_for((signal,), receivers, sender):
        yield


@contextmanager
def connected_for(
    signals: tuple[Signal, ...], receivers: Any, sender: Any, weak: bool = True
) -> Iterator[None]:
    """Connect each receiver to each signal; take off what was not there before."""
    new: list[Added] = []
    with undoing(remove_all, new):
        with put_off():  # an interrupt leaves nobody connected
            for signal in signals:
                before = set(map(key_of, signal.receivers))
                who = resolved(signal, sender)
                for receiver in receivers:
                    try:
                        signal.connect(receiver, sender=who, weak=weak)
                    finally:  # a kind of signal of their own may connect, and then raise
                        # Or it connects another function in its place.
                        entries = entries_of(signal, receiver, who) or list(signal.receivers)
                        fresh = [entry for entry in entries if key_of(entry) not in before]
                        new.append(note_added(signal, fresh))
        yield


def remove_all(new: list[Added]) -> None:
    """Take off what a block connected."""
    for added in new:
        remove_added(added)


@contextmanager
def disconnected(
    signal: Signal,
    receiver: Callable[..., Any] | None = None,
    sender: Any = None,
    dispatch_uid: Any = None,
) -> Iterator[None]:
    """Take one receiver off a signal while a block runs; every other one goes on hearing.

    It is found with or without a dispatch_uid, or by its `dispatch_uid` alone; `sender` is the one
    that it was connected for, a model may be named "app.Model". Afterwards it is back in its place:
    connected anew, it would be the last to be called. Raises ValueError where it was not connected
    so: muting what is not there proves nothing; TypeError for what is no signal or no receiver.
    """
    expect_signals("disconnected", (signal,))
    if dispatch_uid is None and (not callable(receiver) or is_model(receiver)):
        raise TypeError(
            f"disconnected() takes a signal and then a receiver, a function, but "
            f"{quoted(receiver)} came. A connection is named by dispatch_uid=, too."
        )
    who = resolved(signal, sender)
    if dispatch_uid is None:
        entries, name = entries_of(signal, receiver, who), name_of_receiver(receiver)
    else:
        name = quoted(dispatch_uid)
        try:
            entries = entries_under(signal, dispatch_uid, who)
        except Exception as error:
            raise TypeError(
                f"disconnected(dispatch_uid={name}): expected a text, or what can be compared."
            ) from error
    if not entries:
        raise ValueError(
            f"disconnected(): {name} was not connected to this signal for "
            f"{name_of_sender(who) or 'any sender'}; who_listens() shows what is."
        )
    with taken_off([(signal, entries)]):
        yield


@contextmanager
def muted(*things: Signal | Callable[..., Any]) -> Iterator[None]:
    """Mute receivers while a block runs: `muted(send_letter)`, wherever it is connected.

    All others go on hearing. Of a signal, `muted(post_save)`, every receiver is taken off, as many
    test helpers do; what the block then proves holds for a project without receivers. One that the
    block connects stays. Raises ValueError for a receiver that is connected nowhere, TypeError for
    what is neither.
    """
    with taken_off(list(to_mute(things))):
        yield


@contextmanager
def taken_off(places: list[tuple[Signal, list[Any]]]) -> Iterator[None]:
    """Take these entries off these signals while a block runs; put them back in their places."""
    taken: list[Away] = []
    with undoing(bring_all_back, taken):
        with put_off():  # an interrupt loses nobody
            taken += [take_away(signal, entries) for signal, entries in places]
            for away in taken:
                take_off(away.signal, away.entries)
        yield


def bring_all_back(taken: list[Away]) -> None:
    """Put back what a block took off."""
    for away in reversed(taken):
        bring_back(away)


def to_mute(things: tuple[Any, ...]) -> Iterator[tuple[Signal, list[Any]]]:
    """Yield (signal, entries) for each signal and for each place of a receiver."""
    signals = tuple(it for it in things if not is_receiver(it))
    if signals or not things:
        expect_signals("muted", signals)
    for thing in things:
        if not is_receiver(thing):
            yield thing, list(thing.receivers)
            continue
        places = [(signal, entries_of_receiver(signal, thing)) for signal in every_signal()]
        found = [(signal, entries) for signal, entries in places if entries]
        if not found:
            raise ValueError(
                f"muted(): {name_of_receiver(thing)} is connected to no signal; who_listens() "
                "shows what is. A test that mutes what is not there proves nothing."
            )
        yield from found


def expect_signals(caller: str, signals: tuple[Any, ...]) -> None:
    """Refuse what is no signal, with the way to say it."""
    if not signals:
        raise TypeError(f"{caller}() takes at least one signal, such as post_save; none came.")
    for thing in signals:
        if issubclass(type(thing), Signal):
            continue
        ways = {
            "listening": "A sender is named by sender=: listening(post_save, sender=Employees).",
            "connected": "The signal comes first: connected(post_save, receiver).",
            "disconnected": "The signal comes first: disconnected(post_save, receiver, Employees).",
            "muted": "Or a receiver: muted(send_letter). For one signal alone: disconnected().",
        }
        raise TypeError(
            f"{caller}() takes signals themselves, such as post_save, but {quoted(thing)} came. "
            f"{ways[caller]}"
        )


def is_receiver(thing: Any) -> bool:
    """Tell whether something can be a receiver; by its type, so that none of its code runs."""
    return not issubclass(type(thing), Signal) and callable(thing) and not is_model(thing)


def told(arguments: dict[str, Any]) -> str:
    """Write the arguments that matter as they would be passed: action='pre_add', reverse=False."""
    return ", ".join(
        f"{name}={HIDDEN if is_secret(name) else as_passed(value)}"
        for name, value in sorted(arguments.items())
        if name not in UNTOLD
        and not (name in USUAL and value is USUAL[name])
        and (value is None or issubclass(type(value), str | bool | int | set | frozenset))
    )


def as_passed(value: Any) -> str:
    """Write a value; a set in order, so that the same news reads the same each time."""
    if type(value) in (set, frozenset):
        return spelled(value, repr) if value else "set()"
    return repr(spelled(value))
