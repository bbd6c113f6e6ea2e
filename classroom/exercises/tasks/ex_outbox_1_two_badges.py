from classroom.exercises.vocabulary import *
from speedy import outbox

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

task = Task.of(
    """
outbox-1: Two badges for Ada (repair, 10 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
== task
Repair `print_badge(machine, name, key, payload)`, which is called for every event that is delivered. Everybody who was
hired gets **one** badge with their name (`payload["employee"]`), however often an event is delivered, and by whichever
process. If the paper jams, the event waits for the next round. Events of other names bring no badge. Your cell knows
`PaperJam` and `AlreadyPrinted`.
== starter
def print_badge(machine, name, key, payload):
    if name == "hired":
        machine.print(payload["employee"])
== hints
- What is the same each time an event is delivered, and different for every other event?
- The machine refuses a number that it has printed. Give it one. And what does its refusal mean? If your receiver raises
  an error, the event waits, and is delivered again and again.
- machine.print(payload["employee"], number=key) in a try; except AlreadyPrinted: nothing is left to do. Catch nothing
  else.
== solution
    if name == "hired":
        try:
            machine.print(payload["employee"], number=key)
        except AlreadyPrinted:
            pass  # by a round that ended before it could note so
== why
Delivery at least once needs receivers for which a second call does no harm (*idempotent* ones). The machine gets the
key of the event, and its refusal of a known key means success. Let any other error out: otherwise the event is marked
as delivered, and the badge is lost. After a few tries an event is given up, so somebody has to look at those.
== equal
no answer
to act twice does no harm: that is the exercise <- acts twice
== others
from contextlib import suppress
    if name != "hired":
        return
    with suppress(AlreadyPrinted):
        machine.print(payload["employee"], f"badge-{key}")
== mistakes
# a number that two may have -> two people of one name
number=key => number=payload["employee"]
# prints the whole payload -> it is, and that alone
print(payload["employee"] => print(payload
# changes the case of a name -> as it is, and that alone
print(payload["employee"] => print(payload["employee"].title()
# prints on the screen -> machine.print() that prints
machine.print(payload["employee"], number=key) => print(payload["employee"], key)
# a part of the key -> two people of one name
number=key => number=key % 50
# a new number each time -> Which one is the same each time
number=key => number=len(machine.badges)
# swallows the paper jam -> marked as delivered although
AlreadyPrinted => Exception
# remembers in the process -> ended before you could note
heard = set()
    if name == "hired" and key not in heard:
        machine.print(payload["employee"])
        heard.add(key)
# notes the key first -> noted before the badge was printed
    if name == "hired":
        if key not in machine.numbers:
            machine.numbers.add(key)
            machine.print(payload["employee"])
# prints for more than the hired -> Look at the name of the event
== "hired => != "moved
# takes the event away -> the outbox marks it itself
    if name == "hired":
        machine.print(payload["employee"])
        OutboxEvent.objects.filter(pk=key).delete()
""",
    situation=f"""
Events named `"hired"` come out of the outbox, and a receiver has badges printed. The machine keeps the number of each
badge, if it gets one, also over night.

```python
{MACHINE.strip()}
```

Last night the process that delivers was ended in the middle. This morning Ada has two badges.
""",
)


FAR = 630_000  # so far apart are the keys of two events: what is left of a division is no key
OTHERS = ("moved", "hire cancelled", "rehired", "hired back", "Hired")
REFUSED = "The refusal of a known number is no failure. So the event comes until it is given up."
EARLY = "Perhaps the key was noted before the badge was printed, and then the paper jammed."
AGAIN = "It refuses a number that it knows. Which one is the same each time an event is delivered?"
NOTED = "The process ended before you could note that. The machine itself keeps numbers."


@task.judge
def judge(print_badge):
    names = run_code(MACHINE)
    machine = machine_that_may_end(names["BadgeMachine"])()
    errors = {it: names[it] for it in ("PaperJam", "AlreadyPrinted")}

    def receiver(sender, name, key, payload, **kwargs):
        print_badge(machine, name=name, key=key, payload=payload)

    # A cell in which the machine was tried has errors of its own: here the machine's are meant.
    with patch.dict(names_of(print_badge), errors), quiet(), connected(event_told, receiver):
        expect_one_badge_each(machine)
        for fault, employee in ("jammed", "Noor"), ("breaks", "Ida"):
            expect_patience(machine, fault, employee)
        store(machine, "hired", "Mary")
        machine.ends = True  # when the badge is printed; another process delivers the event again
        delivered()
        machine.ends = False
        expect_the_same_again(machine, "Mary", 1, NOTED)


def machine_that_may_end(badge_machine):
    """Return a machine whose caller may be ended when the badge is there, and nothing is noted."""

    class Machine(badge_machine):
        ends = breaks = False
        number = randint(1_000, 1_000_000)  # of the first event: no check before had these keys

        def print(self, name, number=None):
            if self.breaks:
                raise AnyError
            super().print(name, number)
            if self.ends:
                raise ProcessEnded

    return Machine


class ProcessEnded(AnyError):
    """Stands for the end of the process that delivers."""


def store(machine, name, employee):
    with transaction.atomic():
        event = outbox.store(name, employee=employee, number=7)
        key = OutboxEvent.objects.count() * FAR + machine.number
        OutboxEvent.objects.filter(pk=event.pk).update(id=key)


def delivered():
    """Deliver what waits, and expect that the events are left to the outbox."""
    itself = "Your receiver changes nothing in the outbox: the outbox marks it itself."
    with error_told(DatabaseError, "the event as it was", itself):
        return outbox.deliver()


def expect_one_badge_each(machine):
    for employee in ("Ada", "Grace van Never", "Ada"):
        store(machine, "hired", employee)
    for name in OTHERS:
        store(machine, name, "Alan")
    first = delivered()
    if "Alan" in machine.badges:
        happened = f"Alan has one, and his events are {', '.join(OTHERS)}"
        wrong("badges for events named 'hired'", happened, "Look at the name of the event.")
    if sorted(map(str, machine.badges)) != ["Ada", "Ada", "Grace van Never"]:
        mistake = "Two events are two people, and there may be two people of one name."
        if first.failed:
            mistake = f"Nothing was marked: {first.failed[0].error}"
        elif not machine.badges:
            mistake = "Nothing was printed: it is machine.print() that prints a badge."
        elif len(machine.badges) == 3:
            mistake = "A badge says `payload['employee']`, as it is, and that alone."
        wrong("three badges: one for Grace, two for two Adas", f"{machine.badges}", mistake)
    expect_the_same_again(machine, "Ada", 2)


def expect_the_same_again(machine, employee, number, mistake=AGAIN):
    """Deliver every event again, as after a round that ended before it could note anything."""
    OutboxEvent.objects.update(delivered=None, claimed_until=None)
    again = delivered()
    if machine.badges.count(employee) != number:
        expected = "the same badges when every event is delivered again, by another process"
        wrong(expected, f"{machine.badges}", mistake)
    if again.failed:
        expected = "an event that is delivered again marked, because its badge is there"
        wrong(expected, f"it waits: {again.failed[0].error}", REFUSED)


def expect_patience(machine, fault, employee):
    setattr(machine, fault, True)
    store(machine, "hired", employee)
    if delivered().told:
        happened = "it was marked as delivered although nothing was printed"
        more = "More is caught than the refusal of a known number."
        wrong("the event waiting while the machine fails", happened, more)
    if not getattr(machine, fault):
        wrong("a machine that is only asked to print", "somebody has removed the paper jam")
    setattr(machine, fault, False)
    delivered()
    if machine.badges.count(employee) != 1:
        wrong(f"{employee}'s badge once it prints again", f"badges: {machine.badges}", EARLY)
