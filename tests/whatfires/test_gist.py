"""What a tree says of an SQL statement is what the statement says."""

import operator
from functools import reduce

import pytest
from django.db.models import Count, Exists, F, OuterRef, Q
from hypothesis import given, settings
from hypothesis import strategies as st

from speedy.models import Employees, Shifts, ShiftsEmployees
from whatfires import trace
from whatfires.gist import UNKNOWN, conditions_of, gist

pytestmark = pytest.mark.django_db

NAMES, AGES = ("Ada", "Bo", "Cy"), (20, 30, 40)


def said(queryset):
    """What the tree says of the statement that reads a queryset."""
    with trace() as seen:
        list(queryset)
    [sql] = [event for event in seen if event.kind == "sql"]
    return gist(sql.what, sql.arguments.get("params") or ())


FROM, SEATS = "SELECT from speedy_employees", "SELECT from speedy_shiftsemployees"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Q(), ""),
        (Q(age=3), " where age = 3"),
        (Q(age__gt=3, first_name="Ada"), " where age > 3 and first_name = Ada"),
        (Q(age__in=[3, 4]), " where age in (3, 4)"),
        (Q(shifts__isnull=True), " where …"),  # a join
        (~Q(age=3), " where …"),
        (Q(age=3) | Q(age=4), " where …"),
        (Q(age=3) & ~Q(first_name="Ada"), " where age = 3 and …"),
        (Q(age__range=(3, 4), first_name="Ada"), " where …"),
        (Q(first_name__startswith="A"), " where …"),
        (Q(age__gt=F("pk")), " where …"),
        (Q(pk__in=ShiftsEmployees.objects.values("employee")), " where …"),
        (Exists(Shifts.objects.filter(pk=OuterRef("pk"))), " where …"),
    ],
)
def test_a_condition_is_told_where_the_whole_is_understood(chosen, words):
    assert said(Employees.objects.filter(chosen)) == FROM + words


@pytest.mark.parametrize(
    ("queryset", "words"),
    [
        (Employees.objects.order_by("age")[:2], FROM),
        (Employees.objects.filter(age=3).order_by("age")[:2], f"{FROM} where age = 3"),
        (Employees.objects.annotate(n=Count("shifts")).filter(n__gt=1), f"{FROM} where …"),
        (
            Employees.objects.filter(age=3).union(Employees.objects.filter(age=4)),
            f"{FROM} where …",
        ),
        (
            ShiftsEmployees.objects.select_related("shift"),
            "SELECT from speedy_shiftsemployees where …",
        ),
    ],
)
def test_what_is_more_than_a_table_and_its_where_is_marked(queryset, words):
    assert said(queryset) == words


@pytest.mark.parametrize(
    ("sql", "params", "words"),
    [
        (
            '/* why */ -- x\nDELETE FROM "a b" WHERE "a b"."c" = %s',
            (1,),
            "DELETE from a b where c = 1",
        ),
        ('SELECT * FROM "a", "b" WHERE "a"."c" = %s', (1,), "SELECT from a where …"),
        ('SELECT * FROM "a" WHERE "a"."c" = %s AND 1 OR 2', (1,), "SELECT from a where …"),
        ('SELECT * FROM "a" WHERE "a"."c" = %s OR 1', (1,), "SELECT from a where …"),
        ('SELECT * FROM "a" WHERE "a"."c" = %s', [1], "SELECT from a where c = 1"),
        ('SELECT * FROM "a" WHERE "a"."c" = %s', None, "SELECT from a where …"),
        ('SELECT * FROM "a" WHERE "a"."c" IS NULL', (), "SELECT from a where c is null"),
        ('UPDATE "a" SET "c" = %s WHERE "a"."id" = %s', (1, 2), "UPDATE a: c where id = 2"),
        (
            'SELECT * FROM "s" WHERE "s"."session_key" = %s',
            ("abc",),
            "SELECT from s where session_key = …",
        ),
        (
            'SELECT * FROM "s" WHERE "s"."a" = %s',
            ("one\ntwo",),
            "SELECT from s where a = one\\ntwo",
        ),
    ],
)
def test_sql_by_hand(sql, params, words):
    assert gist(sql, params) == words


atoms = st.one_of(
    st.builds(lambda age: Q(age=age), st.sampled_from(AGES)),
    st.builds(lambda age: Q(age__lte=age), st.sampled_from(AGES)),
    st.builds(lambda age: Q(age__gt=age), st.sampled_from(AGES)),
    st.builds(lambda ages: Q(age__in=ages), st.lists(st.sampled_from(AGES), min_size=1)),
    st.builds(lambda name: Q(first_name=name), st.sampled_from(NAMES)),
    st.builds(lambda name: Q(first_name__contains=name), st.sampled_from(NAMES)),
    st.just(Q(age__lt=F("pk"))),
    st.just(Q(shifts__isnull=True)),
    st.just(Q(pk__in=Employees.objects.filter(age__gt=20).values("pk"))),
)
chosen = st.recursive(
    atoms,
    lambda inner: st.one_of(
        inner.map(operator.inv),
        st.lists(inner, min_size=2, max_size=3).map(lambda them: reduce(operator.or_, them)),
        st.lists(inner, min_size=2, max_size=3).map(lambda them: reduce(operator.and_, them)),
    ),
    max_leaves=5,
)
COMPARE = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    "in": lambda value, among: value in among.strip("()").split(", "),
}


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(st.tuples(st.booleans(), chosen), min_size=1, max_size=3))
def test_whatever_is_asked_the_conditions_that_are_told_hold_for_every_row(steps):
    Employees.objects.all().delete()
    Employees.objects.bulk_create(
        Employees(first_name=name, last_name="Q", address="Ely", age=age)
        for name in NAMES
        for age in AGES
    )
    queryset = Employees.objects.all()
    for keep, condition in steps:
        queryset = queryset.filter(condition) if keep else queryset.exclude(condition)
    with trace() as seen:
        found = {row.pk for row in queryset}
    statements = [event for event in seen if event.kind == "sql"]
    if not statements:  # Django saw by itself that there is nothing
        return
    [sql] = statements
    told = conditions_of(sql.what, sql.arguments.get("params") or (), '"speedy_employees"')
    if told is None:
        assert gist(sql.what, sql.arguments.get("params") or ()).endswith(" where …")
        return
    told_of = {
        row.pk
        for row in Employees.objects.all()
        if all(holds(getattr(row, column), how, value) for column, how, value in told if how)
    }
    assert found <= told_of
    assert UNKNOWN in told or found == told_of


def holds(stored, how, value):
    return COMPARE[how](str(stored), value)
