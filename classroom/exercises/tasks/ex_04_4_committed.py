from classroom.exercises.vocabulary import *

task = Task.of("""
04-4: The log that ran ahead (repair, 8 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
== situation
`log_hired` listens to `employee_hired`, and writes a line into the event log. An agency hires three people in one
transaction. The third was refused, so nobody was hired. But the log says that Ada and Grace were.
== task
Repair `log_hired`: it writes the line once the hire is committed, and none for a hire that is rolled back. The line
itself stays as it is. (The tool for it is in lesson 06, *Outside the database*.)
== starter
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    log_event(f"{employee} was hired", sender.__name__, employee)
== hints
- Who knows when the outermost transaction is committed: the receiver, or Django?
- transaction.on_commit() keeps a function and calls it after the commit, or never. It passes no arguments.
- Write a small function inside log_hired, def write(): log_event(...), and then transaction.on_commit(write).
== solution
-     log_event(f"{employee} was hired", sender.__name__, employee)
+     def write():
+         log_event(f"{employee} was hired", sender.__name__, employee)
+
+     transaction.on_commit(write)
== why
A rollback does not reach what is outside the database, so that waits for the commit. Without a transaction
`on_commit()` calls the function at once. If the function raises an error, the row is stored already: with `robust=True`
Django logs the error and goes on.
== equal: cannot raise, no answer
== others
from functools import partial
def log_hired(sender, **told):
    who = told["employee"]
    words = f"{who} was hired"
    transaction.on_commit(partial(log_event, words, sender.__name__, who))
# or
on_commit(write) => on_commit(write, robust=True)
== mistakes
# hands over log_event bare -> Wrap the call
on_commit(write => on_commit(log_event
# hands over the line as well -> passes no arguments on
on_commit(write => on_commit(log_event, f"{employee} was hired", sender.__name__, employee
# a function that only names another -> wrote no line when it was called
on_commit(write => on_commit(lambda: write
# hands over the words as well -> doesn't exist
on_commit(write => on_commit(log_event, f"{employee} was hired"
# calls it at once -> the brackets after it
on_commit(write => on_commit(write()
# asks the table -> sees its own rows
-     transaction.on_commit(write)
+     if Employees.objects.filter(pk=employee.pk).exists():
+         write()
# waits for a time without a transaction -> waits for a time without one
-     transaction.on_commit(write)
+     if not transaction.get_connection().in_atomic_block:
+         write()
# acts in a transaction only -> sent outside a transaction
-     transaction.on_commit(write)
+     if transaction.get_connection().in_atomic_block:
+         transaction.on_commit(write)
# once for each name -> no more and no less
seen = set()
        if str(employee) not in seen:
            log_event(f"{employee} was hired", sender.__name__, employee)
        seen.add(str(employee))
# a transaction of its own -> only a savepoint
-     transaction.on_commit(write)
+     with transaction.atomic():
+         write()
# swallows the error of the log -> a line for the event log fails
        try:
            log_event(f"{employee} was hired", sender.__name__, employee)
        except Exception as error:
            print(error)
# one name for all of them -> keeps its own person
    global who, name
    who, name = employee, sender.__name__
    transaction.on_commit(lambda: log_event(f"{who} was hired", name, who))
# the line alone -> sender='None'
hired", sender.__name__, employee => hired"
""")

AT_ONCE = {
    "SAVEPOINT": "An atomic() inside another one is only a savepoint: the outermost transaction is still open.",
    "SELECT": "A transaction sees its own rows, so a query does not tell whether they are committed.",
}


@task.judge
def judge(log_hired):
    employee_hired.connect(asked(log_hired), weak=False)
    expect_nothing_of_a_rollback()
    expect_lines_after_a_commit()


def expect_nothing_of_a_rollback():
    with trace() as seen, taken_back():
        for fields in sample_roster()[:2]:
            hire_by_custom_signal(**fields)
    if logged():
        happened = f"the log says {' and '.join(logged())}"
        wrong("no line, because the transaction was rolled back", happened, reason_in(seen))


def reason_in(seen):
    """Tell from what the learner's receiver asked the database why it was too early."""
    heard = seen.filter(employee_hired, kind="delivery")
    own = [it for it in heard if not it.where.startswith("speedy.")]
    asked = {it.what.split()[0] for it in seen.filter(kind="sql") if it.parent in own}
    reasons = [reason for word, reason in AT_ONCE.items() if word in asked]
    return reasons[0] if reasons else "It was written at once, when nobody could know yet."


def expect_lines_after_a_commit():
    *people, lost, alone = (*sample_roster()[:2], *sample_roster()[:3])  # two are called Ada
    with transaction.atomic():
        hired = [hire_by_custom_signal(**person) for person in people]
        with transaction.atomic():  # a savepoint, which is rolled back alone
            hire_by_custom_signal(**lost)
            transaction.set_rollback(True)
        if logged():
            wrong("no line before the commit", f"the log says {' and '.join(logged())}")
        waiting = len(transaction.get_connection().run_on_commit)
    hired += [hire_by_custom_signal(**it) for it in (alone, stranger())]
    if not logged():
        called = "The function that you gave to on_commit() wrote no line when it was called."
        never = "A hire always runs in a transaction: code that waits for a time without one waits for ever."
        expected = f"a line each for {', '.join(map(str, hired))}, who were committed"
        happened = "nothing was logged"
        wrong(expected, happened, called if waiting else f"on_commit() got nothing. {never}")
    expect_lines(hired)
    hired.append(Employees.objects.bulk_create([Employees(**stranger())])[0])
    employee_hired.send(sender=Employees, employee=hired[-1])
    outside = "The last one was sent outside a transaction: on_commit() acts at once there."
    expect_lines(hired, outside)


def expect_lines(hired, missing="One line for each hire, no more and no less."):
    expected = [f"{person} was hired" for person in hired]
    if logged() != expected:
        mistake = "The words of the line stay as they are."
        if len(logged()) != len(expected):
            mistake = missing
        elif set(logged()) <= set(expected):
            mistake = "Each callback keeps its own person: an outer name may change until then."
        wrong(f"the lines {', '.join(expected)}", f"the log says {', '.join(logged())}", mistake)
    for event, person in zip(read_events(settings.EVENT_LOG), hired, strict=True):
        if event.sender != type(person).__name__ or str(person) not in str(event.instance):
            three = "Pass all three on as they were: the words, the name of the class, the person."
            wrong("lines with sender and instance, as before", f"the log says {event}", three)
    if Employees.objects.count() != len(hired):
        wrong("the people who were hired in the table", "a row is gone, or there is one too many")
