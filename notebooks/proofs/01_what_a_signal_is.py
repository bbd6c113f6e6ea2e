"""The claims of lesson 01."""

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
assert time.perf_counter() - begun >= 0.4 and answer_of("01-1").startswith("0.4 seconds")
assert answers == [(cook_slowly, "soup"), (wash_slowly, "plates")]


def note_thread(sender, **kwargs):
    threads.append(threading.current_thread())


with connected(kitchen_opens, note_thread):
    kitchen_opens.send(sender=Shifts)
assert threads == [threading.current_thread()]

# 01-4: what the receiver stored was undone with the caller's transaction.
assert answer_of("01-4") == str(Shifts.objects.count())

# Without atomic(), what the receiver stored is kept, though an error follows.
with suppress(OSError):
    day_begins.send(sender=Shifts)
    raise OSError
assert Shifts.objects.count() == 1

# 01-2: exactly the class, for a signal of one's own and for those of models.
assert answer_of("01-2") == "Only lay_table"
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
