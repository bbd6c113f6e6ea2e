"""The questions of the closing quiz. What is right is not typed in: each `observe` runs it.

See https://docs.djangoproject.com/en/5.2/ref/signals/
"""

import gc
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from unittest.mock import patch

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import Signal
from django.test import TestCase, override_settings

from classroom.exercises.reading import read_question
from classroom.experiments.testing import run_case
from classroom.scenes.roster import sample_roster
from classroom.scenes.scenarios import BrokenRule, broken_rule
from classroom.scenes.stage.models import Badge
from speedy import outbox
from speedy.models import Employees, EmployeesWithoutHooks, OutboxEvent, Shifts, ShiftsEmployees
from speedy.signals.custom_signals import event_told
from speedy.wirings import EmployeesOverridingSave
from whatfires import connected, listening, trace


@dataclass(frozen=True)
class Question:
    """One question: its options with what each is told, and how the right one is observed.

    `options` is {what may be chosen: why it is right, or is not}. `observe` runs what the question
    is about, in a room of its own, and returns the option that turned out to be right. `code` is to
    be read first, and `part` begins a part of the quiz.
    """

    text: str
    options: dict[str, str]
    right: str
    observe: Callable
    lesson: str  # the lesson that tells it, such as "02", or a notebook of `deeper/`
    code: str = ""
    part: str = ""

    @property
    def deeper(self):
        """Whether a notebook of `deeper/` tells it."""
        return self.lesson.startswith("deeper/")

    @property
    def where(self):
        """What to read again."""
        return self.lesson if self.deeper else f"lesson {self.lesson}"


def letter_of(question):
    return ascii_lowercase[list(question.options).index(question.right)]


QUESTIONS = []


def ask(text):
    """Take the function below as what observes the answer to this question."""

    def take(observe):
        QUESTIONS.append(Question(**read_question(text), observe=observe))
        return observe

    return take


def people(number):
    return [Employees.objects.create(**fields) for fields in sample_roster()[:number]]


@ask("""
Three receivers are connected. The second one raises an error. The signal is sent with `send_robust()`. How many entries
has the list that comes back?
- two -> All three receivers are called, and each has an entry in the list. The entry of the second holds its error.
+ three -> `send_robust()` calls all three. In the place of an answer the second one has its error, so somebody has to
  look for it.
- none, the error reaches the caller -> That is `send()`. `send_robust()` catches the error, and calls the third
  receiver, too.
== lesson: 01
== part: Who is called?
""")
def an_error_is_an_answer():
    signal = Signal()

    def badly(**kwargs):
        raise LookupError

    with connected(signal, lambda **kwargs: "done", badly, lambda **kwargs: "done, too"):
        try:
            return ["none", "one", "two", "three"][len(signal.send_robust(sender="the porter"))]
        except LookupError:
            return "none, the error reaches the caller"


@ask("""
On a live site `connect_it()` is called, with a signal of yours. Later the signal is sent. Who answers?
- the function -> A signal only holds a weak reference, and nothing else holds the function. On your own machine it may
  answer, because there `DEBUG` is on, and a check of Django's keeps it alive.
+ nobody -> A signal only holds a weak reference, and nothing else holds the function. With `DEBUG` on it may still
  answer, which hides the fault. Put receivers at the top of a module.
- an error, because the function is gone -> A receiver that is gone is skipped, and nothing says so. That makes the
  fault hard to find.
== lesson: 01
== code
def connect_it():
    def answer(sender, **kwargs):
        return "here"

    signal.connect(answer)
""")
def a_local_receiver_is_gone():
    def who_answers(debug):
        signal = Signal()

        def connect_it():
            def receiver(**kwargs):
                return "here"

            signal.connect(receiver)

        with override_settings(DEBUG=debug):
            connect_it()
            gc.collect()
            return "the function" if signal.send(sender="the porter") else "nobody"

    assert who_answers(debug=True) == "the function"
    return who_answers(debug=False)


@ask("""
A receiver of `post_save` is connected without a sender. A person is saved through a proxy of `Employees`. Is the
receiver called?
- no, the proxy is another class -> It is, and so a receiver with `sender=Employees` is not called. But this one was
  connected for every sender.
- no, a receiver needs a sender -> Without a sender it is called for every class. It gets the class as the argument
  `sender`.
+ yes -> Without a sender a receiver is called for every class, so for the proxy, too. With `sender=Employees` it would
  not be called.
== lesson: 02
""")
def without_a_sender_every_class_is_heard():
    with listening(post_save, sender=Employees) as bound, listening(post_save) as heard:
        EmployeesWithoutHooks.objects.create(**sample_roster()[0])
    assert len(bound) == 0
    return "yes" if len(heard) else "no, a receiver needs a sender"


@ask("""
A fixture is loaded (`manage.py loaddata`). What do the receivers of `post_save` get for the people in it?
- nothing -> `loaddata` does not call your `save()`, but it does send the signals, for each row.
- a call for each row, with `raw=False` -> They are called for each row, but with `raw=True`. Related rows may not be
  there yet, so a receiver should not rely on them.
+ a call for each row, with `raw=True` -> So a receiver checks `raw` first. What it would do was usually done before the
  fixture was written.
== lesson: 02
""")
def fixtures_are_raw():
    people(1)
    fixture = Path("people.json")  # in the folder of the room
    fixture.write_text(serializers.serialize("json", Employees.objects.all()), encoding="utf-8")
    with trace() as seen:
        call_command("loaddata", str(fixture.resolve()), verbosity=0)
    heard = seen.filter(post_save, Employees, "delivery")
    return f"a call for each row, with `raw={heard[0].arguments['raw']}`" if heard else "nothing"


@ask("""
The model of a seat has its own `delete()`, and a receiver listens to `post_delete` of seats. Ada is deleted, and her
seat with her (`CASCADE`). How often are the two called?
- the method once, the receiver once -> The method is called if somebody calls `delete()` on the seat itself. Nobody
  does.
+ the method never, the receiver once -> A cascade calls no `delete()` method, but it announces each row. So a receiver
  hears of a deletion that your method misses.
- the method never, the receiver never -> The seat is deleted by Django, in Python, and Django announces each row that
  it deletes in this way.
== lesson: 03
""")
def a_cascade_calls_no_method():
    [ada] = people(1)
    called = []
    own = patch.object(ShiftsEmployees, "delete", lambda self: called.append(self))
    with own, listening(post_delete, sender=ShiftsEmployees) as heard:
        ada.delete()
    often = {0: "never", 1: "once"}
    return f"the method {often[len(called)]}, the receiver {often[len(heard)]}"


@ask("""
Ada is saved with `update_fields`. During this `save()` a receiver sets a new address. Is the new address stored?
+ no -> `update_fields` names the columns that are written, and the address is not one of them. A `save()` override can
  add a name. A receiver cannot.
- yes -> Only the instance in memory has it. The UPDATE writes the named columns.
- no, and Django raises an error -> Django says nothing. The instance in memory and the row simply differ from now on.
== lesson: 03
== code
@receiver(pre_save, sender=Employees)
def move(sender, instance, **kwargs):
    instance.address = "elsewhere"


ada.save(update_fields=["age"])
""")
def update_fields_decide():
    [ada] = people(1)

    def move(sender, instance, **kwargs):
        instance.address = "elsewhere"

    with connected(pre_save, move):
        ada.save(update_fields=["age"])
    assert ada.address == "elsewhere"
    ada.refresh_from_db()
    return "yes" if ada.address == "elsewhere" else "no"


@ask("""
`Employees.objects.bulk_create(...)` stores thirty people. Does anybody give them a shift, in this project?
- yes, the receiver `employee_created` -> It listens to `post_save`, and `bulk_create()` does not send that.
- yes, the overridden `save()` -> `bulk_create()` writes the rows and does not call `save()`.
+ no -> `bulk_create()` calls no `save()` and sends no signal. Code that calls it has to call `assign_many()` as well.
== lesson: 05
""")
def nobody_seats_a_batch():
    for model in (Employees, EmployeesOverridingSave):
        model.objects.bulk_create(model(**fields) for fields in sample_roster()[:30])
    seated = Employees.objects.count() - Employees.objects.without_shift().count()
    return "no" if seated == 0 else "yes, the receiver `employee_created`"


@ask("""
A view calls `Employees.objects.create()`, and no transaction is open. A receiver of `post_save` raises an error, so the
visitor gets an error page, and sends the form again. It fails in the same way. How many rows are stored now?
- none -> The row is committed before the signal is sent, so the error comes too late to undo it. A transaction around
  the call would undo it. `create()` opens none that reaches that far.
- one -> `create()` does not ask whether there is such a person already. Each call stores a row.
+ two -> Each row is committed before the signal is sent, so both stay. In `atomic()` nothing would be left. The same is
  true of `get_or_create()` and of the admin, which open a transaction themselves.
== lesson: 06
== part: What is left?
""")
def who_tries_again_is_stored_twice():
    ada, grace, *_ = sample_roster()
    with broken_rule():
        with suppress(BrokenRule):
            Employees.objects.get_or_create(**grace)
        assert not Employees.objects.exists()
        for _ in ("the form is sent", "and sent again"):
            with suppress(BrokenRule):
                Employees.objects.create(**ada)
    return ["none", "one", "two"][Employees.objects.count()]


@ask("""
The letter to Ada is a callback of `on_commit()`. Is it sent?
+ no -> The callback waits for the outer block, because only that one commits. Here it is rolled back, so the callback
  is never called.
- yes, when the inner block ends -> The inner block sets a savepoint and commits nothing. So the callback goes on
  waiting for the outer block.
- yes, when the outer block ends -> It would be, if the outer block had been committed. But an error left that block, so
  it was rolled back.
== lesson: 06
== code
with transaction.atomic():
    with transaction.atomic():
        ada = Employees.objects.create(**fields)
        transaction.on_commit(send_letter)
    raise RuntimeError("the office is closed")
""")
def callbacks_wait_for_the_outer_block():
    sent = []
    with suppress(RuntimeError), transaction.atomic():
        with transaction.atomic():
            people(1)
            transaction.on_commit(lambda: sent.append("Dear Ada"))
        if sent:
            return "yes, when the inner block ends"
        raise RuntimeError
    return "yes, when the outer block ends" if sent else "no"


@ask("""
The receiver `order_meal` is connected to `employee_hired`. A colleague writes `person=` instead of `employee=` in the
line with `send()`, and changes nothing else. What happens at the next hire?
- an error, and the person is stored -> The signal is sent inside `atomic()`, and the error leaves this block. So the
  row is rolled back.
- no error, and no meal -> That is so with `send_robust()`, which catches the error. `send()` lets it reach the caller.
+ an error, and nobody is stored -> The receiver needs `employee` and does not get it, so Python raises a `TypeError`.
  It leaves the `atomic()` block, which is rolled back.
== lesson: 04
== code
def order_meal(sender, employee, **kwargs):
    print("A meal for", employee)


with transaction.atomic():
    employee = EmployeesWithoutHooks.objects.create(**fields)
    employee_hired.send(sender=EmployeesWithoutHooks, person=employee)
""")
def a_renamed_payload():
    hired, found = Signal(), "no error"
    with connected(hired, lambda sender, employee, **kwargs: None):
        try:
            with transaction.atomic():
                employee = EmployeesWithoutHooks.objects.create(**sample_roster()[0])
                hired.send(sender=EmployeesWithoutHooks, person=employee)
        except TypeError:
            found = "an error"
    left = "the person is stored" if Employees.objects.exists() else "nobody is stored"
    return f"{found}, and {left}" if found == "an error" else "no error, and no meal"


@ask("""
Nobody may be 200 years old, so the database refuses this row. What does the last line give?
+ another error: the query is refused -> The error is caught, but the transaction is broken. Django refuses every query
  until the block ends, with a `TransactionManagementError`. An inner `atomic()` around the `create()` would have undone
  that row alone.
- the number of people, without the refused one -> That is so with an inner `atomic()` around the `create()`. Without
  it, the whole block is broken.
- the `IntegrityError` again -> That error was caught. What remains is a transaction that can only be rolled back.
== lesson: 06
== code
with transaction.atomic():
    try:
        Employees.objects.create(first_name="Ada", last_name="Quillbrook", age=200)
    except IntegrityError:
        print("Ada is refused.")
    Employees.objects.count()
""")
def a_caught_error_breaks_the_block():
    ada, *_ = sample_roster()
    with transaction.atomic():
        with suppress(IntegrityError), transaction.atomic():
            Employees.objects.create(**ada | {"age": 200})
        assert Employees.objects.count() == 0  # with an inner block it can be counted
        with suppress(IntegrityError):
            Employees.objects.create(**ada | {"age": 200})
        try:
            Employees.objects.count()
        except transaction.TransactionManagementError:
            transaction.set_rollback(True)
            return "another error: the query is refused"
    return "the number of people, without the refused one"


@ask("""
Nobody may sit on one shift twice. Seats are stored by your views, and in bulk by a command. Where do you put the check?
- into a receiver of `pre_save` of the seat -> `bulk_create()` sends no signal, so the command is not checked. And two
  views at the same moment may both look before either writes.
+ into the table: the pair of person and shift is unique -> Question 1: such a row must never be stored. The
  database checks each row that is written, in bulk and by two at once, too.
- into a function that the views call -> The command writes without it. And two views at the same moment may both look
  before either writes.
== lesson: 07
== part: Where does it belong?
""")
def who_refuses_a_second_seat():
    people(1)
    [seat] = ShiftsEmployees.objects.all()
    again = ShiftsEmployees(employee=seat.employee, shift=seat.shift)
    with listening(pre_save, sender=ShiftsEmployees) as heard:
        try:
            with transaction.atomic():
                ShiftsEmployees.objects.bulk_create([again])
        except IntegrityError:
            refused = "into the table: the pair of person and shift is unique"
            return "into a receiver of `pre_save` of the seat" if heard else refused
    return "nowhere"


@ask("""
A view and a command of yours cancel shifts, and then the people of the shift get a message. The project also deletes
the shifts of past days, without a message. Where do you put the message?
- into a receiver of `pre_delete` of `Shifts` -> It is called for every shift that is deleted, for the past ones, too.
  It does not know why a shift goes.
+ into a function that both of them call -> Question 3: you can edit both places, so both can call it. Question 4: no
  stranger writes the message. So call a function.
- into `Shifts.delete()` -> The view calls it, but the command deletes several shifts with `queryset.delete()`, which
  does not.
== lesson: 07
""")
def who_writes_that_a_shift_is_cancelled():
    receiver, method = "into a receiver of `pre_delete` of `Shifts`", "into `Shifts.delete()`"
    function = "into a function that both of them call"

    def is_right(way):
        """Cancel one shift in the view and one in the command, and wipe one: who is told of?"""
        told, of_django = [], Shifts.delete
        people(9)
        past, one, other = Shifts.objects.order_by("shift_date")
        cancelled = [one.pk, other.pk]
        Shifts.objects.filter(pk=past.pk).update(shift_date="2000-01-01")

        def tell(instance, **kwargs):
            told.append(instance.pk)

        hears = {
            receiver: connected(pre_delete, tell, sender=Shifts),
            method: patch.object(Shifts, "delete", lambda it: tell(it) or of_django(it)),
        }
        with hears.get(way, nullcontext()):
            if way == function:
                tell(one)
                tell(other)
            one.delete()  # in the view
            Shifts.objects.filter(pk=other.pk).delete()  # in the command
            Shifts.objects.expired().delete()
        Employees.objects.all().delete()
        return told == cancelled

    [right] = filter(is_right, (receiver, method, function))
    return right


@ask("""
Your shop keeps a basket beside each row of `Session`, a model of Django's. When the session is deleted, its basket must
go, too. That happens at a log-out, and in Django's command `clearsessions`, which calls `delete()` of a queryset of old
sessions. Where do you put the code?
+ into a receiver of `post_delete` of `Session` -> Question 3: you cannot edit Django's command. But it deletes rows,
  and each of them is announced.
- into a function that your log-out view calls -> `clearsessions` never calls it, so the baskets of old sessions stay.
- into `delete()` of a proxy of `Session` -> Neither the log-out nor `clearsessions` uses your proxy.
== lesson: 07
""")
def who_empties_the_basket():
    here, gone = SessionStore(), SessionStore()
    here.create()
    gone.create()
    Session.objects.filter(pk=gone.session_key).update(expire_date="2000-01-01T00:00Z")
    with listening(post_delete, sender=Session) as heard:
        here.flush()  # as a log-out does
        call_command("clearsessions")
    assert not Session.objects.exists()
    # The sender is Session itself both times, so nobody used a proxy of it.
    return "into a receiver of `post_delete` of `Session`" if len(heard) == 2 else "nowhere"


@ask("""
In this project, with its constraint, a shift has one free seat. Two requests hire Alan and Katherine at the same
moment, without a lock, and their lines run in this order. What does the last line do?
+ it raises an error: the constraint refuses -> The receiver adds 1 in the database with `F()`, whatever your code has
  read. 4 is more than the constraint allows. With a lock taken before reading, the second would have read 3, and there
  would be no error.
- it puts a fourth person on the shift -> A count that is read and then trusted allows that. Here a constraint holds the
  count, and the count moves by `F()` and not from what was read.
- it waits, and takes the next shift -> The rule `assign()` does that: it takes the lock before it reads. `add()` does
  not choose a shift.
== lesson: deeper/race
== part: From the optional notebooks
== code
for_alan = Shifts.objects.get()  # one request reads the headcount: 2
for_katherine = Shifts.objects.get()  # the other one reads the same: 2

if for_alan.headcount < 3:
    for_alan.employees_shift.add(alan)
if for_katherine.headcount < 3:
    for_katherine.employees_shift.add(katherine)
""")
def counted_then_added():
    people(2)
    [shift] = Shifts.objects.all()
    both = Employees.objects.bulk_create(Employees(**it) for it in sample_roster()[2:4])
    looks = [Shifts.objects.get() for _ in both]
    try:
        for person, look in zip(both, looks, strict=True):
            if look.headcount < 3:
                with transaction.atomic():
                    shift.employees_shift.add(person.pk)
    except IntegrityError:
        return "it raises an error: the constraint refuses"
    more = Shifts.objects.count() > 1
    return "it waits, and takes the next shift" if more else "it puts a fourth person on the shift"


@ask("""
With Django's own test runner, a test connects a function from the top of a module to `post_save` and does not
disconnect it. The next test saves somebody. What happens?
- an error: the test runner finds the leak -> Django's runner does not look at receivers. You can write a check that
  compares them before and after each test.
+ the receiver is called -> A rollback undoes changes to rows. A connection of such a function lasts until somebody
  disconnects it, or the process ends.
- the receiver is gone: each test is rolled back -> A rollback undoes changes to rows. Connections are kept in memory,
  and a rollback does not reach them.
== lesson: deeper/testing
""")
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


@ask("""
The outbox delivers an event to a receiver, and the process is killed before the event is marked as delivered. The next
round goes well. How often is the receiver called in all?
- once -> Nothing says that the event was delivered, so the next round delivers it again.
- never -> It was called before the process was killed, and it is called again in the next round.
+ twice -> It is called before the kill and again in the next round, with the same key. The outbox delivers at least
  once, so a second call must do no harm.
== lesson: deeper/outbox
""")
def at_least_once():
    heard = []

    def hear(sender, key, **kwargs):
        heard.append(key)

    with transaction.atomic():
        outbox.store("hired", employee="Ada")
    with connected(event_told, hear):
        # The process is killed before the event is ticked off.
        with suppress(BrokenRule), patch.object(OutboxEvent, "save", side_effect=BrokenRule):
            outbox.deliver()
        OutboxEvent.objects.update(claimed_until=None)  # minutes later, when its claim has run out
        outbox.deliver()
    assert len(set(heard)) == 1
    return {0: "never", 1: "once", 2: "twice"}[len(heard)]


@ask("""
A badge stores a first and a last name, and shows the initials. They must be right whatever changes a name, even
`update()` or raw SQL. Where do you put the code?
+ into a column that the database computes -> A `GeneratedField` is computed at every write, by any program, because it
  is part of the table.
- into a receiver of `pre_save` -> `update()` and raw SQL send no signal, so the old initials would stay.
- into `Badge.save()` -> `update()` and raw SQL call no `save()`, so the old initials would stay.
== lesson: deeper/no_hook
""")
def who_keeps_the_initials_right():
    badge = Badge.objects.create(first_name="Ada", last_name="Quillbrook")
    asked, initials = [], []
    own_save = patch.object(Badge, "save", lambda self, *args, **kwargs: asked.append("save"))
    with own_save, listening(pre_save, sender=Badge) as heard, connection.cursor() as cursor:
        Badge.objects.update(last_name="Lovelace")
        initials += Badge.objects.values_list("initials", flat=True)
        cursor.execute(f"UPDATE {Badge._meta.db_table} SET last_name = %s", ["King"])
        initials += Badge.objects.values_list("initials", flat=True)
    if asked or heard:
        return "into a receiver of `pre_save`" if heard else "into `Badge.save()`"
    assert badge.initials == "AQ"
    return "into a column that the database computes" if initials == ["AL", "AK"] else "nowhere"
