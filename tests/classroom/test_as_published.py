"""The specimen keeps its faults: lessons and measurements rest on them."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Max
from django.test.utils import CaptureQueriesContext

from classroom import as_published, shift_table
from classroom.calendar import MONDAY, advance
from speedy.models import Employees

pytestmark = pytest.mark.usefixtures("notebook")

ADA = {"first_name": "Ada", "last_name": "O", "address": "1 Hill", "age": 30}


def hire(number=1, **changes):
    return [as_published.Employees.objects.create(**ADA | changes) for _ in range(number)][-1]


def without_shift():
    return as_published.Employees.objects.filter(shifts=None).count()


def test_it_fills_shifts_when_nothing_goes_wrong():
    hire(7)
    assert list(shift_table(as_published)["headcount"]) == [3, 3, 1]


def test_an_edit_leaves_people_without_a_shift_for_good():
    last = hire(4)
    advance()
    last.save()
    hire()
    assert without_shift() == 3


def test_a_create_that_fails_wipes_too():
    hire(3)
    advance()
    with pytest.raises(ValueError):
        hire(age="no number")
    assert without_shift() == 3


def test_loading_its_own_dump_doubles_the_seats(tmp_path):
    hire(5)
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "as_published", output=str(dump))
    for model in (as_published.ShiftsEmployees, as_published.Shifts, as_published.Employees):
        model.objects.all()._raw_delete("default")
    call_command("loaddata", str(dump), verbosity=0)
    assert as_published.ShiftsEmployees.objects.count() == 10


def test_any_age_is_taken_and_the_birthday_thrown_away():
    ada = hire(age=400, date_of_birth=MONDAY - timedelta(days=9000))
    ada.refresh_from_db()
    assert (ada.age, ada.date_of_birth) == (400, MONDAY)


def test_a_fresh_shift_is_not_what_is_stored():
    shift = as_published.Shifts.objects.create()
    assert isinstance(shift.shift_date, datetime) and isinstance(shift.wage_bonus, float)


def test_an_error_is_printed_and_the_hire_half_done(monkeypatch, capsys):
    hire()

    def fail(self, *people):
        raise RuntimeError("the printer is on fire")

    manager = type(as_published.Shifts.objects.first().employees_shift)
    monkeypatch.setattr(manager, "add", fail)
    hire()
    assert capsys.readouterr().out == "the printer is on fire\n"
    assert without_shift() == 1


def test_it_reads_all_seats_for_each_hire():
    hire()
    with CaptureQueriesContext(connection) as queries:
        hire()
    assert [query for query in queries if "COUNT" in query["sql"] and "GROUP BY" in query["sql"]]


def test_it_never_meets_the_people_of_speedy():
    hire(3)
    assert not Employees.objects.exists()
    assert as_published.Shifts.objects.aggregate(last=Max("shift_date"))["last"] == MONDAY
