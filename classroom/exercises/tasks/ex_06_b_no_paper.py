from contextlib import nullcontext
from unittest.mock import Mock

from classroom.exercises.vocabulary import *

task = Task.of("""
06-b: The printer has no paper (repair, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.on_commit
== starter
def hire_with_badge(person, print_badge):
    def badge():
        print_badge(person)

    def meal():
        log_event(f"A meal for {person}.", "kitchen")

    with transaction.atomic():
        person.save()
        transaction.on_commit(badge)
        transaction.on_commit(meal)
== hints
- Which of the two callbacks may fail, and how is Django told so?
- Write `transaction.on_commit(badge, robust=True)`.
== solution
- def hire_with_badge(person, print_badge):
+ from django.db import transaction
+
+ from speedy.signals.event_logging import log_event
+
+
+ def hire_with_badge(person, print_badge):
-         transaction.on_commit(badge)
+         transaction.on_commit(badge, robust=True)
== why
Django logs the error of the printer, and calls the next callback. Nobody prints the badge later: for that, see the
outbox.
== equal
no answer, no rows
one save() is all or nothing by itself <- without the `with transaction.atomic():` around it* | savepoint=False*
a callback waits for the commit, whichever stands first <- `def meal():` comes first* | `transaction.on_commit(badge, robust=True)` comes first* | `transaction.on_commit(meal)` comes first*
it catches the error of the printer itself <- badge swallows every error*
== others
-         print_badge(person)
+         try:
+             print_badge(person)
+         except Exception as error:
+             print("No badge:", error)
-         transaction.on_commit(badge, robust=True)
+         transaction.on_commit(badge)
# or
-         transaction.on_commit(badge, robust=True)
-         transaction.on_commit(meal)
+         transaction.on_commit(meal, robust=True)
+         transaction.on_commit(badge, robust=True)
== mistakes
# the other one -> Which callback may fail
badge, robust=True => badge
on_commit(meal) => on_commit(meal, robust=True)
# knows one error of the printer -> now it was another one
-         print_badge(person)
+         try:
+             print_badge(person)
+         except RuntimeError as error:
+             print("No badge:", error)
-         transaction.on_commit(badge, robust=True)
+         transaction.on_commit(badge)
# takes Ctrl+C for an error of the printer -> name `Exception`
-         print_badge(person)
+         try:
+             print_badge(person)
+         except:
+             pass
-         transaction.on_commit(badge, robust=True)
+         transaction.on_commit(badge)
# prints before the commit -> the transaction was still open
-         transaction.on_commit(badge, robust=True)
+         try:
+             badge()
+         except Exception:
+             pass
# orders before the commit -> before the caller's transaction
transaction.on_commit(meal) => meal()
# leaves the badge out -> Is print_badge() called
        transaction.on_commit(badge, robust=True) =>
# catches every error around it -> comes later than
import transaction => import transaction; from contextlib import suppress
with transaction.atomic(): => with suppress(Exception), transaction.atomic():
on_commit(meal) => on_commit(badge)
on_commit(badge, robust=True) => on_commit(meal)
# hides that the database refuses somebody -> no error came out
-         person.save()
+         try:
+             with transaction.atomic():
+                 person.save()
+         except Exception:
+             return
# in no block -> no badge of somebody who is not stored
-     with transaction.atomic():
-         person.save()
-         transaction.on_commit(badge, robust=True)
-         transaction.on_commit(meal)
+     transaction.on_commit(badge, robust=True)
+     transaction.on_commit(meal)
+     person.save()
# below the block, in a try -> before the caller's commit
-         transaction.on_commit(badge, robust=True)
-         transaction.on_commit(meal)
+     try:
+         badge()
+     except Exception:
+         pass
+     meal()
# prints the name -> badges: 'Ada
print_badge(person) => print_badge(str(person))
# prints for the one who was stored last -> whom its own call
print_badge(person) => print_badge(Employees.objects.last())
# says that it comes from a fixture -> raw=True
person.save() => person.save_base(raw=True)
# skips the receivers -> post_save was not sent
person.save() => Employees.objects.bulk_create([person])
""")


class Jammed(RuntimeError):
    """What comes out of a printer that fails."""


class NoPaper(Exception):
    """What comes out of it at another time."""


class Stopped(KeyboardInterrupt):
    """What comes out of it when somebody presses Ctrl+C meanwhile."""


@task.judge
def judge(hire_with_badge):
    roster = sample_roster()
    fields = *roster[:3], roster[1], stranger()
    ada, grace, *more = (EmployeesWithoutHooks(**it) for it in fields)
    expect_badge_and_meal(hire_with_badge, [ada], [], error=None)
    expect_badge_and_meal(hire_with_badge, [grace], [ada])
    expect_badge_and_meal(hire_with_badge, more, [ada, grace])
    last = EmployeesWithoutHooks(**stranger())
    with another_is_stored(EmployeesWithoutHooks):
        expect_badge_and_meal(hire_with_badge, [last], [ada, grace, *more], NoPaper)
    expect_neither(hire_with_badge, [ada, grace, *more, last])
    with suppress(Stopped), quiet():
        hire_with_badge(EmployeesWithoutHooks(**stranger()), Mock(side_effect=Stopped))
        ends = "Ctrl+C is no error of the printer. After `except` name `Exception`, which leaves Ctrl+C alone."
        wrong("that Ctrl+C ends it, also while the printer works", "it went on", ends)


def expect_badge_and_meal(hire_with_badge, people, before, error=Jammed):
    """Hire one person, or several in a caller's transaction; those of `before` have their meals."""
    printed, is_one = [], len(people) == 1

    def print_badge(person):
        printed.append((person, transaction_is_open()))
        if error:
            raise error("the printer has no paper")

    def act():
        with nullcontext() if is_one else callers_transaction():
            for person in people:
                with adds_only(Employees), trace() as seen:
                    hire_with_badge(person, print_badge)
                if person.pk:
                    expect_receivers_asked(seen, EmployeesWithoutHooks)
                expect_saved_once(seen, model=EmployeesWithoutHooks)
            if not is_one:
                if printed:
                    waits = "on_commit() waits for the outermost commit."
                    wrong("no badge before the caller's commit", "it was printed", waits)
                expect_meals(before, "before the caller's transaction is committed")

    with quiet():
        if came := error_of(act, error or NoPaper):
            if isinstance(came, AttributeError):
                plain = "Before Django 6.1 robust=True needs a `def` or a lambda, and no partial."
                wrong("no error when the printer fails", f"Django could not log it: {came}", plain)
            reached = "the printer's error reached the caller"
            early = "A caller's commit comes later than the end of your block, and calls it then."
            mistake = "Which callback may fail, and with which errors?" if is_one else early
            if error is NoPaper:
                mistake = "The printer may raise any error: now it was another one."
            wrong("no error when the printer fails", reached, mistake)
    for person in people:
        if person.pk is None or not Employees.objects.filter(pk=person.pk).exists():
            wrong(f"{person} stored", "there is no row")
    if any(is_open for _, is_open in printed):
        wrong("the badge printed after the commit", "the transaction was still open")
    if [person for person, _ in printed] != people:
        badges = "; ".join(repr(person) for person, _ in printed)
        own = "A callback prints one badge, of the person whom its own call has stored."
        none = "Is print_badge() called, with the person? What a robust one raises is only logged."
        happened = f"badges: {badges or 'there is none'}"
        wrong("a badge of each person, once", happened, own if printed else none)
    again = "Is the next callback called if one fails? And is there one line for each meal?"
    expect_meals([*before, *people], "in all", again if error else "")


def expect_neither(hire_with_badge, before):
    """Somebody whom the database refuses, or whom the caller rolls back, gets no badge and no meal."""
    printed = []
    with taken_back():
        hire_with_badge(EmployeesWithoutHooks(**stranger()), printed.append)
    old = EmployeesWithoutHooks(**stranger() | {"age": 400})
    with quiet():
        when = "the error, when the database refuses somebody"
        expect_error(lambda: hire_with_badge(old, printed.append), IntegrityError, when)
    if printed:
        wrong("no badge of somebody who is not stored", f"one of {printed[0]} was printed")
    expect_meals(before, "in all, after two hires that failed")
