from classroom.exercises.vocabulary import *

task = Task.of("""
07-b: Call it for many (repair, 2 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
== starter
def hire_many(people):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        return Employees.objects.bulk_create(people)
== hints
- What does `bulk_create()` return, and where would you call the rule with it?
- Keep the people: `people = Employees.objects.bulk_create(people)`. Below that, inside the block, call
  `scheduling.assign_many(people)`. Then return them.
== solution
from django.db import transaction

from speedy import scheduling


def hire_many(people):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        people = Employees.objects.bulk_create(people)
        scheduling.assign_many(people)
    return people
== why
A function can take a list, so 30 people need hardly more statements than one.
== equal
the wipe places those who sat on an expired shift, and nobody else <- `people = *comes first*
bulk_create() stores and returns the objects that it is given <- EmployeesWithoutHooks*
== others
from functools import partial
from speedy.signals.custom_signals import employee_hired
@transaction.atomic
def hire_many(people):
    scheduling.wipe_expired_shifts()
    stored = Employees.objects.bulk_create(people)
    assign_many(stored)
    for person in stored:
        transaction.on_commit(partial(employee_hired.send_robust, sender=Employees, employee=person))
    return stored
== mistakes
# a star before the list -> write `people` alone
hire_many(people) => hire_many(*people)
# one by one -> one by one
-         people = Employees.objects.bulk_create(people)
-         scheduling.assign_many(people)
+         for person in people:
+             person.save()
+             scheduling.assign(person)
# hires others with the same fields -> Others like them were stored
from speedy.wirings import hire_by_call
    names = "first_name", "last_name", "address", "age"
    return [hire_by_call(**{it: getattr(person, it) for it in names}) for person in people]
# places nobody -> without a shift
assign_many(people) => assign_many([])
# each name once -> two of one name are two
people = Employees.objects.bulk_create(people) => people = Employees.objects.bulk_create(list({str(it): it for it in people}.values()))
# begins with the last -> placed first
assign_many(people) => assign_many(people[::-1])
# places thirty at most -> 4 of 34 are without a shift
assign_many(people) => assign_many(people[:30])
# nothing for an empty list -> an empty list for an empty one
return people => return people or None
# queries in a block that is broken -> let the error leave it
-         scheduling.assign_many(people)
+         try:
+             scheduling.assign_many(people)
+         except Exception:
+             Employees.objects.filter(pk__in=[it.pk for it in people]).delete()
+             raise
# changes a field -> a field of somebody
people = Employees.objects.bulk_create(people) => people[0].address = "-"; people = Employees.objects.bulk_create(people)
# stores some twice -> once
people = Employees.objects.bulk_create(people) => people = Employees.objects.bulk_create(people); Employees.objects.create(**sample_roster()[0])
# wipes last -> Wipe first
scheduling.wipe_expired_shifts() => pass
assign_many(people) => assign_many(people); scheduling.wipe_expired_shifts()
# the wipe before the transaction -> stays wiped
- def hire_many(people):
+ def hire_many(people):
+     scheduling.wipe_expired_shifts()
-         scheduling.wipe_expired_shifts()
# returns the seats -> it returned
people = Employees.objects.bulk_create(people) => return scheduling.assign_many(Employees.objects.bulk_create(people))
        scheduling.assign_many(people) =>
    return people =>
""")


@task.judge
@muted(employee_created, wipe_before_hire, place_hired)
def judge(hire_many):
    roster, alone = sample_roster(), idle()
    for fields in (roster[:2], [], roster[2:] + roster[2:8]):
        people = [Employees(**it) for it in fields]
        number = Employees.objects.count() + len(people)
        with adds_only(*HIRED), as_given(people), trace() as seen:
            hired = hire_many(people)
        if (stored := Employees.objects.count()) != number:
            once = "Store each person of the list once: two of one name are two."
            wrong(f"{number} people stored", f"{stored} are", once)
        expect_keys_of(people)
        if left := len(unplaced(people)):
            wrong("everybody has a shift", f"{left} of {len(people)} are without a shift")
        if not isinstance(hired, list | tuple) or not is_just(list(hired), people):
            given = "the stored people, returned" if people else "an empty list for an empty one"
            wrong(given, f"it returned {hired!r:.80}")
        expect_stored_as_given(people, fields)
        days = [it.shifts.earliest("shift_date").shift_date for it in people]
        if days != sorted(days):
            first = "Give assign_many() the list as it is: who comes first in it is placed first."
            wrong("people placed in the order of the list", "they are in another order", first)
        expect_idle(alone)
    expect_few_statements(seen, people)
    expect_saved_once(seen)
    expect_one_transaction(seen, Employees, ShiftsEmployees)
    with taken_back():
        hire_many([Employees(**roster[0])])
    expect_wiped_first(lambda: hire_one(hire_many, roster[0]))
    expect_caller_goes_on(lambda: hire_many([Employees(**roster[0])]))


def hire_one(hire_many, fields):
    hire_many([person := Employees(**fields)])
    return person
