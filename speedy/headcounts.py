"""Find and mend headcounts that are not true: what raw SQL and bulk calls on the seats did.

Neither sends a signal, so nobody counted. The seats are what happened; the count only follows.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from speedy import scheduling
from speedy.models import SEATS, Shifts, ShiftsEmployees


@dataclass(frozen=True)
class Mended:
    """What was done to one shift: its new count, and who was too many for it.

    `moved` is a list of (employee, day of their new shift), or (employee, None) for whoever has
    another shift and only lost the seat too many.
    """

    shift: Shifts
    moved: list


def untrue():
    """Return the shifts whose headcount is not the number of `people` who sit there."""
    shifts = Shifts.objects.annotate(people=Count("shiftsemployees"))
    return shifts.exclude(headcount=F("people")).order_by("shift_date")


@transaction.atomic
def mend():
    """Make every headcount true; return what was done, a `Mended` for each shift.

    Where more sit than a shift has seats, those who came last move to the first shifts with room.
    """
    scheduling.lock_rota()
    wrong = list(untrue())
    for shift in wrong:
        Shifts.objects.filter(pk=shift.pk).update(headcount=min(shift.people, SEATS))
    # Only now, when no count is wrong any more, can the room on other shifts be trusted.
    return [Mended(shift, thinned(shift)) for shift in wrong]


def thinned(shift):
    """Move those off a shift who came when it was full; return (employee, new day or None)."""
    seats = ShiftsEmployees.objects.filter(shift=shift).select_related("employee").order_by("pk")
    too_many = list(seats[SEATS:])
    today = timezone.localdate()
    idle = [seat for seat in too_many if not sits_elsewhere(seat, today)]
    scheduling.give_shifts(idle, today)
    ShiftsEmployees.objects.bulk_update(idle, ["shift"])
    extra = [seat.pk for seat in too_many if seat not in idle]
    # Deleted without their signals, which would count them: nobody ever did.
    ShiftsEmployees.objects.filter(pk__in=extra)._raw_delete(using="default")
    days = {seat.pk: seat.shift.shift_date for seat in idle}
    return [(seat.employee, days.get(seat.pk)) for seat in too_many]


def sits_elsewhere(seat, today):
    """Tell whether this person has another seat from today on."""
    others = scheduling.seats_of(seat.employee, today).exclude(pk=seat.pk)
    return others.exists()
