from classroom.exercises.vocabulary import *
from speedy.management.commands.check_headcounts import Command

task = Task.of('''
counting-3: A true count (write, 8 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/aggregation/
== situation
One script has stored seats by `bulk_create()`, another one has deleted some by raw SQL. Nobody counted, so the
`headcount` of some shifts is too low, and that of others too high. The seats are right, and no shift has more than
three people. The command `check_headcounts` is not at hand.
== task
Write `recount()`. It makes each `headcount` the number of people who sit on that shift, and returns how many shifts it
has changed. A shift whose count is right is not written, and nobody gets or loses a seat.
== starter
def recount():
    """Make every headcount true; return how many were not."""
== hints
- What is true, the count or the seats? And how many people sit on a shift without seats in the table?
- Go through `Shifts.objects.all()`. `shift.employees_shift.count()` asks who sits there. Write the true number only
  where it is another one.
- For each shift: `true = shift.employees_shift.count()`. If it is not shift.headcount,
  Shifts.objects.filter(pk=shift.pk).update(headcount=true), and count one more.
== solution
    changed = 0
    for shift in Shifts.objects.all():
        true = shift.employees_shift.count()
        if shift.headcount != true:
            Shifts.objects.filter(pk=shift.pk).update(headcount=true)
            changed += 1
    return changed
== why
A stored count can be wrong, and the seats cannot: so recount from them, also where there are none. If people are hired
meanwhile, take the lock of the rota first, as `check_headcounts` does. Best of all is a line beside the `bulk_create()`
that counts in the same transaction.
== equal
cannot raise, no rows
both belong to one `if` <- `changed += 1` comes first*
== others
    untrue = Shifts.objects.annotate(people=Count("employees_shift")).exclude(headcount=F("people"))
    for number, shift in enumerate(untrue, start=1):
        shift.headcount = shift.people
        shift.save(update_fields=["headcount"])
    return len(untrue)
# or
from collections import Counter
    sitting = Counter(ShiftsEmployees.objects.values_list("shift_id", flat=True))
    wrong = [it for it in Shifts.objects.all() if it.headcount != sitting[it.pk]]
    for it in wrong:
        it.headcount = sitting[it.pk]
    Shifts.objects.bulk_update(wrong, ["headcount"])
    return len(wrong)
# or
from django.db.models.functions import Coalesce
    seats = ShiftsEmployees.objects.filter(shift=OuterRef("pk")).values("shift")
    people = Coalesce(seats.annotate(people=Count("pk")).values("people"), 0)
    return Shifts.objects.annotate(people=people).exclude(headcount=F("people")).update(headcount=people)
# or
from speedy import headcounts
    return len(headcounts.repair())
== mistakes
# calls the command -> not at hand
from django.core.management import call_command
    call_command("check_headcounts", repair=True)
# writes all -> whose count is right
if shift.headcount != true: => if True:
changed += 1 => changed += shift.headcount != true
# only those that are too low -> too high
headcount != true => headcount < true
# only those to come -> which shifts do you look at
Shifts.objects.all() => Shifts.objects.filter(shift_date__gte=date.today())
# the first ten -> which shifts do you look at
Shifts.objects.all() => Shifts.objects.all()[:10]
# each name once -> Two of one name
true = shift.employees_shift.count() => true = shift.employees_shift.values("first_name").distinct().count()
# only those with seats -> nobody sits
Shifts.objects.all() => Shifts.objects.filter(employees_shift__isnull=False).distinct()
# adds to what is there -> do not add
headcount=true) => headcount=shift.headcount + true)
# sets it in memory -> nothing was stored
Shifts.objects.filter(pk=shift.pk).update(headcount=true) => shift.headcount = true
# every shift the same -> by itself
filter(pk=shift.pk).update => update
# all that there are -> how many it has changed
            changed += 1 =>         changed += 1
''')


# The days of shifts: how many sit there, and what the headcount says.
PLAN = {0: (3, 0), 1: (1, 1), 2: (2, 3), 3: (0, 2), 4: (0, 0), 9: (3, 1), -3: (2, 0), -30: (1, 0)}
PLAN |= {days: (1, 0) for days in range(20, 45)}


@task.judge
def judge(recount):
    expect(recount, 0, "when there is no shift")
    people, number = unheard(0, 0, 1), sum(it[0] != it[1] for it in PLAN.values())
    for days, (sitting, told) in PLAN.items():
        shift = new_shift(days, total_hours=1 + abs(days) % 24)
        seat_unheard(shift, *people[:sitting])
        Shifts.objects.filter(pk=shift.pk).update(headcount=told)
    expect(recount, number, f"when {number} of {len(PLAN)} are wrong")
    expect(recount, 0, "when it is called again")
    Shifts.objects.filter(pk=Shifts.objects.first().pk).update(headcount=0)
    expect(recount, 1, "when a single one is wrong")


def expect(recount, number, when):
    before = dict(Shifts.objects.values_list("shift_date", "headcount"))
    beyond = "The stored number is wrong, so do not add to it, and take no seat: count."
    allowed = error_told(IntegrityError, "counts that the constraint allows", beyond)
    called = "a count of your own", "it calls the command, which is not at hand"
    no_command = patch.object(Command, "handle", lambda *args, **told: wrong(*called))
    with allowed, adds_only(), written_rows() as written, no_command:
        changed = recount()
    now = dict(Shifts.objects.values_list("shift_date", "headcount"))
    if now == before and number:
        memory = "What is set on an instance is in memory alone."
        wrong("true counts in the database", "nothing was stored", memory)
    for shift in Shifts.objects.all():
        true = shift.employees_shift.count()
        if shift.headcount != true:
            mistake = why(before[shift.shift_date], now, true, shift.headcount)
            happened = f"its headcount is {shift.headcount}"
            wrong(f"the number of people on the {shift}", happened, mistake)
    if sum(written) > number:
        wrong("no write to a shift whose count is right", f"there was one {when}")
    told = "Return how many it has changed." if changed is not None else ""
    expect_said(changed, number, f"for the changed shifts {when}", told)


@contextmanager
def written_rows():
    """Yield how many rows each UPDATE of a headcount in the block has written."""
    numbers = []

    def look(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if stores(Shifts, sql, "UPDATE"):
            numbers.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(look):
        yield numbers


def why(before, now, true, told):
    if len(now) > 1 and len(set(now.values())) == 1:
        return "All say the same now: write each shift by itself."
    if now and true == 0 and before:
        return "Here nobody sits, so the table of seats does not name it."
    if before > true:
        return "It was too high."
    if told == before:
        return "It was too low, and left as it is: which shifts do you look at?"
    return "The stored number is wrong, so do not add to it: count seats. Two of one name are two."
