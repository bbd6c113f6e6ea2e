"""05-4: one feature, built by a signal and by a call, then argued."""

import gc
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save
from django.test import override_settings

from classroom.exercises.engine import Mistake, Task
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.room import receivers_kept
from classroom.exercises.trying import Refused, expect_plain_receivers, refusing, taken_back
from classroom.scenes.database import empty_tables
from classroom.scenes.roster import sample_roster
from speedy.event_file import read_events
from speedy.models import SEATS, Employees, EmployeesWithoutHooks, Shifts, ShiftsEmployees
from speedy.scheduling import assign_many
from speedy.signals.custom_signals import employee_hired
from speedy.wirings import hire_by_custom_signal
from whatfires import trace
from whatfires.naming import every_signal

HEAD = """
from speedy.signals.event_logging import log_event
from speedy.wirings import hire_by_call, hire_by_custom_signal


def thank(employee, shift):
    log_event(f"{employee} completes the {shift}")
"""
# The head of a learner who looks at the shift: what is imported stands above it.
LOOKING = (
    """
from functools import partial

from django.db import transaction
from speedy.signals.custom_signals import employee_hired"""
    + HEAD
)
END = """

built = {"by_signal": by_signal, "by_call": by_call, "argued": argued}
"""
LOOK = """

def thank_if_complete(employee):
    shift = employee.shifts.first()
    if shift.headcount == 3:
        transaction.on_commit(partial(thank, employee, shift))
"""
SIGNAL = """

def hear(sender, employee, **kwargs):
    thank_if_complete(employee)


def by_signal():
    employee_hired.connect(hear, dispatch_uid="thanks")
"""
CALL = """

def by_call(**fields):
    with transaction.atomic():
        employee = hire_by_call(**fields)
        thank_if_complete(employee)
    return employee
"""
ARGUED = """

argued = {
    "old code": "signal",
    "a batch": "neither",
    "a reader": "call",
    "a plug-in": "signal",
    "ours alone": "call",
}
"""

task = Task(
    id="05-4",
    title="Built twice",
    lesson="05_side_by_side",
    kind="judge",
    minutes=30,
    situation="""
A new custom of the night shift: whoever takes the **third seat**, and so completes a shift, is thanked by a line
in the event log. The line is there: `thank(employee, shift)`. Open is where to call it. You build it twice, and then you
argue which one you would keep.
""",
    task="""
Write both builds, and answer five questions.

1. `by_signal()` connects a receiver, to whichever signal you like. From then on `hire_by_custom_signal(**fields)`
   thanks, and not a word of it is changed. `by_signal()` may be called twice (a cell is run again), and it works
   with `DEBUG` off.
2. `by_call(**fields)` hires somebody as `hire_by_call` does, thanks them if they complete their shift, and returns
   them. It connects no receiver and sends no signal of its own. Only one build is in use at a time.
3. In both, somebody is thanked **once**, when they take the third seat: not when they, or their seat, are edited, and never
   if the hire is rolled back.
4. `argued`: to each question `"signal"` (only that build), `"call"`, `"both"` or `"neither"`.

| question | which of your two builds … |
|---|---|
| `old code` | … thanks, when a colleague's old code calls `hire_by_custom_signal()` and nobody edits it? |
| `a batch` | … thanks, when `bulk_create()` stores three people and `assign_many()` places them? |
| `a reader` | … can be understood by somebody who reads only the function that hires? |
| `a plug-in` | … would you keep, if the custom were another team's, and the hiring code not theirs to edit? |
| `ours alone` | … would you keep, if the custom were ours and one function of ours hired? |
""",
    answer="built",
    starter=HEAD
    + '''

def by_signal():
    """Connect what thanks, from now on."""
    ...


def by_call(**fields):
    """Hire somebody, thank them if they complete their shift, and return them."""
    ...


argued = {
    "old code": ...,
    "a batch": ...,
    "a reader": ...,
    "a plug-in": ...,
    "ours alone": ...,
}
'''
    + END,
    hints=(
        "Could one function of yours, which looks at somebody's shift and thanks them or not, serve both builds?",
        "employee.shifts.first() reads the shift anew from the database. employee_hired is sent once a hire, "
        "and place_hired, connected before you, has placed them by then. transaction.on_commit() waits for the commit "
        "(05-4). A dispatch_uid keeps a second connect() out, and a receiver that stands at the top of the cell is not lost.",
        "thank_if_complete(employee): shift = employee.shifts.first(); if shift.headcount == 3: "
        "transaction.on_commit(partial(thank, employee, shift)). Then hear(sender, employee, **kwargs) calls it; by_signal() "
        'says employee_hired.connect(hear, dispatch_uid="thanks"); by_call() says employee = hire_by_call(**fields), calls '
        "it, and returns employee.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/signals/#preventing-duplicate-signals",
    solution=LOOKING + LOOK + SIGNAL + CALL + ARGUED + END,
    why="What happens stands in one function; the builds only say when, in three lines each. The signal reaches code "
    "that nobody edits, and nobody who reads that code sees it. Neither build spares you the transaction, and "
    "neither hears of a batch. So: if you can write the call, write it; if you cannot, connect.",
    equal={
        "hire_by_call() is one transaction by itself, and thanks wait for it": (
            "without the `with transaction.atomic():` around it*",
            "undone by hand*",
        ),
        "a receiver at the top of the cell is connected once, by any name": (
            "without the argument `dispatch_uid='thanks'`*",
            "'xthanks' for 'thanks'*",
            "'' for 'thanks'*",
        ),
        "nothing in it can raise": (
            *("thank swallows*", "thank_if_complete swallows*", "hear swallows*"),
            "by_signal swallows*",
        ),
    },
    others=(
        HEAD
        + """
from django.db import transaction
from django.db.models.signals import post_save
from speedy import scheduling


def by_signal():
    def seat_taken(instance, created, **kwargs):
        if created and Shifts.objects.get(pk=instance.shift_id).headcount == 3:
            transaction.on_commit(lambda: thank(instance.employee, instance.shift))

    post_save.connect(seat_taken, sender=ShiftsEmployees, weak=False, dispatch_uid="third seat")


@transaction.atomic
def by_call(**fields):
    scheduling.wipe_expired_shifts()
    employee = EmployeesWithoutHooks.objects.create(**fields)
    shift = assign(employee)
    if shift.headcount == 3:
        transaction.on_commit(lambda: thank(employee, shift))
    return employee
"""
        + ARGUED
        + END,
    ),
    mistakes=(
        Mistake(
            "a receiver that is lost",
            LOOKING
            + LOOK
            + """

def by_signal():
    def hear(sender, employee, **kwargs):
        thank_if_complete(employee)

    employee_hired.connect(hear, dispatch_uid="thanks")
"""
            + CALL
            + ARGUED
            + END,
            "held weakly",
        ),
        Mistake(
            "connected twice",
            LOOKING
            + LOOK
            + """

def by_signal():
    def hear(sender, employee, **kwargs):
        thank_if_complete(employee)

    employee_hired.connect(hear, weak=False)
"""
            + CALL
            + ARGUED
            + END,
            "two receivers",
        ),
        Mistake(
            "does not wait for the commit",
            LOOKING
            + LOOK.replace(
                "transaction.on_commit(partial(thank, employee, shift))", "thank(employee, shift)"
            )
            + SIGNAL
            + CALL
            + ARGUED
            + END,
            "a file cannot be rolled back",
        ),
        Mistake(
            "does not wait in the call",
            LOOKING
            + LOOK
            + SIGNAL
            + """

def by_call(**fields):
    employee = hire_by_call(**fields)
    shift = employee.shifts.first()
    if shift.headcount == 3:
        thank(employee, shift)
    return employee
"""
            + ARGUED
            + END,
            "by_call(): no thanks for a hire that is rolled back",
        ),
        Mistake(
            "the shift in memory",
            LOOKING
            + LOOK
            + """
from django.db.models.signals import post_save


def hear(sender, instance, created, **kwargs):
    if created and instance.shift.headcount == 3:
        transaction.on_commit(partial(thank, instance.employee, instance.shift))


def by_signal():
    post_save.connect(hear, sender=ShiftsEmployees, dispatch_uid="thanks")
"""
            + CALL
            + ARGUED
            + END,
            "older than its row",
        ),
        Mistake(
            "listens to the person, who has no seat yet",
            LOOKING
            + LOOK
            + """
from django.db.models.signals import post_save


def hear(sender, instance, created, **kwargs):
    shift = instance.shifts.first()
    if created and shift and shift.headcount == 3:
        thank_if_complete(instance)


def by_signal():
    post_save.connect(hear, sender=EmployeesWithoutHooks, dispatch_uid="thanks")
"""
            + CALL
            + ARGUED
            + END,
            "before the seat is taken",
        ),
        Mistake(
            "thanks for an edit",
            LOOKING
            + LOOK
            + """
from django.db.models.signals import post_save


def hear(sender, instance, **kwargs):
    thank_if_complete(instance.employee)


def by_signal():
    post_save.connect(hear, sender=ShiftsEmployees, dispatch_uid="thanks")
"""
            + CALL
            + ARGUED
            + END,
            "only edited",
        ),
        Mistake(
            "thanks everybody",
            LOOKING
            + LOOK.replace("    if shift.headcount == 3:\n    ", "")
            + SIGNAL
            + CALL
            + ARGUED
            + END,
            "their shift has 1 of 3",
        ),
        Mistake(
            "the call sends the signal",
            LOOKING
            + LOOK
            + SIGNAL
            + """

def by_call(**fields):
    by_signal()
    return hire_by_custom_signal(**fields)
"""
            + ARGUED
            + END,
            "by_call() without a receiver of yours",
        ),
        Mistake(
            "the call is not there yet",
            LOOKING
            + LOOK
            + SIGNAL
            + """

def by_call(**fields):
    ...
"""
            + ARGUED
            + END,
            "it returned None",
        ),
        Mistake(
            "the signal is not there yet",
            LOOKING
            + LOOK
            + """

def by_signal():
    ...
"""
            + CALL
            + ARGUED
            + END,
            "connected nothing",
        ),
        Mistake(
            "a function in the place of the signal",
            LOOKING
            + LOOK
            + """
from speedy import scheduling


def by_signal():
    before = scheduling.assign

    def assign_and_thank(employee):
        shift = before(employee)
        thank_if_complete(employee)
        return shift

    scheduling.assign = assign_and_thank
"""
            + CALL
            + ARGUED
            + END,
            "connected nothing",
        ),
        Mistake(
            "argues that a batch is heard",
            LOOKING + LOOK + SIGNAL + CALL + ARGUED.replace('"neither"', '"signal"') + END,
            "assign_many() writes its seats in bulk",
        ),
        Mistake(
            "argues for the signal everywhere",
            LOOKING + LOOK + SIGNAL + CALL + ARGUED.replace('"call"', '"signal"') + END,
            "does not say who listens",
        ),
        Mistake(
            "the call is another wiring",
            LOOKING
            + LOOK
            + SIGNAL
            + """

def by_call(**fields):
    with transaction.atomic():
        employee = Employees.objects.create(**fields)
        thank_if_complete(employee)
    return employee
"""
            + ARGUED
            + END,
            "the built-in signals",
        ),
        Mistake(
            "swallows what goes wrong",
            LOOKING
            + LOOK
            + SIGNAL
            + """

def by_call(**fields):
    try:
        with transaction.atomic():
            employee = hire_by_call(**fields)
            thank_if_complete(employee)
        return employee
    except Exception as error:
        print(error)
"""
            + ARGUED
            + END,
            "the error comes out",
        ),
        Mistake(
            "an async receiver",
            LOOKING + LOOK + SIGNAL.replace("def hear", "async def hear") + CALL + ARGUED + END,
            "`async def`",
        ),
    ),
)


@task.judge
def judge(built):
    if not isinstance(built, dict) or set(built) != {"by_signal", "by_call", "argued"}:
        wrong("built with the keys by_signal, by_call and argued", f"it is {built!r}")
    by_signal, by_call, argued = built["by_signal"], built["by_call"], built["argued"]
    expect_callable(by_signal, "by_signal()")
    expect_callable(by_call, "by_call(**fields)")
    # Off, as in production: with DEBUG on, a receiver that is held weakly may seem to live on.
    with override_settings(DEBUG=False):
        expect_a_receiver(by_signal)
        expect_once_after_two_connects(by_signal)
        expect_a_call(by_call)
        expect_arguments(argued, observed(by_signal, by_call))


def expect_a_receiver(by_signal):
    with new_rota():
        before = connected()
        by_signal()
        new = connected() - before
        gc.collect()
        expect_plain_receivers(*every_signal())
        with trace() as seen:
            first = [hire_by_custom_signal(**person) for person in sample_roster()[:SEATS]]
        if not new:
            wrong(
                "a receiver, connected by by_signal()",
                "by_signal() connected nothing" + ", and yet somebody was thanked" * bool(logged()),
                "A signal is needed here: something that connect() is called on.",
            )
        deliveries = deliveries_to_learner(seen)
        if not deliveries:
            wrong(
                "a call of your receiver when somebody is hired",
                "there was none, although it was connected",
                "A function inside by_signal() is held weakly, and gone when by_signal() ends; or it "
                "listens to another signal or sender.",
            )
        if not logged():
            wrong(
                f"thanks for {first[-1]}, who takes the third seat",
                "your receiver was called, and nobody was thanked",
                "Three sit there now; a shift in memory may be older than its row, so ask the database."
                if any(map(is_after_the_seat, deliveries))
                else "Your signal comes before the seat is taken (so does post_save of the person), or does "
                "not come for it at all (nobody saves the shift: its headcount moves by an update()).",
            )
    tell_the_story(hire_by_custom_signal, "by_signal()", by_signal)


def is_after_the_seat(delivery):
    """Tell whether a delivery is of a signal that is sent when somebody sits on the shift already."""
    sent = delivery.parent
    seated = sent.signal is post_save and sent.sender == ShiftsEmployees.__name__
    return seated or sent.signal is employee_hired


def expect_once_after_two_connects(by_signal):
    with new_rota():
        by_signal()
        by_signal()
        for person in sample_roster()[:SEATS]:
            hire_by_custom_signal(**person)
        if len(logged()) != 1:
            wrong(
                "one line after by_signal() was called twice",
                f"{len(logged())} lines were written",
                "A function that is defined anew at each call makes two receivers; a dispatch_uid makes it one.",
            )


def expect_a_call(by_call):
    with new_rota(), trace() as seen:
        for person in sample_roster()[:SEATS]:
            expect_stored(by_call(**person), "by_call()")
        if deliveries_to_learner(seen):
            wrong(
                "the thanks of by_call() without a receiver of yours",
                "one of yours was called",
                "It looks as if by_call() goes by way of by_signal().",
            )
        if any(it.kind == "delivery" and it.what == "employee_created" for it in seen):
            wrong(
                "by_call() to hire as hire_by_call does",
                "the receiver employee_created placed somebody",
                "That is the wiring of the built-in signals: call the rule, or hire_by_call().",
            )
        if seen.filter(employee_hired):
            wrong(
                "by_call() to hire as hire_by_call does",
                "it sent employee_hired",
                "It may thank rightly, but with a signal inside it is no straight line of calls.",
            )
    tell_the_story(by_call, "by_call()")
    with new_rota():
        try:
            with refusing(ShiftsEmployees):
                by_call(**sample_roster()[0])
        except Refused:
            if not Employees.objects.exists():
                return
        wrong(
            "by_call(): the error comes out when no seat can be stored, and nobody is hired",
            f"{Employees.objects.count()} people are stored",
            "hire_by_call() is all or nothing: let its error pass.",
        )


def tell_the_story(hire, name, prepare=lambda: None):
    """Hire, edit, part and roll back, and look after each step who was thanked."""
    with new_rota():
        prepare()
        ada, grace, alan, katherine, *others = sample_roster()
        people = [expect_thanks(hire, fields, name) for fields in (ada, grace, alan, katherine)]

        number = len(logged())
        people[2].save()
        ShiftsEmployees.objects.get(employee=people[2]).save()
        if len(logged()) > number:
            wrong(
                f"{name}: no thanks for an edit",
                f"{people[2]} was thanked again, though only edited",
                "post_save is sent for an edit, too; `created` tells which it was.",
            )
        people[1].delete()
        expect_thanks(hire, others[0], name)

        with taken_back():
            for fields in others[1:4]:
                hire(**fields)
        if len(logged()) > number + 1:
            wrong(
                f"{name}: no thanks for a hire that is rolled back",
                f"the log says: {logged()[-1]}",
                "The row is gone and the line is not, for a file cannot be rolled back: wait for the commit.",
            )
        number = len(logged())
        with transaction.atomic():
            last = [hire(**fields) for fields in others[1:3]][-1]
        if len(logged()) != number + 1:
            wrong(
                f"{name}: thanks for {last}, who completes a shift, after the commit",
                f"{len(logged()) - number} lines were written",
                "Here somebody hires two in one transaction; on_commit() waits for the outermost one.",
            )


def expect_thanks(hire, fields, name):
    """Hire somebody; they are thanked if, and only if, their shift is complete now."""
    before = logged()
    person = expect_stored(hire(**fields), name)
    shift = person.shifts.get()
    new = logged()[len(before) :]
    wanted = [f"{person} completes the {shift}"] if shift.headcount == SEATS else []
    if new == wanted:
        return person
    seats = f"their shift has {shift.headcount} of {SEATS}"
    if not wanted:
        wrong(
            f"{name}: no thanks yet for {person}",
            f"{seats}, and the log says: {new[0]}",
            "Look at the headcount first.",
        )
    if not new:
        wrong(
            f"{name}: thanks for {person}",
            f"{seats}, and nobody was thanked",
            "It looks as if thank() was not reached.",
        )
    if len(new) > 1:
        wrong(f"{name}: one line for {person}", f"{len(new)} lines: {'; '.join(new)}")
    wrong(
        f"{name}: the line {wanted[0]!r}",
        f"the log says {new[0]!r}",
        "thank() writes the line, as it is.",
    )


def expect_stored(person, name):
    if not isinstance(person, Employees) or person.pk is None:
        wrong(
            f"{name}: the stored person, returned",
            f"it returned {person!r}",
            "It is not written yet, or its return is missing.",
        )
    if not person.shifts.exists():
        wrong(
            f"{name}: a shift for {person}",
            "there is none",
            "It looks as if nobody called the rule, assign().",
        )
    return person


CHOICES = ("signal", "call", "both", "neither")
BECAUSE = {
    "old code": "The old code sends employee_hired and takes seats, so a receiver hears of it; your by_call() it does not know.",
    "a batch": "assign_many() writes its seats in bulk: nothing is sent, and by_call() is not called.",
    "a reader": "Whoever reads a function that sends, or saves, sees that something may follow: it does not say who listens.",
    "a plug-in": "The other team cannot write a call into our code; to connect a receiver, they need not.",
    "ours alone": "With one sender and one listener, both ours, a signal only hides the call; Django's own advice is to call.",
}


def observed(by_signal, by_call):
    """Find out what can be found out by running the learner's own builds; the rest is judgement."""
    return {
        "old code": build_that_thanks(by_signal, old_code),
        "a batch": build_that_thanks(by_signal, a_batch),
        "a reader": "call",
        "a plug-in": "signal",
        "ours alone": "call",
    }


def build_that_thanks(by_signal, act):
    """Name the build in which somebody is thanked: with the receiver connected, without, ..."""
    thanked = {}
    for build, prepare in ("signal", by_signal), ("call", lambda: None):
        with new_rota():
            prepare()
            act()
            thanked[build] = bool(logged())
    builds = [build for build, did in thanked.items() if did]
    return {0: "neither", 2: "both"}.get(len(builds)) or builds[0]


def old_code():
    for person in sample_roster()[:SEATS]:
        hire_by_custom_signal(**person)


def a_batch():
    people = (EmployeesWithoutHooks(**person) for person in sample_roster()[:SEATS])
    assign_many(EmployeesWithoutHooks.objects.bulk_create(people))


def expect_arguments(argued, truth):
    if not isinstance(argued, dict) or set(argued) != set(BECAUSE):
        wrong(f"argued with the keys {', '.join(BECAUSE)}", f"it is {argued!r}")
    for question, because in BECAUSE.items():
        said = str(argued[question]).strip().lower()
        if said not in CHOICES:
            wrong(
                f"one of {', '.join(CHOICES)} as an answer to {question!r}",
                "it is still ..." if argued[question] is ... else f"it is {argued[question]!r}",
                "Both builds do what they should; it is the argument that is open.",
            )
        if said != truth[question]:
            wrong(f"an answer to {question!r} that holds", f"you argued {said!r}", because)


# What the judge looks at


@contextmanager
def new_rota():
    """Let a block begin with empty tables and an empty log; what it connects goes with it."""
    empty_tables(ShiftsEmployees, Shifts, Employees)
    Path(settings.EVENT_LOG).unlink(missing_ok=True)
    with receivers_kept():
        yield


def logged():
    return [event.message for event in read_events(settings.EVENT_LOG)]


def connected():
    """All connections there are, to whatever signal."""
    return {(id(signal), it[0]) for signal in every_signal() for it in signal.receivers}


def deliveries_to_learner(seen):
    """The deliveries to receivers that belong neither to this project nor to Django."""
    ours = ("speedy.", "classroom.", "django.")
    return [it for it in seen.filter(kind="delivery") if not it.where.startswith(ours)]
