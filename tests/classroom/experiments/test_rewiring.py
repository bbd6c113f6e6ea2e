"""Lesson 07's tests tell a good hire from a bad one, and its receivers come back."""

from contextlib import contextmanager

import pytest
from django.contrib.admin import ModelAdmin
from django.db import connection, transaction
from django.db.models.signals import post_save

from classroom import race, run_tests, sample_roster, side_by_side, skips_the_rule
from classroom.experiments.racing import at_once
from classroom.experiments.rewiring import OURS, hiring_tests, plug_in, those_off, unplug
from classroom.scenes.database import bring_back, fresh_database
from speedy import scheduling
from speedy.models import Employees
from speedy.signals.custom_signals import employee_hired
from speedy.signals.employee_assignment import employee_created
from speedy.wirings import WIRINGS, hire_by_call, hire_many_by_call
from whatfires import connected, disconnected, muted

VENDOR = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
OF_ONE = post_save, employee_created
pytestmark = pytest.mark.usefixtures("notebook")


@pytest.fixture
def unplugged():
    unplug()
    yield
    plug_in()


def failed(hire, hire_many):
    table = run_tests(*hiring_tests(hire, hire_many))
    assert len(table) == 5
    return list(table["test"][table["outcome"] != "✓ ok"])


def test_the_direct_call_passes(unplugged):
    assert failed(hire_by_call, hire_many_by_call) == []


def test_the_built_in_signals_fail_where_the_lesson_says():
    assert failed(Employees.objects.create, Employees.objects.bulk_create) == [
        "if the rule fails nobody is stored",
        "saving a row alone starts nothing",
        "everybody has a shift",
    ]


def no_transaction(**fields):
    scheduling.wipe_expired_shifts()
    employee = Employees.objects.create(**fields)
    scheduling.assign(employee)


def nobody_placed(people):
    return Employees.objects.bulk_create(people)


def test_a_step_that_is_left_out_fails(unplugged):
    assert failed(no_transaction, hire_many_by_call) == ["if the rule fails nobody is stored"]
    assert failed(hire_by_call, nobody_placed) == ["everybody has a shift"]
    assert "the past is wiped" in failed(Employees.objects.create, hire_many_by_call)


def announced(**fields):
    with transaction.atomic():
        employee = Employees.objects.create(**fields)
        employee_hired.send_robust(sender=Employees, employee=employee)
    return employee


def test_a_hire_that_only_announces_fails_too(unplugged):
    """The receiver of the custom wiring placed people for a hire() without place()."""
    assert "a newcomer has a shift" in failed(announced, hire_many_by_call)


class Admin(ModelAdmin):
    def save_model(self, request, obj, form, change):
        assert request.user.is_active and form.instance is obj  # as 07-a may ask them
        super().save_model(request, obj, form, change)
        scheduling.assign(obj)


def test_the_tests_of_the_admin_tell_who_places_an_edit_or_nobody(unplugged):
    for admin, expected in (
        (Admin, ["an edit places nobody"]),
        (ModelAdmin, ["a newcomer has a shift"]),
    ):
        table = run_tests(*hiring_tests(hire_by_call, hire_many_by_call, admin))
        assert list(table["test"][table["outcome"] != "✓ ok"]) == expected


def test_the_receivers_come_back_in_their_places():
    before = list(post_save.receivers)
    unplug()
    unplug()  # a cell may run twice
    ada = Employees.objects.create(first_name="Ada", last_name="O", address="1 Hill", age=30)
    assert not ada.shifts.exists()
    plug_in()
    grace = Employees.objects.create(first_name="Grace", last_name="O", address="1 Hill", age=30)
    assert grace.shifts.exists()
    assert post_save.receivers == before


def test_who_starts_over_has_the_receivers_back_and_is_told_once(capsys):
    before = list(post_save.receivers)
    unplug()
    fresh_database()
    assert post_save.receivers == before
    said = "The receivers that unplug() disconnected are connected again.\n"
    assert capsys.readouterr().out.endswith(said)
    unplug()
    plug_in()
    fresh_database()
    assert post_save.receivers == before and said not in capsys.readouterr().out


@contextmanager
def ended_by(function):
    yield
    function()


@pytest.mark.parametrize("function", [unplug, plug_in])
def test_an_interrupt_at_any_call_leaves_what_can_be_plugged_in_again(interrupted, function):
    """What was noted of an unplug() that broke off was no longer true."""
    before = [list(signal.receivers) for signal, *_ in OURS]
    tried = 0
    for _ in interrupted(lambda: ended_by(function)):
        plug_in()
        assert [signal.receivers for signal, *_ in OURS] == before
        tried += 1
        if function is plug_in:
            unplug()
    plug_in()
    assert [signal.receivers for signal, *_ in OURS] == before and tried > 10


@pytest.mark.parametrize("number", range(3))
def test_one_that_a_cell_disconnected_or_connected_comes_back_once_and_first(number):
    signal, receiver, sender = OURS[number]
    before = list(signal.receivers)
    signal.disconnect(receiver, sender=sender)
    unplug()
    signal.connect(receiver, sender=sender)
    plug_in()
    assert len(signal.receivers) == len(before)
    unplug()
    signal.connect(receiver, sender=sender, dispatch_uid="of a cell")
    plug_in()
    signal.disconnect(dispatch_uid="of a cell", sender=sender)
    assert signal.receivers == before


def test_what_was_connected_meanwhile_stays_so(unplugged):
    def listen(sender, **kwargs):
        heard.append(sender)

    heard = []
    post_save.connect(listen, sender=Employees)
    plug_in()
    try:
        grace = Employees.objects.create(first_name="Grace", last_name="O", address="1 A", age=30)
    finally:
        post_save.disconnect(listen, sender=Employees)
    assert heard == [Employees] and grace.shifts.exists()


def test_two_tools_at_once_have_the_receivers_on_and_leave_them_off(unplugged):
    """The first to end disconnected them for the other, which waited for its turn."""
    left = [None] * 2

    def compare(number):
        table = side_by_side("one hire", clock=False)
        left[number] = table.loc["left without a shift", "built-in signals"]

    assert at_once(compare, 2) == []
    assert left[0] == left[1] == "nobody" and those_off() == list(OURS)


def test_a_race_without_the_receivers_places_nobody(unplugged):
    table = race("built-in signals", rounds=1, on=VENDOR)
    assert list(table[["people without a shift", "fullest shift"]].iloc[0]) == [12, 0]


def test_a_comparison_has_every_wiring_on_and_leaves_the_receivers_off(unplugged):
    left = skips_the_rule({"built-in signals": WIRINGS["built-in signals"]})
    assert list(left["built-in signals"]) == ["has a shift"] * 3 + ["no shift"]
    assert not Employees.objects.create(**sample_roster()[0]).shifts.exists()


@pytest.mark.parametrize("block", [connected, disconnected, muted])
def test_unplug_in_a_block_holds_after_it(block):
    """Its end brought one receiver of three back: a hire was placed by half."""
    with block(post_save) if block is muted else block(*OF_ONE, sender=Employees):
        unplug()
    assert those_off() == list(OURS)
    plug_in()


@pytest.mark.parametrize("block", [connected, muted])
def test_plug_in_in_a_block_holds_after_it(unplugged, block):
    with block(post_save) if block is muted else block(*OF_ONE, sender=Employees):
        plug_in()
    assert those_off() == []


@pytest.mark.parametrize("block", [connected, disconnected, muted])
@pytest.mark.parametrize("begin", [plug_in, unplug])
def test_a_comparison_in_a_block_leaves_the_blocks_receivers_to_it(block, begin):
    """They were off for good afterwards."""
    before = [list(signal.receivers) for signal, *_ in OURS]
    begin()
    if begin is unplug and block is disconnected:
        block = muted  # there is nothing to disconnect
    with block(post_save) if block is muted else block(*OF_ONE, sender=Employees):
        inside = [list(signal.receivers) for signal, *_ in OURS]
        left = side_by_side("one hire", clock=False).loc["left without a shift"]
        assert set(left.drop("same")) == {"nobody"}
        assert [signal.receivers for signal, *_ in OURS] == inside
    assert those_off() == (list(OURS) if begin is unplug else [])
    plug_in()
    assert [signal.receivers for signal, *_ in OURS] == before


def test_a_scenario_that_unplugs_does_so_for_itself():
    before = [list(signal.receivers) for signal, *_ in OURS]

    def unplugs(wiring):
        unplug()
        wiring.hire(**sample_roster()[0])

    side_by_side(unplugs, ["built-in signals"], clock=False)
    assert [signal.receivers for signal, *_ in OURS] == before


def test_an_interrupt_of_starting_over_leaves_the_repair_to_the_next_time(interrupted):
    before = [list(signal.receivers) for signal, *_ in OURS]
    unplug()
    for _ in interrupted(lambda: ended_by(bring_back)):
        bring_back()
        assert [signal.receivers for signal, *_ in OURS] == before
        unplug()
    assert [signal.receivers for signal, *_ in OURS] == before
