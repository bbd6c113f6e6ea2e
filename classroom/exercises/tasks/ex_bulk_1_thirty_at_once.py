"""bulk-1: a batch of which nobody hears."""

from datetime import timedelta

from django.db import IntegrityError
from django.db.models import QuerySet

from classroom.exercises.engine import Task, slips
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.exercises.trying import expect_one_transaction, why_none
from classroom.scenes.calendar import MONDAY, stand_on
from classroom.scenes.roster import fields_of, sample_roster
from speedy.models import Employees, Shifts, ShiftsEmployees
from whatfires import trace

MOST = 60

task = Task(
    id="bulk-1",
    title="Thirty at once",
    lesson="deeper/bulk_fixtures_migrations_admin",
    kind="repair",
    minutes=10,
    situation="""
A factory closes, and thirty people join on one day. A loop over `save()` kept the database busy with two hundred
statements, so somebody wrote `hire_night_shift`. It is quick. But none of the thirty has a shift, and
yesterday's shift is still on the rota.
""",
    task=f"""
Repair `hire_night_shift(people)`: it takes a list of unsaved `Employees`, stores them and returns them, in one
transaction. Afterwards everybody sits on a shift, the shifts before today are wiped, and every `headcount` is true, as after thirty
hires; who sits where does not matter. But for thirty people it takes fewer than {MOST} SQL statements. (The rule
is in `speedy.scheduling`.)
""",
    answer="hire_night_shift",
    starter="""
def hire_night_shift(people):
    return Employees.objects.bulk_create(people)
""",
    hints=(
        "Who would have placed them, had each been saved by itself, and which function does that receiver call?",
        "speedy.scheduling has a function that places many people in a few statements, and one that wipes. "
        "Lesson 04 shows both at work in hire_many_by_call.",
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
    why="Nobody hears of a bulk_create(), so whoever calls it does what the two receivers would have done. It is two "
    "lines, because the rule is a function that takes a list. The wipe comes first, as with pre_save: after the "
    "thirty it is allowed here, but whoever it displaces then sits behind them, which is another rota. "
    "The transaction makes it one step: all thirty, or none.",
    equal={
        "the wipe may come last, which is another rota, and as good": (
            "*people = Employees.objects.bulk_create(people)` comes first*",
        ),
        "a proxy stores the same rows": ("EmployeesWithoutHooks for Employees*",),
    },
    others=(
        """
from django.db import transaction
from speedy.scheduling import wipe_expired_shifts


@transaction.atomic
def hire_night_shift(people):
    stored = Employees.objects.bulk_create(people, batch_size=10)
    assign_many(Employees.objects.without_shift().order_by("pk"))
    wipe_expired_shifts()
    return stored
""",
        """
from speedy.wirings import hire_many_by_call


def hire_night_shift(people):
    return hire_many_by_call(people)
""",
    ),
    mistakes=slips("""
# a loop of save() -> one by one
def hire_night_shift(people):
    for person in people:
        person.save()
    return people

# a loop of assign() -> takes a list
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    people = Employees.objects.bulk_create(people)
    for person in people:
        assign(person)
    return people

# forgets the wipe -> pre_save
def hire_night_shift(people):
    people = Employees.objects.bulk_create(people)
    assign_many(people)
    return people

# forgets to place them -> 30 of the 30
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    return Employees.objects.bulk_create(people)

# makes the seats by hand -> keeps the books
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    people = Employees.objects.bulk_create(people)
    first = Shifts.objects.latest("shift_date").shift_date
    days = [first + timedelta(days=1 + number) for number in range(len(people) // 3)]
    shifts = Shifts.objects.bulk_create(Shifts(shift_date=day) for day in days)
    ShiftsEmployees.objects.bulk_create(
        ShiftsEmployees(employee=person, shift=shifts[number // 3])
        for number, person in enumerate(people)
    )
    return people

# places them before they are stored -> nobody has a key
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    assign_many(people)
    return Employees.objects.bulk_create(people)

# wipes by hand -> Katherine
def hire_night_shift(people):
    Shifts.objects.expired().delete()
    people = Employees.objects.bulk_create(people)
    assign_many(people)
    return people

# returns nothing -> gets nobody back
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    assign_many(Employees.objects.bulk_create(people))

# returns the seats -> they are of ShiftsEmployees
from django.db import transaction
from speedy import scheduling


@transaction.atomic
def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    return scheduling.assign_many(Employees.objects.bulk_create(people))

# returns the keys -> they are of int
from django.db import transaction
from speedy import scheduling


@transaction.atomic
def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    people = Employees.objects.bulk_create(people)
    scheduling.assign_many(people)
    return [person.pk for person in people]

# ten dates for thirty people -> on the first shifts with room
from django.db import transaction
from speedy import scheduling


@transaction.atomic
def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    people = Employees.objects.bulk_create(people)
    shifts = [
        Shifts.objects.get_or_create(shift_date=date(2022, 12, day))[0] for day in range(1, 11)
    ]
    seats = [
        ShiftsEmployees(employee=person, shift=shifts[number // 3])
        for number, person in enumerate(people)
    ]
    ShiftsEmployees.objects.bulk_create(seats)
    Shifts.objects.filter(shift_date__month=12).update(headcount=3)
    return people

# no transaction -> between one BEGIN and its COMMIT
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    people = Employees.objects.bulk_create(people)
    scheduling.assign_many(people)
    return people

# is async -> `async def`
from speedy import scheduling


async def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    people = Employees.objects.bulk_create(people)
    scheduling.assign_many(people)
    return people
"""),
)


@task.judge
def judge(hire_night_shift):
    expect_callable(hire_night_shift, "hire_night_shift(people)")
    Employees.objects.create(**fields_of("Katherine Day"))
    stand_on(MONDAY + timedelta(days=1))
    roster = sample_roster()
    judge_batch(hire_night_shift, roster)
    judge_batch(hire_night_shift, [fields_of("Zoe Day"), fields_of("Zoe Night")])
    expect_error_out(
        hire_night_shift, [fields_of("Yara Day"), {**fields_of("Max Day"), "age": 200}]
    )


def judge_batch(hire_night_shift, persons):
    people, number = [Employees(**person) for person in persons], len(persons)
    before = set(Employees.objects.values_list("pk", flat=True))
    with trace() as seen:
        try:
            hired = hire_night_shift(people)
        except ValueError as error:
            if "has no key yet" not in str(error):
                raise
            wrong(
                "people placed after they are stored",
                f"ValueError: {error}",
                "Before bulk_create() nobody has a key, and a seat needs one.",
            )

    if before - set(Employees.objects.values_list("pk", flat=True)):
        wrong("everybody who worked here before", "somebody's row is gone")
    stored = Employees.objects.exclude(pk__in=before)
    if stored.count() != number:
        wrong(f"{number} more people in the table", f"{stored.count()} of them are")
    if idle := stored.without_shift().count():
        wrong(
            "a shift for everybody",
            f"{idle} of the {number} have none",
            "bulk_create() sends no post_save, so no receiver placed them: somebody has to call the rule.",
        )
    if Shifts.objects.expired().exists():
        wrong(
            "no shift before today",
            "Monday's shift is on the rota, and today is Tuesday",
            "bulk_create() sends no pre_save either, and it was a receiver of pre_save that wiped.",
        )
    if Employees.objects.without_shift().exists():
        wrong(
            "a shift for Katherine, who sat on Monday's shift",
            "she has none now",
            "Whoever sat on a wiped shift is placed again: the rule has a function that does both.",
        )
    expect_true_headcounts()
    if len(seen.statements) >= MOST:
        looped = bool(seen.filter("post_save", sender=Employees))
        wrong(
            f"fewer than {MOST} SQL statements",
            f"it took {len(seen.statements)}",
            "It looks as if people were stored one by one, in a loop."
            if looped
            else "It looks as if people were placed one at a time; the rule has a function that takes a list.",
        )
    expect_first_with_room()
    expect_people(hired, stored, number)
    expect_one_transaction(seen, Employees, ShiftsEmployees)


def expect_people(hired, stored, number):
    expected = f"the {number} stored people as what the function returns"
    if hired is None:
        wrong(expected, "it returned None", f"Whoever called gets nobody back. {why_none()}")
    if not isinstance(hired, list | tuple | QuerySet):
        wrong(expected, f"it returned {hired!r}", "A list of people is wanted.")
    if odd := [it for it in hired if not isinstance(it, Employees)]:
        kind = type(odd[0]).__name__
        wrong(expected, f"it returned {odd[0]!r} and others: they are of {kind}, not of Employees")
    if {person.pk for person in hired} != {person.pk for person in stored}:
        wrong(expected, "it returned other people, or not all of them")


def expect_first_with_room():
    days = list(Shifts.objects.order_by("shift_date").values_list("shift_date", "headcount"))
    today = MONDAY + timedelta(days=1)
    expected = [today + timedelta(days=number) for number in range(len(days))]
    if [day for day, _ in days] != expected or any(count < 3 for _, count in days[:-1]):
        wrong(
            "everybody on the first shifts with room, a shift a day from today on",
            f"the shifts run from {days[0][0]:%d %B} to {days[-1][0]:%d %B}, {len(days)} in all",
            "The rule chooses the days, and assign_many() keeps it.",
        )


def expect_error_out(hire_night_shift, persons):
    """Somebody is 200 years old, which the database refuses."""
    before = Employees.objects.count()
    try:
        hire_night_shift([Employees(**person) for person in persons])
    except IntegrityError:
        if Employees.objects.count() == before:
            return
    wrong(
        "an IntegrityError, and nobody stored, when the database refuses one of them",
        f"{Employees.objects.count() - before} were stored, or no error came out",
        "Let the error pass: the caller has to know.",
    )


def expect_true_headcounts():
    for shift in Shifts.objects.all():
        sitting = shift.employees_shift.count()
        if shift.headcount != sitting:
            wrong(
                "every headcount true",
                f"{sitting} people sit on the {shift}, and its headcount says {shift.headcount}",
                "Seats that are written in bulk are not counted by any receiver: whoever writes them keeps the books.",
            )
