"""07-a: the hire of the project, by a direct call."""

from classroom.exercises.vocabulary import *

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
        "Which two steps are there, and what goes around both?",
        "Inside `with transaction.atomic():` create the person, and call `place(employee)`. Return the employee.",
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
def hire(**fields):
    try:
        with transaction.atomic():
            scheduling.wipe_expired_shifts()
            employee = Employees(**fields)
            employee.save()
            assign(employee)
    except Exception as error:
        raise RuntimeError("nobody was hired") from error
    return employee
""",
    ),
    mistakes=slips("""
# the lock of the rota for a transaction -> locked_rota() make none
transaction.atomic() => scheduling.locked_rota()
# places before it stores -> save() or bulk_create() comes first
employee = Employees.objects.create(**fields) => employee = Employees(**fields)
scheduling.assign(employee) => scheduling.assign(employee); employee.save()
# by the custom signal -> employee_hired was sent
from speedy.wirings import hire_by_custom_signal
def hire(**fields):
    return hire_by_custom_signal(**fields)

# by the save() override -> a save() that is overridden
from speedy.wirings import hire_by_save
def hire(**fields):
    return hire_by_save(**fields)

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

# forgets to assign -> nobody called assign()
-         scheduling.assign(employee)

# stores another address -> their fields are not what was given
objects.create(**fields) => objects.create(**fields | {"address": "-"})
# writes to others, too -> one is another now
scheduling.assign(employee) => scheduling.assign(employee); Employees.objects.update(address="-")
# leaves an event that nobody asked for -> nothing written to OutboxEvent
    return employee =>     OutboxEvent.objects.create(name="hired"); OutboxEvent.objects.all().delete(); return employee
# saves again -> one pre_save and one post_save
scheduling.assign(employee) => scheduling.assign(employee); employee.save()
# opens one more -> no row of Shifts that nobody needs
scheduling.assign(employee) => scheduling.assign(employee); Shifts.objects.create(shift_date="2022-12-24")
# places everybody who is idle -> that person was placed as well
assign(employee) => assign_many(Employees.objects.without_shift())
# takes the same fields for the same person -> It stores one person
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
    with muted(employee_created, wipe_before_hire):
        judge_alone(hire)


def judge_alone(hire):
    sent, alone = [], idle()
    first, second, third, fourth = sample_roster()[:4]

    def hear(sender, **kwargs):
        sent.append(sender)

    with connected(employee_hired, hear), no_receiver():
        for fields in first, stranger(), second, second:
            seen = expect_placed(hire, fields, sent)
        with taken_back():
            hire(**third)
    expect_idle(alone)
    expect_one_transaction(seen, Employees, ShiftsEmployees)
    expect_wiped_first(lambda: hire(**fourth))
    expect_caller_goes_on(lambda: hire(**fourth))


def expect_placed(hire, fields, sent):
    number = Employees.objects.count() + 1
    with adds_only(*HIRED), trace() as seen:
        employee = hire(**fields)
    if sent:
        wrong("a direct call", "the signal employee_hired was sent")
    if any(it.where and "speedy.models" not in it.where for it in seen.filter(kind="method")):
        wrong("a direct call", "a save() that is overridden ran, and called the rule")
    expect_hired(employee, fields, number)
    expect_saved_once(seen)
    return seen
