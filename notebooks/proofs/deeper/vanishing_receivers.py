"""The claims about receivers that vanish and double."""

import asyncio
import os
from threading import Thread, current_thread
from unittest.mock import patch

from django.core.exceptions import SynchronousOnlyOperation
from django.db.models.signals import class_prepared
from django.dispatch import Signal
from django.test import override_settings

for debug, served in (True, ["soup"]), (False, []):
    kitchen = Signal()
    with override_settings(DEBUG=debug):
        hire_a_cook(kitchen)
    assert [answer for _, answer in kitchen.send(sender=Shifts)] == served
hire_a_cook(kitchen)  # of 511 others the check still remembers it, of 512 not
for others, served in (511, ["soup"]), (1, []):
    for _ in range(others):
        Signal().connect(lambda **kwargs: None)
    assert [answer for _, answer in kitchen.send(sender=Shifts)] == served
assert [answer for _, answer in lunch.send(sender=Shifts)] == ["soup"]
assert str(len(answers)) == answer_of("vanishing-1")
assert twice.has_listeners(Shifts) and not twice.has_listeners(Employees)
assert dishes == ["leek soup"] and answer_of("vanishing-2") == "leek"
assert [dish for _, dish in dinner.send(sender=Shifts)] == ["lentil soup"]
signal_of_ours = Signal()
signal_of_ours.connect(order_meals, sender="speedy.Shifts")
assert not signal_of_ours.has_listeners(Shifts)
assert not class_prepared.connect(order_meals, sender="speedy.Shifts")
assert not class_prepared.has_listeners(Shifts)
class_prepared.disconnect(order_meals, sender="speedy.Shifts")
post_save.connect(order_meals, sender="speedy.Shifts")
assert post_save.has_listeners(Shifts)
post_save.disconnect(order_meals, sender="speedy.Shifts")
assert answer_of("vanishing-3") == "a RuntimeError, one row" and stored == 1

# A method of each new object is another receiver.
objects, methods = [Cook(), Cook()], Signal()
for it in objects:
    methods.connect(it.serve)
assert len(methods.send(sender=Shifts)) == 2

# Where no loop runs, send() waits for an async receiver, and runs it in another thread.
told, where = [], []


async def in_which_thread(sender, **kwargs):
    where.append(current_thread())


def send_it():
    with connected(evening, in_which_thread):
        told.extend(evening.send(sender=Shifts))
    told.extend(asyncio.run(evening.asend(sender=Shifts)))


def in_a_thread(act):
    """Call it where no event loop runs yet; return the thread, which has ended."""
    thread = Thread(target=act)
    thread.start()
    thread.join()
    return thread


thread = in_a_thread(send_it)  # the taxi was connected first, and answers last, both times
assert [answer for _, answer in told] == ["meals", "a taxi", None, "meals", "a taxi"]
assert where and thread not in where

# As in an async view, without what a notebook allows: create() is refused, acreate() is not.
came = []


async def async_view():
    with connected(post_save, in_which_thread, sender=EmployeesWithoutHooks):
        try:
            EmployeesWithoutHooks.objects.create(**sample_roster()[1])
        except SynchronousOnlyOperation:
            came.append("refused")
        await EmployeesWithoutHooks.objects.acreate(**sample_roster()[2])


finished = []


async def slow(sender, **kwargs):
    await asyncio.sleep(0)
    finished.append(True)


async def save_and_look():
    with connected(post_save, slow, sender=EmployeesWithoutHooks):
        await EmployeesWithoutHooks.objects.acreate(**sample_roster()[3])
        return list(finished)


saw = []
in_a_thread(lambda: saw.extend(asyncio.run(save_and_look())))
assert saw == [True]  # acreate() has waited for the receiver

where.clear()
before = EmployeesWithoutHooks.objects.count()
with patch.dict(os.environ):
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    thread = in_a_thread(lambda: asyncio.run(async_view()))
assert came == ["refused"] and len(where) == 1
assert EmployeesWithoutHooks.objects.count() == before + 1


# The cell that runs twice, in four ways.
def run_the_cell(soup, signal, **options):
    """Play a cell that defines and connects a receiver under the same name again."""
    global cook_again

    @receiver(signal, **options)
    def cook_again(sender, **kwargs):
        return soup


def after_an_edit(debug, **options):
    """Run the cell with leek, then with tomato; return what is served."""
    signal = Signal()
    with override_settings(DEBUG=debug):
        run_the_cell("leek", signal, **options)
        run_the_cell("tomato", signal, **options)
    return [soup for _, soup in signal.send(sender=Shifts)]


uid = {"dispatch_uid": "dinner-cook"}
assert [after_an_edit(True), after_an_edit(False)] == [["leek", "tomato"], ["tomato"]]
assert [after_an_edit(True, **uid), after_an_edit(False, **uid)] == [["leek"], []]


def imported_twice(**options):
    """Connect a function that is made twice, as by a module with two names; return the answers."""
    signal, modules = Signal(), []
    for _ in range(2):

        def answer(sender, **kwargs):
            return "here"

        modules.append(answer)
        signal.connect(answer, **options)
    return [answer for _, answer in signal.send(sender=Shifts)]


assert [imported_twice(), imported_twice(**uid)] == [["here"] * 2, ["here"]]

# Without a uid the old function is disconnected while the name still means it.
signal = Signal()
run_the_cell("leek", signal)
assert signal.disconnect(cook_again)
run_the_cell("tomato", signal)
assert [soup for _, soup in signal.send(sender=Shifts)] == ["tomato"]

# disconnect() by its uid needs the same sender.
signal = Signal()
signal.connect(order_meals, sender=Shifts, dispatch_uid="meals")
assert not signal.disconnect(dispatch_uid="meals")
assert signal.disconnect(dispatch_uid="meals", sender=Shifts)


# Without **kwargs a receiver is refused by connect() where DEBUG is on, and nowhere else.
def takes_too_little(sender):
    """A receiver that forgets **kwargs."""


for debug in True, False:
    refused = False
    with override_settings(DEBUG=debug):
        try:
            signal.connect(takes_too_little)
        except ValueError:
            refused = True
    assert refused == debug
