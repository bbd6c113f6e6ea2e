"""Whatever happens, in whatever order, the rota holds what it promises after every step."""

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from classroom.scenes.calendar import MONDAY, let_go, stand_on
from speedy.models import SEATS, Employees, Shifts, ShiftsEmployees
from speedy.scheduling import assign_many
from tests.processes import TRIES

NUMBERS = st.integers(min_value=0, max_value=10_000)


def person():
    return Employees(first_name="Ada", last_name="Okafor", address="1 Harbour Street", age=30)


def pick(rows, number):
    """Take one row of a queryset by any number; None when there is none."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    return rows.model.objects.get(pk=keys[number % len(keys)]) if keys else None


class Rota(RuleBasedStateMachine):
    """Hires, edits, departures, passing days, seats changed by hand, dumps and loads.

    After every step its invariants hold; `looked_at` counts what they looked at.
    """

    looked_at = Counter()

    def __init__(self):
        super().__init__()
        stand_on(MONDAY)
        self.by_hand = set()  # keys of the people whom somebody took off their shift by hand
        self.everything = transaction.atomic()
        self.everything.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.everything.__exit__(None, None, None)
        let_go()

    # What happens

    @rule(number=st.integers(min_value=1, max_value=4))
    def hire(self, number):
        for _ in range(number):
            person().save()
        self.nothing_expired_is_left()

    @rule(number=st.integers(min_value=0, max_value=8))
    def hire_a_batch(self, number):
        assign_many(Employees.objects.bulk_create(person() for _ in range(number)))

    @rule(number=NUMBERS, how=st.sampled_from(["save", "update_fields", "update", "upsert"]))
    @precondition(lambda self: Employees.objects.exists())
    def edit(self, number, how):
        someone = pick(Employees.objects, number)
        seats, someone.age = self.seats(), number % 121
        if how == "save":
            someone.save()
        elif how == "update_fields":
            someone.save(update_fields=["age"])
        elif how == "update":
            Employees.objects.filter(pk=someone.pk).update(age=someone.age)
        else:
            fields = {"first_name": "Ada", "last_name": "Edited", "address": "2 Hill Road"}
            Employees(pk=someone.pk, age=someone.age, **fields).save()
        assert Employees.objects.get(pk=someone.pk).age == number % 121
        assert self.seats() == seats

    @rule(number=NUMBERS, how=st.sampled_from(["instance", "queryset"]))
    @precondition(lambda self: Employees.objects.exists())
    def leave(self, number, how):
        someone = pick(Employees.objects, number)
        self.by_hand.discard(someone.pk)
        if how == "instance":
            someone.delete()
        else:
            Employees.objects.filter(pk=someone.pk).delete()

    @rule(days=st.integers(min_value=1, max_value=5))
    def days_pass(self, days):
        stand_on(timezone.localdate() + timedelta(days=days))

    @rule(number=NUMBERS, shift=NUMBERS, side=st.sampled_from(["shift", "person"]))
    @precondition(lambda self: self.by_hand and Shifts.objects.current().exists())
    def add_by_hand(self, number, shift, side):
        someone = pick(Employees.objects.filter(pk__in=self.by_hand), number)
        shift = pick(Shifts.objects.current(), shift)
        seats = self.seats()
        try:
            with transaction.atomic():
                if side == "shift":
                    shift.employees_shift.add(someone)
                else:
                    someone.shifts.add(shift)
        except IntegrityError:
            assert shift.headcount == SEATS
            assert self.seats() == seats
        else:
            self.by_hand.discard(someone.pk)

    @rule(number=NUMBERS, how=st.sampled_from(["shift", "person", "seat", "clear"]))
    @precondition(lambda self: ShiftsEmployees.objects.exists())
    def remove_by_hand(self, number, how):
        seat = pick(ShiftsEmployees.objects, number)
        self.by_hand.add(seat.employee_id)
        if how == "shift":
            seat.shift.employees_shift.remove(seat.employee)
        elif how == "person":
            seat.employee.shifts.remove(seat.shift)
        elif how == "seat":
            seat.delete()
        else:
            seat.employee.shifts.clear()

    @rule(number=NUMBERS, shift=NUMBERS)
    @precondition(lambda self: ShiftsEmployees.objects.exists())
    def move_a_seat(self, number, shift):
        seat = pick(ShiftsEmployees.objects, number)
        seat.shift = pick(Shifts.objects.current(), shift) or seat.shift
        seats = self.seats()
        try:
            with transaction.atomic():
                seat.save()
        except IntegrityError:
            assert seat.shift.headcount == SEATS
            assert self.seats() == seats

    @rule(number=NUMBERS)
    @precondition(lambda self: Shifts.objects.exists())
    def save_a_shift_read_earlier(self, number):
        read_earlier = pick(Shifts.objects, number)
        person().save()
        if Shifts.objects.filter(pk=read_earlier.pk).exists():
            read_earlier.total_hours = 6
            read_earlier.save()

    @rule()
    @precondition(lambda self: Employees.objects.exists())  # Django warns of an empty fixture
    def dump_and_load(self):
        with tempfile.TemporaryDirectory() as folder:
            dump, again = Path(folder, "dump.json"), Path(folder, "again.json")
            call_command("dumpdata", "speedy", output=str(dump))
            for model in (ShiftsEmployees, Shifts, Employees):
                model.objects.all()._raw_delete(model.objects.db)
            call_command("loaddata", str(dump), verbosity=0)
            call_command("dumpdata", "speedy", output=str(again))
            assert again.read_text() == dump.read_text()

    # What holds

    @invariant()
    def headcounts_equal_the_seats_and_three_at_most(self):
        for shift in Shifts.objects.annotate(people=Count("employees_shift")):
            assert shift.headcount == shift.people <= SEATS
            self.looked_at["full" if shift.people == SEATS else "with room"] += 1

    @invariant()
    def no_day_has_two_shifts(self):
        days = Counter(Shifts.objects.values_list("shift_date", flat=True))
        assert all(number == 1 for number in days.values())

    @invariant()
    def everybody_has_exactly_one_shift_unless_taken_off_by_hand(self):
        today = timezone.localdate()
        seats = {key: [] for key in Employees.objects.values_list("pk", flat=True)}
        for key, day in ShiftsEmployees.objects.values_list("employee", "shift__shift_date"):
            seats[key].append(day)
        for key, days in seats.items():
            current = [day for day in days if day >= today]
            if key in self.by_hand:
                assert not current
                self.looked_at["taken off by hand"] += 1
            else:
                # Nobody has joined since the day passed, so the wipe is still to come.
                waits_for_the_wipe = not current and len(days) == 1
                assert len(current) == 1 or waits_for_the_wipe

    def nothing_expired_is_left(self):
        assert not Shifts.objects.expired().exists()

    def seats(self):
        return set(ShiftsEmployees.objects.values_list("employee", "shift"))


@pytest.mark.django_db
def test_the_rota_holds_in_any_order_of_events():
    run_state_machine_as_test(
        Rota,
        settings=settings(
            max_examples=TRIES,
            stateful_step_count=30,
            deadline=None,  # steps differ a hundredfold; no test depends on the clock
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(Rota.looked_at) == {"full", "with room", "taken off by hand"}
