from classroom.exercises.vocabulary import *

task = Task.of("""
05-a: All or nothing (repair, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/
== starter
def hire(**fields):
    employee = Employees.objects.create(**fields)
    place(employee)
    return employee
== hints
- Which two steps have to happen together, and what goes around both?
- Create the person and call `place(employee)` inside `with transaction.atomic():`.
== solution
from django.db import transaction

from speedy import scheduling


def place(employee):
    scheduling.wipe_expired_shifts()
    scheduling.assign(employee)


def hire(**fields):
    with transaction.atomic():
        employee = Employees.objects.create(**fields)
        place(employee)
    return employee
== why
Two steps in one transaction. Anybody who reads it knows what a hire does.
== equal: a proxy
== others
Employees. => EmployeesWithoutHooks.
# or
    try:
        with transaction.atomic():
            scheduling.wipe_expired_shifts()
            employee = Employees(**fields)
            employee.save()
            assign(employee)
    except Exception as error:
        raise RuntimeError("nobody was hired") from error
    return employee
== mistakes
# takes a dict -> `**fields` takes them all
hire(**fields => hire(fields
# the lock of the rota for a transaction -> locked_rota() make none
transaction.atomic() => scheduling.locked_rota()
# by the custom signal -> employee_hired was sent
from speedy.wirings import hire_by_custom_signal
    return hire_by_custom_signal(**fields)
# by the save() override -> a save() that is overridden
from speedy.wirings import hire_by_save
    return hire_by_save(**fields)
# makes one of the row alone -> in more than one transaction
        place(employee) =>     place(employee)
# the wipe before the transaction -> stays wiped
    scheduling.wipe_expired_shifts()
    with transaction.atomic():
        employee = Employees.objects.create(**fields)
        scheduling.assign(employee)
    return employee
# forgets to wipe -> yesterday's shift is still there
        place(employee) =>         scheduling.assign(employee)
# wipes last -> Wipe first
        place(employee) =>         scheduling.assign(employee); scheduling.wipe_expired_shifts()
# stores another address -> their fields are not what was given
objects.create(**fields) => objects.create(**fields | {"address": "-"})
# skips the receivers of others -> bulk_create() sends no signal
Employees.objects.create(**fields) => Employees.objects.bulk_create([Employees(**fields)])[0]
# saves again -> one pre_save and one post_save
        place(employee) =>         place(employee); employee.save()
# opens one more -> no row of Shifts that nobody needs
        place(employee) =>         place(employee); Shifts.objects.create(shift_date="2022-12-24")
# places everybody who is idle -> that person was placed as well
assign(employee) => assign_many(Employees.objects.without_shift())
# places the one who was stored last -> a moment later
employee = Employees.objects.create(**fields) => Employees.objects.create(**fields); employee = Employees.objects.last()
# takes a seat by hand -> Call the rule
        place(employee) =>         scheduling.wipe_expired_shifts(); shift = Shifts.objects.current().with_room().first() or scheduling.open_next(Shifts.objects.current()); ShiftsEmployees.objects.create(employee=employee, shift=shift)
# takes the same fields for the same person -> It stores one person
objects.create(**fields) => objects.get_or_create(**fields)[0]
# takes the first of the same fields -> the first was returned again
    return employee =>     return Employees.objects.filter(**fields).first()
# returns what place() returns -> it returned None
    return employee =>     return place(employee)
# hides the error -> hides where it comes from
    try:
        with transaction.atomic():
            employee = Employees.objects.create(**fields)
            place(employee)
    except Exception:
        raise ValueError("not hired") from None
    return employee
""")


@task.judge
@muted(employee_created, wipe_before_hire, place_hired)
def judge(hire):
    alone = idle()
    first, second, third, fourth = sample_roster()[:4]
    with no_receiver():
        for fields in first, stranger(), second, second:
            seen = expect_placed(hire, fields)
        expect_new_namesake(hire, second)
        with taken_back():
            hire(**third)
    with another_is_stored():
        fields = stranger()
        person = hire(**fields)
    if other(person, fields) or not person.shifts.exists():
        later = "Somebody else may be stored a moment later: keep the object that create() gives."
        wrong("the person who was hired, placed and returned", "it was another one", later)
    expect_idle(alone)
    expect_one_transaction(seen, Employees, ShiftsEmployees)
    expect_wiped_first(lambda: hire(**fourth))
    expect_caller_goes_on(lambda: hire(**fourth))


def expect_placed(hire, fields):
    number = Employees.objects.count() + 1
    with adds_only(*HIRED), seats_of_the_rule(), trace() as seen:
        employee = hire(**fields)
    expect_no_signal_besides(seen)
    if any(it.where and "speedy.models" not in it.where for it in seen.filter(kind="method")):
        wrong("a direct call", "a save() that is overridden ran, and called the rule")
    expect_hired(employee, fields, number, rule="place()")
    expect_receivers_asked(seen, type(employee))
    expect_saved_once(seen)
    return seen
