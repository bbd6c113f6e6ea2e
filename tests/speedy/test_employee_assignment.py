"""The receivers of Employees: they act when somebody joins, and only then."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from speedy.models import Employees, Shifts, ShiftsEmployees

pytestmark = pytest.mark.django_db


@pytest.fixture
def days_gone_by(week, hire, rota):
    """A rota whose first day is over: the next hire would wipe it."""
    hire(*"ABCD")
    week.turn_to(1)
    return rota()


def test_editing_assigns_nobody_and_wipes_nothing(days_gone_by, rota):
    Employees.objects.update_or_create(first_name="A", defaults={"address": "2 Hill Road"})
    Employees.objects.filter(first_name="B").update(age=31)
    assert rota() == days_gone_by


def test_an_instance_built_around_a_stored_key_is_an_edit(days_gone_by, rota):
    key = Employees.objects.get(first_name="A").pk
    Employees(pk=key, first_name="A", last_name="New", address="2 Hill Road", age=31).save()
    assert Employees.objects.get(pk=key).last_name == "New"
    assert rota() == days_gone_by


def test_a_key_chosen_by_hand_still_joins(week, rota):
    Employees(pk=77, first_name="A", last_name="O", address="1 Harbour St", age=30).save()
    assert rota() == {week[0]: ["A"]}


def test_a_new_person_in_a_fixture_wipes_nothing(days_gone_by, rota, tmp_path):
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "speedy.Employees", output=str(dump))
    first = Employees.objects.first().pk
    dump.write_text(dump.read_text().replace(f'"pk": {first},', '"pk": 7777,'))
    call_command("loaddata", str(dump), verbosity=0)
    assert Employees.objects.filter(pk=7777).exists()
    assert rota() == days_gone_by


def test_an_edit_costs_one_statement(days_gone_by):
    someone = Employees.objects.first()
    with CaptureQueriesContext(connection) as queries:
        someone.save()
    assert len(queries) == 1, [query["sql"] for query in queries]


def test_a_dump_of_the_app_loads_exactly_into_an_empty_database(days_gone_by, rota, tmp_path, hire):
    Employees.objects.filter(first_name="B").delete()
    dump, again = tmp_path / "dump.json", tmp_path / "again.json"
    call_command("dumpdata", "speedy", output=str(dump))
    for model in (ShiftsEmployees, Shifts, Employees):
        model.objects.all()._raw_delete("default")
    call_command("loaddata", str(dump), verbosity=0)
    call_command("dumpdata", "speedy", output=str(again))
    assert again.read_text() == dump.read_text()
    assert list(Shifts.objects.values_list("headcount", flat=True)) == [2, 1]
