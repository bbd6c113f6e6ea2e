"""03-b: many rows, and the save() of each."""

from classroom.exercises.vocabulary import *
from classroom.scenes.contract import PaidByTheHour

task = Task(
    id="03-b",
    title="Longer nights",
    kind="write",
    call="set_hours(shifts, hours)",
    starter='''
def set_hours(shifts, hours):
    """Set the hours of each of these shifts, and with them the bonus."""
''',
    hints=(
        "Which call runs the save() of PaidByTheHour: update() of the queryset, or save() of each shift?",
        "Loop over the shifts. Set `shift.total_hours` and call `shift.save()`.",
    ),
    link="https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update",
    solution="""
def set_hours(shifts, hours):
    for shift in shifts:
        shift.total_hours = hours
        shift.save(update_fields=["total_hours"])
""",
    why="`update()` does not call `save()`. A loop calls it for each shift, and costs a statement for each.",
    equal=NO_ANSWER
    | AGAIN
    | {"a save of the whole row writes the hours, too": ("*update_fields=['total_hours']*",)},
    others=(
        {'update_fields=["total_hours"]': ""},
        """
from django.db import transaction
def set_hours(shifts, hours):
    with transaction.atomic():
        for shift in shifts.select_for_update():
            shift.total_hours = hours
            shift.save()
""",
    ),
    mistakes=slips("""
# update() -> does not call
def set_hours(shifts, hours):
    shifts.update(total_hours=hours)

# looks for them once more -> does not call save
def set_hours(shifts, hours):
    shifts.update(total_hours=hours)
    for shift in shifts:
        shift.save()

# saves nothing -> 0 of them
-         shift.save(update_fields=["total_hours"])

# one only -> 1 of them
def set_hours(shifts, hours):
    shift = shifts.first()
    shift.total_hours = hours
    shift.save()

# all shifts -> another shift
for shift in shifts: => for shift in type(shifts.first()).objects.all():
shift.save(update_fields=["total_hours"]) => shift.save()
# moves the day as well -> Set the hours alone
shift.save(update_fields=["total_hours"]) => shift.shift_date += timedelta(days=100); shift.save()
# the save() of another class -> another one than that of
shift in shifts => shift in Shifts.objects.filter(pk__in=shifts)
# by a formula of its own -> knows how it is computed
def set_hours(shifts, hours):
    shifts.update(total_hours=hours, wage_bonus=50 + 10 * hours)

# computes it once more -> save() is called
def set_hours(shifts, hours):
    shifts.update(total_hours=hours, wage_bonus=50 + 10 * (hours - 8))
"""),
)


@task.judge
def judge(set_hours):
    days = [MONDAY + timedelta(days=days) for days in range(4)]
    sixes = PaidByTheHour.objects.filter(total_hours=6)  # what it is asked for is changed
    for day in days:
        PaidByTheHour.objects.create(shift_date=day)
    idle()
    chosen = [
        PaidByTheHour.objects.filter(shift_date__in=it) for it in (days[:2], days[1:3], days[:1])
    ]
    other = randint(13, 24)
    for shifts, hours in (
        *zip(chosen, (10, 12, 6), strict=True),
        (sixes, 9),
        (chosen[0], other),
    ):
        keys = list(shifts.values_list("pk", flat=True))
        dates = dict(Shifts.objects.values_list("pk", "shift_date"))
        bonuses = dict(Shifts.objects.values_list("pk", "wage_bonus"))
        with adds_only(of=(Employees, ShiftsEmployees, OutboxEvent)), trace() as seen:
            set_hours(shifts.all(), hours)
        stored = list(Shifts.objects.filter(pk__in=keys))
        done = sum(shift.total_hours == hours for shift in stored)
        if done < len(stored):
            wrong(
                f"{hours} hours on {len(stored)} days",
                f"{done} of them have that",
                "Is each shift saved?",
            )
        if dates != dict(Shifts.objects.values_list("pk", "shift_date")):
            wrong("the dates as they are", "another one is stored", "Set the hours alone.")
        for shift in stored:
            if shift.wage_bonus != 50 + 10 * (hours - 8):
                mistake = "A call that writes many rows at once does not call save()."
                if shift.wage_bonus != bonuses[shift.pk]:
                    mistake = "The save() of PaidByTheHour knows how it is computed."
                elif seen.filter("post_save", Shifts, "signal"):
                    mistake = "The save() of Shifts is another one than that of PaidByTheHour."
                expected = f"a bonus of {50 + 10 * (hours - 8)} for {hours} hours"
                wrong(expected, f"it is {shift.wage_bonus}", mistake)
        if len(seen.filter("post_save", PaidByTheHour, "signal")) < len(keys):
            once = "The bonus is computed in two places now: see that its save() is called."
            wrong("each shift stored by its save()", "another call wrote them", once)
    if Shifts.objects.get(shift_date=days[3]).total_hours != 8:
        wrong("other shifts stay as they are", "another shift was changed, too")
