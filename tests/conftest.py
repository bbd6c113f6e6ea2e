"""Every test proves that it left no receiver behind."""

import gc
from collections import Counter

import pytest
from django.core import signals as request_signals
from django.db.models import signals as model_signals
from django.dispatch import Signal

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
