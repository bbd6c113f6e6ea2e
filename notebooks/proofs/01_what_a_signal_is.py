"""The claims of lesson 01."""

import asyncio
import threading
import time
from contextlib import suppress

from django.db.models.signals import post_save
from django.dispatch import Signal
from django.test import override_settings

people = ["Ada", "Grace", "Alan"]

# Django's Signal gives the answers that the plain one gives; post_save is one.
ours = Signal()
ours.connect(order_meals)
ours.connect(print_badges)
assert ours.send(sender=Shifts, people=people) == plain.send(sender=Shifts, people=people)
assert isinstance(post_save, Signal)
assert Signal().send(sender=Shifts) == []

# A call, in the thread of the caller.
threads = []
begun = time.perf_counter()
answers = kitchen_opens.send(sender=Shifts)
assert time.perf_counter() - begun >= 0.4 and answer_of("01-2").startswith("0.4 seconds")
assert answers == [(cook_slowly, "soup"), (wash_slowly, "plates")]


def note_thread(sender, **kwargs):
    threads.append(threading.current_thread())


with connected(kitchen_opens, note_thread):
    kitchen_opens.send(sender=Shifts)
assert threads == [threading.current_thread()]

# Coroutines run together, after the others: each of the two waits for the other. And send() waits for them.
both = []


def lay(sender, **kwargs):
    both.append("plates")


async def cook(sender, **kwargs):
    both.append("cook")
    while both.count("wash") == 0:
        await asyncio.sleep(0)


async def wash(sender, **kwargs):
    both.append("wash")
    while both.count("cook") == 0:
        await asyncio.sleep(0)


together = Signal()
for one in cook, wash, lay:
    together.connect(one)
sending = threading.Thread(target=together.send, args=[Shifts])  # no loop runs there
sending.start()
sending.join(60)
assert not sending.is_alive() and sorted(both[1:]) == ["cook", "wash"] and both[0] == "plates"

# Django passes the signal, too; a receiver without **kwargs is refused, at the latest when it is called.
passed = []


def take(sender, **kwargs):
    passed.append({**kwargs})


for debug in True, False:
    with override_settings(DEBUG=debug):
        strict = Signal()
        strict.connect(take)
        try:
            strict.connect(lambda sender, people: None, weak=False)
            strict.send(Shifts, people=people)
            refused = None
        except (ValueError, TypeError) as error:
            refused = type(error)
        assert refused is (ValueError if debug else TypeError)
assert passed == [{"signal": strict, "people": people}]

# 01-4: what the receiver stored was undone with the caller's transaction.
assert answer_of("01-4") == str(Shifts.objects.count() - 1)  # one came in no block
Shifts.objects.all().delete()

# Without atomic(), what the receiver stored is kept, though an error follows.
with suppress(OSError):
    day_begins.send(sender=Shifts)
    raise OSError
assert Shifts.objects.count() == 1

# 01-1: exactly the class, for a signal of one's own and for those of models.
assert answer_of("01-1") == "Only lay_table"
assert meal_ready.send(sender=Breakfast) == [(lay_table, "plates: Breakfast")]
assert [receiver for receiver, _ in meal_ready.send(sender=Meal)] == [ring_bell, lay_table]
with trace() as seen:
    ida = EmployeesWithoutHooks(first_name="Ida", last_name="Nobody", address="-", age=30)
    ida.save()
[sent] = seen.filter("post_save", kind="signal")
assert sent.heard == 0 and sent.sender_object is EmployeesWithoutHooks and not ida.shifts.exists()
assert issubclass(EmployeesWithoutHooks, Employees)

# An equal text is another object.
night, also_night = "night shift", " ".join(["night", "shift"])
texts = Signal()
texts.connect(order_meals, sender=night)
assert night == also_night
assert len(texts.send(sender=night, people=people)) == 1
assert texts.send(sender=also_night, people=people) == []

# 01-3: send() stops at the error, send_robust() does not.
assert [receiver for receiver, _ in replies] == [light_oven, print_badges]
assert isinstance(replies[0][1], OSError) and replies[1][1].startswith("badges")
called = []
last = Signal()


def note(sender, **kwargs):
    called.append(sender)


last.connect(light_oven)
last.connect(note)
try:
    last.send(sender=Shifts)
except OSError:
    assert called == [] and "does not call print_badges" in answer_of("01-3")
else:
    raise AssertionError("send() let the error go")
last.send_robust(sender=Shifts)
assert called == [Shifts]

# Of two receivers of one name the module holds the second alone. (DEBUG keeps the first.)
with override_settings(DEBUG=False):
    names = {}
    heard_by = Signal()
    for answer in ("first", "second"):
        exec(f"def hear(**kwargs):\n    return {answer!r}", names)
        heard_by.connect(names["hear"])
    assert [answer for _, answer in heard_by.send(None)] == ["second"]
