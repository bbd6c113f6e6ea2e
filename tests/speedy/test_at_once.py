"""Whatever runs at the same time: never four on a shift, no day twice, nobody left over."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from classroom.experiments import racing
from classroom.experiments.crowds import (
    BATCHES,
    SHARED,
    Processes,
    come_and_go,
    hire_once,
    live_through_anything,
)
from classroom.experiments.measuring import PERSON
from classroom.scenes.calendar import borrowed, stand_on
from classroom.scenes.database import empty_tables, private_database
from speedy import scheduling
from speedy.models import Employees, Shifts, ShiftsEmployees
from speedy.wirings import WIRINGS
from tests.processes import PATIENCE, TRIES

DESIGNS = [*WIRINGS, BATCHES]
MANY, FEW = 12, 8


@pytest.fixture(scope="module")
def database(django_db_blocker):
    """A database that workers can share: that of other tests is in memory, or in a transaction."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":  # one writes, the rest wait: on a busy machine for long
            patch.setitem(connection.settings_dict["OPTIONS"], "timeout", PATIENCE)
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


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_eight_workers_do_anything_without_a_deadlock_a_false_count_or_a_lost_person(crew):
    shared = [Employees(**PERSON | {"last_name": SHARED}) for _ in range(10)]
    scheduling.assign_many(Employees.objects.bulk_create(shared))
    assert crew.at_once(8, live_through_anything, [*WIRINGS], TRIES) == []
    stand_on(timezone.localdate() + timedelta(days=TRIES))  # later than any worker's day
    scheduling.wipe_expired_shifts()
    headcounts()
    assert not Employees.objects.without_shift().exists()
    assert Employees.objects.filter(last_name=SHARED).count() == 10


def test_of_several_clicks_at_once_one_lets_somebody_leave():
    """A late one would tell that it did, and remember no seat to come back to."""
    ada, codes = Employees.objects.create(**PERSON), []

    def click(worker):
        codes.append(Client(SERVER_NAME="localhost").post(f"/leave/{ada.pk}/").status_code)

    assert racing.at_once(click, FEW) == []
    assert sorted(codes) == [302, *[404] * (FEW - 1)]


class AtOnce:
    """What holds of threads and of processes; `make test` runs the two side by side."""

    @pytest.mark.parametrize("design", DESIGNS)
    def test_twelve_fill_four_shifts_every_time(self, at_once, design):
        people = 5 if design == BATCHES else 1
        for _ in range(TRIES // 5):
            empty_tables(ShiftsEmployees, Shifts, Employees)
            assert at_once(MANY, hire_once, design) == []
            assert headcounts() == [3] * (MANY * people // 3)

    @pytest.mark.parametrize("design", DESIGNS)
    def test_hires_departures_moves_and_passing_days_lose_nobody(self, at_once, design):
        assert at_once(FEW, come_and_go, design, TRIES) == []
        scheduling.wipe_expired_shifts()
        assert sum(headcounts()) == Employees.objects.count() > FEW * TRIES // 2
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
