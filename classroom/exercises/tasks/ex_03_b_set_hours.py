from classroom.exercises.vocabulary import *
from classroom.scenes.contract import PaidByTheHour

task = Task.of('''
03-b: Longer nights (write, 2 minutes)
https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
== starter
def set_hours(shifts, hours):
    """Set the hours of each of these shifts, and with them the bonus."""
== hints
- Which call runs the save() of the model: update() of the queryset, or save() of each shift?
- Loop over the shifts. Set `shift.total_hours` and call `shift.save()`.
== solution
    for shift in shifts:
        shift.total_hours = hours
        shift.save()
== why
`update()` does not call `save()`. A loop calls it for each shift, and costs a statement for each.
== equal: no answer, again
== others
save() => save(update_fields=["total_hours"])
# or
from django.db import transaction
    with transaction.atomic():
        for shift in shifts.select_for_update():
            shift.total_hours = hours
            shift.save()
== mistakes
# update() -> does not call
    shifts.update(total_hours=hours)
# looks for them once more -> the queryset finds none
    shifts.update(total_hours=hours)
    for shift in shifts:
        shift.save()
# saves nothing -> Is each shift saved?
        shift.save() =>
# sets it on another object -> not written with it
    for number in range(len(shifts)):
        shifts.all()[number].total_hours = hours
        shifts.all()[number].save()
# adds to the hours -> do not add to the old
total_hours = hours => total_hours += hours
# saves what differs -> these hours already
in shifts: => in shifts.exclude(total_hours=hours):
# three shifts at most -> 11 hours on 5 days
in shifts: => in shifts[:3]:
# all shifts -> another shift
for shift in shifts: => for shift in shifts.model.objects.all():
# moves the day as well -> Set the hours alone
shift.save() => shift.shift_date += timedelta(days=100); shift.save()
# the save() of another class -> is not that of the queryset
shift in shifts => shift in Shifts.objects.filter(pk__in=shifts)
# by a formula of its own -> knows how it is computed
    shifts.update(total_hours=hours, wage_bonus=50 + 10 * hours)
# computes it, and save() does it again -> before save() was called
        shift.save() =>         shift.wage_bonus = 50 + 10 * (hours - 8); shift.save()
# updates it, and save() does it again -> by an update() of its own
    shifts.update(wage_bonus=50 + 10 * (hours - 8))
    for shift in shifts:
        shift.total_hours = hours
        shift.save()
# computes it once more -> save() is called
    shifts.update(total_hours=hours, wage_bonus=50 + 10 * (hours - 8))
''')


@task.judge
def judge(set_hours):
    days = [MONDAY + timedelta(days=days) for days in range(9)]
    sixes = PaidByTheHour.objects.filter(total_hours=6)  # what it is asked for is changed
    for day in days:
        PaidByTheHour.objects.create(shift_date=day)
    idle()
    parts = days[:2], days[1:3], days[:1], days[4:]
    chosen = [PaidByTheHour.objects.filter(shift_date__in=it) for it in parts]
    other = randint(21, 24)
    for shifts, hours in (
        *zip(chosen, (10, 12, 6, 11), strict=True),
        (sixes, 9),
        (chosen[0], other),
        (sixes.none(), 10),
    ):
        if hours == other:
            shifts.update(total_hours=hours)  # and the bonus is out of date
        keys = list(shifts.values_list("pk", flat=True))
        fields = "shift_date", "wage_bonus", "total_hours"
        dates, bonuses, before = (dict(Shifts.objects.values_list("pk", it)) for it in fields)
        with (
            adds_only(of=(Employees, ShiftsEmployees, OutboxEvent)),
            bonuses_by_hand() as own,
            trace() as seen,
        ):
            set_hours(shifts.all(), hours)
        stored = list(Shifts.objects.filter(pk__in=keys))
        done = sum(shift.total_hours == hours for shift in stored)
        if done < len(stored):
            wanted, mistake = f"{hours} hours on {len(stored)} days", "Is each shift saved?"
            if any(it.total_hours not in (hours, before[it.pk]) for it in stored):
                mistake = "Set the hours that are given: do not add to the old ones."
            elif len(seen.filter("post_save", PaidByTheHour, "signal")) >= len(keys):
                mistake = "Each was saved, but `total_hours` was not written with it: set it on that very object."
            wrong(wanted, f"{done} of them have that", mistake)
        if dates != dict(Shifts.objects.values_list("pk", "shift_date")):
            wrong("the dates as they are", "another one is stored", "Set the hours alone.")
        for shift in stored:
            if shift.wage_bonus != 50 + 10 * (hours - 8):
                mistake = "update() does not call save(), and neither does bulk_update()."
                if shifts is sixes:
                    mistake = "These were the shifts of 6 hours: after an update() the queryset finds none. Loop once."
                if shift.wage_bonus != bonuses[shift.pk]:
                    mistake = "The save() of the model knows how it is computed."
                elif hours == other:
                    mistake = "Save each shift, also one that has these hours already."
                elif seen.filter("post_save", Shifts, "signal"):
                    mistake = "The save() of Shifts is not that of the queryset's model."
                expected = f"a bonus of {50 + 10 * (hours - 8)} for {hours} hours"
                wrong(expected, f"it is {shift.wage_bonus}", mistake)
        if len(seen.filter("post_save", PaidByTheHour, "signal")) < len(keys):
            once = "The bonus is computed in two places now: see that its save() is called."
            wrong("each shift stored by its save()", "another call wrote them", once)
        if own:
            once = "It is computed in two places now: set the hours alone."
            wrong("a bonus that save() alone computes", own[0], once)
    if Shifts.objects.get(shift_date=days[3]).total_hours != 8:
        wrong("other shifts stay as they are", "another shift was changed, too")


@contextmanager
def bonuses_by_hand():
    """Yield a list of the ways in which a bonus is set in the block, and not by save()."""
    found, saving, save = [], [], PaidByTheHour.save

    def look(execute, sql, *args):
        if not saving and sql.startswith("UPDATE") and "wage_bonus" in sql:
            found.append("it was written by an update() of its own")
        return execute(sql, *args)

    def watched(shift, *args, **kwargs):
        if not Shifts.objects.filter(pk=shift.pk, wage_bonus=shift.wage_bonus).exists():
            found.append("it was set before save() was called")
        saving.append(shift)
        save(shift, *args, **kwargs)
        saving.pop()

    with patch.object(PaidByTheHour, "save", watched), connection.execute_wrapper(look):
        yield found
