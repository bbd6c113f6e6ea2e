"""The rule: first shift with room, the next day when there is none, nobody lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from speedy import scheduling
from speedy.models import Employees, Shifts, ShiftsEmployees


def stored(*names):
    """Store people without any signal, so without a shift."""
    return Employees.objects.bulk_create(
        Employees(first_name=name, last_name="Okafor", address="1 Harbour Street", age=30)
        for name in names
    )


@pytest.fixture(params=["one by one", "in a batch"])
def assign(request):
    """Both ways of assigning: they must lead to the same rota."""
    if request.param == "in a batch":
        return scheduling.assign_many
    return lambda people: [scheduling.assign(person) for person in people]


pytestmark = pytest.mark.django_db


def test_three_to_a_shift_and_a_shift_a_day(week, rota, assign):
    assign(stored(*"ABCDEFG"))
    assert rota() == {week[0]: [*"ABC"], week[1]: [*"DEF"], week[2]: ["G"]}
    assert list(Shifts.objects.values_list("headcount", flat=True)) == [3, 3, 1]


KEEPS_SHIFTS = {
    "sqlite": "CREATE TRIGGER kept BEFORE UPDATE ON speedy_shifts BEGIN SELECT RAISE(IGNORE); END",
    "postgresql": "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; "
    "END $$; CREATE TRIGGER kept BEFORE UPDATE ON speedy_shifts FOR EACH ROW EXECUTE FUNCTION no()",
}


def add(people):
    Shifts.objects.create().employees_shift.add(*people)


def be_added(people):
    shift = Shifts.objects.create()
    for person in people:
        person.shifts.add(shift)


def assign_each(people):
    for person in people:
        scheduling.assign(person)


@pytest.mark.parametrize("seat", [add, be_added, assign_each, scheduling.assign_many])
def test_a_count_that_a_trigger_leaves_as_it_was_is_told(seat):
    """Thirty people were put on one shift."""
    with connection.cursor() as cursor:
        cursor.execute(KEEPS_SHIFTS[connection.vendor])
    people = stored("A")
    with pytest.raises(IntegrityError, match="did not store the headcount"), transaction.atomic():
        seat(people)
    assert not ShiftsEmployees.objects.exists()


def test_the_earliest_hole_is_filled_first(week, rota, assign):
    assign(stored(*"ABCDEFG"))
    Employees.objects.filter(first_name__in="BE").delete()
    assign(stored(*"XYZ"))
    assert rota() == {week[0]: [*"ACX"], week[1]: [*"DFY"], week[2]: [*"GZ"]}


def test_a_new_shift_opens_after_the_latest_and_leaves_a_missing_day_missing(week, rota, assign):
    Shifts.objects.create(shift_date=week[4], headcount=3)
    assign(stored("A"))
    assert list(rota()) == [week[4], week[5]]


def test_a_shift_of_the_past_takes_nobody(week, rota, assign):
    Shifts.objects.create(shift_date=week[-2])
    assign(stored("A"))
    assert rota() == {week[-2]: [], week[0]: ["A"]}


def test_somebody_with_a_shift_keeps_it(week, rota, assign):
    people = stored(*"ABCD")
    assign(people)
    Shifts.objects.create(shift_date=week[2])
    assign(people)
    assert rota() == {week[0]: [*"ABC"], week[1]: ["D"], week[2]: []}


def test_somebody_named_twice_gets_one_seat(week, rota, assign):
    [ada] = stored("A")
    assign([ada, ada])
    assert rota() == {week[0]: ["A"]}


def test_the_shift_that_is_returned_knows_its_headcount(week):
    people = stored(*"ABC")
    assert [scheduling.assign(person).headcount for person in people] == [1, 2, 3]


def test_assign_many_returns_the_new_seats_in_order(week):
    people = stored(*"ABCD")
    seats = scheduling.assign_many(people)
    assert [(seat.employee, seat.shift.shift_date) for seat in seats] == [
        *((person, week[0]) for person in people[:3]),
        (people[3], week[1]),
    ]


def test_a_batch_costs_statements_by_the_hundred_not_by_the_head(week):
    people = stored(*map(str, range(600)))
    with CaptureQueriesContext(connection) as queries:
        scheduling.assign_many(people)
    assert len(queries) < 30
    assert Shifts.objects.filter(headcount=3).count() == 200


def test_a_batch_of_nobody_does_nothing(week, rota):
    assert scheduling.assign_many([]) == []
    assert rota() == {}


def test_a_wipe_places_the_displaced_again(week, rota):
    scheduling.assign_many(stored(*"ABCD"))
    week.turn_to(1)
    displaced = scheduling.wipe_expired_shifts()
    assert [person.first_name for person in displaced] == [*"ABC"]
    assert rota() == {week[1]: [*"ABD"], week[2]: ["C"]}


def test_a_wipe_leaves_people_with_a_later_shift_there(week, rota):
    scheduling.assign_many(stored(*"ABCD"))
    later = Shifts.objects.get(shift_date=week[1])
    later.employees_shift.add(Employees.objects.get(first_name="A"))
    week.turn_to(1)
    assert [person.first_name for person in scheduling.wipe_expired_shifts()] == [*"BC"]
    assert rota() == {week[1]: [*"BDA"], week[2]: ["C"]}


def test_a_person_who_had_two_expired_shifts_gets_one_and_before_those_who_came_later(week, rota):
    scheduling.assign_many(stored(*"ABCDEF"))
    Employees.objects.get(first_name="D").delete()
    [first] = Employees.objects.filter(first_name="A")
    first.shifts.add(Shifts.objects.get(shift_date=week[1]))
    week.turn_to(2)
    displaced = scheduling.wipe_expired_shifts()
    assert [person.first_name for person in displaced] == [*"ABCEF"]
    assert rota() == {week[2]: [*"ABC"], week[3]: [*"EF"]}
    assert list(Shifts.objects.values_list("headcount", flat=True)) == [3, 2]


def test_a_wipe_with_nothing_expired_costs_one_statement(week):
    scheduling.assign_many(stored("A"))
    with CaptureQueriesContext(connection) as queries:
        assert scheduling.wipe_expired_shifts() == []
    assert len(queries) == 1


def test_a_wipe_that_fails_wipes_nothing(week, rota, monkeypatch):
    scheduling.assign_many(stored(*"ABCD"))
    before = rota()
    week.turn_to(1)

    def fail(seats, rota):
        raise RuntimeError("the power went")

    monkeypatch.setattr(scheduling, "give_shifts", fail)
    with pytest.raises(RuntimeError, match="the power went"), transaction.atomic():
        scheduling.wipe_expired_shifts()
    assert rota() == before


def test_a_wipe_moves_seats_and_makes_none(week):
    """Code that deletes a person at that moment knows their seats, and would miss a new one."""
    scheduling.assign_many(stored(*"ABCD"))
    before = set(ShiftsEmployees.objects.values_list("pk", "employee"))
    week.turn_to(3)
    scheduling.wipe_expired_shifts()
    assert set(ShiftsEmployees.objects.values_list("pk", "employee")) == before


def test_assign_many_wants_people_who_are_stored(week):
    ada = Employees(first_name="Ada", last_name="Okafor", address="1 Hill", age=30)
    with pytest.raises(ValueError, match=r"Ada Okafor has no key yet: save them first"):
        scheduling.assign_many([*stored("A"), ada])
    assert not ShiftsEmployees.objects.exists()


@pytest.mark.parametrize("thing", ["Ada Okafor", 1, None, [], Employees])
def test_assign_wants_the_person_themselves(week, thing):
    with pytest.raises(TypeError, match=r"Expected an employee .*; came (str|int|None|list|Model)"):
        scheduling.assign(thing)


@pytest.mark.parametrize(
    "things, came",
    [
        *((5, "int"), (None, "NoneType"), (Employees, "ModelBase"), (Employees(pk=1), "Employees")),
        *(("Ada", "one with str in it"), ((it for it in "ab"), "one with str in it")),
        *(([Shifts(pk=1)], "one with Shifts in it"), ([None], "one with NoneType in it")),
    ],
)
def test_assign_many_wants_a_list_of_people(week, things, came):
    stored("A")
    with pytest.raises(TypeError, match=rf"expected a list of stored employees, .* came {came}\.$"):
        scheduling.assign_many(things)


def test_days_pass_without_anybody_joining(week, rota, hire):
    hire(*"ABCDE")
    week.turn_to(400)
    hire("F")
    assert rota() == {week[400]: [*"ABC"], week[401]: [*"DEF"]}
    assert timedelta(days=401) == max(rota()) - week[0]
