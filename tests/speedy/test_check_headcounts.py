"""What raw SQL and bulk calls did to the counts is found, and repaired if asked."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from speedy.models import Employees, Shifts, ShiftsEmployees

pytestmark = pytest.mark.django_db


def run(*arguments):
    said = io.StringIO()
    call_command("check_headcounts", *arguments, stdout=said)
    return said.getvalue().splitlines()


def counts():
    return list(Shifts.objects.values_list("headcount", flat=True))


def seat(*people, shift):
    """Seat people in bulk, so that nobody counts them."""
    ShiftsEmployees.objects.bulk_create(
        ShiftsEmployees(employee=person, shift=shift) for person in people
    )


def stored(*names):
    return Employees.objects.bulk_create(
        Employees(first_name=name, last_name="Okafor", address="1 Hill", age=30) for name in names
    )


def test_a_true_rota_is_left_alone(hire):
    hire(*"ABCD")
    assert run() == run("--repair") == ["2 shifts checked: every headcount is true."]


def test_an_empty_rota_is_true(db):
    assert run() == ["0 shifts checked: every headcount is true."]


def test_seats_added_in_bulk_are_found_and_counted(hire, week):
    hire("A")
    seat(*stored("B"), shift=Shifts.objects.get())
    with pytest.raises(CommandError, match=r"1 shift with an untrue headcount.*--repair"):
        run()
    assert counts() == [1]
    assert run("--repair") == ["2022-11-14: headcount 1, but 2 people there. Corrected to 2."]
    assert counts() == [2]
    assert run() == ["1 shift checked: every headcount is true."]


def test_seats_deleted_by_sql_are_found_and_those_who_lost_one_are_counted(hire):
    hire(*"ABC")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM speedy_shiftsemployees")
    assert run("--repair") == [
        "2022-11-14: headcount 3, but 0 people there. Corrected to 0.",
        "3 people without a shift from today on, which may be meant.",
    ]
    assert counts() == [0]


def test_a_person_too_many_moves_on(hire, rota, week):
    hire(*"ABCD")
    first = Shifts.objects.earliest("shift_date")
    seat(*stored(*"EFGH"), shift=first)
    assert run("--repair") == [
        "2022-11-14: headcount 3, but 7 people there. Corrected to 3.",
        "  No seat for E Okafor, who moves to 2022-11-15.",
        "  No seat for F Okafor, who moves to 2022-11-15.",
        "  No seat for G Okafor, who moves to 2022-11-16.",
        "  No seat for H Okafor, who moves to 2022-11-16.",
    ]
    assert rota() == {week[0]: [*"ABC"], week[1]: [*"DEF"], week[2]: [*"GH"]}
    assert counts() == [3, 3, 2]
    assert run() == ["3 shifts checked: every headcount is true."]


def test_a_person_too_many_who_has_another_shift_keeps_that(hire, rota, week):
    *_, late = hire(*"ABCD")
    seat(late, shift=Shifts.objects.earliest("shift_date"))
    assert run("--repair") == [
        "2022-11-14: headcount 3, but 4 people there. Corrected to 3.",
        "  No seat for D Okafor, who keeps another shift.",
    ]
    assert rota() == {week[0]: [*"ABC"], week[1]: ["D"]}
    assert counts() == [3, 1]


def test_room_that_a_wrong_count_hid_is_used(hire, rota, week):
    """The second shift seems full; its count is repaired before anybody moves there."""
    hire(*"ABCD")
    Shifts.objects.filter(shift_date=week[1]).update(headcount=3)
    seat(*stored("E"), shift=Shifts.objects.get(shift_date=week[0]))
    run("--repair")
    assert rota() == {week[0]: [*"ABC"], week[1]: [*"DE"]}
    assert counts() == [3, 2]


def test_a_shift_of_the_past_gives_up_whom_it_has_no_seat_for(hire, rota, week):
    hire(*"ABC")
    seat(*stored("D"), shift=Shifts.objects.get())
    week.turn_to(1)
    run("--repair")
    assert rota() == {week[0]: [*"ABC"], week[1]: ["D"]}
    assert counts() == [3, 1]


def test_names_are_escaped(hire):
    hire(*"ABC")
    seat(*stored("D\u202eE"), shift=Shifts.objects.get())
    assert r"D\u202eE" in run("--repair")[1]
