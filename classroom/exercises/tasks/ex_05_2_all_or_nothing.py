from classroom.exercises.vocabulary import *

task = Task.of("""
05-2: All of Ada, or nothing (repair, 6 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
== situation
`hire` hires by built-in signals. If the rule raises an error, only this wiring leaves something behind: Ada is stored,
without a shift, and yesterday's shift has been wiped for her.
== task
Repair `hire(**fields)`: if the rule raises an error, everything is as it was before, and the error still comes out.
Otherwise `hire` returns the stored `Employees`. The receivers still place people: it stays the wiring of **built-in
signals**.
== starter
def hire(**fields):
    return Employees.objects.create(**fields)
== hints
- What do the other three wirings put around all that they do, and where could it stand here?
- The receivers of pre_save, the INSERT and the receivers of post_save are three steps. Outside a transaction each is
  committed by itself. atomic() makes one transaction of them.
- from django.db import transaction; then, in hire: with transaction.atomic(): return Employees.objects.create(**fields)
== solution
from django.db import transaction
    with transaction.atomic():
        return Employees.objects.create(**fields)
== why
A receiver cannot put a transaction around the save that called it, but the caller can. Then the wipe, the row and the
seat are all stored, or none of them. The price: every caller has to remember it.
== others
@transaction.atomic
def hire(**fields):
    person = Employees(**fields)
    person.full_clean()
    person.save()
    assert person.shifts.exists(), "nobody has placed this person"
    return person
== mistakes
# cleans up by hand -> who worked here before
    try:
        return Employees.objects.create(**fields)
    except Exception:
        Employees.objects.filter(**fields).delete()
        raise
# cleans up her row alone -> pre_save
    person = Employees(**fields)
    try:
        person.save()
    except Exception:
        person.delete()
        raise
    return person
# places them itself, too -> they are placed without it
-         return Employees.objects.create(**fields)
+         person = Employees.objects.create(**fields)
+         assign(person)
+         return person
# takes the last for the newcomer -> another person was returned
-         return Employees.objects.create(**fields)
+         Employees.objects.create(**fields)
+         return Employees.objects.last()
# takes the first of the same fields -> the first was returned again
    with transaction.atomic():
        Employees.objects.create(**fields)
        return Employees.objects.filter(**fields).first()
# a line too many -> nothing written to the event log
-         return Employees.objects.create(**fields)
+         person = Employees.objects.create(**fields)
+     from speedy.signals.event_logging import log_event
+     log_event(f"{person} was hired")
+     return person
# swallows an error of one kind -> no error came out
import transaction => import transaction; from contextlib import suppress
with transaction.atomic(): => with suppress(ValueError), transaction.atomic():
# drops an argument -> are not what was given
hire(**fields) => hire(id=None, **fields)
# returns a proxy -> one of EmployeesWithoutHooks
return Employees.objects.create(**fields) => return EmployeesWithoutHooks.objects.get(pk=Employees.objects.create(**fields).pk)
# catches inside -> before atomic() saw it
-         return Employees.objects.create(**fields)
+         try:
+             return Employees.objects.create(**fields)
+         except Exception as error:
+             print(error)
# another wiring -> direct call
from speedy.wirings import hire_by_call as hire
# the wipe is not called -> yesterday's shift is still there
from django.db.models.signals import pre_save
from speedy.signals.employee_assignment import wipe_before_hire
    with transaction.atomic(), disconnected(pre_save, wipe_before_hire, sender=Employees):
        return Employees.objects.create(**fields)
# undoes a transaction that may be the caller's -> leave it to atomic()
    try:
        with transaction.atomic():
            return Employees.objects.create(**fields)
    except Exception:
        transaction.rollback()
        raise
# takes the namesake -> where a namesake is there
Employees.objects.create(**fields) => Employees.objects.get_or_create(**fields)[0]
# stores in bulk -> it sends no post_save
-         return Employees.objects.create(**fields)
+         [person] = Employees.objects.bulk_create([Employees(**fields)])
+         assign(person)
+         return person
# a transaction around the wrong line -> does not reach around the save
-         return Employees.objects.create(**fields)
+         person = Employees(**fields)
+     person.save()
+     return person
""")


@task.judge
def judge(hire):
    ada, *others = sample_roster()
    namesake = Employees.objects.create(**ada)
    stand_on(MONDAY + timedelta(days=1))
    expect_all_taken_back(hire, ada, namesake)
    for number, (key, fields) in enumerate(zip((900, 800), others, strict=False), start=2):
        with adds_only(Employees, of=(Employees, OutboxEvent)), trace() as seen:
            person = hire(id=key, **fields)
        expect_receivers(seen)
        expect_hired(person, fields | {"id": key}, number)
        if type(person) is not Employees:
            wrong("one of Employees, returned", f"it is one of {type(person).__name__}")
        if Shifts.objects.filter(shift_date=MONDAY).exists():
            unheard = "A receiver of pre_save wipes; it has to stay connected."
            wrong("the shifts before today wiped", "yesterday's shift is still there", unheard)
        expect_one_transaction(seen, Employees, ShiftsEmployees)
    expect_new_namesake(hire, others[5])
    expect_placed_by_receiver(lambda: hire(**others[2]))
    with taken_back():
        hire(**others[3])
    expect_caller_goes_on(lambda: hire(**others[4]))


def expect_all_taken_back(hire, ada, namesake):
    before = rows()
    expected = "everything as it was before"
    with trace() as seen:
        error = error_of_the_rule(lambda: hire(**ada))
    expect_receivers(seen)
    if not Employees.objects.filter(pk=namesake.pk).exists():
        by_hand = "Deleting by hand takes more, or less, than was written. A transaction takes back just that."
        wrong(expected, f"another {namesake}, who worked here before, is gone as well", by_hand)
    if Employees.objects.count() > 1:
        reach = "The transaction does not reach around the save, or there is none."
        inside = "The error was caught before atomic() saw it, so atomic() committed."
        happened = "she is in the table, without a shift"
        wrong("Ada's row rolled back", happened, reach if error else inside)
    if not Shifts.objects.filter(shift_date=MONDAY).exists():
        earlier = "Only her row was taken back. A receiver of pre_save had wiped before that."
        wrong(expected, "Ada is gone, but so is yesterday's shift", earlier)
    if rows() != before:
        came = "some rows are not what they were"
        wrong(expected, came, "Rows that are made anew are other rows.")
    if error is None:
        believed = "The caller believes that Ada is hired."
        wrong("BrokenRule for the caller", "all was rolled back, and no error came out", believed)
    expect_undone(seen)


def expect_receivers(seen):
    expect_saved_once(seen)
    if seen.filter(post_save, sender=Employees, kind="delivery"):
        return
    senders = {it.sender for it in seen.filter(kind="method") if "Employees" in it.sender}
    saved = ", ".join(sorted(senders - {"ShiftsEmployees"}))
    mistake = "get_or_create() stores nobody where a namesake is there."
    if saved:
        mistake = "That may be atomic, but it is another wiring, such as the direct call."
    elif any(stores(Employees, sql) for sql in seen.statements):
        mistake = "bulk_create() is no save(): it sends no post_save."
    expected = "people of the class Employees, placed by the receiver of its post_save"
    wrong(expected, f"that receiver was not called; saved was: {saved or 'nobody'}", mistake)
