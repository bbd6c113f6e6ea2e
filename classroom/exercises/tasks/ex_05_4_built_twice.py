import gc

from classroom.exercises.vocabulary import *
from speedy.scheduling import assign_many

LOOK = "Look at the headcount of that person's shift first."
CHOICES = ("signal", "call", "both", "neither")
BECAUSE = {
    "old code": "The old code sends employee_hired and takes seats, so a receiver hears of it. It does not call by_call().",
    "a batch": "assign_many() writes its seats in bulk: nothing is sent, and by_call() is not called.",
    "a reader": "A function that sends, or saves, shows that something may follow. It does not say who listens.",
    "a plug-in": "The other team cannot write a call into our code. They can connect a receiver.",
    "ours alone": "With one sender and one listener, both ours, a signal only hides the call. Django's own advice is to call.",
}

task = Task.of(
    '''
05-4: Built twice (judge, 30 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#preventing-duplicate-signals
== answer: built
== situation
Somebody who takes the **third seat** completes the shift, and is thanked by a line in the event log. `thank(employee,
shift)` writes that line. Where should it be called? You build it twice, and then argue which build you would keep.
== task
Write both builds, and answer five questions.

1. `by_signal()` connects a receiver to a signal of your choice. From then on `hire_by_custom_signal(**fields)` thanks,
   and its code does not change. `by_signal()` may be called twice, and works with `DEBUG` off.
2. `by_call(**fields)` hires somebody as `hire_by_call` does, thanks them if they complete their shift, and returns
   them. It connects no receiver and sends no signal of its own. Only one build is in use at a time.
3. Both thank somebody **once**, when they take the third seat. An edit of the person or the seat thanks nobody, and
   neither does a hire that is rolled back.
4. `argued`: click an answer to each question. "signal" and "call" each mean only that build. Your answers stay
   when the cell runs again.

| question | which of your two builds … |
|---|---|
| `old code` | … thanks, when a colleague's old code calls `hire_by_custom_signal()` and nobody edits it? |
| `a batch` | … thanks, when `bulk_create()` stores three people and `assign_many()` places them? |
| `a reader` | … can be understood by somebody who reads only the function that hires? |
| `a plug-in` | … would you keep, if another team wrote the thanks, and could not edit the hiring code? |
| `ours alone` | … would you keep, if we wrote the thanks, and only one function of ours hired? |
== starter
from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from speedy.models import ShiftsEmployees
from speedy.signals.custom_signals import employee_hired
from speedy.signals.event_logging import log_event
from speedy.wirings import hire_by_call, hire_by_custom_signal


def thank(employee, shift):
    log_event(f"{employee} completes the {shift}")


def by_signal():
    """Connect what thanks, from now on."""


def by_call(**fields):
    """Hire somebody, thank them if they complete their shift, and return them."""


argued = exercise("05-4").card()

built = {"by_signal": by_signal, "by_call": by_call, "argued": argued}
argued
== hints
- Could one function of yours, which looks at somebody's shift and thanks them or not, serve both builds?
- employee.shifts.first() reads the shift from the database. employee_hired is sent once a hire, and place_hired,
  connected before you, has placed the person by then. transaction.on_commit() waits for the commit. A dispatch_uid
  refuses a second connect(). A receiver at the top of the cell is not lost.
- thank_if_complete(employee): shift = employee.shifts.first(); if shift.headcount == 3:
  transaction.on_commit(partial(thank, employee, shift)). Then hear(sender, employee, **kwargs) calls it; by_signal()
  says employee_hired.connect(hear, dispatch_uid="thanks"); by_call() says employee = hire_by_call(**fields), calls it,
  and returns employee.
== solution
def thank(employee, shift):
    log_event(f"{employee} completes the {shift}")


def thank_if_complete(employee):
    shift = employee.shifts.first()
    if shift.headcount == 3:
        transaction.on_commit(partial(thank, employee, shift))


def hear(sender, employee, **kwargs):
    thank_if_complete(employee)


def by_signal():
    employee_hired.connect(hear, dispatch_uid="thanks")


def by_call(**fields):
    with transaction.atomic():
        employee = hire_by_call(**fields)
        thank_if_complete(employee)
    return employee


argued = {
    "old code": "signal",
    "a batch": "neither",
    "a reader": "call",
    "a plug-in": "signal",
    "ours alone": "call",
}

built = {"by_signal": by_signal, "by_call": by_call, "argued": argued}
== why
One function says what happens, and the builds only say when. The signal reaches code that nobody edits, but a reader of
that code does not see it. Both builds need the transaction, and neither hears of a batch. So if you can write the call,
write it. If you cannot, connect.
== equal
hire_by_call() is one transaction by itself, and thanks wait for it <- without the `with transaction.atomic():` around it* | savepoint=False*
a receiver at the top of the cell is connected once, by any name <- without the argument `dispatch_uid='thanks'`* | 'xthanks' for 'thanks'* | '' for 'thanks'*
nothing in it can raise <- thank swallows* | thank_if_complete swallows* | hear swallows* | by_signal swallows*
== others
from speedy import scheduling

def thank(employee, shift):
    log_event(f"{employee} completes the {shift}")

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

argued = {"old code": "signal", "a batch": "neither", "a reader": "call", "a plug-in": "signal", "ours alone": "call"}
built = {"by_signal": by_signal, "by_call": by_call, "argued": argued}
== mistakes
# a receiver that is lost -> holds it weakly
-     employee_hired.connect(hear, dispatch_uid="thanks")
+     def local(sender, employee, **kwargs):
+         thank_if_complete(employee)
+     employee_hired.connect(local, dispatch_uid="thanks")
# connected twice -> two receivers
-     employee_hired.connect(hear, dispatch_uid="thanks")
+     def local(sender, employee, **kwargs):
+         thank_if_complete(employee)
+     employee_hired.connect(local, weak=False)
# does not wait for the commit -> by_signal(): no thanks for a hire that is rolled back
transaction.on_commit(partial(thank, employee, shift) => thank(employee, shift
# listens to the person, who has no seat yet -> before the seat is taken
- def hear(sender, employee, **kwargs):
-     thank_if_complete(employee)
+ def hear(sender, instance, created, **kwargs):
+     if created and instance.shifts.exists():
+         thank_if_complete(instance)

-     employee_hired.connect(hear, dispatch_uid="thanks")
+     post_save.connect(hear, sender=EmployeesWithoutHooks, dispatch_uid="thanks")
# thanks the second as well -> for three people on one shift
headcount == 3 => headcount >= 2
# thanks in one build alone -> Nobody was thanked
        thank_if_complete(employee) =>
# thanks for an edit -> only edited
- def hear(sender, employee, **kwargs):
-     thank_if_complete(employee)
+ def hear(sender, instance, **kwargs):
+     thank_if_complete(instance.employee)

-     employee_hired.connect(hear, dispatch_uid="thanks")
+     post_save.connect(hear, sender=ShiftsEmployees, dispatch_uid="thanks")
# the call connects the receiver -> without a receiver of yours
  def by_call(**fields):
+     by_signal()
# argues that a batch is heard -> assign_many() writes its seats in bulk
neither => signal
# the call is another wiring -> the built-in signals
= hire_by_call( => = Employees.objects.create(
# the call forgets to wipe -> expired shifts wiped
-         employee = hire_by_call(**fields)
+         employee = EmployeesWithoutHooks.objects.create(**fields)
+         assign(employee)
# thanks each name once -> Two people of one name
- def thank(employee, shift):
-     log_event(f"{employee} completes the {shift}")
+ seen = set()
+ def thank(employee, shift):
+     if str(employee) not in seen:
+         log_event(f"{employee} completes the {shift}")
+     seen.add(str(employee))
# looks at the latest shift -> Look at the headcount of that person's shift first
employee.shifts.first() => Shifts.objects.latest("shift_date")
# thanks the last of the shift -> thank the one who was hired
-         transaction.on_commit(partial(thank, employee, shift))
+         transaction.on_commit(partial(thank, shift.employees_shift.last(), shift))
# looks at the commit -> look before
-     shift = employee.shifts.first()
-     if shift.headcount == 3:
-         transaction.on_commit(partial(thank, employee, shift))
+     def later():
+         shift = employee.shifts.first()
+         if shift.headcount == 3:
+             thank(employee, shift)
+     transaction.on_commit(later)
# the call saves once more -> an UPDATE of the person
          employee = hire_by_call(**fields)
+         employee.save()
# the call sends the signal -> it sent employee_hired
= hire_by_call( => = hire_by_custom_signal(
''',
    fields=dict.fromkeys(BECAUSE, CHOICES),
)


@task.judge
def judge(built):
    expect_keys(built, ("by_signal", "by_call", "argued"))
    by_signal, by_call, argued = built["by_signal"], built["by_call"], built["argued"]
    expect_callable(by_signal, "by_signal()")
    expect_callable(by_call, "by_call(**fields)")
    # Off, as in production: with DEBUG on, a receiver that is held weakly may seem to live on.
    with override_settings(DEBUG=False):
        expect_a_receiver(by_signal)
        tell_the_story(hire_by_custom_signal, "by_signal()", by_signal)
        expect_a_call(by_call)
        tell_the_story(by_call, "by_call()")
        with new_rota():
            expect_all_or_nothing(lambda: by_call(**sample_roster()[0]), ShiftsEmployees)
            expect_wiped_first(lambda: by_call(**sample_roster()[0]))
        truth = observed(by_signal)
    read = partial(choice_in, offered=CHOICES)
    expect_guesses(argued, truth, read, f"one of {', '.join(CHOICES)}", BECAUSE)


def expect_a_receiver(by_signal):
    with new_rota():
        before = connected()
        with adds_only():
            by_signal()
        if connected() == before:
            wrong("a receiver", "by_signal() connected nothing", "Call connect() on a signal.")
        gc.collect()
        expect_plain_receivers(*every_signal())
        with trace() as seen:
            old_code()
        if not deliveries_to_learner(seen):
            weak = (
                "A signal holds it weakly: a function inside by_signal() is gone when that ends. Or it listens to "
                "another signal or sender."
            )
            wrong("a call of your receiver when somebody is hired", "there was none", weak)
        if not logged():
            early = (
                "Is your signal sent before the seat is taken, as post_save of the person is? Or did it look at a shift in "
                "memory, which may be older than its row?"
            )
            called = "your receiver was called, and nobody was thanked"
            wrong("thanks for the person who takes the third seat", called, early)
        expect_lines(1, "one line for three people on one shift", LOOK)
        by_signal()
        old_code()
        if (number := len(logged()) - 1) != 1:
            twice = "A function that is defined anew at each call makes two receivers. A dispatch_uid makes it one."
            mistake = twice if number else "Two people of one name may both complete a shift."
            happened = f"{number} lines were written"
            wrong("one line after by_signal() was called twice", happened, mistake)


def expect_a_call(by_call):
    expected = "by_call() to hire as hire_by_call does"
    with new_rota(), trace() as seen:
        before = connected()
        for number, fields in enumerate(sample_roster()[:SEATS], start=1):
            expect_hired(by_call(**fields), fields, number, "by_call()")
        if deliveries_to_learner(seen) or connected() - before:
            by_way = "Perhaps by_call() goes by way of by_signal()."
            wrong("thanks without a receiver of yours", "one was connected or called", by_way)
        if any(it.kind == "delivery" and it.what == "employee_created" for it in seen):
            wiring = "That is the wiring of the built-in signals: call hire_by_call()."
            wrong(expected, "the receiver employee_created placed somebody", wiring)
        if seen.filter(employee_hired):
            wrong(expected, "it sent employee_hired", "That is the wiring of the custom signal.")
        if any(stores(Employees, sql, "UPDATE") for sql in seen.statements):
            wrong(expected, "there was an UPDATE of the person", "Nothing of the person changes.")


def tell_the_story(hire, name, prepare=lambda: None):
    """Hire, edit, part and roll back, and look after each step who was thanked."""
    with new_rota():
        prepare()
        ada, grace, alan, katherine, *others = sample_roster()
        people = [expect_thanks(hire, fields, name) for fields in (ada, grace, alan, katherine)]
        people[2].save()
        ShiftsEmployees.objects.get(employee=people[2]).save()
        sent = "post_save is sent for an edit, too. `created` tells which it was."
        expect_lines(1, f"{name}: no thanks for {people[2]}, who is only edited", sent)
        key = people[1].pk
        people[1].delete()
        expect_thanks(hire, stranger() | {"id": key, "first_name": alan["first_name"]}, name)
        with taken_back():
            for fields in others[1:4]:
                hire(**fields)
        stays = "The row is gone and the line is not: a rollback does not reach a file. Wait for the commit."
        expect_lines(2, f"{name}: no thanks for a hire that is rolled back", stays)
        with transaction.atomic():
            last = [hire(**fields) for fields in others[1:3]][-1]
        outermost = "Two are hired in one transaction: on_commit() waits for the outermost one."
        expected = f"{name}: thanks for {last}, who completes a shift, after the commit"
        at_commit = "At the commit more people sit there than when the person came: look before."
        expect_lines(3, expected, at_commit if len(logged()) > 3 else outermost)


def expect_lines(number, expected, mistake):
    if len(logged()) != number:
        wrong(expected, f"the log says: {'; '.join(logged())}", mistake)


def expect_thanks(hire, fields, name):
    """Hire somebody; they are thanked if, and only if, their shift is complete now."""
    before = logged()
    with adds_only(*HIRED):
        person = hire(**fields)
    expect_hired(person, fields, name=name)
    shift, new = person.shifts.get(), logged()[len(before) :]
    wanted = [f"{person} completes the {shift}"] if shift.headcount == SEATS else []
    if new != wanted:
        mistake = "thank() writes the line, as it is." if wanted else LOOK
        if wanted and new and not new[0].startswith(f"{person} "):
            mistake = "Others sit there, too: thank the one who was hired."
        if wanted and not new and before:
            mistake = LOOK
        elif wanted and not new:
            mistake = "Nobody was thanked: is thank() called, or the function that calls it?"
        said = f"their shift has {shift.headcount} of {SEATS}, and the log says: {'; '.join(new) or 'nothing'}"
        expected = f"one line, {wanted[0]!r}" if wanted else f"no thanks yet for {person}"
        wrong(f"{name}: {expected}", said, mistake)
    return person


def observed(by_signal):
    """Find out what can be found out by running the learner's own build; the rest is judgement."""
    heard = {}
    for what, act in ("old code", old_code), ("a batch", a_batch):
        with new_rota():
            by_signal()
            act()
            heard[what] = "signal" if logged() else "neither"
    return heard | {"a reader": "call", "a plug-in": "signal", "ours alone": "call"}


def old_code():
    for person in sample_roster()[:SEATS]:
        hire_by_custom_signal(**person)


def a_batch():
    people = (EmployeesWithoutHooks(**person) for person in sample_roster()[:SEATS])
    assign_many(EmployeesWithoutHooks.objects.bulk_create(people))


def connected():
    """All connections there are, to whatever signal."""
    return {(id(signal), it[0]) for signal in every_signal() for it in signal.receivers}
