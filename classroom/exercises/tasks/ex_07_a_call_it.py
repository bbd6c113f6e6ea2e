"""07-a: the hire of the project, by a direct call."""

from classroom.exercises.engine import Task, slips
from classroom.exercises.trying import (
    expect_idle,
    expect_one_transaction,
    expect_wiped_first,
    idle,
    no_receiver,
    taken_back,
    wrong,
)
from classroom.experiments.rewiring import taken_off
from classroom.scenes.roster import sample_roster
from speedy.models import Employees, EmployeesWithoutHooks, ShiftsEmployees
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

# forgets the transaction -> in more than one transaction
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

# a block that must be the outermost -> durable=True refuses that
atomic( => atomic(durable=True
# places everybody who is idle -> that person was placed as well
assign(employee) => assign_many(Employees.objects.without_shift())
# takes the same fields for the same person -> A hire stores one person
objects.create(**fields) => objects.get_or_create(**fields)[0]
# returns nobody -> it returned None
employee = Employees.objects.create(**fields) => scheduling.assign(Employees.objects.create(**fields))
        scheduling.assign(employee) =>
    return employee =>
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
    sent, alone = [], idle()
    first, second, third, fourth = sample_roster()[:4]

    def hear(sender, **kwargs):
        sent.append(sender)

    with connected(employee_hired, hear), no_receiver():
        for fields in first, second, second:
            seen = expect_placed(hire, fields, sent)
        with taken_back():
            hire(**third)
    expect_idle(alone)
    expect_one_transaction(seen, Employees, ShiftsEmployees)
    expect_wiped_first(lambda: hire(**fourth))


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
