"""07-a: the hire of the project, by a direct call."""

from datetime import timedelta

from django.utils import timezone

from classroom.exercises.engine import Mistake, Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.experiments.rewiring import no_seats, taken_off
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import BrokenRule
from speedy.models import Employees, Shifts
from speedy.signals.custom_signals import employee_hired
from whatfires.temporary import connected

IMPORTS = """
from django.db import transaction

from speedy import scheduling

"""

task = Task(
    id="07-a",
    title="Call it",
    lesson="07_choosing",
    kind="repair",
    minutes=2,
    answer="hire",
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
    solution=IMPORTS
    + """
def hire(**fields):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        employee = Employees.objects.create(**fields)
        scheduling.assign(employee)
    return employee
""",
    why="Three steps in three lines, in one transaction. Anybody who reads it knows what a hire does.",
    others=(
        IMPORTS
        + """
@transaction.atomic
def hire(**fields):
    scheduling.wipe_expired_shifts()
    employee = Employees(**fields)
    employee.save()
    assign(employee)
    return employee
""",
    ),
    mistakes=(
        Mistake(
            "forgets the transaction",
            IMPORTS
            + """
def hire(**fields):
    scheduling.wipe_expired_shifts()
    employee = Employees.objects.create(**fields)
    scheduling.assign(employee)
    return employee
""",
            "without a shift, after an error",
        ),
        Mistake(
            "the wipe before the transaction",
            IMPORTS
            + """
def hire(**fields):
    scheduling.wipe_expired_shifts()
    with transaction.atomic():
        employee = Employees.objects.create(**fields)
        scheduling.assign(employee)
    return employee
""",
            "stays wiped",
        ),
        Mistake(
            "forgets to wipe",
            IMPORTS
            + """
def hire(**fields):
    with transaction.atomic():
        employee = Employees.objects.create(**fields)
        scheduling.assign(employee)
    return employee
""",
            "yesterday's shift is still there",
        ),
        Mistake(
            "forgets to assign",
            IMPORTS
            + """
def hire(**fields):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        employee = Employees.objects.create(**fields)
    return employee
""",
            "has no shift",
        ),
        Mistake(
            "returns nobody",
            IMPORTS
            + """
def hire(**fields):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        scheduling.assign(Employees.objects.create(**fields))
""",
            "it returned None",
        ),
        Mistake(
            "catches the error",
            IMPORTS
            + """
def hire(**fields):
    try:
        with transaction.atomic():
            scheduling.wipe_expired_shifts()
            employee = Employees.objects.create(**fields)
            scheduling.assign(employee)
        return employee
    except Exception:
        return None
""",
            "no error came out",
        ),
        *slips("""
# by the custom signal -> employee_hired was sent
from speedy.wirings import hire_by_custom_signal


def hire(**fields):
    return hire_by_custom_signal(**fields)
"""),
    ),
)


@task.judge
def judge(hire):
    expect_callable(hire, "hire(**fields)")
    taken_off()
    sent = []

    def hear(sender, **kwargs):
        sent.append(sender)

    with connected(employee_hired, hear):
        for fields in sample_roster()[:2]:
            expect_placed(hire, fields)
    if sent:
        wrong("a direct call", "the signal employee_hired was sent")
    yesterday = Shifts.objects.create(shift_date=timezone.localdate() - timedelta(days=1))
    expect_nothing_left(hire, yesterday)
    hire(**sample_roster()[2])
    if Shifts.objects.expired().exists():
        wrong("expired shifts wiped", "yesterday's shift is still there")


def expect_placed(hire, fields):
    employee = hire(**fields)
    if not isinstance(employee, Employees) or employee.first_name != fields["first_name"]:
        wrong("the stored employee, returned", f"it returned {employee!r}")
    if not employee.shifts.exists():
        wrong(f"{employee} on a shift", f"{employee} has no shift")


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
