"""The four wirings lead to the same rota; where they honestly differ, a test says so."""

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from classroom import trace
from classroom.scenes.groups import MANY_AT_ONCE
from speedy import scheduling
from speedy.models import Employees, ShiftsEmployees
from speedy.models.employees import EmployeesWithoutHooks
from speedy.wirings import WIRINGS

FIELDS = {"last_name": "Okafor", "address": "1 Harbour Street", "age": 30}
HOOKED = ["built-in signals", "save() override"]  # what saving a person sets off by itself

# BEGIN and COMMIT included. PostgreSQL has to be told to lock the rota, which SQLite does by BEGIN.
# It can't be spared there: what one statement reads and locks, it reads as it was before it waited.
A_HIRE = 8 if connection.vendor == "postgresql" else 7

pytestmark = pytest.mark.django_db


@pytest.fixture(params=WIRINGS)
def wiring(request):
    return WIRINGS[request.param]


@pytest.fixture
def hire(wiring, week):
    """A function that hires people by first name through one of the wirings."""
    return lambda *names: [wiring.hire(first_name=name, **FIELDS) for name in names]


def test_there_are_four():
    assert list(WIRINGS) == ["built-in signals", "save() override", "custom signal", "direct call"]


def test_three_to_a_shift_and_a_shift_a_day(hire, week, rota):
    hire(*"ABCDEFG")
    assert rota() == {week[0]: [*"ABC"], week[1]: [*"DEF"], week[2]: ["G"]}


def test_it_hires_by_its_own_class_into_the_same_table(hire, wiring):
    [ada] = hire("Ada")
    assert type(ada) is wiring.model
    assert Employees.objects.get().pk == ada.pk


@pytest.mark.parametrize(
    "things, fields, came",
    [([FIELDS], {}, "dict"), (["Ada", 3], {}, "str, int"), ([], {"name": "Ada", **FIELDS}, "name")],
)
def test_what_is_no_field_is_refused_in_a_sentence(wiring, things, fields, came):
    with pytest.raises(TypeError, match=rf"by name, .*as \*\*person; came {came}\.$"):
        wiring.hire(*things, **fields)


ONE = Employees(first_name="Ada", **FIELDS)


@pytest.mark.parametrize(
    "people, came",
    [(5, "int"), (None, "NoneType"), (ONE, "Employees"), ("Ada", "str"), ([ONE, FIELDS], "dict")],
)
@pytest.mark.parametrize("name", {**WIRINGS, **MANY_AT_ONCE})
def test_what_is_no_list_of_people_is_refused_in_a_sentence(name, people, came):
    with pytest.raises(TypeError, match=rf"a list of unsaved people, .*; came {came}\.$"):
        {**WIRINGS, **MANY_AT_ONCE}[name].hire_many(people)
    assert not Employees.objects.exists()


def test_a_hire_wipes_what_expired_and_loses_nobody(hire, week, rota):
    hire(*"ABCD")
    week.turn_to(1)
    hire("E")
    assert rota() == {week[1]: [*"ABD"], week[2]: [*"CE"]}


def test_an_edit_assigns_nobody_and_wipes_nothing(hire, week, rota):
    people = hire(*"ABCD")
    before = rota()
    week.turn_to(1)
    people[0].address = "2 Hill Road"
    people[0].save()
    people[1].save(update_fields=["age"])
    assert rota() == before


def test_a_fixture_assigns_nobody(hire, week, rota):
    people = hire(*"ABCD")
    dump = serializers.serialize("json", people)
    for person in people:
        person.delete()
    for row in serializers.deserialize("json", dump):
        row.save()
    assert Employees.objects.count() == 4
    assert not ShiftsEmployees.objects.exists()


def test_somebody_the_database_refuses_is_nowhere(wiring, week, rota):
    with pytest.raises(IntegrityError), transaction.atomic():
        wiring.hire(first_name="A", **FIELDS | {"age": 121})
    assert rota() == {}
    assert not Employees.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_statements_are_the_same_in_all(week):
    sorts = {}
    for name, wiring in WIRINGS.items():
        wiring.hire(first_name="A", **FIELDS)  # opens the shift, on which two more have room
        with trace() as seen:
            wiring.hire(first_name="B", **FIELDS)
        Employees.objects.all().delete()
        sorts[name] = sorted(sql.split(" VALUES")[0].split(" WHERE")[0] for sql in seen.statements)
    assert len(sorts["built-in signals"]) == A_HIRE
    assert all(found == sorts["built-in signals"] for found in sorts.values())


@pytest.mark.parametrize("name", WIRINGS)
@pytest.mark.django_db(transaction=True)
def test_a_hire_that_opens_a_shift_takes_three_statements_more(name, week):
    with trace() as seen:
        WIRINGS[name].hire(first_name="A", **FIELDS)
    assert len(seen.statements) == A_HIRE + 3


@pytest.mark.parametrize("name", WIRINGS)
@pytest.mark.django_db(transaction=True)
def test_an_error_in_the_rule_takes_the_hire_back_except_by_signals(name, week, monkeypatch):
    def fail(employee):
        raise RuntimeError("the rule is broken")

    monkeypatch.setattr(scheduling, "assign", fail)
    with pytest.raises(RuntimeError, match="the rule is broken"):
        WIRINGS[name].hire(first_name="A", **FIELDS)
    # post_save comes after the row was committed, unless somebody opened a transaction before.
    assert Employees.objects.exists() == (name == "built-in signals")


@pytest.mark.parametrize("name", WIRINGS)
def test_a_batch_places_everybody_only_where_the_hiring_is_a_function(name, week, rota):
    wiring = WIRINGS[name]
    people = wiring.hire_many([wiring.model(first_name=letter, **FIELDS) for letter in "ABCD"])
    assert len(people) == 4
    placed = {} if name in HOOKED else {week[0]: [*"ABC"], week[1]: ["D"]}
    assert rota() == placed


@pytest.mark.parametrize("name", WIRINGS)
def test_plain_create_places_somebody_only_where_saving_is_hooked(name, week, rota):
    WIRINGS[name].model.objects.create(first_name="A", **FIELDS)
    assert rota() == ({week[0]: ["A"]} if name in HOOKED else {})


def test_a_proxy_does_not_reach_the_receivers_of_its_parent(week):
    with trace() as seen:
        EmployeesWithoutHooks.objects.create(first_name="A", **FIELDS)
    assert len(seen.filter(kind="delivery")) == 0


@pytest.mark.parametrize("name", ["employeesoverridingsave", "employeeswithouthooks"])
def test_people_can_try_the_proxies_in_the_admin(name, admin_client, week, rota):
    fields = {"first_name": "Ada", **FIELDS}
    admin_client.post(reverse(f"admin:speedy_{name}_add"), fields)
    assert rota() == ({week[0]: ["Ada"]} if name == "employeesoverridingsave" else {})


@pytest.mark.parametrize("action", ["announce", "place"])
def test_the_admin_sets_the_other_two_wirings_off_by_an_action(action, admin_client, week, rota):
    people = EmployeesWithoutHooks.objects.bulk_create(
        EmployeesWithoutHooks(first_name=letter, **FIELDS) for letter in "ABCD"
    )
    chosen = {"action": action, "_selected_action": [person.pk for person in people]}
    page = admin_client.post(
        reverse("admin:speedy_employeeswithouthooks_changelist"), chosen, follow=True
    )
    assert rota() == {week[0]: [*"ABC"], week[1]: ["D"]}
    assert b"4 placed" in page.content or b"every receiver" in page.content
