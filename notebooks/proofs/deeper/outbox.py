"""The claims about the outbox."""

import importlib.util

import django

from speedy.models.outbox_event import MOST_TRIES

# outbox-1: of Søren neither the row nor the event is there.
assert answer_of("outbox-1") == "1"
assert [event.payload["employee"] for event in OutboxEvent.objects.all()] == [
    "Katherine Ospell",
    "Zoë Wintergem",
]
assert not Employees.objects.filter(first_name=roster[4]["first_name"]).exists()
try:
    outbox.store("hired")
except RuntimeError as refusal:
    assert "outside a transaction" in str(refusal)
else:
    raise AssertionError("it was stored outside a transaction")

# outbox-2: at least once, and once with a receiver that keeps the keys.
letters = list(event_log()["message"])
katherine = [letter for letter in letters if "Katherine" in letter]
assert answer_of("outbox-2") == str(len(katherine)) == "2"
assert len(set(katherine)) == 1  # both have the same key
assert len([letter for letter in letters if "Zoë" in letter]) == 1
assert not outbox.waiting().exists()
assert [event.tries for event in OutboxEvent.objects.all()] == [2, 2]

# What a delivery does.
assert (outbox.CLAIM_LASTS.seconds, MOST_TRIES) == (5 * 60, 5)


def break_down(sender, **kwargs):
    raise RuntimeError("no stamps")


with transaction.atomic():
    outbox.store("promoted", employee="Ada Quillbrook")
heard = []


def note(sender, key, **kwargs):
    heard.append(transaction.get_autocommit())  # True: outside of any transaction


with connected(event_told, note), connected(event_told, break_down), short_log():
    for _ in range(MOST_TRIES + 1):
        outbox.deliver()
assert heard == [True] * MOST_TRIES  # the one that works is called again each time
assert list(outbox_table()["state"]) == ["delivered", "delivered", "given up"]
with connected(event_told, note):
    call_command("deliver_events", again=True)
assert set(outbox_table()["state"]) == {"delivered"}

assert bool(importlib.util.find_spec("django.tasks")) == (django.VERSION >= (6, 0))
