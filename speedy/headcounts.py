"""Find and repair headcounts that are not true: what raw SQL and bulk calls on the seats did.

Neither sends a signal, so nobody counted. The seats are what happened; the count only follows.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
"""

from dataclasses import dataclass

from django.db.models import Count, F

from speedy import scheduling
from speedy.models import SEATS, Shifts, ShiftsEmployees


@dataclass(frozen=True)
class Repaired:
    """What was done to one shift: its new count, and the people who were too many for it.

    `moved` is a list of (employee, day of their new shift), or (employee, None) for somebody who
    has another shift and only lost the seat too many.
    """

    shift: Shifts
    moved: list


def untrue(using=None):
    """Return the shifts whose headcount is not the number of `people` who sit there."""
    shifts = Shifts.objects.using(using).annotate(people=Count("shiftsemployees"))
    return shifts.exclude(headcount=F("people")).order_by("shift_date")


def repair():
    """Make every headcount true; return what was done, a `Repaired` for each shift.

    Where more sit than a shift has seats, those who came last move to the first shifts with room.
    """
    with scheduling.locked_rota() as rota:
        wrong = list(untrue(rota.db))
        for shift in wrong:
            stored(shift).update(headcount=min(shift.people, SEATS))
        # Only now, when no count is wrong any more, can the room on other shifts be trusted.
        return [Repaired(shift, thinned(shift, rota)) for shift in wrong]


def thinned(shift, rota):
    """Move those off a shift who came when it was full; return (employee, new day or None)."""
    seats = ShiftsEmployees.objects.using(rota.db).filter(shift=shift)
    too_many = list(seats.select_related("employee").order_by("pk")[SEATS:])
    idle = [seat for seat in too_many if not sits_elsewhere(seat, rota)]
    scheduling.give_shifts(idle, rota)
    ShiftsEmployees.objects.using(rota.db).bulk_update(idle, ["shift"])
    days = {seat.employee: seat.shift.shift_date for seat in idle}
    for seat in too_many:
        if seat not in idle:
            seat.delete()
            stored(shift).update(headcount=SEATS)  # a receiver uncounted it; nobody ever counted it
    return [(seat.employee, days.get(seat.employee)) for seat in too_many]


def stored(shift):
    """The row of a shift that was read under the rota's lock."""
    return Shifts.objects.using(scheduling.database_for(shift)).filter(pk=shift.pk)


def sits_elsewhere(seat, rota):
    """Tell whether this person has another seat from today on."""
    return scheduling.shifts_of(seat.employee, rota).exclude(pk=seat.shift_id).exists()
