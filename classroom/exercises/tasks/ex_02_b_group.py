from classroom.exercises.vocabulary import *

task = Task.of('''
02-b: A group joins (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
== starter
def hire_group(people):
    """Store these people, and make sure that each of them gets a shift."""
== hints
- Which of the two ways to store a row sends signals: save(), or bulk_create()?
- A loop over the people that calls `person.save()` is enough. Or: `assign_many(Employees.objects.bulk_create(people))`.
== solution
    for person in people:
        person.save()
== why
`save()` sends the signals, so the receiver places each person. After `bulk_create()` you call the rule yourself.
== equal: no answer, again
== others
    Employees.objects.bulk_create(people)
    assign_many(people)
# or
    try:
        for person in Employees.objects.bulk_create(people):
            assign(person)
    finally:
        print(Employees.objects.count(), "people work here.")
== mistakes
# places only the first -> no shift
    Employees.objects.bulk_create(people)
    assign(people[0])
# stores ten at most -> 12 people more
in people => in people[:10]
# stores nobody -> not stored
    print(people)
# sends the signal itself -> by hand is none
from django.db.models.signals import post_save
    for person in Employees.objects.bulk_create(people):
        post_save.send(sender=Employees, instance=person, created=True, raw=False, using="default")
# stores twice -> twice
person.save() => person.save(); Employees.objects.create(first_name=person.first_name, last_name="-", address="-", age=30)
# makes others of them -> those of the list
person.save() => Employees.objects.create(first_name=person.first_name, last_name=person.last_name, address=person.address, age=person.age)
# changes a field -> a field of somebody
person.save() => person.address = "-"; person.save()
# places everybody anew -> one is gone
    ShiftsEmployees.objects.all().delete()
    sitting = list(Employees.objects.exclude(pk=1))
    assign_many([*sitting, *Employees.objects.bulk_create(people)])
# places all of these names -> had no shift before
    Employees.objects.bulk_create(people)
    assign_many(Employees.objects.filter(last_name__in=[it.last_name for it in people]))
# takes the list apart -> the list as it was given
for person in people: => while people:
person.save() => people.pop(0).save()
# opens a shift for each -> first shift with room
def hire_group(people):
    for number, person in enumerate(Employees.objects.bulk_create(people)):
        shift, _ = Shifts.objects.get_or_create(shift_date=date.today() + timedelta(days=number))
        shift.employees_shift.add(person)
''')


@task.judge
def judge(hire_group):
    roster = sample_roster()
    alone, first = idle(0), 1  # also an Ada
    for number, group in (
        (2, roster[:2]),
        (0, []),
        (12, [stranger(), *roster[3:5], roster[0], roster[0], *roster[9:16]]),
    ):  # three are called Ada
        people = [Employees(**it) for it in group]
        with as_given(people), adds_only(*HIRED), trace() as seen:
            hire_group(people)
        expect_saved_once(seen, most=2 * number)
        if Employees.objects.count() > first + number:
            wrong(f"{number} people more", "somebody was stored twice")
        if Employees.objects.count() < first + number:
            each = "Is save() called for each of them, with its brackets? A `return` ends a loop."
            wrong(f"{number} people more", "somebody was not stored", each)
        first += number
        expect_keys_of(people)
        expect_stored_as_given(people, group)
        if left := unplaced(people):
            silent = "bulk_create() sends no signal: after it, call the rule for each of them."
            wrong("a shift for each of them", f"{left[0]} has no shift", silent)
        expect_idle(alone)
    if ShiftsEmployees.objects.count() >= first:
        wrong("one seat for each", "somebody has two seats")
    taken = list(Shifts.objects.order_by("shift_date").values_list("headcount", flat=True))
    if taken != [3, 3, 3, 3, 2]:
        expected = "three to a shift, each on the first shift with room"
        mistake = "The rule is there already: `assign()` for one, `assign_many()` for many."
        wrong(expected, f"the seats taken on each day are {', '.join(map(str, taken))}", mistake)
