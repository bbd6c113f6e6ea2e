from django.db.models import QuerySet

from classroom.exercises.vocabulary import *

MOST = 60

task = Task.of(
    """
bulk-1: Thirty at once (repair, 10 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
== situation
Thirty people join on one day. A loop over `save()` took two hundred statements, so somebody wrote `hire_night_shift`.
It is quick. But none of the thirty has a shift, and yesterday's shift is still on the rota.
== starter
def hire_night_shift(people):
    return Employees.objects.bulk_create(people)
== hints
- Which receiver places somebody who is saved, and which function does it call?
- speedy.scheduling has a function that places many people in a few statements, and one that wipes. hire_many_by_call in
  speedy.wirings shows both at work.
- from speedy import scheduling; then scheduling.wipe_expired_shifts(), people = Employees.objects.bulk_create(people),
  scheduling.assign_many(people), return people. All of it in one transaction.atomic().
== solution
from django.db import transaction
from speedy import scheduling
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        people = Employees.objects.bulk_create(people)
        scheduling.assign_many(people)
    return people
== why
`bulk_create()` sends no signal, so its caller does what the two receivers would have done: two lines, because the rule
takes a list. The wipe comes first, as in `pre_save`: after the thirty it would place the displaced people behind them.
The transaction stores all thirty, or none.
== equal
a proxy
the wipe may come last, which is another rota, and as good <- *people = Employees.objects.bulk_create(people)` comes first*
== others
from speedy.scheduling import wipe_expired_shifts
@transaction.atomic
def hire_night_shift(people):
    stored = Employees.objects.bulk_create(people, batch_size=10)
    assign_many(stored)
    wipe_expired_shifts()
    return stored
# or
from speedy.wirings import hire_many_by_call as hire_night_shift
== mistakes
# a loop of save() -> stored one by one
people = Employees.objects.bulk_create(people) => for person in people:
        scheduling.assign_many(people) =>             person.save()
# a loop of assign() -> takes a list
-         scheduling.assign_many(people)
+         for person in people:
+             scheduling.assign(person)
# sends post_save by hand -> A signal for each
-         scheduling.assign_many(people)
+         from django.db.models.signals import post_save
+         for person in people:
+             post_save.send(Employees, instance=person, created=True, raw=False)
# places everybody who is idle -> that person was placed as well
assign_many(people) => assign_many(Employees.objects.without_shift())
# places them after the commit -> on_commit() comes after it
scheduling.assign_many(people) => transaction.on_commit(lambda: scheduling.assign_many(people))
# wipes after the commit -> on_commit() comes after it
scheduling.wipe_expired_shifts() => transaction.on_commit(scheduling.wipe_expired_shifts)
# returns the last of the table -> other people
return people => return list(Employees.objects.order_by("-pk")[:len(people)])
# makes the seats by hand -> and count
-         scheduling.assign_many(people)
+         first = Shifts.objects.latest("shift_date").shift_date
+         days = [first + timedelta(days=1 + number) for number in range(len(people))]
+         shifts = Shifts.objects.bulk_create(Shifts(shift_date=day) for day in days)
+         ShiftsEmployees.objects.bulk_create(
+             ShiftsEmployees(employee=person, shift=shift)
+             for person, shift in zip(people, shifts)
+         )
# places them before they are stored -> a seat needs their key
-         people = Employees.objects.bulk_create(people)
          scheduling.assign_many(people)
+         people = Employees.objects.bulk_create(people)
# wipes by hand -> Katherine
scheduling.wipe_expired_shifts => Shifts.objects.expired().delete
# takes the list apart -> the list as it was given
Employees.objects.bulk_create(people) => Employees.objects.bulk_create([people.pop() for _ in people[:]])
# each name once -> 3 more people in the table
bulk_create(people) => bulk_create({str(it): it for it in people}.values())
# ten at a time -> between one BEGIN and its COMMIT
-     with transaction.atomic():
-         scheduling.wipe_expired_shifts()
-         people = Employees.objects.bulk_create(people)
-         scheduling.assign_many(people)
+     for at in range(0, len(people), 10):
+         with transaction.atomic():
+             scheduling.wipe_expired_shifts()
+             scheduling.assign_many(Employees.objects.bulk_create(people[at:at + 10]))
# changes a field -> a field of somebody
people = Employees.objects.bulk_create(people) => people[0].address = "-"; people = Employees.objects.bulk_create(people)
# writes to others -> one is another now
scheduling.assign_many(people) => scheduling.assign_many(people); Employees.objects.update(address="-")
# moves the shift -> It was moved, not wiped
scheduling.wipe_expired_shifts( => Shifts.objects.expired().update(shift_date="2022-11-15"
# places the first thirty -> of the 41
assign_many(people => assign_many(people[:30]
# returns empty people with the keys -> other people
return people => return [Employees(pk=person.pk) for person in people]
# the wipe is committed by itself -> a part of it was stored
-     with transaction.atomic():
-         scheduling.wipe_expired_shifts()
+     scheduling.wipe_expired_shifts()
+     with transaction.atomic():
""",
    task=f"""
Repair `hire_night_shift(people)`: in one transaction it stores a list of unsaved `Employees`, and returns them.
Afterwards each of them sits on a shift, the shifts before today are wiped, and every `headcount` is true. Anybody else
who had no shift still has none. Who sits where does not matter. For thirty people it takes fewer than {MOST} SQL
statements. (The rule is in `speedy.scheduling`.)
""",
)


UNHEARD = "bulk_create() sends no post_save, so no receiver placed them: call the rule, for all."
LATER = "Do it in the transaction that stores them: on_commit() comes after it."
UNWIPED = "bulk_create() sends no pre_save either, and a receiver of pre_save wipes."
AGAIN = "The people of a wiped shift are placed again: the rule has a function that does both."
LOOPED = "Perhaps people were stored one by one, in a loop."
SENT = "A signal for each places them one by one. The rule has a function that takes a list."
PLACED = "Perhaps people were placed one by one. The rule has a function that takes a list."


@task.judge
def judge(hire_night_shift):
    [gone], alone = unheard(7), idle(6)
    key = gone.pk
    gone.delete()  # so that the last of the table are not the last who came
    Employees.objects.create(**fields_of("Katherine Day"))
    stand_on(MONDAY + timedelta(days=1))
    batch = [fields_of(f"Zoe {letter}") for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO"]
    with taken_back():
        judge_batch(hire_night_shift, sample_roster())
    expect_all_or_nothing(lambda: hire_night_shift(unsaved(batch[:4])), ShiftsEmployees)
    judge_batch(hire_night_shift, sample_roster())
    new_shift(-9, idle())
    judge_batch(hire_night_shift, batch, most=2 * MOST)
    expect_idle(alone)
    judge_batch(hire_night_shift, [it := stranger(), it, it | {"id": key}])
    expect_caller_goes_on(lambda: hire_night_shift(unsaved(batch[:4])))


def unsaved(persons):
    return [Employees(**fields) for fields in persons]


def judge_batch(hire_night_shift, persons, most=MOST):
    before, number = list(Employees.objects.values_list("pk", flat=True)), len(persons)
    expired = list(Shifts.objects.expired().values_list("pk", flat=True))
    seated = list(Employees.objects.filter(shifts__in=expired))
    people, kept = unsaved(persons), adds_only(Employees, of=(Employees, OutboxEvent))
    with kept, trace() as seen, as_given(people):
        hired = hire_night_shift(people)
    stored = Employees.objects.exclude(pk__in=before)
    if stored.count() != number:
        wrong(f"{number} more people in the table", f"{stored.count()} of them are")
    expect_keys_of(people)
    expect_stored_as_given(people, persons)
    late = LATER if seen.filter(kind="on_commit") else ""
    if left := stored.without_shift().count():
        wrong("a shift for everybody", f"{left} of the {number} have none", late or UNHEARD)
    if Shifts.objects.filter(pk__in=expired).exists():
        moved = late if Shifts.objects.expired().exists() else "It was moved, not wiped."
        wrong("no shift from before today", "Monday's is there, on Tuesday", moved or UNWIPED)
    if lost := unplaced(seated):
        wrong(f"a shift for {lost[0]}, who sat on a wiped one", "there is none now", AGAIN)
    expect_true_headcounts()
    if len(seen.statements) >= most:
        saved = [it for it in seen.statements if stores(Employees, it)]
        by_one = SENT if seen.filter(post_save, sender=Employees) else PLACED
        by_one = LOOPED if len(saved) >= number else by_one
        wrong(f"fewer than {most} SQL statements", f"it took {len(seen.statements)}", by_one)
    expect_usual_shifts()
    expect_people(hired, stored)
    if not connection.in_atomic_block:
        expect_one_transaction(seen, Employees, ShiftsEmployees)


def expect_usual_shifts():
    shifts = Shifts.objects.order_by("shift_date")
    usual = [(MONDAY + timedelta(days=1 + it), 50, 8) for it in range(len(shifts))]
    came = list(shifts.values_list("shift_date", "wage_bonus", "total_hours"))
    if came != usual or any(it.headcount < SEATS for it in list(shifts)[:-1]):
        rule = "The rule chooses the days, and assign_many() follows it."
        happened = f"the shifts are of {', '.join(f'{day:%d %B}' for day, *_ in came)}"
        wrong("the first shifts with room, a usual one a day from today on", happened, rule)


def expect_people(hired, stored):
    mistake, listed = "A list of people is wanted.", isinstance(hired, list | tuple | QuerySet)
    if listed and all(isinstance(it, Employees) for it in hired):
        came, there = ({(it.pk, str(it), it.age) for it in them} for them in (hired, stored))
        mistake = "" if came == there else "These are other people, or not all of them."
    if mistake:
        wrong(f"the {len(stored)} stored people, returned", f"it returned {hired!r}", mistake)
