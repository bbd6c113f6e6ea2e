from classroom.exercises.vocabulary import *

task = Task.of("""
testing-3: One receiver less (repair, 6 minutes)
https://docs.djangoproject.com/en/5.2/topics/signals/#disconnecting-signals
== situation
`seated(fields, shift)` helps with tests: it stores an employee and gives them a seat on just this shift. The receiver
`employee_created` would give them another seat, so the helper mutes `post_save`. But now the `headcount` of the shift
stays at 0. And a colleague's receiver, which prints a badge for each newcomer, hears of nobody.
== task
Repair `seated(fields, shift)`: while it works, `employee_created` is not called, and **every other receiver** is. It
still returns the stored `Employees`, with this one seat. Afterwards all receivers are connected as before, in the same
order, even if the helper ends in an error.
== starter
from django.db.models.signals import post_save


def seated(fields, shift):
    with muted(post_save):
        person = Employees.objects.create(**fields)
        ShiftsEmployees.objects.create(employee=person, shift=shift)
    return person
== hints
- How many receivers does post_save have, and how many of them are in your way?
- `disconnected` takes off one receiver, and puts it back in its place. It wants the signal, the receiver, and the
  sender for which it was connected. `who_listens(Employees)` shows them.
- with disconnected(post_save, employee_created, sender=Employees): the rest stays. Import employee_created from
  speedy.signals.employee_assignment.
== solution
  from django.db.models.signals import post_save
+
+ from speedy.signals.employee_assignment import employee_created
-     with muted(post_save):
+     with disconnected(post_save, employee_created, sender=Employees):
== why
A signal has receivers that you never heard of, so take off only the one that is in your way. `disconnected` puts it
back in its place, red or green. `disconnect()` and `connect()` would put it last, and only when nothing raises in
between. `muted(employee_created)` also takes off this one receiver.
== equal
the seats have another receiver <- `person = *` comes first | without the `with disconnected*` around it
== others
disconnected(post_save, employee_created, sender=Employees) => muted(employee_created)
# or
        ShiftsEmployees.objects.create(employee=person, shift=shift) =>     shift.employees_shift.add(person)
== mistakes
# mutes it for the first line only -> who else listens
with disconnected(post_save, employee_created, sender=Employees): => with muted(post_save):
        ShiftsEmployees.objects.create(employee=person, shift=shift) =>     ShiftsEmployees.objects.create(employee=person, shift=shift)
# never connects it again -> not connected any more
    post_save.disconnect(employee_created, sender=Employees)
    person = Employees.objects.create(**fields)
    ShiftsEmployees.objects.create(employee=person, shift=shift)
    return person
# connects it last -> in another order
-     with disconnected(post_save, employee_created, sender=Employees):
+     post_save.disconnect(employee_created, sender=Employees)
+     try:
          ShiftsEmployees.objects.create(employee=person, shift=shift)
+     finally:
+         post_save.connect(employee_created, sender=Employees)
# forgets the sender -> a pair of receiver and sender
, sender=Employees): => ):
# takes another class -> is no Employees
Employees.objects.create(**fields) => EmployeesWithoutHooks.objects.create(**fields)
# gives the other seat back -> was called
    person = Employees.objects.create(**fields)
    person.shifts.set([shift])
    return person
# takes the same fields for the same person -> 4 people stored
Employees.objects.create(**fields) => Employees.objects.get_or_create(**fields)[0]
# returns the first namesake -> who has just been stored
return person => return Employees.objects.filter(**fields).first()
# writes to the shift -> one is another now
    return person =>     Shifts.objects.update(wage_bonus=99); return person
# returns the shift -> no shift, key
return person => return shift
# no seat -> one seat
        ShiftsEmployees.objects.create(employee=person, shift=shift) =>
""")


PAIR = "A connection is a pair of receiver and sender. Is it the pair that is connected then?"
BY_HAND = "Perhaps its work was undone by hand. Take it off before somebody is stored."
LISTENS = "bulk_create() sends no signal; a muted one reaches nobody. So who else listens?"
MUTED = "Is the receiver that counts seats muted, or passed over by a bulk_create()?"


@task.judge
def judge(seated):
    monday = Shifts.objects.create(shift_date=MONDAY)
    later = Shifts.objects.create(shift_date="2022-11-18")
    _, grace, alan, *_ = sample_roster()  # two people of the same fields
    seats = (grace, later), (stranger(), monday), (alan, later), (alan, monday)
    before = entries()
    for number, (fields, shift) in enumerate(seats, start=1):
        expect_seated(seated, fields, shift, number)
        expect_receivers(before, "afterwards")
    with refusing(ShiftsEmployees):
        error_of(lambda: seated(sample_roster()[5], monday), Refused)
    expect_receivers(before, "after an error")


def entries():
    return list(post_save.receivers), list(pre_save.receivers)


def expect_seated(seated, fields, shift, number):
    badges, seats = [], ShiftsEmployees.objects.filter(shift=shift).count()

    def print_badge(sender, instance, created, raw, **kwargs):
        if created and not raw:
            badges.append(instance)

    taken_off = error_told(ValueError, "a receiver that is taken off", PAIR, "was not connected")
    with connected(post_save, print_badge, sender=Employees):
        mixed = entries()
        with taken_off, trace() as seen, adds_only(Employees, ShiftsEmployees):
            person = seated(fields, shift)
        expect_receivers(mixed, "afterwards")
    if any("employee_created" in it.what for it in seen.filter(kind="delivery")):
        wrong("employee_created not called", "it was called", BY_HAND)
    expect_saved_once(seen)
    if isinstance(person, Employees):
        if type(person) is not Employees:
            proxy = "A proxy is no Employees: another sender."
            wrong("an Employees", f"it returned {person!r}", proxy)
        if (stored := Employees.objects.count()) != number:
            wrong(f"{number} people stored by then", f"there are {stored}")
        if badges != [person]:
            happened = f"it heard of {badges or 'nobody'}"
            mistake = LISTENS if len(badges) != 1 else "Return the one who has just been stored."
            wrong("a badge for the newcomer, by the receiver of a colleague", happened, mistake)
        if list(person.shifts.all()) != [shift]:
            days = ", ".join(map(str, person.shifts.all())) or "none"
            wrong(f"one seat, on the {shift}", f"there are: {days}")
    expect_hired(person, fields, number, "seated()")
    stored = Shifts.objects.get(pk=shift.pk)
    if stored.headcount != seats + 1:
        wrong(f"a headcount of {seats + 1}", f"it is {stored.headcount}", MUTED)


def expect_receivers(before, when):
    for then, now in zip(before, entries(), strict=True):
        if {it[0] for it in then} != {it[0] for it in now}:
            wrong(f"every receiver connected {when}", "one is not connected any more, or is new")
        if [it[0] for it in then] != [it[0] for it in now]:
            order = "connect() puts a receiver last."
            wrong(f"the receivers as before {when}", "they are in another order", order)
