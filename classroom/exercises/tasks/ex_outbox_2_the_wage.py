"""outbox-2: an effect that must not be lost moves from on_commit into the outbox."""

from traceback import extract_tb

from django.utils.timezone import now

from classroom.exercises.vocabulary import *

NAME = "hired"

task = Task(
    id="outbox-2",
    title="The wage that nobody ordered",
    kind="repair",
    minutes=8,
    call="hire(**fields)",
    situation="""
`hire` tells the payroll of each newcomer after the commit (the event log stands for the payroll's server). One day the
server was restarted between the commit and the call. Ada worked here for a month and got no wage.

Meanwhile somebody has written a receiver of `event_told` that tells the payroll of each event named `"hired"`.
`manage.py deliver_events` runs every minute.
""",
    task="""
Change `hire(**fields)`. It tells the payroll nothing itself. It stores an event named `"hired"` in the outbox, with the
payload `employee` (the full name) and `number` (the primary key). Person and event are committed together, or neither
is. It still returns the person, placed on a shift.
""",
    starter="""
from django.db import transaction
from speedy import outbox
from speedy.signals.event_logging import log_event
from speedy.wirings import hire_by_call


def hire(**fields):
    with transaction.atomic():
        employee = hire_by_call(**fields)
        transaction.on_commit(lambda: log_event(f"A wage for {employee}", "payroll"))
    return employee
""",
    hints=(
        "At which moment must the event be in the database, so that no crash can come between it and the person?",
        "outbox.store(name, **payload) writes a row in the transaction that is open.",
        'Inside the atomic() block, in place of on_commit: outbox.store("hired", employee=str(employee), number=employee.pk)',
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly",
    solution="""
from django.db import transaction
from speedy import outbox
from speedy.wirings import hire_by_call


def hire(**fields):
    with transaction.atomic():
        employee = hire_by_call(**fields)
        outbox.store("hired", employee=str(employee), number=employee.pk)
    return employee
""",
    why="One transaction writes both rows, so there is no moment at which one is stored and the other is not. The payload holds "
    "facts and a key, because another process delivers it and does not have your instance.",
    others=(
        """
@transaction.atomic
def hire(**fields):
    employee = hire_by_call(**fields)
    told = {"employee": f"{employee.first_name} {employee.last_name}", "number": employee.pk}
    OutboxEvent.objects.create(name="hired", payload=told)
    return employee
""",
        {"hire_by_call(**fields)\n": "Employees.objects.create(**fields)\n"},
    ),
    mistakes=slips("""
# stores the instance -> Facts, not objects
str(employee) => employee
# a number that is no key -> with the payload
employee.pk => Employees.objects.count()
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
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         outbox.store("hired", employee=str(employee), number=employee.pk)
+         from speedy.signals.event_logging import log_event
+         transaction.on_commit(lambda: log_event(f"A wage for {employee}", "payroll"))

# delivers it at once -> the command that runs every minute
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         outbox.store("hired", employee=str(employee), number=employee.pk)
+         transaction.on_commit(outbox.deliver)

# takes the same fields for the same person -> 5 people stored
employee = hire_by_call(**fields) => employee, _ = Employees.objects.get_or_create(**fields)
# looks for somebody of that name -> or their fields are not what was given
employee = hire_by_call(**fields) => hire_by_call(**fields); employee = Employees.objects.filter(first_name=fields["first_name"]).earliest("pk")
# sends the signal itself -> leaves no row behind
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         from speedy.signals.custom_signals import event_told
+         event_told.send(sender=OutboxEvent, name="hired", payload={}, key=1)
"""),
)


@task.judge
def judge(hire):
    ada, grace, alan, *others = sample_roster()
    OutboxEvent.objects.create(name="moved", payload={}, delivered=now())  # of somebody else
    unheard(-1, -2)  # so that a key is no number of people
    Employees.objects.filter(first_name=sample_roster()[-2]["first_name"]).delete()
    hires = ada, others[0], ada | {"last_name": "Zimmer"}, ada
    for number, fields in enumerate(hires, start=1):
        with adds_only(*HIRED, OutboxEvent), trace() as seen:
            person = hired(hire, fields)
        expect_hired(person, fields, number + 1)
        expect_the_event(person, number)
        expect_no_other_telling(seen)
    expect_the_event_before_the_commit(hire, grace)
    expect_one_transaction(seen, Employees, OutboxEvent)
    expect_all_or_nothing(lambda: hire(**alan), OutboxEvent)
    expect_caller_goes_on(lambda: hire(**alan))


def hired(hire, fields):
    """Hire somebody; two errors of the outbox are told in words of their own."""
    facts = "Facts, not objects: another process delivers it. Store the primary key."
    try:
        with error_told(TypeError, "a payload that JSON can hold", facts, "JSON serializable"):
            return hire(**fields)
    except RuntimeError as error:
        if "outside a transaction" not in str(error):
            raise
        callers = [frame.name for frame in extract_tb(error.__traceback__)]
        wrong(
            "the event in the transaction of the hire",
            "store() was called outside a transaction",
            "What on_commit() calls runs after the commit: that is the same gap again. Call store() in the block."
            if "run_and_clear_commit_hooks" in callers
            else "hire_by_call() has committed when it returns, unless there is a transaction around it.",
        )


def expect_the_event(person, number):
    events = OutboxEvent.objects.exclude(name="moved").order_by("-pk")
    if len(events) != number:
        no_row = (
            ""
            if events
            else "A signal that is sent, or a function that is called, leaves no row behind."
        )
        expected = f"one event in the outbox for each hire, {number} so far"
        wrong(expected, f"there are {len(events) or 'none'}", no_row)
    expected = {"employee": str(person), "number": person.pk}
    if (events[0].name, events[0].payload) != (NAME, expected):
        happened = f"it is named {events[0].name!r}, with the payload {events[0].payload}"
        wrong(f"an event named {NAME!r} with the payload {expected}", happened)
    if events[0].state != "waits" or events[0].tries:
        command = "Delivering is the work of the command that runs every minute."
        happened = f"its state is {events[0].state!r}, after so many tries: {events[0].tries}"
        wrong("an event that waits, and was not tried", happened, command)


def expect_no_other_telling(seen):
    if logged() or seen.filter(event_told):
        happened = f"the log says {', '.join(logged())}" if logged() else "it sent event_told"
        twice = "The receiver will tell the payroll again, which pays twice."
        wrong("nothing told by hire() itself", happened, twice)


def expect_the_event_before_the_commit(hire, fields):
    before = OutboxEvent.objects.count()
    with taken_back():
        hire(**fields)
        stored = OutboxEvent.objects.count() > before
    if not stored:
        gap = "What on_commit() has got waits in memory: the restart fell into that gap."
        expected = "the event stored before the transaction is committed"
        wrong(expected, "it is not there yet when hire() returns inside a transaction", gap)
