"""00-0: put the lines in order that see somebody off."""

from classroom.exercises.engine import Mistake
from classroom.exercises.ordering import Parsons
from classroom.exercises.outcomes import expect_callable, wrong
from classroom.scenes.roster import sample_roster
from speedy.models import Employees

task = Parsons(
    id="00-0",
    title="A seat comes free",
    lesson="00_start_here",
    minutes=2,
    situation="""
Somebody leaves for good, and their seat on the rota comes free. You want to know how many people are left on that
shift.
""",
    task="""
The lines of `left_behind(person)` are out of order, and one of them does not belong. Put them in order: the person
leaves, and the function returns how many are left on the shift that they worked on.
""",
    lines="""
    return shift.employees_shift.count()
    shift = Shifts.objects.first()
    person.delete()
def left_behind(person):
    shift = person.shifts.get()
""",
    builds="left_behind",
    hints=(
        "Which line needs something that another line takes away?",
        "Once the person is deleted, nobody can be asked for the shift any more. And it is their shift, not the first one.",
        "First the def. Then find the person's shift, delete the person, and return the count.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/models/fields/#django.db.models.CASCADE",
    solution="order = [4, 5, 3, 1]",
    why="The row of a person takes its seats along: that is CASCADE. So you note before the deletion what you want to know "
    "after it.",
    others=('order = "4 5 3 1"',),
    mistakes=(
        Mistake("asks the person who is gone", {"5, 3": "3, 5"}, "number 2 of yours: `person."),
        Mistake("counts too early", {"3, 1": "1, 3"}, "number 3 of yours: `return"),
        Mistake("asks another shift", {"5, 3": "2, 3"}, "number 2 of yours: `shift = Shifts"),
        Mistake("a line too many", {"4, 5": "4, 2, 5"}, "one of yours does nothing"),
        Mistake("no function", {"4, ": ""}, "unexpected indent"),
        Mistake("gives up early", {", 1": ""}, "at least one is missing"),
        Mistake("a line twice", {"4, 5": "4, 5, 5"}, "more than once"),
        Mistake("a line that is not there", {"4, 5": "4, 6"}, "numbers from 1 to 5"),
        Mistake("a name", {"[4, 5, 3, 1]": "left_behind = 1"}, "such as [3, 1, 2]"),
        Mistake(
            "a line of their own", {"[4, 5, 3, 1]": '"def left_behind():"'}, "Copy each as it is"
        ),
    ),
)


@task.judge
def judge(left_behind):
    expect_callable(left_behind, "left_behind(person)")
    people = [Employees.objects.create(**it) for it in sample_roster()[:6]]
    for person, left in (people[4], 2), (people[5], 1), (people[0], 2):
        said = left_behind(person)
        if Employees.objects.filter(first_name=person.first_name).exists():
            wrong(f"that {person} leaves", "the row is still stored")
        if said != left:
            wrong(f"{left} people on the shift that {person} leaves", f"it says {said}")
