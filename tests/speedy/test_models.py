"""What must hold of the data is held by the database, against every program that writes to it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from speedy.models import Employees, Shifts, ShiftsEmployees

pytestmark = pytest.mark.django_db

PERSON = {"first_name": "Ada", "last_name": "Okafor", "address": "1 Harbour Street", "age": 30}


def refused():
    """Expect the database's refusal, in a transaction of its own so that the test can go on."""
    return pytest.raises(IntegrityError)


def quietly(**changes):
    """Store a person without any signal, and return her."""
    return Employees.objects.bulk_create([Employees(**PERSON | changes)])[0]


@pytest.mark.parametrize("age", [0, 1, 119, 120])
def test_an_age_from_0_to_120_is_stored(age):
    assert Employees.objects.get(pk=quietly(age=age).pk).age == age


@pytest.mark.parametrize("age", [-1, 121, 400])
def test_any_other_age_is_refused(age):
    with refused(), transaction.atomic():
        quietly(age=age)
    assert not Employees.objects.exists()


@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_a_person_without_a_name_is_refused(field):
    with refused(), transaction.atomic():
        quietly(**{field: ""})
    assert not Employees.objects.exists()


@pytest.mark.parametrize("headcount", [-1, 4])
def test_a_headcount_out_of_bounds_is_refused(headcount):
    shift = Shifts.objects.create()
    with refused(), transaction.atomic():
        Shifts.objects.filter(pk=shift.pk).update(headcount=headcount)
    assert Shifts.objects.get().headcount == 0


def test_a_second_shift_on_a_day_is_refused():
    Shifts.objects.create(shift_date=date(2022, 11, 14))
    with refused(), transaction.atomic():
        Shifts.objects.create(shift_date=date(2022, 11, 14))
    assert Shifts.objects.count() == 1


def test_a_second_seat_for_the_same_person_on_a_shift_is_refused():
    shift, ada = Shifts.objects.create(), quietly()
    ShiftsEmployees.objects.create(employee=ada, shift=shift)
    with refused(), transaction.atomic():
        ShiftsEmployees.objects.create(employee=ada, shift=shift)
    shift.refresh_from_db()
    assert shift.headcount == 1


@pytest.mark.parametrize(
    "fields", [{"wage_bonus": Decimal("-0.01")}, {"total_hours": 0}, {"total_hours": 25}]
)
def test_an_impossible_shift_is_refused(fields):
    with refused(), transaction.atomic():
        Shifts.objects.create(**fields)
    assert not Shifts.objects.exists()


@pytest.mark.parametrize("model", [Employees, Shifts, ShiftsEmployees])
def test_no_column_takes_null_but_the_date_of_birth(model):
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
    assert {column.name for column in columns if column.null_ok} <= {"date_of_birth"}


def test_no_two_indexes_of_the_seats_start_alike():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, ShiftsEmployees._meta.db_table)
    starts = [each["columns"][0] for each in found.values() if each["index"] or each["unique"]]
    assert len(starts) == len(set(starts)), found


def test_a_fresh_shift_holds_what_the_database_will_hold():
    fresh = Shifts.objects.create()
    stored = Shifts.objects.get()
    assert (fresh.wage_bonus, fresh.shift_date) == (stored.wage_bonus, stored.shift_date)
    assert type(fresh.wage_bonus) is Decimal and type(fresh.shift_date) is date


class TestWhoWritesAHeadcount:
    """S4: a count that somebody set is written; one that was read never overwrites another."""

    @pytest.fixture
    def stored(self):
        """What is stored: the headcount and the hours of the one shift."""
        return lambda: Shifts.objects.values_list("headcount", "total_hours").get()

    @pytest.fixture(params=["read", "made", "refreshed", "saved with a count of its own"])
    def stale(self, request):
        """A copy of a shift on which two people sat down since."""
        made = Shifts.objects.create()
        copy = made if request.param == "made" else Shifts.objects.get()
        if request.param == "refreshed":
            copy.refresh_from_db()
        if "own" in request.param:
            copy.headcount = 0
            copy.save()
        Shifts.objects.update(headcount=F("headcount") + 2)
        copy.total_hours = 6
        return copy

    def test_a_stale_copy_keeps_the_stored_one(self, stale, stored):
        stale.save()
        assert stored() == (2, 6)

    def test_a_stale_copy_keeps_it_even_where_it_is_named(self, stale, stored):
        stale.save(update_fields=["headcount"])
        assert stored() == (2, 8)

    def test_one_set_by_hand_is_written(self, stale, stored):
        stale.headcount = 1
        stale.save()
        assert stored() == (1, 6)

    def test_an_expression_is_written(self, stale, stored):
        stale.headcount = F("headcount") - 1
        stale.save()
        assert stored() == (1, 6)

    def test_update_or_create_writes_it(self, stale, stored):
        Shifts.objects.update_or_create(pk=stale.pk, defaults={"headcount": 1})
        assert stored() == (1, 8)

    def test_bulk_update_writes_what_it_is_given_to_the_fields_it_names(self, stale, stored):
        stale.headcount = 1
        Shifts.objects.bulk_update([stale], ["total_hours"])
        assert stored() == (2, 6)
        Shifts.objects.bulk_update([stale], ["headcount"])
        assert stored() == (1, 6)

    def test_a_fixture_writes_it(self, stale, stored):
        dump = serializers.serialize("json", Shifts.objects.all())
        Shifts.objects.update(headcount=0)
        for row in serializers.deserialize("json", dump):
            row.save()
        assert stored() == (2, 8)

    @pytest.mark.parametrize("headcount", [4, None, "many"])
    def test_nonsense_is_refused(self, stale, stored, headcount):
        stale.headcount = headcount
        with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
            stale.save()
        assert stored() == (2, 8)

    def test_a_copy_for_another_day_begins_without_people(self, stale):
        stale.refresh_from_db()
        stale.pk, stale.shift_date = None, date(2022, 11, 15)
        stale.save(force_insert=True)
        assert Shifts.objects.get(pk=stale.pk).headcount == 0


def test_the_first_shift_with_room_is_found_through_the_partial_index():
    sql, values = Shifts.objects.current().with_room()[:1].query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN' * (connection.vendor == 'sqlite')} {sql}", values)
        plan = str(cursor.fetchall())
    assert "shift_with_room" in plan
