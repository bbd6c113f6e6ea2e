"""The one rule: everybody sits on the first shift with room. The wirings only say when.

Three to a shift, a shift a day; when no shift has room, one opens on the day after the latest.
Expired shifts are wiped, and whoever sat there is placed again. Nobody is lost, whatever runs
at the same time: the shift that is found is locked, and the database refuses a fourth person
and a second shift on a day.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
"""

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists
from django.utils import timezone

from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees

# A list of keys in one SQL statement stays below what every database accepts.
CHUNK = 500


class Overtaken(Exception):
    """Somebody else opened a shift, or left one, while we looked: look again."""


def assign(employee):
    """Put a stored employee on the first shift with room; return that shift.

    Somebody who sits on a shift from today on keeps it, so a second call changes nothing.
    """
    today = timezone.localdate()
    while True:
        with suppress(Overtaken), attempt():
            shift = first_with_room(employee, today)
            if shift is None and (kept := current_shift(employee, today)):
                return kept
            if shift is None:
                [shift] = open_shifts(today, number=1)
            ShiftsEmployees.objects.create(employee=employee, shift=shift)
            shift.headcount += 1  # our copy; signals/shift_headcount.py counts the row's
            return shift


def attempt():
    """Open a transaction; inside another one, a savepoint where somebody could overtake us.

    In SQLite nobody can, for whoever is in a transaction holds the only write lock: there a
    savepoint, and its release, would be two statements for nothing.
    """
    return transaction.atomic(savepoint=connection.features.has_select_for_update)


def first_with_room(employee, today):
    """Lock and return the first shift with room; None, too, for somebody who has a shift.

    The lock makes whoever comes second wait and look again, instead of failing on the
    headcount constraint and trying again. SQLite has no row locks and needs none: there the
    transaction itself holds the only write lock (see OPTIONS in the settings).
    """
    seats = ShiftsEmployees.objects.filter(employee=employee, shift__shift_date__gte=today)
    shifts = Shifts.objects.current(today).with_room().filter(~Exists(seats))
    return shifts.select_for_update(no_key=True).first()


def current_shift(employee, today):
    """Return the earliest shift from today on that employee sits on, or None."""
    return Shifts.objects.current(today).filter(employees_shift=employee).first()


def open_shifts(today, number):
    """Open shifts on the days after the latest and return them; raise Overtaken if others did.

    Whoever looks again must let go first of the shifts that filled up while they waited for them,
    or two could wait for each other for ever: so it is an error, and rolls back their atomic().
    One shift is saved, with its signals; several go in by bulk_create, which sends none.
    """
    room = Shifts.objects.current(today).with_room()
    latest = Shifts.objects.order_by("-shift_date").annotate(room=Exists(room)).first()
    if latest and latest.room:
        raise Overtaken
    first = max(today, latest.shift_date + timedelta(days=1)) if latest else today
    shifts = [Shifts(shift_date=first + timedelta(days=day)) for day in range(number)]
    try:
        with transaction.atomic():
            if number == 1:
                shifts[0].save()
            else:
                Shifts.objects.bulk_create(shifts)
    except IntegrityError as error:
        # Only a shift that somebody else opened meanwhile explains the refusal.
        if Shifts.objects.filter(shift_date__gte=first).exists():
            raise Overtaken from error
        raise
    return shifts


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
    employees = list(dict.fromkeys(employees))
    today = timezone.localdate()
    while True:
        with suppress(Overtaken), attempt():
            waiting = without_shift(employees, today)
            placed = fill(lock_with_room(today, at_most=len(waiting)), waiting)
            if rest := waiting[len(placed) :]:
                placed += fill(open_shifts(today, number=-(-len(rest) // SEATS)), rest)
            return placed


def lock_with_room(today, at_most):
    """Lock and return the first shifts with room, at most that many."""
    return list(Shifts.objects.current(today).with_room().select_for_update(no_key=True)[:at_most])


def without_shift(employees, today):
    """Return those of the employees, in their order, who sit on no shift from today on."""
    idle = set()
    for keys in chunks([employee.pk for employee in employees]):
        people = Employees.objects.filter(pk__in=keys).without_shift(today)
        idle.update(people.values_list("pk", flat=True))
    return [employee for employee in employees if employee.pk in idle]


def fill(shifts, waiting):
    """Seat the people on these locked shifts, in order, until one or the other runs out."""
    free = (shift for shift in shifts for _ in range(SEATS - shift.headcount))
    seats = ShiftsEmployees.objects.bulk_create(
        ShiftsEmployees(employee=employee, shift=shift)
        for employee, shift in zip(waiting, free, strict=False)
    )
    count_seats(seats)
    return seats


def count_seats(seats):
    """Write the headcounts of the shifts on which these seats were just taken."""
    taken = Counter(seat.shift for seat in seats)
    keys_by_count = defaultdict(list)
    for shift, number in taken.items():
        keys_by_count[shift.headcount + number].append(shift.pk)
    for headcount, keys in keys_by_count.items():
        for chunk in chunks(keys):
            Shifts.objects.filter(pk__in=chunk).update(headcount=headcount)


def wipe_expired_shifts():
    """Delete the shifts before today; place whoever has no later one again, and return them."""
    today = timezone.localdate()
    if not Shifts.objects.expired(today).exists():
        return []
    with transaction.atomic():
        # Locked first: two wipes at once queue up, and the second finds nothing left to do.
        list(Shifts.objects.expired(today).select_for_update())
        seats = ShiftsEmployees.objects.filter(shift__shift_date__lt=today)
        seats = seats.select_related("employee").order_by("shift__shift_date", "pk")
        displaced = without_shift(list(dict.fromkeys(seat.employee for seat in seats)), today)
        Shifts.objects.filter(shift_date__lt=today).delete()
        assign_many(displaced)
    return displaced


def chunks(keys):
    """Cut a list of keys into lists that one SQL statement takes."""
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
