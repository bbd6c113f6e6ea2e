"""Triggers count what receivers never hear of."""

import pytest
from django.db import IntegrityError, connection, transaction

from classroom.experiments.triggers import counted_by_triggers
from speedy.models import Employees, Shifts, ShiftsEmployees

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rota(hire):
    """Two shifts without people, and three people without shifts."""
    people = hire("Ada", "Grace", "Alan", "Katherine")
    Shifts.objects.all().delete()
    return *(Shifts.objects.create(shift_date=f"2022-12-0{day}") for day in (1, 2)), people


def counts():
    return list(Shifts.objects.values_list("headcount", flat=True))


def test_each_way_to_write_a_seat_is_counted_once(rota):
    first, second, (ada, grace, alan, _) = rota
    with counted_by_triggers():
        ShiftsEmployees.objects.bulk_create([ShiftsEmployees(employee=ada, shift=first)])
        first.employees_shift.add(grace)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO speedy_shiftsemployees (employee_id, shift_id) VALUES (%s, %s)",
                [alan.pk, first.pk],
            )
        assert counts() == [3, 0]
        ShiftsEmployees.objects.filter(employee=ada).update(shift=second)
        assert counts() == [2, 1]
        Employees.objects.filter(pk__in=[grace.pk, alan.pk]).delete()
        assert counts() == [0, 1]


def test_the_constraint_holds_for_what_a_trigger_counts(rota):
    first, _, people = rota
    seats = [ShiftsEmployees(employee=person, shift=first) for person in people]
    with counted_by_triggers():
        with pytest.raises(IntegrityError), transaction.atomic():
            ShiftsEmployees.objects.bulk_create(seats)
        assert counts() == [0, 0]


def test_afterwards_the_receivers_count_again(rota):
    first, _, (ada, *_) = rota
    with counted_by_triggers():
        pass
    first.employees_shift.add(ada)
    assert counts() == [1, 0]
