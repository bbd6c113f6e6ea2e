"""Every test proves that it left no receiver behind; a calendar to turn, people to hire."""

import gc
from collections import Counter
from datetime import timedelta

import pytest
from django.core import signals as request_signals
from django.db.models import signals as model_signals
from django.dispatch import Signal

from classroom.calendar import MONDAY, let_go, stand_on

SIGNALS = {
    name: signal
    for module in (model_signals, request_signals)
    for name, signal in vars(module).items()
    # Django itself connects to setting_changed whenever it imports one more module of its own.
    if isinstance(signal, Signal) and name != "setting_changed"
}


def connected():
    """The look-up keys of all receivers that are connected now, by signal."""
    return {
        name: Counter(entry[0] for entry in signal.receivers) for name, signal in SIGNALS.items()
    }


@pytest.fixture(autouse=True)
def no_receiver_left_behind():
    before = connected()
    yield
    gc.collect()
    assert connected() == before


class Week:
    """The days of a test: `week[0]` is the Monday on which the clock stands at first."""

    def __getitem__(self, number):
        return MONDAY + timedelta(days=number)

    def turn_to(self, number):
        stand_on(self[number])


@pytest.fixture
def week():
    stand_on(MONDAY)
    yield Week()
    let_go()


@pytest.fixture
def hire(week, db):
    """A function that hires people by first name, one after the other, and returns them."""

    from speedy.models import Employees

    def hire(*names):
        return [
            Employees.objects.create(
                first_name=name, last_name="Okafor", address="1 Harbour Street", age=30
            )
            for name in names
        ]

    return hire
