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


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Zoe\u0308", "Zo\u00eb"),
        ("Zo\u00eb", "zoe\u0308 okafor"),
        ("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\u0639\u0644\u06cc\u0631\u0636\u0627"),
        ("\u0639\u0644\u06cc\u0631\u0636\u0627", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u0937"),
        ("Mary\u00a0Ann", '"Mary Ann" Okafor'),
        ("A\u00add\u200ba", "Ada"),
        ("O\u2019Brien", "o'brien"),
        ("O`Brien", "O\u2019Brien"),
        ("\u00c9lodie", "\u00e9lodie harbour"),
        ("\u202eada", "Ada"),
        ("Ada", "A\0da"),
    ],
)
def test_a_person_is_found_by_what_one_types(admin_client, people, stored, typed):
    """As it was stored by save(), which tidies nothing: the database compares signs."""
    Employees.objects.filter(pk=people[1].pk).update(first_name=stored)
    answer = admin_client.get(
        reverse("admin:autocomplete"),
        {"term": typed, "app_label": "speedy", "model_name": "shiftsemployees"}
        | {"field_name": "employee"},
    )
    assert [it["id"] for it in answer.json()["results"]] == [str(people[1].pk)]
    page = admin_client.get(reverse("admin:speedy_employees_changelist"), {"q": typed})
    if "\0" not in typed:  # which a form refuses
        assert list(page.context["cl"].queryset) == [people[1]]
    page = admin_client.get(reverse("admin:speedy_employees_changelist"), {"q": "Zuse"})
    assert not page.context["cl"].queryset


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
