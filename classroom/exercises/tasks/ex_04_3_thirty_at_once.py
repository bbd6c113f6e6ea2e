"""04-3: a batch of which nobody hears."""

from datetime import timedelta

from classroom.exercises.engine import Mistake, Task
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.scenes.calendar import MONDAY, stand_on
from classroom.scenes.roster import fields_of, sample_roster
from speedy.models import Employees, Shifts
from whatfires.tracing import trace

MOST = 60

task = Task(
    id="04-3",
    title="Thirty at once",
    lesson="04_what_fires_when",
    kind="repair",
    minutes=10,
    situation="""
A factory closes, and thirty people join on one day. A loop over `save()` kept the database busy with two hundred
statements, so somebody wrote `hire_night_shift`. It is quick. But none of the thirty has a shift, and
yesterday's shift is still on the rota.
""",
    task=f"""
Repair `hire_night_shift(people)`: it takes a list of unsaved `Employees`, stores them and returns them. Afterwards
everybody sits on a shift, the shifts before today are wiped, and every `headcount` is true, as after thirty
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
    "(The transaction is not asked for, but wise: all thirty, or none.)",
    others=(
        """
from speedy.scheduling import wipe_expired_shifts


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
    mistakes=(
        Mistake(
            "a loop of save()",
            """
def hire_night_shift(people):
    for person in people:
        person.save()
    return people
""",
            "one by one",
        ),
        Mistake(
            "a loop of assign()",
            """
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    people = Employees.objects.bulk_create(people)
    for person in people:
        assign(person)
    return people
""",
            "takes a list",
        ),
        Mistake(
            "forgets the wipe",
            """
def hire_night_shift(people):
    people = Employees.objects.bulk_create(people)
    assign_many(people)
    return people
""",
            "pre_save",
        ),
        Mistake(
            "forgets to place them",
            """
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    return Employees.objects.bulk_create(people)
""",
            "30 of the 30",
        ),
        Mistake(
            "makes the seats by hand",
            """
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
""",
            "keeps the books",
        ),
        Mistake(
            "places them before they are stored",
            """
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    assign_many(people)
    return Employees.objects.bulk_create(people)
""",
            "nobody has a key",
        ),
        Mistake(
            "wipes by hand",
            """
def hire_night_shift(people):
    Shifts.objects.expired().delete()
    people = Employees.objects.bulk_create(people)
    assign_many(people)
    return people
""",
            "Katherine",
        ),
        Mistake(
            "returns nothing",
            """
from speedy import scheduling


def hire_night_shift(people):
    scheduling.wipe_expired_shifts()
    assign_many(Employees.objects.bulk_create(people))
""",
            "whoever called",
        ),
    ),
)


@task.judge
def judge(hire_night_shift):
    expect_callable(hire_night_shift, "hire_night_shift(people)")
    Employees.objects.create(**fields_of("Katherine Day"))
    stand_on(MONDAY + timedelta(days=1))
    people = [Employees(**person) for person in sample_roster()]
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

    stored = Employees.objects.exclude(first_name="Katherine", last_name="Day")
    if stored.count() != len(people):
        wrong("thirty people in the table", f"{stored.count()} of them are")
    if idle := stored.without_shift().count():
        wrong(
            "a shift for everybody",
            f"{idle} of the 30 have none",
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
    if hired is None or {person.pk for person in hired} != {person.pk for person in stored}:
        wrong(
            "the thirty stored people as what the function returns",
            "it returned None" if hired is None else "it returned something else",
            "The rota is right, but whoever called gets nobody back.",
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
