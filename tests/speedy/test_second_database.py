"""S3: the rota is on the database that `using` or a router names, and on no other."""

import pytest
from django.db import IntegrityError, connections, router, transaction

from classroom.experiments.measuring import PERSON
from classroom.scenes.database import private_database
from speedy import scheduling
from speedy.headcounts import untrue
from speedy.models import Employees, Shifts, ShiftsEmployees
from speedy.outbox import store
from speedy.wirings import WIRINGS, EmployeesOverridingSave


class Elsewhere:
    """A router that sends speedy to the second database, and what it reads to the first.

    So reading must follow writing, as where the first is a replica that lags behind.
    """

    def db_for_read(self, model, **hints):
        return "default"

    def db_for_write(self, model, **hints):
        return "other" if model._meta.app_label == "speedy" else None

    def allow_relation(self, *args, **hints):
        return True


@pytest.fixture
def other(django_db_blocker, week, tmp_path):
    """A second database, in a file of its own, with the tables of speedy."""
    with django_db_blocker.unblock(), private_database():
        settings = {**connections.settings["default"], "ENGINE": "django.db.backends.sqlite3"}
        settings |= {"NAME": str(tmp_path / "other.sqlite3"), "OPTIONS": {}}
        connections.settings["other"] = settings
        with connections["other"].schema_editor() as editor:
            for model in (Employees, Shifts, ShiftsEmployees):
                editor.create_model(model)
        yield "other"
        connections["other"].close()
        del connections["other"], connections.settings["other"]


def rotas():
    """The headcounts on each of the two, all of them true."""
    for using in ("default", "other"):
        assert not untrue(using).exists()
    return [
        [*Shifts.objects.using(using).values_list("headcount", flat=True)]
        for using in ("default", "other")
    ]


def test_people_saved_elsewhere_sit_elsewhere(other):
    Employees.objects.create(**PERSON)
    Employees.objects.using(other).create(**PERSON)
    EmployeesOverridingSave(**PERSON).save(using=other)
    people = Employees.objects.using(other).bulk_create([Employees(**PERSON), Employees(**PERSON)])
    scheduling.assign_many(people)
    assert rotas() == [[1], [3, 1]]


def test_seats_are_counted_where_they_are_stored(other):
    shift = Shifts.objects.using(other).create()
    ada, alan = Employees.objects.using(other).bulk_create(
        [Employees(**PERSON), Employees(**PERSON)]
    )
    ShiftsEmployees(employee=ada, shift=shift).save(using=other)
    shift.employees_shift.add(alan)
    assert rotas() == [[], [2]]
    shift.employees_shift.remove(alan)
    ada.delete()
    assert rotas() == [[], [0]]


def test_expired_shifts_are_wiped_where_somebody_joins(other, week):
    Employees.objects.create(**PERSON)
    Employees.objects.using(other).create(**PERSON)
    week.turn_to(1)
    Employees.objects.using(other).create(**PERSON)
    assert rotas() == [[1], [2]]
    assert Shifts.objects.using(other).get().shift_date == week[1]


@pytest.mark.parametrize("name", WIRINGS)
def test_a_router_is_followed_and_a_failing_rule_takes_the_row_back(other, name, monkeypatch):
    def fail(*args):
        raise IntegrityError("the rule is broken")

    monkeypatch.setattr(router, "routers", [Elsewhere()])
    for _ in range(4):
        WIRINGS[name].hire(**PERSON)
    assert rotas() == [[], [3, 1]]
    monkeypatch.setattr(scheduling, "assign", fail)
    with pytest.raises(IntegrityError, match="broken"):
        WIRINGS[name].hire(**PERSON)
    # By built-in signals the row is committed before post_save, on whatever database.
    assert Employees.objects.using(other).count() == (5 if name == "built-in signals" else 4)


def test_an_event_is_stored_in_a_transaction_of_its_own_database(other, monkeypatch):
    monkeypatch.setattr(router, "routers", [Elsewhere()])
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside a transaction"):
        store("hired")
