"""00-1: read the rule, and say where two newcomers will sit."""

from classroom.exercises.engine import Mistake, Task
from classroom.exercises.guesses import gist
from classroom.exercises.outcomes import wrong
from classroom.scenes.roster import sample_roster
from speedy.models import Employees

NEWCOMERS = ("Kwame", "Priya")

task = Task(
    id="00-1",
    title="Two more",
    lesson="00_start_here",
    kind="predict",
    minutes=2,
    situation="""
It is Monday, and the rota is empty. Seven people join, one after the other. Then Grace, the second of them, leaves
for good: her row is deleted, and her seat goes with it. After that Kwame joins, and then Priya.
""",
    task="""
On which day does each of the two work? Before you try it out, put a day such as `"Mon"` in place of each `...`.
""",
    answer="works_on",
    starter="""
works_on = {
    "Kwame": ...,
    "Priya": ...,
}
""",
    hints=(
        "If you draw the rota after the seventh hire, and take Grace out of it, where are the free seats?",
        "The rule takes the first shift with room, counted from today, however the room came about. Draw "
        "three seats a day: ●●● on Monday, ●●● on Tuesday, ●○○ on Wednesday. Grace's row takes her seat along: that "
        "is what CASCADE stands for.",
        "Without Grace it is ●●○ on Monday. Kwame takes that seat, and Monday is full again; so Priya comes "
        "to the next shift with a free seat.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/models/fields/#django.db.models.CASCADE",
    solution="""
works_on = {"Kwame": "Mon", "Priya": "Wed"}
""",
    why="Seven people fill Monday and Tuesday and one seat of Wednesday. Grace's seat on Monday comes free, and the "
    "first shift with room is Monday again: for one person. Priya finds Monday and Tuesday full.",
    others=(
        """
works_on = {"Kwame": "monday", "Priya": date(2022, 11, 16)}
""",
    ),
    mistakes=(
        Mistake(
            "goes on where the rota ends",
            """
works_on = {"Kwame": "Wed", "Priya": "Wed"}
""",
            "left open",
        ),
        Mistake(
            "two free seats on Monday",
            """
works_on = {"Kwame": "Mon", "Priya": "Mon"}
""",
            "one seat came free",
        ),
        Mistake(
            "the day after",
            """
works_on = {"Kwame": "Mon", "Priya": "Tue"}
""",
            "six seats",
        ),
        Mistake(
            "only one guess",
            """
works_on = {"Kwame": "Mon", "Priya": ...}
""",
            "still ...",
        ),
    ),
)

# What a wrong guess looks like, by who it is about and what was said.
REASONS = {
    (
        "Kwame",
        "wed",
    ): "It looks as if Grace's seat was left open: the rule takes the first shift with room.",
    ("Kwame", "thu"): "It looks as if Grace's seat was left open, and Wednesday's two as well.",
    ("Priya", "mon"): "Only one seat came free on Monday, and Kwame sits on it.",
    (
        "Priya",
        "tue",
    ): "The first six took all six seats of Monday and Tuesday, and nobody left Tuesday's.",
    ("Priya", "thu"): "Of Wednesday's three seats only the seventh person has one: there is room.",
}


@task.judge
def judge(guess):
    if not isinstance(guess, dict) or set(guess) != set(NEWCOMERS):
        wrong(
            f"a day for each of {' and '.join(NEWCOMERS)}, in a dict as above", f"it is {guess!r}"
        )
    worked = days_worked()
    for name in NEWCOMERS:
        said = guess[name]
        if said is ...:
            wrong(f"a day for {name}, such as 'Mon'", "it is still ...")
        if day_in(said) != day_in(worked[name]):
            reason = REASONS.get(
                (name, day_in(said)), "Draw the rota, three seats a day, and count."
            )
            wrong(f"{worked[name]:%a} for {name}, when it is run", f"you wrote {said!r}", reason)


def days_worked():
    """Run it, and see on which days the two work."""
    roster = sample_roster()
    for person in roster[:7]:
        Employees.objects.create(**person)
    Employees.objects.get(first_name="Grace").delete()
    joining = [it for name in NEWCOMERS for it in roster[7:] if it["first_name"] == name]
    hired = [Employees.objects.create(**person) for person in joining]
    return {person.first_name: person.shifts.get().shift_date for person in hired}


def day_in(said):
    """Read a day however it is written: "Mon", "monday", a date."""
    text = f"{said:%a}" if hasattr(said, "strftime") else str(said)
    return gist(text)[0][:3]
