"""The questions of the closing quiz. What is right is not typed in: each `observe` runs it.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

import gc
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from unittest.mock import patch

from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.dispatch import Signal
from django.test import TestCase

from classroom.experiments.rehearsal import LettersCaptured, LettersInTestCase
from classroom.experiments.testing import FAILED, OK, run_case
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import BrokenRule, broken_rule
from speedy import outbox
from speedy.models import SEATS, Employees, EmployeesWithoutHooks, OutboxEvent, Shifts
from speedy.signals.custom_signals import event_told
from speedy.wirings import WIRINGS, EmployeesOverridingSave
from whatfires import connected, listening, trace


@dataclass(frozen=True)
class Question:
    """One question: its options with what each is told, and how the right one is observed.

    `options` is {what may be chosen: why it is right, or is not}. `observe` runs what the question
    is about, in a room of its own, and returns the option that turned out to be right.
    """

    lesson: str
    text: str
    options: dict[str, str]
    right: str
    observe: Callable


def letter_of(question):
    """The letter of the option that is right."""
    return ascii_lowercase[list(question.options).index(question.right)]


QUESTIONS = []


def ask(lesson, text, options, right):
    """Take the function below as what observes the answer to this question."""

    def take(observe):
        QUESTIONS.append(Question(lesson, text, options, right, observe))
        return observe

    return take


def people(number):
    return [Employees.objects.create(**fields) for fields in sample_roster()[:number]]


@ask(
    "01_what_a_signal_is",
    "Three receivers are connected. The second one raises an error, and the signal is sent by "
    "`send()`. How many of the three are called?",
    {
        "one": "The second one is called, too: that is where the error comes from.",
        "two": "The error leaves `send()` at once, on its way to the sender. The third receiver is "
        "never asked. With `send_robust()` it would be.",
        "three": "That is `send_robust()`. `send()` catches nothing: the error ends it.",
    },
    right="two",
)
def an_error_ends_send():
    called, signal = [], Signal()

    def first(**kwargs):
        called.append("first")

    def second(**kwargs):
        called.append("second")
        raise LookupError

    def third(**kwargs):
        called.append("third")

    with connected(signal, first, second, third), suppress(LookupError):
        signal.send(sender="the porter")
    return ["none", "one", "two", "three"][len(called)]


@ask(
    "01_what_a_signal_is",
    "`connect_it()` defines a function inside itself and connects it to a signal. It returns, and "
    "the signal is sent. Who answers?",
    {
        "the function": "A signal holds its receivers weakly. Once `connect_it()` has returned, "
        "nothing else holds the function.",
        "nobody": "Nothing held the function but the signal, and a signal holds weakly. Put "
        "receivers at the top of a module.",
        "an error, since the function is gone": "What is gone is skipped without a word. That is "
        "what makes it hard to find.",
    },
    right="nobody",
)
def a_local_receiver_is_gone():
    signal = Signal()

    def connect_it():
        def receiver(**kwargs):
            return "here"

        signal.connect(receiver)

    connect_it()
    gc.collect()
    return "the function" if signal.send(sender="the porter") else "nobody"


@ask(
    "01_what_a_signal_is",
    "A receiver of `post_save` is connected with `sender=Employees`. Somebody is saved through a "
    "proxy of `Employees`. Is it called?",
    {
        "yes, it is the same table": "A sender is compared as an object. The proxy is another class, "
        "so the receiver is passed over.",
        "yes, a proxy inherits receivers": "Methods are inherited; receivers are connected to one "
        "class, and to no other.",
        "no": "A sender is compared as an object, and the proxy is another class. Four wirings of "
        "this project live on one table because of that.",
    },
    right="no",
)
def a_proxy_is_another_sender():
    with listening(post_save, sender=Employees) as heard:
        EmployeesWithoutHooks.objects.create(**sample_roster()[0])
    return "yes, a proxy inherits receivers" if len(heard) else "no"


@ask(
    "02_built_in_signals",
    "`Employees.objects.filter(...).update(age=40)` changes five people. How often is `post_save` "
    "sent?",
    {
        "never": "`update()` is one SQL statement. No instance is made, so there is nothing to send "
        "a signal about.",
        "once": "There is no signal for a queryset: it would have to say which rows it was about.",
        "five times": "That is what a loop over the people with `save()` would do, in five "
        "statements. `update()` is one statement, and silent.",
    },
    right="never",
)
def update_is_silent():
    people(5)
    with listening(post_save, sender=Employees) as heard:
        Employees.objects.filter(age__gte=0).update(age=40)
    return {0: "never", 1: "once", 5: "five times"}[len(heard)]


@ask(
    "02_built_in_signals",
    "Two people are put on an extra shift by `shift.employees_shift.add(ada, grace)`. Which signals "
    "tell of it?",
    {
        "`post_save` of the link, twice": "`add()` writes the links in bulk, so none of them is "
        "saved one by one.",
        "`m2m_changed`, twice": "Once before the links are written and once after, whatever the "
        "number of people: `pk_set` holds their keys.",
        "`m2m_changed`, four times": "It is sent per call, not per person: `pk_set` holds the keys of both.",
    },
    right="`m2m_changed`, twice",
)
def add_sends_m2m_changed():
    ada, grace = people(2)
    extra = Shifts.objects.create(shift_date="2030-01-01")
    link = Shifts.employees_shift.through
    with listening(post_save, sender=link) as saved, listening(m2m_changed, sender=link) as told:
        extra.employees_shift.add(ada, grace)
    if len(saved):
        return "`post_save` of the link, twice"
    return {2: "`m2m_changed`, twice", 4: "`m2m_changed`, four times"}[len(told)]


@ask(
    "02_built_in_signals",
    "A backup is loaded with `loaddata`. What do receivers of `post_save` hear of the people in it?",
    {
        "nothing": "They are called for each row, though `save()` is not: that is the trap.",
        "each row, as any other": "Each row, yes, but with `raw=True`: related rows may not be there "
        "yet, and whatever the receiver would do was done before the backup.",
        "each row, with `raw=True`": "So a receiver looks at `raw` first: what it would do was done "
        "before the backup was made.",
    },
    right="each row, with `raw=True`",
)
def fixtures_are_raw():
    people(1)
    fixture = Path("people.json")  # in the folder of the room
    fixture.write_text(serializers.serialize("json", Employees.objects.all()), encoding="utf-8")
    assert json.loads(fixture.read_text(encoding="utf-8"))
    with trace() as seen:
        call_command("loaddata", str(fixture.resolve()), verbosity=0)
    heard = [
        str(event.arguments["raw"])
        for event in seen.filter(signal=post_save, sender=Employees)
        if event.kind == "delivery"
    ]
    if not heard:
        return "nothing"
    return "each row, with `raw=True`" if heard == ["True"] else "each row, as any other"


@ask(
    "03_save_overrides",
    "`Employees.objects.filter(...).delete()` deletes three people of a model that overrides "
    "`delete()`. How often is the method called, and how often is `post_delete` sent?",
    {
        "three times, three times": "The method belongs to an instance that is deleted by itself; a "
        "queryset never calls it.",
        "never, three times": "A queryset never calls the method, but sends the signals for each "
        "row. What must happen at every deletion belongs in a receiver.",
        "never, never": "`update()` is as silent as that. `delete()` fetches the rows where "
        "somebody listens, and sends the signals for each.",
    },
    right="never, three times",
)
def queryset_delete_calls_no_method():
    for fields in sample_roster()[:3]:
        EmployeesOverridingSave.objects.create(**fields)
    called = []

    def delete(self, *args, **kwargs):
        called.append(self)
        return Employees.delete(self, *args, **kwargs)

    EmployeesOverridingSave.delete = delete
    try:
        with listening(post_delete, sender=EmployeesOverridingSave) as heard:
            EmployeesOverridingSave.objects.all().delete()
    finally:
        del EmployeesOverridingSave.delete
    often = {0: "never", 3: "three times"}
    return f"{often[len(called)]}, {often[len(heard)]}"


@ask(
    "03_save_overrides",
    "A receiver of `pre_save` sets `instance.address`. Somebody calls "
    '`ada.save(update_fields=["age"])`. Is the new address stored?',
    {
        "no": "`update_fields` names the columns that are written, and the address is not among "
        "them. An override of `save()` can add it; a receiver cannot.",
        "yes": "The instance in memory has it. The statement writes the named columns only.",
        "an error says that it is not": "Nothing says so. The instance in memory and the row "
        "simply differ from now on.",
    },
    right="no",
)
def update_fields_decide():
    [ada] = people(1)

    def move(sender, instance, **kwargs):
        instance.address = "elsewhere"

    with connected(pre_save, move):
        ada.save(update_fields=["age"])
    ada.refresh_from_db()
    return "yes" if ada.address == "elsewhere" else "no"


@ask(
    "04_what_fires_when",
    "A receiver of `post_save` raises an error while `Employees.objects.create()` runs, outside any "
    "transaction. What becomes of the row?",
    {
        "it stays": "The signal is sent after the row is committed. Whoever hires gets an error, and "
        "somebody is employed. `atomic()` around the call prevents that.",
        "it is taken back": "The row was committed before the signal was sent. Only an `atomic()` "
        "around the call would take it back.",
        "it was never written": "`post` means after: the INSERT is done when the signal is sent.",
    },
    right="it stays",
)
def the_row_stays():
    with broken_rule(), suppress(BrokenRule):
        Employees.objects.create(**sample_roster()[0])
    return "it stays" if Employees.objects.exists() else "it is taken back"


@ask(
    "04_what_fires_when",
    "`Employees.objects.bulk_create(...)` stores thirty people. Who takes their seats, in this "
    "project?",
    {
        "the receiver `employee_created`": "It listens to `post_save`, and `bulk_create()` sends "
        "none.",
        "the overridden `save()`": "`bulk_create()` writes the rows without calling it.",
        "nobody": "Neither `save()` nor a signal comes with bulk calls. Whoever makes one calls "
        "`assign_many()` as well.",
    },
    right="nobody",
)
def nobody_seats_a_batch():
    for model in (Employees, EmployeesOverridingSave):
        model.objects.bulk_create(model(**fields) for fields in sample_roster()[:30])
    seated = Employees.objects.count() - Employees.objects.without_shift().count()
    return "nobody" if seated == 0 else "the receiver `employee_created`"


@ask(
    "05_custom_signals",
    "A receiver writes a line into a file. The transaction around the signal is rolled back. What "
    "about the line?",
    {
        "it is rolled back as well": "A rollback reaches the database. It does not know of files, "
        "letters or other servers.",
        "it stays": "A rollback reaches the database alone. So hand what leaves the database to "
        "`transaction.on_commit()`.",
        "it is written at the commit": "Only if the receiver asks for that, by "
        "`transaction.on_commit()`.",
    },
    right="it stays",
)
def no_rollback_reaches_a_file():
    signal, file = Signal(), Path("letters.txt")

    def write(**kwargs):
        file.write_text("Dear Ada", encoding="utf-8")

    with connected(signal, write), transaction.atomic():
        signal.send(sender="the office")
        transaction.set_rollback(True)
    return "it stays" if file.exists() else "it is rolled back as well"


@ask(
    "06_side_by_side",
    "One person is hired in each of the four wirings, on the same rota. Which takes the most SQL "
    "statements?",
    {
        "the built-in signals": "A signal is a function call. It costs no SQL of its own.",
        "the direct call": "It calls the same rule as the others do.",
        "none: it is the same number": "All four store the person and run the one rule. They differ "
        "in who can see it, and in what fails together.",
    },
    right="none: it is the same number",
)
def the_same_statements():
    people(1)
    numbers = []
    for (_, wiring), fields in zip(WIRINGS.items(), sample_roster()[1:], strict=False):
        with trace() as seen, transaction.atomic():
            wiring.hire(**fields)
            transaction.set_rollback(True)
        numbers.append(len([it for it in seen.statements if "SAVEPOINT" not in it]))
    if len(set(numbers)) == 1:
        return "none: it is the same number"
    return "the built-in signals" if numbers[0] == max(numbers) else "the direct call"


@ask(
    "07_when_things_break",
    "One seat is left. Two people are hired in the same moment; for each, code of yours reads "
    "`headcount`, finds 2, and then calls `shift.employees_shift.add(person)`. It locks nothing. What "
    "comes of the second `add()`, in this project?",
    {
        "an error: the constraint refuses": "The count moves to 4 in the database, whatever anybody read "
        "before, and is refused. A lock would have spared the error: who comes second waits, then looks.",
        "a fourth person on the shift": "So it is in the published design. Here the database has a "
        "constraint on the count, and the count is moved by `F()`, not from what was read.",
        "it waits, and takes the next shift": "That is what the rule does, for it locks the shift that it "
        "looks at. Code that locks nothing does not wait.",
    },
    right="an error: the constraint refuses",
)
def counted_then_added():
    people(2)
    [shift] = Shifts.objects.all()
    both = EmployeesWithoutHooks.objects.bulk_create(
        EmployeesWithoutHooks(**fields) for fields in sample_roster()[2:4]
    )
    looks = [Shifts.objects.get() for _ in both]
    try:
        for person, look in zip(both, looks, strict=True):
            if look.headcount < SEATS:
                with transaction.atomic():
                    shift.employees_shift.add(person.pk)
    except IntegrityError:
        return "an error: the constraint refuses"
    more = Shifts.objects.count() > 1
    return "it waits, and takes the next shift" if more else "a fourth person on the shift"


@ask(
    "07_when_things_break",
    "Inside one `atomic()` block the database refuses a row, and `try` and `except` catch the "
    "`IntegrityError`. The next line, still in the block, counts the people. What comes of it?",
    {
        "`TransactionManagementError`": "The error is caught, and the transaction is broken all the same: "
        "no query goes through until the block is left. An `atomic()` of its own around the row that "
        "may be refused would have taken back that row alone.",
        "the number of people, without the refused one": "So it would be with an `atomic()` of its own "
        "around the row that may be refused. Without one, the whole block is broken.",
        "the `IntegrityError` again": "That one was caught, and is gone. What remains is a transaction "
        "that can only be rolled back.",
    },
    right="`TransactionManagementError`",
)
def a_caught_error_breaks_the_block():
    ada, *_ = sample_roster()
    with transaction.atomic():
        with suppress(IntegrityError):
            Employees.objects.create(**ada | {"age": 200})
        try:
            Employees.objects.count()
        except transaction.TransactionManagementError:
            transaction.set_rollback(True)
            return "`TransactionManagementError`"
    return "the number of people, without the refused one"


@ask(
    "08_testing",
    "A `TestCase` hires somebody. The code writes a letter by `transaction.on_commit()`. Does the test "
    "see the letter?",
    {
        "yes, at the end of the hire": "The transaction of the test is still open then, and it is "
        "never committed.",
        "no, unless it plays the commit": "A `TestCase` takes its transaction back, so nothing that waits "
        "for a commit is called; `captureOnCommitCallbacks(execute=True)` calls it.",
        "yes, after the test": "After the test the transaction is taken back, and the letter with it.",
    },
    right="no, unless it plays the commit",
)
def a_test_without_a_commit():
    outcomes = {
        case.__name__: outcome
        for case in (LettersInTestCase, LettersCaptured)
        for _, _, outcome, _ in run_case(case)
    }
    if outcomes == {"LettersInTestCase": FAILED, "LettersCaptured": OK}:
        return "no, unless it plays the commit"
    return "yes, at the end of the hire"


@ask(
    "08_testing",
    "With Django's own test runner, a test connects a function from the top of a module to `post_save`, "
    "and does not disconnect it. The next test saves somebody. What happens?",
    {
        "an error: the test runner finds the leak": "Django's runner does not look for receivers. A "
        "guard that compares them before and after each test does.",
        "the receiver is gone: each test is rolled back": "Rows are rolled back. Who is connected is "
        "kept in memory, and nothing takes that back.",
        "the receiver is called": "A rollback takes back rows. A receiver is none: it stays connected "
        "until somebody disconnects it, or the process ends.",
    },
    right="the receiver is called",
)
def a_receiver_outlives_its_test():
    called = []

    def hear(instance, **kwargs):
        called.append(instance)

    def test_that_connects(self):
        post_save.connect(hear, sender=Employees)

    def test_that_saves(self):
        people(1)

    try:
        for test in (test_that_connects, test_that_saves):
            run_case(type("Case", (TestCase,), {"test": test}))
    finally:
        post_save.disconnect(hear, sender=Employees)
    return "the receiver is called" if called else "the receiver is gone: each test is rolled back"


@ask(
    "09_choosing",
    "The outbox delivers an event, and the process ends before it is ticked off. The next round goes "
    "well. How often does a receiver hear of it in all?",
    {
        "once": "Nobody knows that it was told, so the next round tells of it again.",
        "never": "The receiver was called before the process ended, and it is called again.",
        "twice": "Once before the end and once more in the next round, under the same key: at least once. "
        "So a receiver must bear to hear twice.",
    },
    right="twice",
)
def at_least_once():
    heard = []

    def hear(sender, key, **kwargs):
        heard.append(key)

    with transaction.atomic():
        outbox.store("hired", employee="Ada")
    with connected(event_told, hear):
        with suppress(BrokenRule), patch.object(OutboxEvent, "save", lights_out):
            outbox.deliver()
        OutboxEvent.objects.update(claimed_until=None)  # minutes later, when its claim has run out
        outbox.deliver()
    return {0: "never", 1: "once", 2: "twice"}[len(heard)]


def lights_out(event, **kwargs):
    """End before the event is ticked off, as a process does that is killed."""
    raise BrokenRule


@ask(
    "09_choosing",
    "Never two shifts on one day, whoever writes them, and by whatever tool. Where does that belong?",
    {
        "into the database": "A constraint is asked whatever way a row is written, and also when two "
        "people open a shift in the same moment.",
        "into a receiver of `pre_save`": "`bulk_create()` and raw SQL send no signal. It would have let the "
        "second one pass.",
        "into `Shifts.save()`": "`bulk_create()` and raw SQL call no `save()`. It would have let the second one "
        "pass.",
    },
    right="into the database",
)
def who_refuses_a_second_shift():
    first = Shifts.objects.create()
    asked = []
    own_save = patch.object(Shifts, "save", lambda self, *args, **kwargs: asked.append("save"))
    with own_save, listening(pre_save, sender=Shifts) as heard:
        try:
            Shifts.objects.bulk_create([Shifts(shift_date=first.shift_date)])
        except IntegrityError:
            return "into the database"
    return "into a receiver of `pre_save`" if heard else "into `Shifts.save()`"
