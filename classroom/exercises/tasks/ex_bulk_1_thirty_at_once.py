"""bulk-1: a batch of which nobody hears."""

from django.db.models import QuerySet

from classroom.exercises.vocabulary import *

MOST = 60

task = Task(
    id="bulk-1",
    title="Thirty at once",
    kind="repair",
    minutes=10,
    call="hire_night_shift(people)",
    situation="""
A factory closes, and thirty people join on one day. A loop over `save()` took two hundred statements, so somebody wrote
`hire_night_shift`. It is quick. But none of the thirty has a shift, and yesterday's shift is still on the rota.
""",
    task=f"""
Repair `hire_night_shift(people)`: it takes a list of unsaved `Employees`, stores them and returns them, in one
transaction. Afterwards everybody sits on a shift, the shifts before today are wiped, and every `headcount` is true, as
after thirty hires. Who sits where does not matter. For thirty people it takes fewer than {MOST} SQL statements. (The
rule is in `speedy.scheduling`.)
""",
    starter="""
def hire_night_shift(people):
    return Employees.objects.bulk_create(people)
""",
    hints=(
        "Who would have placed them, had each been saved by itself, and which function does that receiver call?",
        "speedy.scheduling has a function that places many people in a few statements, and one that wipes. "
        "hire_many_by_call in speedy.wirings shows both at work.",
        "from speedy import scheduling; then scheduling.wipe_expired_shifts(), "
        "people = Employees.objects.bulk_create(people), scheduling.assign_many(people), return people.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create",
    solution="""
from django.db import transaction
from speedy import scheduling


def hire_night_shift(people):
    with transaction.atomic():
        scheduling.wipe_expired_shifts()
        people = Employees.objects.bulk_create(people)
        scheduling.assign_many(people)
    return people
""",
    why="`bulk_create()` sends no signal, so the code that calls it does what the two receivers would have done. It is two "
    "lines, because the rule is a function that takes a list. The wipe comes first, as in `pre_save`. After the thirty "
    "it would place the displaced people behind them, which is another rota. The transaction makes one step of it: all "
    "thirty, or none.",
    equal={
        "the wipe may come last, which is another rota, and as good": (
            "*people = Employees.objects.bulk_create(people)` comes first*",
        ),
        "a proxy stores the same rows": ("EmployeesWithoutHooks for Employees*",),
    },
    others=(
        """
from speedy.scheduling import wipe_expired_shifts
@transaction.atomic
def hire_night_shift(people):
    stored = Employees.objects.bulk_create(people, batch_size=10)
    assign_many(Employees.objects.without_shift().order_by("pk"))
    wipe_expired_shifts()
    return stored
""",
        "from speedy.wirings import hire_many_by_call as hire_night_shift",
    ),
    mistakes=slips("""
# a loop of save() -> stored one by one
-         people = Employees.objects.bulk_create(people)
-         scheduling.assign_many(people)
+         for person in people:
+             person.save()

# a loop of assign() -> takes a list
-         scheduling.assign_many(people)
+         for person in people:
+             scheduling.assign(person)

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
-         scheduling.assign_many(people)
+         scheduling.assign_many(people)
+         people = Employees.objects.bulk_create(people)

# swallows an error of one kind -> no error came out
-         scheduling.assign_many(people)
+         try:
+             scheduling.assign_many(people)
+         except ValueError:
+             pass

# wipes by hand -> Katherine
scheduling.wipe_expired_shifts => Shifts.objects.expired().delete
# takes the list apart -> the list as it was given
Employees.objects.bulk_create(people) => Employees.objects.bulk_create([people.pop() for _ in people[:]])
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

"""),
)


@task.judge
def judge(hire_night_shift):
    Employees.objects.create(**fields_of("Katherine Day"))
    stand_on(MONDAY + timedelta(days=1))
    batch = [fields_of(f"Zoe {letter}") for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO"]
    with taken_back():
        judge_batch(hire_night_shift, sample_roster(), is_outermost=False)
    expect_all_or_nothing(lambda: hire_night_shift(unsaved(batch[:4])), ShiftsEmployees)
    judge_batch(hire_night_shift, sample_roster())
    past = Shifts.objects.create(shift_date=MONDAY - timedelta(days=9))
    past.employees_shift.add(idle())
    judge_batch(hire_night_shift, batch, most=2 * MOST)
    judge_batch(hire_night_shift, [fields_of("Zoe Day"), fields_of("Zoe Night")])
    expect_caller_goes_on(lambda: hire_night_shift(unsaved(batch[:4])))
    expect_refused(hire_night_shift, [fields_of("Yara Day"), fields_of("Max Day") | {"age": 200}])


def unsaved(persons):
    return [Employees(**fields) for fields in persons]


def judge_batch(hire_night_shift, persons, most=MOST, is_outermost=True):
    before, number = set(Employees.objects.values_list("pk", flat=True)), len(persons)
    expired = list(Shifts.objects.expired())
    people, kept = unsaved(persons), adds_only(Employees, of=(Employees, OutboxEvent))
    with kept, trace() as seen, as_given(people):
        hired = hire_night_shift(people)
    if before - set(Employees.objects.values_list("pk", flat=True)):
        wrong("everybody who worked here before", "somebody's row is gone")
    stored = Employees.objects.exclude(pk__in=before)
    if stored.count() != number:
        wrong(f"{number} more people in the table", f"{stored.count()} of them are")
    expect_stored_as_given(people, persons)
    if idle := stored.without_shift().count():
        silent = (
            "bulk_create() sends no post_save, so no receiver placed them: call the rule, for all."
        )
        wrong("a shift for everybody", f"{idle} of the {number} have none", silent)
    if Shifts.objects.filter(pk__in=[it.pk for it in expired]).exists():
        moved = not Shifts.objects.expired().exists()
        silent = "bulk_create() sends no pre_save either, and a receiver of pre_save wipes."
        happened = "Monday's shift is on the rota, and today is Tuesday"
        expected = "no shift from before today"
        wrong(expected, happened, "It was moved, not wiped." if moved else silent)
    if Employees.objects.without_shift().exists():
        again = (
            "The people of a wiped shift are placed again: the rule has a function that does both."
        )
        wrong("a shift for Katherine, who sat on Monday's shift", "she has none now", again)
    expect_true_headcounts()
    if Shifts.objects.exclude(wage_bonus=50, total_hours=8).exists():
        wrong("shifts with the usual bonus and hours", "one has others now", "Place people alone.")
    if len(seen.statements) >= most:
        looped = "It looks as if people were stored one by one, in a loop."
        placed = "It looks as if people were placed one at a time. The rule has a function that takes a list."
        by_one = looped if seen.filter("post_save", sender=Employees) else placed
        wrong(f"fewer than {most} SQL statements", f"it took {len(seen.statements)}", by_one)
    expect_first_with_room()
    expect_people(hired, stored, number)
    if is_outermost:
        expect_one_transaction(seen, Employees, ShiftsEmployees)


def expect_people(hired, stored, number):
    expected = f"the {number} stored people as what the function returns"
    if hired is None:
        wrong(expected, "it returned None", f"It was not returned. {why_none()}")
    if not isinstance(hired, list | tuple | QuerySet):
        wrong(expected, f"it returned {hired!r}", "A list of people is wanted.")
    if odd := [it for it in hired if not isinstance(it, Employees)]:
        kind = type(odd[0]).__name__
        wrong(expected, f"it returned {odd[0]!r} and others: they are of {kind}, not of Employees")
    if {(it.pk, str(it), it.age) for it in hired} != {(it.pk, str(it), it.age) for it in stored}:
        wrong(expected, "it returned other people, or not all of them")


def expect_first_with_room():
    days = list(Shifts.objects.order_by("shift_date").values_list("shift_date", "headcount"))
    today = MONDAY + timedelta(days=1)
    expected = [today + timedelta(days=number) for number in range(len(days))]
    if [day for day, _ in days] != expected or any(count < SEATS for _, count in days[:-1]):
        first, last = days[0][0], days[-1][0]
        wanted = "everybody on the first shifts with room, a shift a day from today on"
        happened = f"the shifts run from {first:%d %B} to {last:%d %B}, {len(days)} in all"
        wrong(wanted, happened, "The rule chooses the days, and assign_many() follows it.")


def expect_refused(hire_night_shift, persons):
    """Somebody is 200 years old, which the database refuses."""
    before = rows()
    error = error_of(lambda: hire_night_shift(unsaved(persons)), IntegrityError)
    if error is None or rows() != before:
        expected = "an IntegrityError, and nobody stored, when the database refuses one of them"
        happened = "something was stored, or no error came out"
        wrong(expected, happened, "Let the error pass: the caller has to know.")
