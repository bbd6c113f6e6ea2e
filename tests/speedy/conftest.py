"""The rota, as tests read it."""

from datetime import date

import pytest

from speedy.models import Shifts


@pytest.fixture
def rota(db):
    """A function that reads the rota as {date: [first names in the order of their seats]}."""

    def rota() -> dict[date, list[str]]:
        shifts = Shifts.objects.prefetch_related("shiftsemployees_set__employee")
        return {
            shift.shift_date: [
                seat.employee.first_name
                for seat in sorted(shift.shiftsemployees_set.all(), key=lambda seat: seat.pk)
            ]
            for shift in shifts
        }

    return rota
