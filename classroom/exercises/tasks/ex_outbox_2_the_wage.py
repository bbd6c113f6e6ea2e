from django.utils.timezone import now

from classroom.exercises.vocabulary import *

NAME = "hired"

task = Task.of("""
outbox-2: The wage that nobody ordered (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
== situation
`hire` tells the payroll of each newcomer after the commit. (The event log stands for the payroll's server.) One day our
process was restarted between the commit and the call, and Ada got no wage.

Now a receiver of `event_told` tells the payroll of each event named `"hired"`, and `manage.py deliver_events` runs
every minute.
== task
Change `hire(**fields)`. It tells the payroll nothing itself. It stores an event named `"hired"` in the outbox, with the
payload `employee` (the full name) and `number` (the primary key). Person and event are committed together, or neither
is. It still returns the person, placed on a shift.
== starter
from django.db import transaction
from speedy import outbox
from speedy.signals.event_logging import log_event
from speedy.wirings import hire_by_call


def hire(**fields):
    with transaction.atomic():
        employee = hire_by_call(**fields)
        transaction.on_commit(lambda: log_event(f"A wage for {employee}", "payroll"))
    return employee
== hints
- At which moment must the event be in the database, so that no crash can come between it and the person?
- outbox.store(name, **payload) writes a row in the transaction that is open.
- Inside the atomic() block, in place of on_commit: outbox.store("hired", employee=str(employee), number=employee.pk)
== solution
- from speedy.signals.event_logging import log_event

-         transaction.on_commit(lambda: log_event(f"A wage for {employee}", "payroll"))
+         outbox.store("hired", employee=str(employee), number=employee.pk)
== why
One transaction writes both rows, or none. The payload holds facts and a key, because another process delivers it and
does not have your instance.
== others
@transaction.atomic
def hire(**fields):
    employee = hire_by_call(**fields)
    told = {"employee": f"{employee.first_name} {employee.last_name}", "number": employee.pk}
    OutboxEvent.objects.create(name="hired", payload=told)
    return employee
# or
hire_by_call(**fields) => Employees.objects.create(**fields)
== mistakes
# stores the instance -> Facts, not objects
str(employee) => employee
# a number that is no key -> with the payload
employee.pk => Employees.objects.count()
# changes the case of a name -> van Never
str(employee) => str(employee).title()
# stores after the commit -> between one BEGIN and its COMMIT
-     with transaction.atomic():
-         employee = hire_by_call(**fields)
+     employee = hire_by_call(**fields)
+     with transaction.atomic():
# stores by on_commit -> waits in memory
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         told = {"employee": str(employee), "number": employee.pk}
+         transaction.on_commit(lambda: OutboxEvent.objects.create(name="hired", payload=told))
# stores what on_commit calls -> the same gap again
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         transaction.on_commit(
+             lambda: outbox.store("hired", employee=str(employee), number=employee.pk)
+         )
# tells the payroll as well -> pays twice
          outbox.store("hired", employee=str(employee), number=employee.pk)
+         from speedy.signals.event_logging import log_event
+         transaction.on_commit(lambda: log_event(f"A wage for {employee}", "payroll"))
# delivers it at once -> the command that runs every minute
          outbox.store("hired", employee=str(employee), number=employee.pk)
+         transaction.on_commit(outbox.deliver)
# takes the same fields for the same person -> 5 people stored
employee = hire_by_call(**fields) => employee, _ = Employees.objects.get_or_create(**fields)
# looks for somebody of that name -> or their fields are not what was given
employee = hire_by_call(**fields) => hire_by_call(**fields); employee = Employees.objects.filter(first_name=fields["first_name"]).earliest("pk")
# sends the signal itself -> leaves no row behind
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         from speedy.signals.custom_signals import event_told
+         event_told.send(sender=OutboxEvent, name="hired", payload={}, key=1)
""")


FACTS = "Facts, not objects: another process delivers it. Store the primary key."
SAME_GAP = (
    "What on_commit() calls runs after the commit: that is the same gap again. And without a transaction around it, "
    "hire_by_call() has committed when it returns. Call store() in the block."
)
NO_ROW = "Is store() called? A signal that is sent, or an unsaved event, leaves no row behind."
COMMAND = "Delivering is the work of the command that runs every minute."
GAP = "What on_commit() has got waits in memory: the restart fell into that gap."
TWICE = "The receiver will tell the payroll again, which pays twice."


@task.judge
def judge(hire):
    ada, grace, alan, *others = sample_roster()
    OutboxEvent.objects.create(name="moved", payload={}, delivered=now())  # of somebody else
    unheard(-1, -2)  # so that a key is no number of people
    Employees.objects.filter(first_name=sample_roster()[-2]["first_name"]).delete()
    hires = ada, others[0], ada | {"last_name": stranger()["last_name"]}, ada
    facts, inside = "a payload that JSON can hold", "the event in the transaction of the hire"
    for number, fields in enumerate(hires, start=1):
        stores_facts = error_told(TypeError, facts, FACTS, "JSON serializable")
        in_block = error_told(RuntimeError, inside, SAME_GAP, "outside a transaction")
        with stores_facts, in_block, adds_only(*HIRED, OutboxEvent), trace() as seen:
            person = hire(**fields)
        expect_hired(person, fields, number + 1)
        expect_the_event(person, number)
        if logged() or seen.filter(event_told):
            happened = f"the log says {', '.join(logged())}" if logged() else "it sent event_told"
            wrong("nothing told by hire() itself", happened, TWICE)
    with taken_back():
        hire(**grace)
        if OutboxEvent.objects.count() == number + 1:
            late = "it is not there yet when hire() returns inside a transaction"
            wrong("the event stored before the transaction is committed", late, GAP)
    expect_one_transaction(seen, Employees, OutboxEvent)
    expect_all_or_nothing(lambda: hire(**alan), OutboxEvent)
    expect_caller_goes_on(lambda: hire(**alan))


def expect_the_event(person, number):
    events = OutboxEvent.objects.exclude(name="moved").order_by("-pk")
    if len(events) != number:
        expected = f"one event in the outbox for each hire, {number} so far"
        wrong(expected, f"there are {len(events) or 'none'}", "" if events else NO_ROW)
    event, expected = events[0], {"employee": str(person), "number": person.pk}
    if (event.name, event.payload) != (NAME, expected):
        happened = f"it is named {event.name!r}, with the payload {event.payload}"
        wrong(f"an event named {NAME!r} with the payload {expected}", happened)
    if event.state != "waits" or event.tries:
        happened = f"its state is {event.state!r}, after so many tries: {event.tries}"
        wrong("an event that waits, and was not tried", happened, COMMAND)
