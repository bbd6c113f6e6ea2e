"""04-4: log only what was committed."""

from contextlib import suppress

from django.conf import settings
from django.db import transaction

from classroom.exercises.engine import Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import NO_ANSWER, NO_ERRORS
from classroom.scenes.roster import sample_roster
from speedy.event_file import read_events
from speedy.models import Employees
from speedy.signals.custom_signals import employee_hired
from speedy.wirings import hire_by_custom_signal
from whatfires import trace

task = Task(
    id="04-4",
    title="The log that ran ahead",
    lesson="04_custom_signals",
    kind="repair",
    minutes=8,
    situation="""
`log_hired` listens to `employee_hired` and writes a line into the event log. The agency sends its people in one
transaction: all, or nobody. Last night the third name was refused, so nobody was hired, and yet the log
greets Ada and Grace. A file cannot be rolled back.
""",
    task="""
Repair `log_hired`: the line is written once the hire is committed, and never for a hire that is rolled back. The
words of the line stay as they are.
""",
    answer="log_hired",
    starter="""
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    log_event(f"{employee} was hired", sender.__name__, employee)
""",
    hints=(
        "Who knows when the outermost transaction is committed: the receiver, or Django?",
        "transaction.on_commit() keeps a function and calls it after the commit, or never. It wants the function "
        "itself, which it calls without arguments.",
        "Write a small function inside log_hired, def write(): log_event(...), and then transaction.on_commit(write).",
    ),
    link="https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit",
    solution="""
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    def write():
        log_event(f"{employee} was hired", sender.__name__, employee)

    transaction.on_commit(write)
""",
    why="What is outside the database knows nothing of a rollback, so it waits for the commit. Outside a transaction "
    "`on_commit()` calls the function at once, so it is right everywhere.",
    equal=NO_ERRORS | NO_ANSWER,
    others=(
        """
from functools import partial
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, **told):
    who = told["employee"]
    words = f"{who} was hired"
    transaction.on_commit(partial(log_event, words, sender.__name__, who), robust=True)
""",
    ),
    mistakes=slips("""
# hands over log_event bare -> Wrap it
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    transaction.on_commit(log_event)

# hands over the line as well -> passes nothing on
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    transaction.on_commit(log_event, f"{employee} was hired", sender.__name__, employee)

# a function that only names another -> wrote no line when it was called
-     transaction.on_commit(write)
+     transaction.on_commit(lambda: write)

# one line too many -> One line for each hire
-     transaction.on_commit(write)
+     transaction.on_commit(write)
+     transaction.on_commit(write)

# calls it at once -> the brackets behind log_event
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    transaction.on_commit(log_event(f"{employee} was hired", sender.__name__, employee))

# asks the table -> sees its own rows
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    if Employees.objects.filter(pk=employee.pk).exists():
        log_event(f"{employee} was hired", sender.__name__, employee)

# waits for a time without a transaction -> waits for a time without one
from django.db import connection
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    if not connection.in_atomic_block:
        log_event(f"{employee} was hired", sender.__name__, employee)

# a transaction of its own -> only a savepoint
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    with transaction.atomic():
        log_event(f"{employee} was hired", sender.__name__, employee)

# twice -> written at once
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    log_event(f"{employee} was hired", sender.__name__, employee)
    transaction.on_commit(lambda: log_event(f"{employee} was hired", sender.__name__, employee))

# the line alone -> sender and instance
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee, **kwargs):
    transaction.on_commit(lambda: log_event(f"{employee} was hired"))

# takes a few arguments only -> no **kwargs
from django.db import transaction
from speedy.signals.event_logging import log_event


def log_hired(sender, employee):
    transaction.on_commit(lambda: log_event(f"{employee} was hired", sender.__name__, employee))

# is async -> `async def`
from django.db import transaction
from speedy.signals.event_logging import log_event


async def log_hired(sender, employee, **kwargs):
    transaction.on_commit(lambda: log_event(f"{employee} was hired", sender.__name__, employee))
"""),
)

CALLABLE = "callback must be a callable"
AT_ONCE = {
    "SAVEPOINT": "An atomic() inside another one is only a savepoint: the outermost transaction is still open.",
    "SELECT": "A transaction sees its own rows, so asking the table tells nothing of the commit.",
}


class Refused(Exception):
    """Stands for the third name."""


@task.judge
def judge(log_hired):
    expect_callable(log_hired, "log_hired(sender, employee, ...)")
    employee_hired.connect(log_hired, weak=False)
    try:
        expect_nothing_of_a_rollback()
        expect_lines_after_a_commit()
    except TypeError as error:
        if "log_event() missing" in str(error):
            wrong(
                "a function for on_commit() that it can call without arguments",
                f"TypeError: {error}",
                "Wrap it: a function of your own, or a partial, that calls log_event() with the line.",
            )
        if "on_commit() takes" in str(error):
            wrong(
                "a function for on_commit() that it can call without arguments",
                f"TypeError: {error}",
                "on_commit() passes nothing on: wrap log_event() and its line in a function, or a partial.",
            )
        if CALLABLE not in str(error):
            raise
        wrong(
            "a function for on_commit(), to be called later",
            f"TypeError: {error}",
            "It looks as if the brackets behind log_event(...) call it at once: hand over the function itself.",
        )


def expect_nothing_of_a_rollback():
    ada, grace, _ = sample_roster()[:3]
    with trace() as seen, suppress(Refused), transaction.atomic():
        hire_by_custom_signal(**ada)
        hire_by_custom_signal(**grace)
        raise Refused
    if logged():
        wrong(
            "no line, for the transaction was rolled back",
            f"the log says {' and '.join(logged())}",
            reason_in(seen),
        )


def reason_in(seen):
    """Tell from what the learner's receiver asked the database why it was too early."""
    asked = {
        it.what.split()[0]
        for it in seen.filter(kind="sql")
        if getattr(it.parent, "signal", None) is employee_hired
        and not it.parent.where.startswith("speedy.")
    }
    reasons = [reason for word, reason in AT_ONCE.items() if word in asked]
    return reasons[0] if reasons else "It was written at once, when nobody could know yet."


def expect_lines_after_a_commit():
    *people, alone = sample_roster()[:3]
    with transaction.atomic():
        hired = [hire_by_custom_signal(**person) for person in people]
        if logged():
            wrong(
                "no line before the commit",
                f"the log says {' and '.join(logged())} while the transaction is open",
            )
        waiting = len(transaction.get_connection().run_on_commit)
    hired.append(hire_by_custom_signal(**alone))
    expected = [f"{person} was hired" for person in hired]
    if not logged():
        wrong(
            f"a line each for {', '.join(map(str, hired))}, who were committed",
            "nothing was logged",
            "The function that on_commit() was handed wrote no line when it was called."
            if waiting
            else "on_commit() was handed nothing. (And a hire always runs in a transaction: "
            "whoever waits for a time without one waits for ever.)",
        )
    if logged() != expected:
        wrong(
            f"the lines {', '.join(expected)}",
            f"the log says {', '.join(logged())}",
            "The words of the line stay as they are."
            if len(logged()) == len(expected)
            else "One line for each hire, no more and no less.",
        )
    expect_whole_lines(hired)


def expect_whole_lines(hired):
    if Employees.objects.count() != len(hired):
        wrong("those who were hired in the table", "somebody's row is gone")
    for event, person in zip(read_events(settings.EVENT_LOG), hired, strict=True):
        if event.sender != type(person).__name__ or str(person) not in str(event.instance):
            wrong(
                "lines with sender and instance, as before",
                f"the log says {event}",
                "log_event() takes three arguments: hand all of them on.",
            )


def logged():
    return [event.message for event in read_events(settings.EVENT_LOG)]
