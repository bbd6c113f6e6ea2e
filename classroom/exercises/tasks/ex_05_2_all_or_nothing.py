"""05-2: the wiring of built-in signals, made atomic by whoever hires."""

from datetime import timedelta

from django.db.models.signals import post_save

from classroom.exercises.engine import Mistake, Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import expect_one_transaction, taken_back, why_none
from classroom.scenes.calendar import MONDAY, stand_on
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import BrokenRule, broken_rule
from speedy.models import Employees, Shifts, ShiftsEmployees
from whatfires import trace

task = Task(
    id="05-2",
    title="All of Ada, or nothing",
    lesson="05_side_by_side",
    kind="repair",
    minutes=6,
    situation="""
`hire` hires by built-in signals. Of the four wirings it is the only one that leaves somebody behind when the rule
fails: Ada stands in the table, without a shift. And worse, yesterday's shift has been wiped for her.
""",
    task="""
Repair `hire(**fields)`: when the rule raises, everything is as it was before, and the error still comes out. When it
does not, `hire` returns the stored `Employees`. The receivers go on placing people: it stays the wiring of
**built-in signals**.
""",
    answer="hire",
    starter="""
def hire(**fields):
    return Employees.objects.create(**fields)
""",
    hints=(
        "What do the other three wirings have around all that they do, and who could say it for this one?",
        "pre_save, the INSERT and post_save are three steps, and the first and the last are not in the transaction of the second. "
        "django.db.transaction has a context manager which puts a transaction around them all.",
        "from django.db import transaction; then, in hire: with transaction.atomic(): return Employees.objects.create(**fields)",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly",
    solution="""
from django.db import transaction


def hire(**fields):
    with transaction.atomic():
        return Employees.objects.create(**fields)
""",
    why="A receiver cannot take back what it did not begin, but its caller can: in one transaction the wipe, the row and the "
    "seat stand or fall together. The price: every caller has to remember it.",
    others=(
        """
from django.db import transaction


@transaction.atomic
def hire(**fields):
    person = Employees(**fields)
    person.full_clean()
    person.save()
    return person
""",
    ),
    mistakes=(
        Mistake("returns nobody", {"return ": ""}, "returned None"),
        Mistake(
            "puts everything back by hand",
            """
def hire(**fields):
    people = [person.pk for person in Employees.objects.all()]
    shifts = {it: list(it.employees_shift.all()) for it in Shifts.objects.all()}
    try:
        return Employees.objects.create(**fields)
    except Exception:
        Employees.objects.exclude(pk__in=people).delete()
        for shift, sitting in shifts.items():
            if not Shifts.objects.filter(pk=shift.pk).exists():
                shift.headcount = 0
                shift.save(force_insert=True)
                shift.employees_shift.set(sitting)
        raise
""",
            "",
        ),
        Mistake("takes a dict", {"hire(**fields": "hire(fields"}, "come by name"),
        *slips("""
# cleans up by hand -> who worked here before
def hire(**fields):
    try:
        return Employees.objects.create(**fields)
    except Exception:
        Employees.objects.filter(**fields).delete()
        raise

# cleans up her row alone -> pre_save
def hire(**fields):
    person = Employees(**fields)
    try:
        person.save()
    except Exception:
        person.delete()
        raise
    return person

# swallows the error -> no error came out
-     with transaction.atomic():
-         return Employees.objects.create(**fields)
+     try:
+         with transaction.atomic():
+             return Employees.objects.create(**fields)
+     except Exception:
+         return None

# catches inside -> before atomic() saw it
-         return Employees.objects.create(**fields)
+         try:
+             return Employees.objects.create(**fields)
+         except Exception as error:
+             print(error)

# another wiring -> direct call
from speedy.wirings import hire_by_call


def hire(**fields):
    return hire_by_call(**fields)

# a transaction around the wrong line -> does not reach around the save
-         return Employees.objects.create(**fields)
+         person = Employees(**fields)
+     person.save()
+     return person

# a block that must be the outermost -> inside a transaction of its caller
-     with transaction.atomic():
+     with transaction.atomic(durable=True):
"""),
    ),
)


@task.judge
def judge(hire):
    expect_callable(hire, "hire(**fields)")
    ada, grace, alan, katherine, *_ = sample_roster()
    namesake = Employees.objects.create(**ada)
    stand_on(MONDAY + timedelta(days=1))
    expect_all_taken_back(hire, ada, namesake)
    expect_signals(hire, grace)
    expect_signals(hire, alan)
    with taken_back():
        try:
            hire(**katherine)
        except RuntimeError as error:
            if "durable" not in str(error):
                raise
            wrong(
                "a hire() that can be called inside a transaction of its caller's",
                f"RuntimeError: {error}",
                "A durable block refuses that: a plain atomic() joins the one that is open.",
            )


def expect_all_taken_back(hire, ada, namesake):
    before, error = rows(), None
    with broken_rule(), trace() as seen:
        try:
            hire(**ada)
        except BrokenRule as raised:
            error = raised
    wiped = not Shifts.objects.filter(shift_date=MONDAY).exists()
    if not seen.filter(post_save, sender=Employees, kind="delivery"):
        tell_the_mechanism(seen)
    if not Employees.objects.filter(pk=namesake.pk).exists():
        wrong(
            "everything as it was before",
            f"another {namesake}, who worked here before, is gone as well",
            "Deleting by hand takes more, or less, than was written; a transaction takes back just that.",
        )
    if Employees.objects.count() > 1:
        reach = "The transaction does not reach around the save, or there is none."
        inside = "The error was caught before atomic() saw it, so atomic() committed."
        wrong(
            "Ada's row taken back",
            "she is in the table, without a shift",
            reach if error else inside,
        )
    if wiped:
        wrong(
            "everything as it was before",
            "Ada is gone, but so is yesterday's shift",
            "It looks as if only her row was taken back; a receiver of pre_save had wiped before it was written.",
        )
    if rows() != before:
        wrong("everything as it was before", "some rows are not what they were")
    if error is None:
        wrong(
            "BrokenRule for whoever called",
            "all was taken back, and no error came out",
            "Whoever called takes Ada for hired.",
        )


def expect_signals(hire, grace):
    number = Employees.objects.count()
    with trace() as seen:
        person = hire(**grace)
    if not seen.filter(post_save, sender=Employees, kind="delivery"):
        tell_the_mechanism(seen)
    if not isinstance(person, Employees):
        wrong(
            "the stored person when all goes well",
            f"hire returned {person!r}",
            why_none() if person is None else "It looks as if a return is missing.",
        )
    if (person.first_name, Employees.objects.count()) != (grace["first_name"], number + 1):
        wrong(
            f"{grace['first_name']} stored, once, and returned",
            f"hire() returned {person}, and {Employees.objects.count() - number} more are stored",
        )
    if not person.shifts.exists():
        wrong(f"a shift for {person} when all goes well", "there is none")
    expect_one_transaction(seen, Employees, ShiftsEmployees)


def tell_the_mechanism(seen):
    senders = sorted(
        {it.sender for it in seen.filter(kind="method") if "Employees" in it.sender}
        - {"ShiftsEmployees"}
    )
    wrong(
        "people of the class Employees, placed by the receiver of its post_save",
        f"that receiver was not called; what was saved: {', '.join(senders) or 'nobody'}",
        "That may be atomic, but it is another wiring, such as the direct call."
        if senders
        else "It looks as if hire() stores nobody.",
    )


def rows():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Employees, Shifts, ShiftsEmployees)
    ]
