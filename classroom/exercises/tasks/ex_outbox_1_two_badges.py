"""outbox-1: a receiver that hears twice, and acts once."""

import logging
from copy import deepcopy
from types import CellType, FunctionType
from unittest.mock import patch

from django.db import transaction

from classroom.exercises.engine import Task, run_code, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import NO_ANSWER
from speedy import outbox
from speedy.models import OutboxEvent
from speedy.signals.custom_signals import event_told
from whatfires import connected

# Shown to the learner, and run: one text, so they cannot differ.
MACHINE = """
class PaperJam(Exception):
    pass

class AlreadyPrinted(Exception):
    pass

class BadgeMachine:
    def __init__(self):
        self.badges, self.numbers, self.jammed = [], set(), False

    def print(self, name, number=None):
        if self.jammed:
            raise PaperJam
        if number is not None and number in self.numbers:
            raise AlreadyPrinted
        self.numbers.add(number)
        self.badges.append(name)
"""

task = Task(
    id="outbox-1",
    title="Two badges for Ada",
    lesson="deeper/outbox",
    kind="repair",
    minutes=10,
    situation=f"""
Events named `"hired"` come out of the outbox, and a receiver has badges printed. The machine stands in another town, and has been
there for longer than you: it remembers the numbers of what it has printed, if it is given one, also over night.

```python
{MACHINE.strip()}
```

Last night the process that delivers was ended in the middle. This morning Ada has two badges.
""",
    task="""
Repair `print_badge(machine, name, key, payload)`, which the check calls for every event that is told. Everybody who was hired gets
**one** badge with their name (`payload["employee"]`), however often an event is told, and whichever process tells it. When the
paper jams, the event must wait for the next round. Events of other names bring no badge. Your cell knows `PaperJam` and
`AlreadyPrinted`.
""",
    answer="print_badge",
    starter="""
def print_badge(machine, name, key, payload):
    if name == "hired":
        machine.print(payload["employee"])
""",
    hints=(
        "What is the same each time when an event is told again, and different for every other event?",
        "The machine refuses a number that it knows. Give it one, and think about what its refusal means for the event: "
        "a receiver that raises makes the event wait, and it is told again, and again.",
        'machine.print(payload["employee"], number=key) in a try; except AlreadyPrinted: nothing is left to do. And nothing '
        "else is caught.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit",
    solution="""
def print_badge(machine, name, key, payload):
    if name == "hired":
        try:
            machine.print(payload["employee"], number=key)
        except AlreadyPrinted:
            pass  # by a round that ended before it could note so
""",
    why="Delivery at least once needs receivers to whom a second time does no harm (*idempotent* ones). The key of the event is "
    "handed on to whoever acts, and the refusal of a known key is success. Any other error must come out, or the event "
    "is ticked off and the badge lost.",
    equal=NO_ANSWER
    | {
        "to act twice does no harm: that is the exercise": ("acts twice",),
        "any error makes the event wait": ("raises another error",),
    },
    others=(
        """
from contextlib import suppress


def print_badge(machine, name, key, payload):
    if name != "hired":
        return
    with suppress(AlreadyPrinted):
        machine.print(payload["employee"], f"badge-{key}")
""",
    ),
    mistakes=slips("""
# lets the refusal out -> will be told for ever
def print_badge(machine, name, key, payload):
    if name == "hired":
        machine.print(payload["employee"], number=key)

# a number that two may have -> two people of one name
-             machine.print(payload["employee"], number=key)
+             machine.print(payload["employee"], number=payload["employee"])
-             pass  # by a round that ended before it could note so
+             pass

# swallows the paper jam -> ticked off although
-         except AlreadyPrinted:
-             pass  # by a round that ended before it could note so
+         except Exception as error:
+             print(error)

# remembers in the process -> another process
heard = set()


def print_badge(machine, name, key, payload):
    if name == "hired" and key not in heard:
        machine.print(payload["employee"])
        heard.add(key)

# notes the key first -> noted before the badge was printed
def print_badge(machine, name, key, payload):
    if name == "hired" and key not in machine.numbers:
        machine.numbers.add(key)
        machine.print(payload["employee"])

# prints for everything -> moved house
def print_badge(machine, name, key, payload):
    try:
        machine.print(payload["employee"], number=key)
    except AlreadyPrinted:
        pass

# is async -> `async def`
async def print_badge(machine, name, key, payload):
    if name == "hired":
        machine.print(payload["employee"], number=key)
"""),
)


@task.judge
def judge(print_badge):
    expect_callable(print_badge, "print_badge(machine, name, key, payload)")
    names = run_code(MACHINE)
    errors = {it: names[it] for it in ("PaperJam", "AlreadyPrinted")}
    machine = names["BadgeMachine"]()
    # What send_robust() logs of a jam would look like an error of the learner's.
    with patch.object(logging.getLogger("django.dispatch"), "disabled", True):
        with told_to(machine, in_another_process(print_badge, errors)):
            expect_one_badge_each(machine)
            expect_patience(machine)
        with told_to(machine, in_another_process(print_badge, errors)):
            expect_memory(machine)


def told_to(machine, print_badge):
    """Let one process listen to the outbox."""

    def receiver(sender, name, key, payload, **kwargs):
        print_badge(machine, name=name, key=key, payload=payload)

    return connected(event_told, receiver)


def in_another_process(answer, errors):
    """Return the function as another process has it: its code, and nothing that it remembers.

    A set, dict or list of its cell, of a default, of a closure or on the function itself is as it
    was when the check began. A cell that names an error of the machine finds it among its names.
    """
    if not isinstance(answer, FunctionType):
        return deepcopy(answer)
    theirs = {
        name: value
        for name, value in answer.__globals__.items()
        if isinstance(value, FunctionType) and value.__globals__ is answer.__globals__
    }
    used = {it for function in (answer, *theirs.values()) for it in function.__code__.co_names}
    world = answer.__globals__ | errors
    world |= {name: copied(world[name]) for name in used & set(world)}
    world |= {name: with_world(function, world) for name, function in theirs.items()}
    return with_world(answer, world)


def with_world(function, world):
    """Copy a function, with other names around it."""
    cells = tuple(CellType(copied(cell.cell_contents)) for cell in function.__closure__ or ())
    again = FunctionType(function.__code__, world, function.__name__, None, cells)
    again.__defaults__ = copied(function.__defaults__)
    again.__kwdefaults__ = copied(function.__kwdefaults__)
    again.__dict__.update(copied(function.__dict__))
    return again


def copied(value):
    """Copy what can remember; anything else is the same in every process."""
    return deepcopy(value) if isinstance(value, set | dict | list | tuple) else value


def expect_one_badge_each(machine):
    with transaction.atomic():
        for employee in ("Ada", "Grace", "Ada"):
            outbox.store("hired", employee=employee)
        outbox.store("moved", employee="Alan")
    first = outbox.deliver()
    if "Alan" in machine.badges:
        wrong(
            "badges for who was hired",
            "Alan has one, who only moved house",
            "Look at the name of the event.",
        )
    if sorted(machine.badges) != ["Ada", "Ada", "Grace"]:
        wrong(
            "three badges: one for Grace and two for Ada, for there are two Adas",
            f"{machine.badges}",
            "Two events are two people, two people of one name as well."
            if not first.failed
            else f"Nothing was ticked off: {first.failed[0].error}",
        )
    tell_again()
    second = outbox.deliver()
    if sorted(machine.badges) != ["Ada", "Ada", "Grace"]:
        wrong("the same badges when every event is told again", f"{machine.badges}")
    expect_ticked_off(second)


def expect_ticked_off(round_):
    if round_.failed:
        wrong(
            "an event that is told again ticked off, for its badge is there",
            f"it waits: {round_.failed[0].error}",
            "The refusal of a known number is no failure. As it is, the event will be told for ever.",
        )


def expect_patience(machine):
    machine.jammed = True
    with transaction.atomic():
        outbox.store("hired", employee="Noor")
    if outbox.deliver().told:
        wrong(
            "the event waiting while the paper is jammed",
            "it was ticked off although nothing was printed",
            "More is caught than the refusal of a known number.",
        )
    machine.jammed = False
    outbox.deliver()
    if machine.badges.count("Noor") != 1:
        wrong(
            "Noor's badge once the paper runs again",
            f"badges: {machine.badges}",
            "It looks as if the key was noted before the badge was printed, and the jam came in between.",
        )


def expect_memory(machine):
    """Let another process tell everything again."""
    before = sorted(machine.badges)
    tell_again()
    again = outbox.deliver()
    if sorted(machine.badges) != before:
        wrong(
            "the same badges when another process tells every event again",
            f"{machine.badges}",
            "What a variable remembers, another process does not know. The machine remembers numbers.",
        )
    expect_ticked_off(again)


def tell_again():
    """Leave every event as a round does that ended before it could note anything."""
    OutboxEvent.objects.update(delivered=None, claimed_until=None)
