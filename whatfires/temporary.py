"""Hear what signals say while a block of code runs, by connecting a receiver for that long.

Connecting is what a learner would do by hand; here it is undone even when the block fails.
See https://docs.djangoproject.com/en/5.2/topics/signals/#listening-to-signals
"""

from contextlib import contextmanager

import pandas as pd
from django.contrib.auth import signals as auth_signals
from django.core import signals as request_signals
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import signals as model_signals
from django.dispatch import Signal
from django.dispatch.dispatcher import NONE_ID
from django.test import signals as test_signals

from whatfires.connections import connections, place_among, set_receivers
from whatfires.looks import Table

NAMES = {
    signal: name
    for module in (auth_signals, request_signals, test_signals, model_signals)
    for name, signal in vars(module).items()
    if isinstance(signal, Signal)
}
# What says nothing about what happened.
UNTOLD = {"signal", "using", "instance", "model", "origin"}
# What is so nearly always, and goes without saying. (Django 6.1 adds raw to m2m_changed.)
USUAL = {"raw": False, "update_fields": None, "request": None}


class HeardTable(Table):
    """A DataFrame of what was heard."""

    when_empty = "Nothing was heard."


class Heard(list):
    """What was heard, a dict each; in a notebook, its `.table()`."""

    def table(self):
        """Return a DataFrame of text, a row a delivery; its columns are the keys of the dicts."""
        columns = ["signal", "sender", "instance", "arguments"]
        frame = pd.DataFrame(self, columns=columns)
        return HeardTable(frame.set_index(pd.RangeIndex(1, len(self) + 1, name="order")))

    def shown(self):
        """The table without the columns that nobody filled in."""
        table = self.table()
        return HeardTable(table.loc[:, (table != "").any()])

    def _repr_html_(self):
        return self.shown()._repr_html_()

    def __repr__(self):
        return repr(self.shown())


@contextmanager
def listening(*signals, sender=None):
    """Write down each time one of these signals reaches us, from that sender or from any.

    Yields a list that fills up as the block runs: dicts with `signal`, `sender`, `instance` and
    `arguments`, all text, without raw=False and update_fields=None. In a notebook it shows as a
    table, without the columns that nobody filled in.
    """
    heard = Heard()

    def write_down(sender, signal, **arguments):
        heard.append(
            {
                "signal": NAMES.get(signal, "custom signal"),
                "sender": getattr(sender, "__name__", str(sender)),
                "instance": about(arguments),
                "arguments": told(arguments),
            }
        )

    for signal in signals:
        signal.connect(write_down, sender=sender, weak=False)
    try:
        yield heard
    finally:
        for signal in signals:
            signal.disconnect(write_down, sender=sender)


@contextmanager
def connected(signal, *receivers):
    """Connect receivers of your own to a signal, for any sender, while a block runs.

    They are disconnected afterwards, even when the block fails; but one that was connected before
    it stays, with its place in the order.
    """
    there = [one.receiver for one in connections(signal) if one.sender_id == NONE_ID]
    try:
        for receiver in receivers:
            signal.connect(receiver)
        yield
    finally:
        for receiver in receivers:
            if receiver not in there:
                signal.disconnect(receiver)


@contextmanager
def muted(*signals):
    """Take every receiver off these signals while a block runs, as many test helpers do."""
    before = {signal: list(signal.receivers) for signal in signals}
    set_receivers({signal: [] for signal in signals})
    try:
        yield
    finally:
        set_receivers(before)


@contextmanager
def disconnected(signal, receiver, sender=None):
    """Take one receiver off a signal while a block runs; every other one goes on hearing.

    Afterwards it is back in its place: connected anew, it would be the last to be called. Raises
    ValueError where it was not connected so: muting what is not there proves nothing.
    """
    before = list(signal.receivers)
    if not signal.disconnect(receiver, sender=sender):
        raise ValueError(
            f"disconnected(): {receiver.__name__} was not connected to this signal for "
            f"{getattr(sender, '__name__', 'any sender')}; who_listens() shows what is."
        )
    place = place_among(before, receiver, sender)
    try:
        yield
    finally:
        now = list(signal.receivers)
        if place_among(now, receiver, sender) is None:
            now.insert(place, before[place])
        set_receivers({signal: now})


def about(arguments):
    """Name whom a delivery is about; listening must not break what it listens to."""
    instance = arguments.get("instance")
    if isinstance(getattr(instance, "pk", None), str):
        return type(instance).__name__  # a session's key is a secret, and differs each time
    try:
        return "" if instance is None else str(instance)
    except ObjectDoesNotExist:  # a seat whose person is gone already
        return f"{type(instance).__name__} {instance.pk}"


def told(arguments):
    """Write the arguments that matter as they would be passed: action='pre_add', reverse=False."""
    return ", ".join(
        f"{name}={spelled(value)}"
        for name, value in sorted(arguments.items())
        if name not in UNTOLD
        and (name, value) not in USUAL.items()
        and isinstance(value, str | bool | int | set | frozenset | None)
    )


def spelled(value):
    """Write a value; a set in order, so that the same news reads the same each time."""
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(map(repr, sorted(value))) + "}" if value else "set()"
    return repr(value)
