"""The command wipes what a hire would wipe, and says whom it placed again."""

import io

import pytest
from django.core.management import call_command

from speedy.models import Employees, Shifts

pytestmark = pytest.mark.django_db


def wipe():
    said = io.StringIO()
    call_command("wipe_expired_shifts", stdout=said)
    return said.getvalue()


def test_expired_shifts_go_and_their_people_are_placed_again(week, hire, rota):
    hire(*"ABCDEFG")
    week.turn_to(2)
    assert wipe() == (
        "Wiped 2 expired shifts.\n"
        "Placed again: A Okafor, B Okafor, C Okafor, D Okafor, E Okafor, F Okafor.\n"
    )
    assert rota() == {week[2]: [*"ABG"], week[3]: [*"CDE"], week[4]: ["F"]}


def test_one_shift_is_said_in_the_singular(week, hire):
    hire("Ada")
    week.turn_to(1)
    assert wipe() == "Wiped 1 expired shift.\nPlaced again: Ada Okafor.\n"


def test_an_expired_shift_without_people_goes(week):
    Shifts.objects.create(shift_date=week[-1])
    assert wipe() == "Wiped 1 expired shift.\nNobody had to be placed again.\n"
    assert not Shifts.objects.exists()


def test_nothing_is_wiped_when_nothing_expired(week, hire, rota):
    hire(*"ABCD")
    before = rota()
    assert wipe() == "Wiped 0 expired shifts.\nNobody had to be placed again.\n"
    assert rota() == before


def test_names_are_escaped(week, hire):
    hire("Ada\x1b[2J")
    week.turn_to(1)
    assert r"Placed again: Ada\u001b[2J Okafor." in wipe()
    assert Employees.objects.count() == 1
