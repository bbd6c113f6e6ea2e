"""Whatever runs at the same time: never four on a shift, no day twice, nobody left over."""

import pytest
from django.db.models import Count

from classroom.experiments import racing
from classroom.experiments.crowds import BATCHES, Processes, come_and_go, hire_once
from classroom.scenes.calendar import borrowed
from classroom.scenes.database import empty_tables, private_database
from speedy.models import Employees, Shifts, ShiftsEmployees
from speedy.scheduling import wipe_expired_shifts
from speedy.wirings import WIRINGS

DESIGNS = [*WIRINGS, BATCHES]
MANY, FEW = 12, 8


@pytest.fixture(scope="module")
def database(django_db_blocker):
    """A database that workers can share: that of other tests is in memory, or in a transaction."""
    with django_db_blocker.unblock(), private_database(), borrowed():
        yield


@pytest.fixture(scope="module")
def crew(database):
    with Processes(MANY) as crew:
        yield crew


@pytest.fixture(autouse=True)
def empty_rota(database):
    empty_tables(ShiftsEmployees, Shifts, Employees)
    with borrowed():
        yield


def headcounts():
    """The headcounts by date, each of them held against the seats."""
    shifts = Shifts.objects.annotate(people=Count("employees_shift"))
    assert all(shift.headcount == shift.people for shift in shifts)
    return [shift.headcount for shift in shifts]


class AtOnce:
    """What holds of threads and of processes; `make test` runs the two side by side."""

    @pytest.mark.parametrize("design", DESIGNS)
    def test_twelve_fill_four_shifts_every_time(self, at_once, design):
        people = 5 if design == BATCHES else 1
        for _ in range(20):
            empty_tables(ShiftsEmployees, Shifts, Employees)
            assert at_once(MANY, hire_once, design) == []
            assert headcounts() == [3] * (MANY * people // 3)

    @pytest.mark.parametrize("design", DESIGNS)
    def test_hires_departures_moves_and_passing_days_lose_nobody(self, at_once, design):
        assert at_once(FEW, come_and_go, design, 200) == []
        wipe_expired_shifts()
        assert sum(headcounts()) == Employees.objects.count() > FEW * 100
        assert not Employees.objects.without_shift().exists()


class TestThreads(AtOnce):
    @pytest.fixture
    def at_once(self):
        return lambda number, job, *args: racing.at_once(
            lambda worker: job(args[0], worker, *args[1:]), number
        )


class TestProcesses(AtOnce):
    @pytest.fixture
    def at_once(self, crew):
        return crew.at_once
