"""05-b: the caller opens the transaction, and every wiring is all or nothing."""

from classroom.exercises.vocabulary import *

task = Task(
    id="05-b",
    title="A careful caller",
    kind="repair",
    starter="""
def hire_carefully(wiring):
    return wiring.hire(**sample_roster()[0])
""",
    hints=(
        "What do three of the four functions have around all their steps?",
        "Import `transaction` from `django.db`, and hire inside `with transaction.atomic():`.",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly",
    solution="""
from django.db import transaction


def hire_carefully(wiring):
    with transaction.atomic():
        return wiring.hire(**sample_roster()[0])
""",
    why="A receiver cannot put a transaction around the save that called it. A caller can: the row and what the "
    "receivers do are in one transaction now. But each caller has to remember it.",
    others=ways("""
@transaction.atomic
def hire_carefully(wiring):
    ada = sample_roster()[0]
    return wiring.hire(**ada)
"""),
    mistakes=slips("""
# forgets the brackets of atomic() -> with its brackets
atomic() => atomic
# catches the error inside -> no error
-         return wiring.hire(**sample_roster()[0])
+         try:
+             return wiring.hire(**sample_roster()[0])
+         except Exception as error:
+             print(error)

# deletes by hand -> who worked here before
    try:
        return wiring.hire(**sample_roster()[0])
    except Exception:
        Employees.objects.filter(first_name="Ada").delete()
        raise

# another error -> it was ValueError
-         return wiring.hire(**sample_roster()[0])
+         try:
+             return wiring.hire(**sample_roster()[0])
+         except Exception:
+             raise ValueError("no shift") from None

# another wiring -> of another class
from speedy.wirings import hire_by_call
    return hire_by_call(**sample_roster()[0])

# hires twice, and takes one back -> somebody else was stored
-         return wiring.hire(**sample_roster()[0])
+         wiring.hire(**sample_roster()[0]).delete()
+         return wiring.hire(**sample_roster()[0])

# a transaction that ends before the hire -> without a shift
-         return wiring.hire(**sample_roster()[0])
+         ada = sample_roster()[0]
+     return wiring.hire(**ada)
"""),
)


@task.judge
def judge(hire_carefully):
    namesake = Employees.objects.create(**sample_roster()[0])
    for name, wiring in WIRINGS.items():
        expect_nothing_left(hire_carefully, name, wiring, namesake)
    with taken_back():
        hire_carefully(wiring)
    for number, (name, wiring) in enumerate(WIRINGS.items(), start=2):
        with adds_only(*HIRED), trace() as seen:
            hired = hire_carefully(wiring)
        if type(hired) is not wiring.model:
            came = f"it returned {hired!r}"
            wrong(
                f"somebody hired by {name}",
                came,
                "" if hired is None else "That is one of another class.",
            )
        if str(hired) != str(namesake) or other(hired, sample_roster()[0]):
            wrong(f"{namesake} hired, as before", f"{hired} was hired", "Keep who is hired.")
        if bool(seen.filter(employee_hired)) is not (name == "custom signal"):
            wrong(f"somebody hired by {name}", "it was by another one of that class")
        expect_one_transaction(seen, wiring.model, ShiftsEmployees)
        if len(seen.filter("post_save", wiring.model, "signal")) != 1:
            wrong(f"one hire by {name}", "somebody else was stored as well, and perhaps deleted")
        if Employees.objects.count() != number or not hired.shifts.exists():
            wrong(f"one more person, with a shift, by {name}", "the hire did something else")
    expect_caller_goes_on(lambda: hire_carefully(wiring))


def expect_nothing_left(hire_carefully, name, wiring, namesake):
    with trace() as seen:
        error = error_of_the_rule(lambda: hire_carefully(wiring))
    if not Employees.objects.filter(pk=namesake.pk).exists():
        wrong("nothing changed", f"another {namesake}, who worked here before, is gone as well")
    if error is None:
        wrong("the error comes out, so the caller knows", f"by {name}, no error came out")
    if Employees.objects.count() > 1:
        reach = "The transaction does not reach around the hire, or there is none."
        wrong("nothing is left", f"by {name}, somebody is stored without a shift", reach)
    expect_undone(seen)
