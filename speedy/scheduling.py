"""The one rule: everybody sits on the first shift with room. The wirings only say when.

Three to a shift, a shift a day; when no shift has room, one opens on the day after the latest.
Expired shifts are wiped, and whoever sat there is placed again. Nobody is lost, whatever runs
at the same time: the shift that is found is locked, and the database refuses a fourth person
and a second shift on a day.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
"""

from collections import Counter, defaultdict
from datetime import timedelta
from functools import partial

from django.db import IntegrityError, connection, transaction
from django.db.models import BigAutoField, DateField, Exists
from django.utils import timezone

from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees
from speedy.prepared import Prepared

# A list of keys in one SQL statement stays below what every database accepts.
CHUNK = 500


def assign(employee):
    """Put a stored employee on the first shift with room; return that shift.

    Somebody who sits on a shift from today on keeps it, so a second call changes nothing.
    """
    today = timezone.localdate()
    with transaction.atomic(savepoint=False):
        shift = first_with_room(employee, since=today)
        if shift is None and (kept := current_shift(employee, today)):
            return kept
        shift = shift or open_next(employee, today)
        ShiftsEmployees.objects.create(employee=employee, shift=shift)
    shift.headcount += 1  # our copy; signals/shift_headcount.py counts the row's
    return shift


def first_with_room(employee, since):
    """Lock and return the first shift with room; None, too, for somebody who has a shift.

    The lock makes whoever comes second wait and look again, instead of failing on the
    headcount constraint and trying again. SQLite has no row locks and needs none: there the
    transaction itself holds the only write lock (see OPTIONS in the settings).
    """
    return WITH_ROOM.first(employee=employee.pk, since=since)


def seats_of(employee, since):
    """The seats from a day on of one person."""
    return ShiftsEmployees.objects.filter(employee=employee, shift__shift_date__gte=since)


def with_room(employee, since):
    """The shifts from a day on with room for this person, the first of them to be locked."""
    shifts = Shifts.objects.current(since).with_room().filter(~Exists(seats_of(employee, since)))
    return shifts.select_for_update(no_key=True)


# Every hire asks these two.
WITH_ROOM = Prepared(with_room, employee=BigAutoField(), since=DateField())
EXPIRED = Prepared(lambda today: Shifts.objects.expired(today), today=DateField())


def current_shift(employee, today):
    """Return the earliest shift from today on that employee sits on, or None."""
    return Shifts.objects.current(today).filter(employees_shift=employee).first()


def open_next(employee, today):
    """Open a shift on the day after the latest, or take the one that somebody else just opened."""
    shift = None
    while shift is None:
        latest = lock_latest()
        if has_room(latest, today):
            return latest
        day = day_after(latest, today)
        shift = open_shift(day) or first_with_room(employee, since=day)
    return shift


def lock_latest():
    """Lock and return the latest shift, or None: whoever opens one queues up here.

    Everybody locks shifts in the order of their dates, so no two wait for each other for ever.
    """
    return Shifts.objects.order_by("-shift_date").select_for_update(no_key=True).first()


def has_room(latest, today):
    """Tell whether somebody opened the latest shift after we looked for room."""
    return latest is not None and latest.shift_date >= today and latest.headcount < SEATS


def day_after(latest, today):
    """Return the day on which the next shift opens."""
    return max(today, latest.shift_date + timedelta(days=1)) if latest else today


def open_shift(day):
    """Open a shift on that day and return it; None if somebody else just did."""
    shift = Shifts(shift_date=day)
    return shift if opened(day, shift.save) else None


def open_shifts(day, number):
    """Open shifts from that day on, without signals; an empty list if somebody else just did."""
    shifts = [Shifts(shift_date=day + timedelta(days=later)) for later in range(number)]
    return shifts if opened(day, partial(Shifts.objects.bulk_create, shifts)) else []


def opened(day, write):
    """Write new shifts, and tell whether we were the first to open one on that day or later."""
    try:
        # A savepoint to go back to, where somebody may have been faster. In SQLite nobody can:
        # whoever is in a transaction holds the only write lock.
        with transaction.atomic(savepoint=connection.features.has_select_for_update):
            write()
    except IntegrityError:
        if connection.needs_rollback or not Shifts.objects.filter(shift_date__gte=day).exists():
            raise  # some other refusal
        return False
    return True


def assign_many(employees):
    """Put many stored employees on shifts, in the order given; return their new seats.

    The rota is the one that `assign` would give them one by one, in a few statements for
    hundreds of people. The price: bulk calls send no signals, so the count is kept here.
    Raises ValueError for somebody who is not stored.
    """
    employees = list(employees)
    if unsaved := [employee for employee in employees if employee.pk is None]:
        raise ValueError(
            f"assign_many() expected stored employees, and {unsaved[0]} has no key yet: "
            "save them first, many at once with Employees.objects.bulk_create()."
        )
    today = timezone.localdate()
    with transaction.atomic(savepoint=False):
        waiting = without_shift(dict.fromkeys(employees), today)
        seats = [ShiftsEmployees(employee=employee) for employee in waiting]
        give_shifts(seats, today)
        return ShiftsEmployees.objects.bulk_create(seats)


def give_shifts(seats, today):
    """Point these seats, in order, at shifts with room, opening some; write the headcounts."""
    shifts = lock_with_room(today, at_most=len(seats))
    while rest := seats[fill(shifts, seats) :]:
        latest = lock_latest()
        if has_room(latest, today):
            shifts = [latest]
        else:
            day = day_after(latest, today)
            number = -(-len(rest) // SEATS)
            shifts = open_shifts(day, number) or lock_with_room(day, at_most=len(rest))
        seats = rest


def lock_with_room(since, at_most):
    """Lock and return the first shifts with room, at most that many."""
    return list(Shifts.objects.current(since).with_room().select_for_update(no_key=True)[:at_most])


def fill(shifts, seats):
    """Point seats at these locked shifts until one or the other runs out; tell how many."""
    free = [shift for shift in shifts for _ in range(SEATS - shift.headcount)]
    for seat, shift in zip(seats, free, strict=False):
        seat.shift = shift
    count_seats(free[: len(seats)])
    return min(len(seats), len(free))


def count_seats(taken):
    """Write the headcounts of the shifts on which seats were just taken, one name a seat."""
    keys_by_count = defaultdict(list)
    for shift, number in Counter(taken).items():
        shift.headcount += number
        keys_by_count[shift.headcount].append(shift.pk)
    for headcount, keys in keys_by_count.items():
        for chunk in chunks(keys):
            Shifts.objects.filter(pk__in=chunk).update(headcount=headcount)


def without_shift(employees, today):
    """Return those of the employees, in their order, who sit on no shift from today on."""
    idle = set()
    for keys in chunks([employee.pk for employee in employees]):
        people = Employees.objects.filter(pk__in=keys).without_shift(today)
        idle.update(people.values_list("pk", flat=True))
    return [employee for employee in employees if employee.pk in idle]


def wipe_expired_shifts():
    """Delete the shifts before today; place whoever has no later one again, and return them.

    Whoever is placed again keeps their seat, which moves to another shift. A new one could come
    into being while somebody else deletes that person, who would not know of it.
    """
    today = timezone.localdate()
    if not EXPIRED.exists(today=today):
        return []
    with transaction.atomic():
        lock_rota()
        seats = seats_to_move(today)
        give_shifts(seats, today)
        ShiftsEmployees.objects.bulk_update(seats, ["shift"], batch_size=CHUNK)
        Shifts.objects.filter(shift_date__lt=today).delete()
    return [seat.employee for seat in seats]


def seats_to_move(today):
    """Return an expired seat of everybody who has no later one, in the order of their days."""
    seats = ShiftsEmployees.objects.filter(shift__shift_date__lt=today)
    first = {}
    for seat in seats.select_related("employee").order_by("shift__shift_date", "pk"):
        first.setdefault(seat.employee, seat)
    return [first[employee] for employee in without_shift(first, today)]


def lock_rota():
    """Let nobody else write to the rota until this transaction ends; readers go on.

    A hire locks shifts in the order of their dates and then is done. Whoever goes over the rota
    more than once in a transaction would come back to an earlier shift with later ones in hand,
    and two could wait for each other for ever: so they take all of it, before they touch it. On
    SQLite, a transaction has done that as it began.
    See https://www.postgresql.org/docs/current/explicit-locking.html
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(Shifts._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")


def chunks(keys):
    """Cut a list of keys into lists that one SQL statement takes."""
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
