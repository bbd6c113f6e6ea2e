"""A query that is built once asks exactly what the queryset would."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import DateField, F, IntegerField, QuerySet
from django.test.utils import CaptureQueriesContext

from speedy.models import Shifts
from speedy.prepared import Prepared

pytestmark = pytest.mark.django_db
DAY = date(2022, 11, 14)


def build(day, seats):
    return Shifts.objects.filter(shift_date__gte=day, headcount__lt=seats, total_hours=8)


@pytest.fixture
def prepared():
    return Prepared(build, day=DateField(), seats=IntegerField())


@pytest.fixture
def shifts(week):
    return [Shifts.objects.create(shift_date=week[day], headcount=day) for day in (3, 1, 2)]


def asked(function):
    with CaptureQueriesContext(connection) as queries:
        answer = function()
    return answer, [query["sql"] for query in queries]


def test_the_first_row_is_that_of_the_queryset_and_so_is_the_statement(prepared, shifts):
    answer, statements = asked(lambda: prepared.first(day=DAY, seats=2))
    expected, of_the_queryset = asked(lambda: next(iter(build(DAY, 2)[:1])))
    assert answer == expected == shifts[1]
    assert vars(answer).keys() == vars(expected).keys()
    assert (answer.wage_bonus, answer.shift_date) == (expected.wage_bonus, expected.shift_date)
    assert statements == of_the_queryset


def test_whether_there_is_any_row_is_asked_as_a_queryset_asks(prepared, shifts):
    for seats in (1, 2):
        answer, statements = asked(lambda seats=seats: prepared.exists(day=DAY, seats=seats))
        expected, of_the_queryset = asked(lambda seats=seats: build(DAY, seats).exists())
        assert (answer, statements) == (expected, of_the_queryset)
    assert answer


def test_an_update_is_worded_as_that_of_the_queryset(shifts):
    add = Prepared(
        lambda day, seats: Shifts.objects.filter(shift_date=day),
        change=lambda day, seats: {"headcount": F("headcount") + seats},
        day=DateField(),
        seats=IntegerField(),
    )
    day = shifts[1].shift_date
    rows = Shifts.objects.filter(shift_date=day)
    for seats in (1, -1):
        _, statements = asked(lambda seats=seats: add.update(day=day, seats=seats))
        assert rows.get().headcount == 1 + seats
        rows.update(headcount=1)
        _, of_the_queryset = asked(
            lambda seats=seats: rows.update(headcount=F("headcount") + seats)
        )
        assert statements == of_the_queryset
        rows.update(headcount=1)


def test_no_row_is_none(prepared, shifts):
    assert prepared.first(day=DAY, seats=1) is None


def test_it_is_built_once_and_asked_with_other_values(prepared, shifts, week, monkeypatch):
    assert prepared.first(day=week[0], seats=3) == shifts[1]

    def refuse(*args):
        pytest.fail("built again")

    monkeypatch.setattr(QuerySet, "filter", refuse)
    assert prepared.first(day=week[2], seats=3) == shifts[2]
    assert prepared.first(day=week[3], seats=4) == shifts[0]


def test_a_value_that_is_missing_is_named(prepared):
    with pytest.raises(KeyError, match="seats"):
        prepared.first(day=DAY)
