"""Whatever runs at the same time: never four on a shift, no day twice, nobody left over."""

import random
import threading

import pytest
from django.db import connections
from django.db.models import Count

from classroom.database import private_database
from speedy.models import Employees, Shifts
from speedy.scheduling import assign_many

ADA = {"first_name": "Ada", "last_name": "Okafor", "address": "1 Harbour Street", "age": 30}
AT_ONCE = 12


@pytest.fixture
def database(django_db_blocker):
    """A database that threads can share: the one of the tests is in memory, or in a transaction."""
    with django_db_blocker.unblock(), private_database():
        yield


def at_once(work, number=AT_ONCE):
    """Run work(0), work(1), ... in threads that start together; raise the first error of any."""
    ready, errors = threading.Barrier(number), []

    def run(worker):
        try:
            ready.wait()
            work(worker)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(worker,)) for worker in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def headcounts():
    """The headcounts by date, each of them held against the seats."""
    shifts = Shifts.objects.annotate(people=Count("employees_shift"))
    assert all(shift.headcount == shift.people for shift in shifts)
    return [shift.headcount for shift in shifts]


def test_twelve_hires_at_once_fill_four_shifts(database):
    for round_ in range(1, 6):
        at_once(lambda _: Employees.objects.create(**ADA))
        assert headcounts() == [3, 3, 3, 3] * round_


def test_batches_at_once_fill_shifts_without_a_gap(database):
    def hire_a_batch(_):
        assign_many(Employees.objects.bulk_create(Employees(**ADA) for _ in range(7)))

    at_once(hire_a_batch, number=6)
    assert headcounts() == [3] * 14


def test_hires_departures_and_batches_at_once_lose_nobody(database):
    def come_and_go(worker):
        dice = random.Random(worker)
        for _ in range(20):
            person = Employees.objects.create(**ADA)
            match dice.randrange(4):
                case 0:
                    person.delete()
                case 1:
                    person.save()
                case 2:
                    assign_many(Employees.objects.bulk_create([Employees(**ADA), Employees(**ADA)]))

    at_once(come_and_go, number=8)
    assert sum(headcounts()) == Employees.objects.count() > 0
    assert not Employees.objects.without_shift().exists()
