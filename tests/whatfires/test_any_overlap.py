"""Blocks of wiring that open and end in any order undo what they did, and nothing else."""

from django.dispatch import Signal
from hypothesis import given, settings
from hypothesis import strategies as st

from whatfires import connected, disconnected, listening, muted, trace

SENDERS = [None, "somebody", Signal]


def first(**kwargs):
    pass


def second(**kwargs):
    pass


async def third(**kwargs):
    pass


class Desk:
    def fourth(self, **kwargs):
        pass


RECEIVERS = [first, second, third, Desk().fourth]
RECEIVER, SENDER = st.sampled_from(RECEIVERS), st.sampled_from(SENDERS)
UID = st.sampled_from([None, None, "uid", 7])
OPENINGS = {
    "connected": lambda signal, receiver, sender, uid: connected(signal, receiver, sender=sender),
    "disconnected": lambda signal, receiver, sender, uid: disconnected(signal, receiver, sender),
    "by uid": lambda signal, receiver, sender, uid: disconnected(
        signal, sender=sender, dispatch_uid=uid or "uid"
    ),
    "muted": lambda signal, *_: muted(signal),
    "listening": lambda signal, receiver, sender, uid: listening(signal, sender=sender),
    "trace": lambda *_: trace(),
}
STEP = st.tuples(
    st.sampled_from([*OPENINGS, "connect", "disconnect", "end", "end", "end", "send"]),
    *(RECEIVER, SENDER, UID, st.integers(0, 9)),
    st.sampled_from([None, ValueError, KeyboardInterrupt, GeneratorExit]),
)


def keys(signal):
    return [entry[0] for entry in signal.receivers]


def end(block, error):
    """End a block as Python does, with an error that passes through it, or none."""
    try:
        assert not block.__exit__(error, error and error(), None)
    except (ValueError, KeyboardInterrupt, GeneratorExit) as raised:
        assert type(raised) is error


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.lists(st.tuples(RECEIVER, SENDER, UID), max_size=5),
    st.lists(STEP, max_size=12),
    st.randoms(use_true_random=False),
)
def test_whatever_overlaps_everything_is_as_it_was(connections, steps, random):
    signal, opened, by_hand = Signal(), [], False
    for receiver, sender, uid in connections:
        signal.connect(receiver, sender=sender, dispatch_uid=uid)
    at_first = list(signal.receivers)
    came = {}
    try:
        for what, receiver, sender, uid, number, error in steps:
            if what == "end" and opened:
                end(opened.pop(number % len(opened)), error)
            elif what == "send":
                signal.send_robust(sender)
            elif what == "connect":  # for good, by somebody else, and nobody has such a key
                came[number] = lambda **kwargs: None
                signal.connect(came[number], sender=sender, dispatch_uid=(uid, number, "theirs"))
            elif what == "disconnect" and came:
                number, _ = came.popitem()
                for whose in SENDERS:
                    for it in (None, "uid", 7):
                        signal.disconnect(sender=whose, dispatch_uid=(it, number, "theirs"))
                        by_hand = True
            elif what in OPENINGS:
                block, before = (
                    OPENINGS[what](signal, receiver, sender, uid),
                    list(signal.receivers),
                )
                try:
                    block.__enter__()
                except ValueError:  # it is not connected just now
                    assert signal.receivers == before
                else:
                    opened.append(block)
    finally:
        random.shuffle(opened)
        while opened:
            end(opened.pop(), None)
    left = [entry for entry in signal.receivers if not is_theirs(entry)]
    assert left == at_first
    if not by_hand:
        assert len({entry[0][0][1] for entry in signal.receivers if is_theirs(entry)}) == len(came)


def is_theirs(entry):
    uid = entry[0][0]
    return isinstance(uid, tuple) and uid[-1] == "theirs"
