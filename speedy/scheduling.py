"""The one rule: everybody sits on the first shift with room. The wirings only say when.

Three to a shift, a shift a day; when no shift has room, one opens on the day after the latest.
Expired shifts are wiped, and the people who sat there are placed again.

Everyone who changes the rota takes its one lock first, and keeps it until the transaction ends.
So what is read after that is still true when it is written, and no two wait for each other.
See https://docs.djangoproject.com/en/5.2/topics/db/transactions/
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from math import ceil

from django.db import IntegrityError, connections, router, transaction
from django.db.models import Exists, F
from django.utils import timezone

from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees
from speedy.models.shifts import StoredCount

# A list of keys in one SQL statement stays below what every database accepts.
CHUNK = 500

MANY = "assign_many() expected a list of stored employees, or a queryset;"

# The database whose rota the code that runs now has locked, so that it is not locked twice.
_locked = ContextVar("locked", default=None)


def assign(employee):
    """Put a stored employee on the first shift with room; return that shift.

    Somebody who has a shift from today on keeps it, so a second call changes nothing.
    """
    with locked_rota(database_for(employee)) as rota:
        shift = first_with_room(rota, employee)
        if shift is None:
            if kept := shifts_of(employee, rota).first():
                return kept
            shift = open_next(rota)
        ShiftsEmployees.objects.using(rota.db).create(employee=employee, shift=shift)
    shift.headcount = StoredCount(shift.headcount + 1)  # as signals/shift_headcount.py stored it
    return shift


def first_with_room(rota, employee):
    """Return the first shift with room; None, too, for somebody who has a shift."""
    return rota.with_room().filter(~Exists(shifts_of(employee, rota))).first()


def shifts_of(employee, rota):
    """The shifts of this person on the rota, the earliest first."""
    return rota.filter(employees_shift=employee)


def open_next(rota):
    """Open a shift on the day after the latest, and return it."""
    return rota.create(shift_date=next_day(rota))


def next_day(rota):
    """Return the day on which the next shift opens: today, where the rota is empty."""
    latest = rota.last()
    return latest.shift_date + timedelta(days=1) if latest else timezone.localdate()


def assign_many(employees):
    """Put many stored employees on shifts, in the order given; return their new seats.

    The rota is the one that `assign` would give them one by one, in a few statements for
    hundreds of people. The price: bulk calls send no signals, so the seats are counted here.
    All are stored in one database. Raises TypeError, or ValueError for somebody not stored.
    """
    employees = list(dict.fromkeys(stored(employees)))
    if not employees:
        return []
    with locked_rota(database_for(employees[0])) as rota:
        idle = without_shift(employees, rota)
        seats = [ShiftsEmployees(employee=employee) for employee in idle]
        give_shifts(seats, rota)
        return ShiftsEmployees.objects.using(rota.db).bulk_create(seats)


def stored(employees):
    """Yield the employees; raise TypeError for what is none, ValueError for one not stored."""
    if not isinstance(employees, Iterable):
        raise TypeError(f"{MANY} came {type(employees).__name__}.")
    for employee in employees:
        if not isinstance(employee, Employees):
            raise TypeError(f"{MANY} came one with {type(employee).__name__} in it.")
        if employee.pk is None:
            raise ValueError(
                f"{MANY} {employee} has no key yet: save them first, many at once with "
                "Employees.objects.bulk_create()."
            )
        yield employee


def without_shift(employees, rota):
    """Return those of the employees, in their order, who have no shift from today on."""
    idle = set()
    for keys in chunks([employee.pk for employee in employees]):
        people = Employees.objects.using(rota.db).filter(pk__in=keys).without_shift()
        idle.update(people.values_list("pk", flat=True))
    return [employee for employee in employees if employee.pk in idle]


def give_shifts(seats, rota):
    """Point these seats, in order, at the first shifts with room; open what is missing; count."""
    with_room = rota.with_room()[: len(seats)]
    free = [shift for shift in with_room for _ in range(SEATS - shift.headcount)]
    if missing := ceil((len(seats) - len(free)) / SEATS) if len(seats) > len(free) else 0:
        first = next_day(rota)
        days = [first + timedelta(days=number) for number in range(missing)]
        opened = rota.bulk_create(Shifts(shift_date=day) for day in days)
        free += [shift for shift in opened for _ in range(SEATS)]
    for seat, shift in zip(seats, free, strict=False):
        seat.shift = shift
    count_seats([seat.shift for seat in seats])


def count_seats(shifts):
    """Count the seats that a bulk call wrote, which sends no signals: each seat's shift."""
    keys_by_number = defaultdict(list)
    for shift, number in Counter(shifts).items():
        keys_by_number[number].append(shift.pk)
    if keys_by_number:
        with locked_rota(database_for(shifts[0])) as rota:
            for number, keys in keys_by_number.items():
                for chunk in chunks(keys):
                    counted = Shifts.objects.using(rota.db).filter(pk__in=chunk)
                    expect_counted(counted.update(headcount=F("headcount") + number), chunk)


def wipe_expired_shifts(using=None):
    """Delete the shifts before today; place the people who have no later one, and return them.

    They keep their seats, which move to another shift: somebody who deletes a person at that
    moment knows the seats of that person, and would miss a new one.
    """
    using = using or router.db_for_write(Shifts)
    expired = Shifts.objects.using(using).expired()
    if not expired.exists():
        return []
    # A block of its own, so that a caller in a transaction may go on where a wipe has failed.
    with transaction.atomic(using=using), locked_rota(using) as rota:
        seats = seats_to_move(expired, rota)
        give_shifts(seats, rota)
        moved = ShiftsEmployees.objects.using(using)
        moved.bulk_update(seats, ["shift"], batch_size=CHUNK)
        expired.delete()
    return [seat.employee for seat in seats]


def seats_to_move(expired, rota):
    """Return an expired seat of everybody who has no later one, in the order of their days."""
    seats = ShiftsEmployees.objects.using(rota.db).filter(shift__in=expired.order_by())
    first = {}
    for seat in seats.select_related("employee").order_by("shift__shift_date", "pk"):
        first.setdefault(seat.employee, seat)
    return [first[employee] for employee in without_shift(first, rota)]


@contextmanager
def locked_rota(using=None):
    """Open a block that changes the rota: a transaction that begins with the rota's lock.

    Gives the shifts from today on, the earliest first, as a queryset on that database.
    """
    using = using or router.db_for_write(Shifts)
    with transaction.atomic(using=using, savepoint=False):
        lock_rota(using)
        before = _locked.set(using)
        try:
            yield Shifts.objects.using(using).current()
        finally:
            _locked.reset(before)


def lock_rota(using=None):
    """Let nobody else change the rota until this transaction ends; readers go on.

    On SQLite the transaction itself is that lock: it holds the only write lock from its
    beginning (see OPTIONS in the settings). Raises TransactionManagementError outside one.
    See https://www.postgresql.org/docs/current/explicit-locking.html
    """
    using = using or router.db_for_write(Shifts)
    if transaction.get_autocommit(using):
        raise transaction.TransactionManagementError(
            "The rota is locked until the transaction ends, and there is none: expected "
            "lock_rota() inside `with transaction.atomic():`, or `with locked_rota():`."
        )
    if connections[using].vendor == "postgresql" and _locked.get() != using:
        with connections[using].cursor() as cursor:
            cursor.execute("LOCK TABLE speedy_shifts IN SHARE ROW EXCLUSIVE MODE")


def database_for(instance):
    """Return the database on which the rota of this employee or shift is, as the routers say.

    Raises TypeError for what is neither.
    """
    if not isinstance(instance, (Employees, Shifts)):
        raise TypeError(
            "Expected an employee (or a shift) itself, such as Employees.objects.first(); came "
            f"{type(instance).__name__}."
        )
    return router.db_for_write(Shifts, instance=instance)


def chunks(keys):
    """Cut a list of keys into lists that one SQL statement takes."""
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def expect_counted(changed, keys):
    """Raise IntegrityError where fewer shifts than these were counted: it would fill for ever."""
    if changed < len(keys):
        raise IntegrityError(
            "The database did not store the headcount of a shift, and told no error. There is no "
            "such shift, or a trigger of the database leaves it as it was."
        )
