from django.core.exceptions import ValidationError

from classroom.exercises.vocabulary import *

task = Task.of("""
04-b: Tell it afterwards (repair, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#sending-signals
== starter
def hire_and_tell(**fields):
    employee = Employees(**fields)
    employee_hired.send(sender=Employees, employee=employee)
    employee.save()
    return employee
== hints
- Which comes first, the row or the signal? And which of the two ways to send catches errors?
- Put `employee.save()` above the signal, and send it with `send_robust()`.
== solution
from speedy.signals.custom_signals import employee_hired
    employee = Employees(**fields)
    employee.save()
    employee_hired.send_robust(sender=Employees, employee=employee)
    return employee
== why
The row is kept before anybody is told, so a failing receiver can undo nothing. If your caller may have a transaction
open, send the signal in `transaction.on_commit`: lesson 06.
== others
sender=Employees, => type(employee),
# or
employee.save() => employee.full_clean(); employee.save()
# or
    with transaction.atomic():
        employee = Employees.objects.create(**fields)

        def tell():
            employee_hired.send_robust(sender=Employees, employee=employee)

        transaction.on_commit(tell)
    return employee
# or
employee = Employees(**fields) => with transaction.atomic():
    employee.save() =>         employee = Employees.objects.create(**fields)
== mistakes
# send -> reached the caller
send_robust => send
# another word -> `employee`
employee=employee => instance=employee
# catches it by itself -> the last receiver was not called
-     employee_hired.send_robust(sender=Employees, employee=employee)
+     try:
+         employee_hired.send(sender=Employees, employee=employee)
+     except Exception:
+         pass
# tells before it stores -> when `employee` is stored
    employee.save() =>
employee=employee) => employee=employee); employee.save()
# inside one block -> no row
    employee.save() =>     with transaction.atomic():
    employee_hired. =>         employee.save(); employee_hired.
# marks the block as good again -> was still open
    employee.save() =>     with transaction.atomic():
    employee_hired. =>         employee.save(); employee_hired.
employee=employee) => employee=employee); transaction.set_rollback(False)
# the name for the class -> the class Employees
sender=Employees, => sender="Employees",
# takes the same fields for the same person -> three people
employee = Employees(**fields) => employee = Employees.objects.get_or_create(**fields)[0]
    employee.save() =>
# stores another address -> a field is another one
Employees(**fields) => Employees(**fields | {"address": "-"})
# skips the receivers of the project -> stored by save() or create()
employee = Employees(**fields) => [employee] = Employees.objects.bulk_create([Employees(**fields)])
    employee.save() =>
# looks for somebody of that name -> stored a moment later: keep
employee=employee) => employee=Employees.objects.filter(first_name=fields["first_name"]).last())
# returns the one who was stored last -> returned, was stored
return employee => return Employees.objects.last()
# tells of somebody whom the database refuses -> nobody told
-     employee.save()
-     employee_hired.send_robust(sender=Employees, employee=employee)
+     try:
+         employee.save()
+     finally:
+         employee_hired.send_robust(sender=Employees, employee=employee)
# stores twice -> one pre_save and one post_save
employee.save() => employee.save(); employee.save()
# tells twice -> acts twice
employee=employee) => employee=employee); employee_hired.send_robust(sender=Employees, employee=employee)
# sends another signal -> event_signal was sent
employee_hired.send_robust(sender=Employees, employee=employee) => event_signal.send_robust(sender=Employees, message="Hired", employee=employee)
import employee_hired => import event_signal
""")


TOO_EARLY = "the others told when `employee` is stored", "there was no row yet"


@task.judge
def judge(hire_and_tell):
    ada, grace, alan = sample_roster()[:3]
    for fields in ada, grace, grace:
        expect_stored(hire_and_tell, fields, break_in_save if fields is ada else just_raise)
    if (number := Employees.objects.count()) != 3:
        wrong("three people stored after three hires, two of whom have one name", f"{number} are")
    expect_stored(hire_and_tell, stranger(), just_raise)
    expect_the_right_one(hire_and_tell)
    expect_refusal(hire_and_tell)
    with taken_back():
        hire_and_tell(**alan)


def expect_the_right_one(hire_and_tell):
    """Judge it wrong where somebody else is told of, who was stored a moment later."""
    heard, fields = [], stranger()
    alone = disconnected(employee_hired, place_hired)
    hear = connected(employee_hired, lambda employee, **told: heard.append(employee))
    with alone, hear, another_is_stored(first_name=fields["first_name"]):
        hired = hire_and_tell(**fields)
    another = "was stored a moment later: keep the one that you stored in a variable."
    for who, person in [("The person told of", it) for it in heard] + [("Who is returned,", hired)]:
        if other(person, fields):
            wrong("the person of these fields told of, and returned", f"{who} {another}")


def expect_refusal(hire_and_tell):
    """Judge it wrong where others hear of somebody whom the database refuses, or the caller not."""
    with disconnected(employee_hired, place_hired), listening(employee_hired) as heard:
        when = "the error, when the database refuses somebody"
        refusals = IntegrityError, ValidationError  # of full_clean()
        expect_error(lambda: hire_and_tell(**stranger() | {"age": 400}), refusals, when)
    if heard:
        wrong("nobody told of somebody whom the database refuses", "the others were told")


def expect_stored(hire_and_tell, fields, receiver):
    heard, is_stored = [], []

    def hear(sender, signal, **told):
        heard.append((sender, told, transaction_is_open()))

    def write_a_row(sender, employee=None, **kwargs):
        is_stored.append(getattr(employee, "pk", None) is not None)
        OutboxEvent.objects.create(name="told")

    before, number = OutboxEvent.objects.count(), Employees.objects.count()
    others = same_rows(Employees.objects.all(), Shifts.objects.all())
    others_hear = connected(employee_hired, write_a_row, receiver, hear)
    alone = disconnected(employee_hired, place_hired)  # of the project; it needs a stored person
    with quiet(), others, alone, others_hear, trace() as seen:
        try:
            hired = hire_and_tell(**fields)
        except Exception as error:
            if not all(is_stored):
                wrong(*TOO_EARLY)
            if isinstance(error, NoBadge | IntegrityError):
                wrong("a caller who hears of no error", "the receiver's error reached the caller")
            raise
    stored = Employees.objects.filter(**fields).last()
    if stored is None and Employees.objects.filter(age=fields["age"]).exists():
        wrong("somebody stored with the fields that were given", "a field is another one")
    if stored is None:
        reason = "Is save() called? Or was a transaction open, and a receiver broke it?"
        wrong("the person stored", "there is no row", reason)
    if type(hired) is not Employees or hired != stored:
        wrong("the person who was stored, returned", f"it returned {hired!r}")
    expect_no_signal_besides(seen, employee_hired)
    if Employees.objects.count() > number:
        expect_receivers_asked(seen)
    if receiver is not break_in_save:
        expect_saved_once(seen)
    if not heard:
        if OutboxEvent.objects.count() == before:
            wrong("the signal sent", "nobody was told")
        every = "Another receiver failed before it: send_robust() goes on, and logs that."
        wrong("everybody told", "the last receiver was not called", every)
    if OutboxEvent.objects.count() == before:
        inside = "It was told inside the transaction: a savepoint takes it back."
        wrong("what another receiver stored", "it is gone, because one of them failed", inside)
    expect_sent_once(seen, employee_hired)
    if (events := OutboxEvent.objects.count() - before) != 1:
        wrong("one event in the outbox, a receiver's", f"there are {events}", NOTHING_ELSE)
    if (payloads := [it for _, it, _ in heard]) != [{"employee": stored}]:
        wrong("the payload as before: `employee`, once", f"it was {payloads}")
    if not all(is_stored):
        wrong(*TOO_EARLY)
    [(sender, _, is_open)] = heard
    if is_open:
        wrong("the signal sent when the row is committed", "the transaction was still open")
    if sender is not Employees:
        wrong("the sender as before: the class Employees", f"it was {sender!r}")


def break_in_save(sender, employee=None, **kwargs):
    if employee:
        employee.age = 400
        employee.save()


class NoBadge(Exception):
    """What comes out of a receiver that fails."""


def just_raise(sender, **kwargs):
    raise NoBadge
