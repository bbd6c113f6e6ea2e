"""outbox-2: an effect that must not be lost moves from on_commit into the outbox."""

from traceback import extract_tb

from django.conf import settings
from django.db import transaction

from classroom.exercises.engine import Mistake, Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import Refused, expect_one_transaction, refusing, why_none
from classroom.scenes.roster import sample_roster
from speedy.event_file import read_events
from speedy.models import Employees, OutboxEvent
from whatfires.tracing import trace

NAME = "hired"

task = Task(
    id="outbox-2",
    title="The wage that nobody ordered",
    lesson="deeper/outbox",
    kind="repair",
    minutes=8,
    situation="""
`hire` tells the payroll of each newcomer, after the commit, as it should (the event log stands for the payroll's server).
But when the power failed between the commit and the call, Ada worked here for a month and got no wage.

Meanwhile somebody has written a receiver of `event_told` that tells the payroll of each event named `"hired"`.
`manage.py deliver_events` runs every minute.
""",
    task="""
Change `hire(**fields)`: it tells the payroll nothing itself, but stores an event named `"hired"` in the outbox, with the
payload `employee` (the full name) and `number` (the primary key). Person and event are committed together, or neither is. It
still returns the person, placed on a shift.
""",
    answer="hire",
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
        "At which moment must the event be in the database, so that no crash can fall between it and the person?",
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
    why="One transaction, two rows: there is no moment in which one is stored and the other is not. The payload holds facts and a "
    "key, for whoever delivers is another process, and sees no instance of yours.",
    others=(
        """
from django.db import transaction
from speedy.wirings import hire_by_call


@transaction.atomic
def hire(**fields):
    employee = hire_by_call(**fields)
    told = {"employee": f"{employee.first_name} {employee.last_name}", "number": employee.pk}
    OutboxEvent.objects.create(name="hired", payload=told)
    return employee
""",
        """
from django.db import transaction
from speedy import outbox


def hire(**fields):
    with transaction.atomic():
        employee = Employees.objects.create(**fields)
        outbox.store("hired", employee=str(employee), number=employee.id)
    return employee
""",
    ),
    mistakes=(
        Mistake("stores the instance", {"str(employee)": "employee"}, "Facts, not objects"),
        Mistake("the same number for everybody", {"employee.pk": "1"}, "'number': 2"),
        *slips("""
# stores after the commit -> two transactions
- def hire(**fields):
+ def hire(**fields):
+     employee = hire_by_call(**fields)
-         employee = hire_by_call(**fields)

# stores by on_commit -> waits in memory
- from speedy import outbox

-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         transaction.on_commit(
+             lambda: OutboxEvent.objects.create(
+                 name="hired", payload={"employee": str(employee), "number": employee.pk}
+             )
+         )

# stores what on_commit calls -> the same gap again
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         transaction.on_commit(
+             lambda: outbox.store("hired", employee=str(employee), number=employee.pk)
+         )

# a block that must be the outermost -> inside a transaction of its caller
-     with transaction.atomic():
+     with transaction.atomic(durable=True):

# stores without a transaction -> outside a transaction
from speedy import outbox
from speedy.wirings import hire_by_call


def hire(**fields):
    employee = hire_by_call(**fields)
    outbox.store("hired", employee=str(employee), number=employee.pk)
    return employee

# tells the payroll as well -> pays twice
- from speedy import outbox
+ from speedy import outbox
+ from speedy.signals.event_logging import log_event
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         outbox.store("hired", employee=str(employee), number=employee.pk)
+         transaction.on_commit(lambda: log_event(f"A wage for {employee}", "payroll"))

# sends the signal itself -> no event is in the outbox
- from speedy import outbox
+ from speedy.signals.custom_signals import event_told
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+         told = {"employee": str(employee), "number": employee.pk}
+         event_told.send(sender=OutboxEvent, name="hired", payload=told, key=1)

# returns nobody -> returned None
-     return employee

# a second transaction, and a delete by hand -> between one BEGIN and its COMMIT
-     with transaction.atomic():
-         employee = hire_by_call(**fields)
-         outbox.store("hired", employee=str(employee), number=employee.pk)
+     employee = hire_by_call(**fields)
+     try:
+         with transaction.atomic():
+             outbox.store("hired", employee=str(employee), number=employee.pk)
+     except Exception:
+         employee.delete()
+         raise

# keeps the error to itself -> the error comes out
-     with transaction.atomic():
-         employee = hire_by_call(**fields)
-         outbox.store("hired", employee=str(employee), number=employee.pk)
-     return employee
+     try:
+         with transaction.atomic():
+             employee = hire_by_call(**fields)
+             outbox.store("hired", employee=str(employee), number=employee.pk)
+         return employee
+     except Exception as error:
+         print(error)
"""),
    ),
)


@task.judge
def judge(hire):
    expect_callable(hire, "hire(**fields)")
    ada, grace, alan, *others = sample_roster()
    for number, fields in enumerate((ada, others[0]), start=1):
        with trace() as seen:
            person = hired(hire, fields)
        expect_the_person(person, fields, number)
        expect_the_event(person, number)
        expect_no_other_telling()
    expect_a_rollback_to_take_both(hire, grace)
    expect_neither_where_the_event_cannot_be_stored(hire, alan)
    expect_one_transaction(seen, Employees, OutboxEvent)


def hired(hire, fields):
    """Hire somebody; two errors of the outbox are told in words of their own."""
    try:
        return hire(**fields)
    except RuntimeError as error:
        if "outside a transaction" not in str(error):
            raise
        callers = [frame.name for frame in extract_tb(error.__traceback__)]
        wrong(
            "the event in the transaction of the hire",
            "store() was called outside a transaction",
            "What on_commit() calls runs after the commit: that is the same gap again. Call store() in the block itself."
            if "run_and_clear_commit_hooks" in callers
            else "hire_by_call() has committed when it returns, unless somebody opened a transaction around it.",
        )
    except TypeError as error:
        if "JSON serializable" not in str(error):
            raise
        wrong(
            "a payload that JSON can hold",
            f"TypeError: {error}",
            "Facts, not objects: whoever delivers is another process. Store the primary key.",
        )


def expect_the_person(person, fields, number):
    if not isinstance(person, Employees):
        wrong(
            "the stored person back from hire()",
            f"it returned {person!r}",
            why_none(),
        )
    if (person.first_name, Employees.objects.count()) != (fields["first_name"], number):
        wrong(
            f"{fields['first_name']} stored, once, and nobody else changed",
            f"hire() returned {person}, and {Employees.objects.count()} people are stored",
        )
    if not person.shifts.exists():
        wrong(f"a shift for {person}", "there is none")


def expect_the_event(person, number):
    events = OutboxEvent.objects.order_by("-pk")
    if len(events) != number:
        wrong(
            f"one event in the outbox for each hire, {number} so far",
            f"{len(events) or 'no'} event{'s are' if events else ' is'} in the outbox",
            ""
            if events
            else "A signal that is sent, or a function that is called, leaves no row behind.",
        )
    expected = {"employee": str(person), "number": person.pk}
    if (events[0].name, events[0].payload) != (NAME, expected):
        wrong(
            f"an event named {NAME!r} with the payload {expected}",
            f"it is named {events[0].name!r}, with the payload {events[0].payload}",
        )


def expect_no_other_telling():
    if told := [event.message for event in read_events(settings.EVENT_LOG)]:
        wrong(
            "no line from hire() itself",
            f"the log says {', '.join(told)}",
            "The receiver will tell the payroll again, which pays twice.",
        )


def expect_a_rollback_to_take_both(hire, fields):
    before = OutboxEvent.objects.count()
    with transaction.atomic():
        try:
            hire(**fields)
        except RuntimeError as error:
            if "durable" not in str(error):
                raise
            wrong(
                "a hire() that can be called inside a transaction of its caller's",
                f"RuntimeError: {error}",
                "A durable block refuses that, and so does outbox.deliver(), which is the other command's to call.",
            )
        stored = OutboxEvent.objects.count() > before
        transaction.set_rollback(True)
    if not stored:
        wrong(
            "the event stored before the transaction is committed",
            "it is not there yet when hire() returns inside a transaction",
            "What on_commit() is handed waits in memory: there is the gap into which the power failure fell.",
        )


def expect_neither_where_the_event_cannot_be_stored(hire, fields):
    """An outbox that refuses stands for the crash between the two."""
    before = Employees.objects.count()
    came_out = False
    try:
        with refusing(OutboxEvent):
            hire(**fields)
    except Refused:
        came_out = True
    if Employees.objects.count() > before:
        wrong(
            "neither person nor event, where the event cannot be stored",
            "the person stays, and nobody will ever hear of it",
            "It looks as if they are in two transactions, one after the other.",
        )
    if not came_out:
        wrong(
            "that the error comes out, where the event cannot be stored",
            "hire() returned as if all were well",
            "Let the error pass: whoever called takes somebody for hired.",
        )
