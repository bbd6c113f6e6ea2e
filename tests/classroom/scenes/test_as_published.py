"""The specimen keeps its faults: lessons and measurements rest on them.

Most are pinned where they are shown, in the committed outputs of *line by line*, which every test
run compares. Here is what no cell of it shows.
"""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db.models.signals import post_save
from django.urls import get_resolver

from classroom import listening, shift_table
from classroom.scenes import as_published
from classroom.scenes.as_published import views
from classroom.scenes.as_published.signals import first_with_room
from classroom.scenes.calendar import MONDAY, advance
from classroom.scenes.roster import fields_of
from speedy.models import Employees

LAYOUT = "classroom.scenes.as_published.layout"

pytestmark = pytest.mark.usefixtures("notebook")

ADA = fields_of("Ada O")


def hire(number=1, **changes):
    return [as_published.Employees.objects.create(**ADA | changes) for _ in range(number)][-1]


def without_shift():
    return as_published.Employees.objects.filter(shifts=None).count()


def test_it_fills_shifts_when_nothing_goes_wrong():
    hire(7)
    table = shift_table(as_published)
    assert list(table["headcount"]) == [3, 3, 1]
    assert list(table.index) == [MONDAY + timedelta(days=day) for day in range(3)]
    assert not Employees.objects.exists()  # it never meets the people of speedy


def test_an_edit_leaves_people_without_a_shift_for_good():
    last = hire(4)
    advance()
    last.save()
    hire()
    assert without_shift() == 3


def test_a_create_that_fails_wipes_too():
    hire(3)
    advance()
    with pytest.raises(ValueError):
        hire(age="no number")
    assert without_shift() == 3


@pytest.mark.parametrize("people", [0, 3])
def test_a_new_shift_is_created_and_saved_again(people):
    for _ in range(people):
        hire()
    with listening(post_save, sender=as_published.Shifts) as heard:
        hire()
    assert [told["arguments"] for told in heard] == ["created=True", "created=False"]


def test_two_who_count_before_either_adds_take_the_same_seat():
    hire(2)
    two = as_published.Employees.objects.bulk_create(as_published.Employees(**ADA) for _ in "ab")
    for person, shift in [(person, first_with_room()) for person in two]:
        shift.employees_shift.add(person)
    assert as_published.ShiftsEmployees.objects.count() == 4
    assert as_published.Shifts.objects.count() == 1


def test_no_url_leads_to_its_views():
    found = [pattern.callback for pattern in every_pattern(get_resolver())]
    assert found and not {views.test_signals, views.test_logging} & set(found)


def every_pattern(resolver):
    for pattern in resolver.url_patterns:
        yield from every_pattern(pattern) if hasattr(pattern, "url_patterns") else [pattern]


def test_a_model_that_needs_the_signal_makes_a_circle():
    with pytest.raises(ImportError, match="partially initialized module"):
        import_module(f"{LAYOUT}.circle.models")  # Django imports the models first
