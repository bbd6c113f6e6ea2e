"""The back office goes through the models: people are placed, seats counted, a fourth refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from speedy.models import Employees, Shifts


def seats_form(shift, *people, **extra):
    """What the admin's page of a shift posts: the shift, and a row for each seat."""
    seats = list(shift.shiftsemployees_set.order_by("pk"))
    form = {
        "shift_date": shift.shift_date,
        "wage_bonus": shift.wage_bonus,
        "total_hours": shift.total_hours,
        "shiftsemployees_set-TOTAL_FORMS": len(people),
        "shiftsemployees_set-INITIAL_FORMS": len(seats),
    }
    for number, person in enumerate(people):
        row = f"shiftsemployees_set-{number}"
        form |= {f"{row}-employee": person.pk, f"{row}-shift": shift.pk}
        if number < len(seats):
            form[f"{row}-id"] = seats[number].pk
    return form | extra


@pytest.fixture
def people(db):
    """Four people whom no signal has placed."""
    return Employees.objects.bulk_create(
        Employees(first_name=name, last_name="Okafor", address="1 Harbour Street", age=30)
        for name in "ABCD"
    )


@pytest.fixture
def change(admin_client, week, db):
    """A function that posts the page of Monday's shift."""
    shift = Shifts.objects.create(shift_date=week[0])

    def change(*people, **extra):
        url = reverse("admin:speedy_shifts_change", args=[shift.pk])
        response = admin_client.post(url, seats_form(shift, *people, **extra))
        shift.refresh_from_db()
        return shift, response

    return change


def test_somebody_added_in_the_admin_gets_a_shift(admin_client, week, rota):
    fields = {"first_name": "Ada", "last_name": "O", "address": "1 Hill", "age": 30}
    response = admin_client.post(reverse("admin:speedy_employees_add"), fields)
    assert response.status_code == 302
    assert rota() == {week[0]: ["Ada"]}


def test_the_seats_of_a_shift_are_edited_inline(change, people):
    shift, response = change(*people[:2])
    assert (response.status_code, shift.headcount) == (302, 2)
    shift, _ = change(people[2], people[1], **{"shiftsemployees_set-1-DELETE": "on"})
    assert shift.headcount == 1
    assert list(shift.employees_shift.all()) == [people[2]]


def test_a_fourth_seat_is_refused_with_a_message(change, people):
    shift, response = change(*people)
    assert response.status_code == 200
    assert "at most 3" in response.content.decode()
    assert shift.headcount == 0


def test_the_same_person_twice_is_refused_with_a_message(change, people):
    shift, response = change(people[0], people[0])
    assert response.status_code == 200
    assert "duplicate" in response.content.decode()
    assert shift.headcount == 0


def test_an_impossible_age_is_refused_with_a_message(admin_client):
    fields = {"first_name": "Ada", "last_name": "O", "address": "1 Hill", "age": 121}
    response = admin_client.post(reverse("admin:speedy_employees_add"), fields)
    assert "less than or equal to 120" in response.content.decode()
    assert not Employees.objects.exists()


@pytest.mark.parametrize("model", ["employees", "shifts"])
def test_a_list_costs_the_same_queries_however_long(admin_client, hire, model):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            response = admin_client.get(reverse(f"admin:speedy_{model}_changelist"))
        assert response.status_code == 200
        return len(queries)

    hire(*"ABCD")
    short = cost()
    hire(*map(str, range(20)))
    assert cost() == short


def test_a_headcount_is_shown_and_cannot_be_posted(change, people):
    shift, _ = change(people[0], headcount=3)
    assert shift.headcount == 1
