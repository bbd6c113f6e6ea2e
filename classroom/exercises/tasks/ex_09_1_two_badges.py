"""09-1: a receiver that hears twice, and acts once."""

from django.db import transaction

from classroom.exercises.engine import Mistake, Task, run_code
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.listener import connected
from speedy import outbox
from speedy.models import OutboxEvent
from speedy.signals.custom_signals import event_told

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
    id="09-1",
    title="Two badges for Ada",
    lesson="09_choosing",
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
Mend `print_badge(machine, name, key, payload)`, which the check calls for every event that is told. Everybody who was hired gets
**one** badge with their name (`payload["employee"]`), however often an event is told, and whichever process tells it. When the
paper jams, the event must wait for the next round. Events of other names bring no badge.
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
    mistakes=(
        Mistake(
            "lets the refusal out",
            """
def print_badge(machine, name, key, payload):
    if name == "hired":
        machine.print(payload["employee"], number=key)
""",
            "will be told for ever",
        ),
        Mistake(
            "a number that two may have",
            """
def print_badge(machine, name, key, payload):
    if name == "hired":
        try:
            machine.print(payload["employee"], number=payload["employee"])
        except AlreadyPrinted:
            pass
""",
            "two people of one name",
        ),
        Mistake(
            "swallows the paper jam",
            """
def print_badge(machine, name, key, payload):
    if name == "hired":
        try:
            machine.print(payload["employee"], number=key)
        except Exception as error:
            print(error)
""",
            "ticked off although",
        ),
        Mistake(
            "remembers in the process",
            """
heard = set()


def print_badge(machine, name, key, payload):
    if name == "hired" and key not in heard:
        machine.print(payload["employee"])
        heard.add(key)
""",
            "another process",
        ),
        Mistake(
            "prints for everything",
            """
def print_badge(machine, name, key, payload):
    try:
        machine.print(payload["employee"], number=key)
    except AlreadyPrinted:
        pass
""",
            "moved house",
        ),
    ),
)


@task.judge
def judge(print_badge):
    expect_callable(print_badge, "print_badge(machine, name, key, payload)")
    names = run_code(MACHINE)
    # A cell that names an error of the machine finds it among its own names.
    print_badge.__globals__.update({it: names[it] for it in ("PaperJam", "AlreadyPrinted")})
    machine = names["BadgeMachine"]()

    def receiver(sender, name, key, payload, **kwargs):
        print_badge(machine, name=name, key=key, payload=payload)

    with connected(event_told, receiver):
        expect_one_badge_each(machine)
        expect_patience(machine)
        expect_memory(machine, print_badge)


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
            else "",
        )
    tell_again()
    second = outbox.deliver()
    if sorted(machine.badges) != ["Ada", "Ada", "Grace"]:
        wrong("the same badges when every event is told again", f"{machine.badges}")
    if second.failed:
        wrong(
            "an event that is told again ticked off, for its badge is there",
            f"it waits: {second.failed[0].error}",
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
        wrong("Noor's badge once the paper runs again", f"badges: {machine.badges}")


def expect_memory(machine, print_badge):
    """Let another process tell everything again: it has the code, and none of its variables."""
    for value in print_badge.__globals__.values():
        if isinstance(value, (set, dict, list)) and value is not print_badge.__globals__:
            forget(value)
    before = sorted(machine.badges)
    tell_again()
    outbox.deliver()
    if sorted(machine.badges) != before:
        wrong(
            "the same badges when another process tells every event again",
            f"{machine.badges}",
            "What a variable remembers, another process does not know. The machine remembers numbers.",
        )


def forget(memory):
    """Empty what an answer remembers in a variable of its cell: keys of events, and only those."""
    keys = set(OutboxEvent.objects.values_list("pk", flat=True))
    if memory and set(memory) <= keys:
        memory.clear()


def tell_again():
    """Leave every event as a round does that ended before it could note anything."""
    OutboxEvent.objects.update(delivered=None)
