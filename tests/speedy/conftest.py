"""A calendar that a test turns, and people to hire."""

from datetime import date, timedelta

import pytest

from classroom.calendar import MONDAY, let_go, stand_on
from speedy.models import Employees, Shifts


class Week:
    """The days of a test: `week[0]` is the Monday on which the clock stands at first."""

    def __getitem__(self, number):
        return MONDAY + timedelta(days=number)

    def turn_to(self, number):
        stand_on(self[number])


@pytest.fixture
def week():
    stand_on(MONDAY)
    yield Week()
    let_go()


@pytest.fixture
def hire(week, db):
    """A function that hires people by first name, one after the other, and returns them."""

    def hire(*names):
        return [
            Employees.objects.create(
                first_name=name, last_name="Okafor", address="1 Harbour Street", age=30
            )
            for name in names
        ]

    return hire


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
