"""Receivers taken off for a block come back as they were."""

import signal as system
from importlib import import_module
from unittest.mock import patch

import pytest
from django.db.models.signals import post_save, pre_save
from django.dispatch import Signal

from speedy.models import Employees
from speedy.signals.employee_assignment import employee_created
from whatfires import connected, disconnected, listening, muted, trace
from whatfires.connections import connections
from whatfires.threads import put_off
from whatfires.wrappers import position

NOTE = Signal()


def refuse(*args, **kwargs):
    raise LookupError("no seat")


def hear(**kwargs):
    pass


def hear_too(**kwargs):
    pass


def test_a_muted_signal_reaches_nobody_and_then_everybody_in_order():
    before = list(connections(post_save))
    with pytest.raises(LookupError), muted(pre_save, post_save):
        assert not pre_save.has_listeners(Employees) and not post_save.has_listeners(Employees)
        refuse()
    assert list(connections(post_save)) == before
    assert post_save.has_listeners(Employees)


def test_one_receiver_is_taken_off_and_put_back_in_its_place():
    before = list(connections(post_save))
    with pytest.raises(LookupError), disconnected(post_save, employee_created, sender=Employees):
        there = [it for it in before if it.receiver is not employee_created]
        assert [it for it in connections(post_save) if it.receiver is not employee_created] == there
        assert not post_save.has_listeners(Employees)
        refuse()
    assert list(connections(post_save)) == before


def test_a_receiver_that_is_connected_again_meanwhile_is_there_once():
    signal = Signal()
    signal.connect(refuse)
    with disconnected(signal, refuse):
        signal.connect(refuse)
    assert [it.receiver for it in connections(signal)] == [refuse]


def test_a_model_may_be_named_by_its_text_as_when_connecting():
    before = list(post_save.receivers)
    with disconnected(post_save, employee_created, sender="speedy.Employees"):
        assert not post_save.has_listeners(Employees)
    assert list(post_save.receivers) == before


def test_one_that_was_connected_under_a_dispatch_uid_is_found_and_put_back():
    signal = Signal()
    signal.connect(hear, dispatch_uid="ear")
    signal.connect(hear_too)
    before = list(signal.receivers)
    with disconnected(signal, hear):
        assert [it.receiver for it in connections(signal)] == [hear_too]
    assert signal.receivers == before


def test_a_dispatch_uid_may_be_what_has_no_hash():
    """Django compares it, and no more."""
    signal = Signal()
    signal.connect(hear, dispatch_uid=["ear"])
    before = list(signal.receivers)
    with connected(signal, hear_too), disconnected(signal, dispatch_uid=["ear"]), muted(hear_too):
        assert signal.receivers == []
    assert signal.receivers == before


class Unspeakable:
    """Whatever it is asked, it fails."""

    __class__ = property(lambda self: 1 / 0)

    def __getattr__(self, name):
        raise ZeroDivisionError(name)

    def __repr__(self):
        raise ZeroDivisionError

    __str__ = __bool__ = __len__ = __iter__ = __repr__


@pytest.mark.parametrize("watch", [trace, lambda: listening(NOTE)])
@pytest.mark.parametrize("arguments", [{"instance": Unspeakable()}, {"x": [Unspeakable()]}])
def test_what_is_watched_runs_none_of_its_code(watch, arguments):
    with watch() as seen:
        NOTE.send(Unspeakable, **arguments)
    assert len(seen) == 1 and repr(seen)


@pytest.mark.parametrize("sender", ["Employees", "a.b.c", "no.Such", ""])
def test_a_name_that_no_model_has_gets_a_sentence(sender):
    with pytest.raises(ValueError, match="expected a model, or the name"):
        listening(post_save, sender=sender).__enter__()


def test_one_is_taken_off_by_its_dispatch_uid_for_its_sender_alone():
    signal = Signal()
    for who in (None, Employees):
        signal.connect(hear, sender=who, dispatch_uid="ear")
    before = list(signal.receivers)
    with disconnected(signal, sender=Employees, dispatch_uid="ear"):
        assert signal.receivers == before[:1]
    assert signal.receivers == before
    with pytest.raises(ValueError, match="'nose' was not connected"):
        disconnected(signal, dispatch_uid="nose").__enter__()


class Failing(Signal):
    """It connects, and then raises."""

    def connect(self, *arguments, **named):
        super().connect(*arguments, **named)
        raise LookupError


class Wrapping(Signal):
    """It connects another function in the place of the receiver."""

    def connect(self, receiver, sender=None, **named):
        named["weak"] = False
        super().connect(lambda **it: receiver(**it), sender=sender, **named)


@pytest.mark.parametrize("block", [connected, lambda signal, hear: listening(signal)])
def test_what_a_kind_of_signal_of_ones_own_connected_goes_too(block):
    failing, wrapping = Failing(), Wrapping()
    Signal.connect(failing, hear_too)
    with pytest.raises(LookupError), block(failing, hear):
        pass
    wrapping.connect(hear_too)
    with block(wrapping, hear):
        assert len(wrapping.receivers) == 2
    assert [it.receiver for it in connections(failing)] == [hear_too]
    assert len(wrapping.receivers) == 1


STEPS = ["tracing.wrap_django", "tracing.unwrap_django", *(
    f"temporary.{it}" for it in ("note_added", "bring_back", "remove_added"))]  # fmt: skip


@pytest.mark.parametrize("place", STEPS)
def test_an_interrupt_between_two_steps_of_a_block_leaves_everything_as_it_was(monkeypatch, place):
    """It left Django wrapped, a receiver connected, or another one lost."""
    module, name = place.split(".")
    module = import_module(f"whatfires.{module}")
    step = getattr(module, name)

    def pressed(*arguments):
        system.raise_signal(system.SIGINT)
        return step(*arguments)

    before, send = list(post_save.receivers), Signal.send
    monkeypatch.setattr(module, name, pressed)
    with pytest.raises(KeyboardInterrupt), listening(post_save), muted(post_save), trace():
        pass
    monkeypatch.undo()
    assert (post_save.receivers, Signal.send) == (before, send)
    with trace() as seen:
        NOTE.send(None)
    assert len(seen) == 1


@pytest.mark.parametrize("block", [connected, disconnected, lambda *it: muted(*it[:1]), "trace"])
def test_an_interrupt_at_any_call_as_a_block_ends_leaves_nothing_behind(interrupted, block):
    """It left a receiver off, or on, where it came before interrupts were put off."""
    signal, send = Signal(), Signal.send
    signal.connect(hear)
    before = list(signal.receivers)
    receiver = hear_too if block is connected else hear
    tried = 0
    for _ in interrupted(lambda: trace() if block == "trace" else block(signal, receiver)):
        assert (signal.receivers, Signal.send, position.get()) == (before, send, None)
        tried += 1
    assert tried > 10


def test_an_interrupt_while_interrupts_are_being_put_off_waits_too(monkeypatch):
    real = system.signal

    def pressed(*arguments):
        monkeypatch.undo()
        system.raise_signal(system.SIGINT)
        return real(*arguments)

    handler, done = system.getsignal(system.SIGINT), []
    monkeypatch.setattr(system, "signal", pressed)
    with pytest.raises(KeyboardInterrupt), put_off():
        done.append(None)
    assert done and system.getsignal(system.SIGINT) is handler


def test_a_patch_that_ends_after_its_trace_does_not_double_the_next_one():
    patched = patch.object(Signal, "send", lambda *args, **kwargs: [])
    original = Signal.send
    try:
        with trace():
            patched.start()
        patched.stop()
        with trace() as seen:
            NOTE.send(None)
        assert len(seen) == 1
    finally:
        Signal.send = original


@pytest.mark.parametrize(
    ("block", "way_out"),
    [
        (lambda: listening(post_save, Employees), r"listening\(post_save, sender=Employees\)"),
        (lambda: listening("post_save"), "signals themselves, such as post_save"),
        (lambda: muted(post_save, Employees), r"muted\(send_letter\)"),
        (lambda: connected(hear, post_save), r"connected\(post_save, receiver\)"),
        (lambda: connected(post_save, Employees), r"connected\(post_save, f, sender=Employees\)"),
        (lambda: disconnected(Employees, hear), r"disconnected\(post_save, receiver, Employees\)"),
        (lambda: disconnected(post_save, "ear"), "named by dispatch_uid="),
        (lambda: connected(post_save, hear, sender=Employees()), "is a class, but <Employees:"),
        (lambda: listening(post_save, sender=7), "is a class, but 7 came"),
        (lambda: muted(), "at least one signal"),
        (lambda: muted(Unspeakable()), "but an object of Unspeakable came"),
    ],
)
def test_what_is_in_the_wrong_place_gets_a_sentence_and_leaves_nothing(block, way_out):
    before = list(post_save.receivers)
    with pytest.raises(TypeError, match=way_out), block():
        pass
    assert list(post_save.receivers) == before


def test_to_mute_what_is_not_there_is_refused():
    # The project's is connected for Employees alone.
    block = disconnected(post_save, employee_created)
    with pytest.raises(ValueError, match="not connected to this signal for any sender"), block:
        pass


def test_a_receiver_is_muted_wherever_it_is_connected_and_the_others_hear():
    one, other = Signal(), Signal()
    for signal in (one, other):
        signal.connect(hear)
        signal.connect(hear_too, sender=Employees, dispatch_uid="too")
    before = [list(one.receivers), list(other.receivers)]
    with pytest.raises(LookupError), muted(hear_too):
        assert [it.receiver for it in connections(one)] == [hear]
        assert [it.receiver for it in connections(other)] == [hear]
        refuse()
    assert [one.receivers, other.receivers] == before


def test_several_receivers_of_a_signal_are_put_back_in_their_order():
    signal = Signal()
    for receiver in (hear, hear_too, refuse):
        signal.connect(receiver)
    before = list(signal.receivers)
    with muted(hear, hear_too):
        assert [it.receiver for it in connections(signal)] == [refuse]
    assert signal.receivers == before


def test_muting_a_receiver_that_is_connected_nowhere_is_refused():
    def alone(**kwargs): ...

    with pytest.raises(ValueError, match="alone is connected to no signal"), muted(alone):
        pass
