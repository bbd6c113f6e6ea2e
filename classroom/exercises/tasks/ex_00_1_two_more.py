from classroom.exercises.vocabulary import *

NEWCOMERS = ("Kwame", "Priya")

task = Task.of(
    """
00-1: Two more (predict, 2 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/fields/#django.db.models.CASCADE
== answer: works_on
== situation
It is Monday, and the rota is empty. Seven people join, one after the other. Then Grace, the second of them, leaves for
good. After that Kwame joins, and then Priya.
== task
On which day does each of the two work? Run the cell, and choose before you try it out.
== hints
- If you draw the rota after the seventh hire, and take Grace out of it, where are the free seats?
- The rule takes the earliest shift with a free seat. After seven hires Monday is ●●●, Tuesday ●●●, and Wednesday ●○○.
  Grace's seat goes with her.
- Without Grace, Monday is ●●○. Kwame takes that seat. Priya gets the next shift with a free seat.
== solution
works_on = {"Kwame": "Mon", "Priya": "Wed"}
== why
Seven people fill Monday, Tuesday and one seat of Wednesday. Kwame gets Grace's seat on Monday. Priya finds Monday and
Tuesday full.
== others
"Mon" => "monday"
"Wed" => date(2022, 11, 16)
# or
"Mon" => "Mo"
"Wed" => "2022-11-16"
# or
"Mon" => "on Monday"
"Wed" => "Weds."
== mistakes
# goes on where the rota ends -> left open
"Mon => "Wed
# two free seats on Monday -> one seat came free
"Wed => "Mon
# the day after -> six seats
"Wed => "Tue
# two days at once -> one day, such as
Mon" => Mon or Wed"
# a Wednesday of another week -> It is this week
"Wed => "2022-11-23
# only one guess -> none yet
"Wed" => None
""",
    fields=dict.fromkeys(NEWCOMERS, ("Mon", "Tue", "Wed", "Thu")),
)

# What a wrong guess looks like, by who it is about and what was said.
OPEN = "A seat was left open: the rule takes the first shift with room."
REASONS = {
    ("Kwame", "Wed"): OPEN,
    ("Kwame", "Thu"): OPEN,
    ("Priya", "Mon"): "Only one seat came free on Monday, and Kwame sits on it.",
    ("Priya", "Tue"): "The first six took six seats, three a day, and one of Monday's came free.",
    ("Priya", "Thu"): "Is the shift before that one full? The seventh person is the last on it.",
}


@task.judge
def judge(guess):
    form = "one day, such as 'Mon' or '2022-11-14',"
    count = "Draw the rota, three seats a day, and count. It is this week."
    why = lambda *told: REASONS.get(told, count)  # noqa: E731
    expect_guesses(guess, days_worked(), day_in, form, why)


def days_worked():
    """Run it, and see on which days the two work."""
    roster = sample_roster()
    for person in roster[:7]:
        Employees.objects.create(**person)
    Employees.objects.get(first_name="Grace").delete()
    joining = [it for name in NEWCOMERS for it in roster[7:] if it["first_name"] == name]
    hired = [Employees.objects.create(**person) for person in joining]
    return {person.first_name: day_in(person.shifts.get().shift_date) for person in hired}
