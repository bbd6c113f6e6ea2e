"""07-a: the hire of the project, by a direct call."""

from datetime import timedelta

from django.utils import timezone

from classroom.exercises.engine import Task, slips
from classroom.exercises.trying import expect_one_transaction, full_shift, no_receiver, wrong
from classroom.experiments.rewiring import no_seats, taken_off
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import BrokenRule
from speedy.models import Employees, EmployeesWithoutHooks, Shifts, ShiftsEmployees
from speedy.signals.custom_signals import employee_hired
from whatfires.temporary import connected
from whatfires.tracing import trace

task = Task(
    id="07-a",
    title="Call it",
    kind="repair",
    call="hire(**fields)",
    starter="""
def hire(**fields):
    return Employees.objects.create(**fields)
""",
    hints=(
        "Which three steps are there, and what goes around all of them?",
        "Inside `with transaction.atomic():` call `scheduling.wipe_expired_shifts()`, create the person, call "
        "`scheduling.assign(employee)`. Return the employee.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/signals/",
    solution="""
from django.db import transaction

from speedy import scheduling


def hire(**fields):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        employee = Employees.objects.create(**fields)
        scheduling.assign(employee)
    return employee
""",
    why="Three steps in three lines, in one transaction. Anybody who reads it knows what a hire does.",
    equal={
        "the wipe places those who sat on an expired shift, and nobody else": (
            "`employee = *comes first*",
        ),
        "a proxy of the class, of which no receiver hears anyway": ("EmployeesWithoutHooks*",),
    },
    others=(
        {"Employees.": "EmployeesWithoutHooks."},
        """
from django.db import transaction

from speedy import scheduling
@transaction.atomic
def hire(**fields):
    scheduling.wipe_expired_shifts()
    employee = Employees(**fields)
    employee.save()
    assign(employee)
    return employee
""",
    ),
    mistakes=slips("""
# by the custom signal -> employee_hired was sent
from speedy.wirings import hire_by_custom_signal
def hire(**fields):
    return hire_by_custom_signal(**fields)

# forgets the transaction -> without a shift, after an error
-     with transaction.atomic():
-         scheduling.wipe_expired_shifts()
-         employee = Employees.objects.create(**fields)
-         scheduling.assign(employee)
+     scheduling.wipe_expired_shifts()
+     employee = Employees.objects.create(**fields)
+     scheduling.assign(employee)

# the wipe before the transaction -> stays wiped
- def hire(**fields):
+ def hire(**fields):
+     scheduling.wipe_expired_shifts()
-         scheduling.wipe_expired_shifts()

# forgets to wipe -> yesterday's shift is still there
-         scheduling.wipe_expired_shifts()

# wipes last -> Wipe first
-         scheduling.wipe_expired_shifts()

-         scheduling.assign(employee)
+         scheduling.assign(employee)
+         scheduling.wipe_expired_shifts()

# forgets to assign -> has no shift
-         scheduling.assign(employee)

# returns nobody -> it returned None
-         employee = Employees.objects.create(**fields)
-         scheduling.assign(employee)
-     return employee
+         scheduling.assign(Employees.objects.create(**fields))

# catches the error -> no error came out
-     with transaction.atomic():
-         scheduling.wipe_expired_shifts()
-         employee = Employees.objects.create(**fields)
-         scheduling.assign(employee)
-     return employee
+     try:
+         with transaction.atomic():
+             scheduling.wipe_expired_shifts()
+             employee = Employees.objects.create(**fields)
+             scheduling.assign(employee)
+         return employee
+     except Exception:
+         return None
"""),
)


@task.judge
def judge(hire):
    taken_off()
    sent = []

    def hear(sender, **kwargs):
        sent.append(sender)

    with connected(employee_hired, hear), no_receiver():
        for fields in sample_roster()[:2]:
            seen = expect_placed(hire, fields, sent)
    yesterday = full_shift(timezone.localdate() - timedelta(days=1))
    moved = list(yesterday.employees_shift.all())
    expect_nothing_left(hire, yesterday)
    expect_one_transaction(seen, Employees, ShiftsEmployees)
    newcomer = hire(**sample_roster()[2])
    if Shifts.objects.expired().exists():
        wrong("expired shifts wiped", "yesterday's shift is still there")
    day = newcomer.shifts.get().shift_date
    if any(person.shifts.get().shift_date > day for person in moved):
        after = "Wipe first: the people of a wiped shift are placed before anybody new."
        wrong("the newcomer behind those who were moved", "the newcomer was placed first", after)


def expect_placed(hire, fields, sent):
    number = Employees.objects.count() + 1
    with trace() as seen:
        employee = hire(**fields)
    if sent:
        wrong("a direct call", "the signal employee_hired was sent")
    if (stored := Employees.objects.count()) != number:
        wrong(f"{number} people stored", f"{stored} are", "A hire stores one person.")
    if (
        type(employee) not in (Employees, EmployeesWithoutHooks)
        or employee.first_name != fields["first_name"]
    ):
        wrong("the stored employee, returned", f"it returned {employee!r}")
    if not employee.shifts.exists():
        wrong(f"{employee} on a shift", f"{employee} has no shift")
    return seen


def expect_nothing_left(hire, yesterday):
    people = Employees.objects.count()
    with no_seats():
        try:
            hire(**sample_roster()[2])
        except BrokenRule:
            pass
        else:
            wrong("the rule's error comes out", "no error came out")
    if Employees.objects.count() != people:
        wrong(
            "nobody left behind", "somebody is stored without a shift, after an error in the rule"
        )
    if not Shifts.objects.filter(pk=yesterday.pk).exists():
        wrong("everything as before, after an error", "yesterday's shift stays wiped")
