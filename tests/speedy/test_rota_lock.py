"""Everyone who changes the rota takes its lock first: two at once neither err nor lose anybody."""

import threading
from contextlib import contextmanager, suppress

import pytest
from django.db import connection, connections, transaction

from classroom.experiments.measuring import PERSON
from classroom.experiments.racing import caught
from classroom.scenes.database import empty_tables, private_database
from speedy import scheduling
from speedy.models import Employees, EmployeesWithoutHooks, Shifts, ShiftsEmployees
from speedy.wirings import EmployeesOverridingSave
from whatfires.tracing import trace

POSTGRESQL = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="on SQLite a transaction is the lock"
)


@pytest.fixture(scope="module")
def database(django_db_blocker):
    """A database that threads can share."""
    with django_db_blocker.unblock(), private_database():
        yield


@pytest.fixture
def shifts(database, week):
    empty_tables(ShiftsEmployees, Shifts, Employees)
    return [Shifts.objects.create(shift_date=week[day]) for day in range(3)]


def people(number):
    return Employees.objects.bulk_create(Employees(**PERSON) for _ in range(number))


def true_headcounts():
    shifts = Shifts.objects.prefetch_related("shiftsemployees_set")
    found = [(shift.headcount, len(shift.shiftsemployees_set.all())) for shift in shifts]
    assert all(headcount == seats for headcount, seats in found), found
    return [headcount for headcount, _ in found]


@contextmanager
def overtaken_by(act, at):
    """Let `act` run to its end in a thread as soon as this thread runs a statement with `at`."""
    errors, thread = [], threading.Thread(target=lambda: errors.extend(caught(act)))

    def step(execute, sql, *args):
        result = execute(sql, *args)
        if at in sql and not thread.ident:
            thread.start()
            thread.join(timeout=10)
            assert not thread.is_alive()
        return result

    with connection.execute_wrapper(step):
        yield
    assert thread.ident, f"no statement had {at!r} in it"
    assert errors == []


def side_by_side(*acts):
    """Run acts in threads, each of which stops after it has changed or locked a row."""
    errors, both = [], threading.Barrier(len(acts))

    def run(act):
        def wait(execute, sql, *args):
            result = execute(sql, *args)
            if "UPDATE" in sql:
                # The other may be kept waiting for the lock.
                with suppress(threading.BrokenBarrierError):
                    both.wait(timeout=1)
            return result

        def watched():
            with connections["default"].execute_wrapper(wait):
                act()

        errors.extend(caught(watched))

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@POSTGRESQL
def test_deletions_of_people_with_shifts_in_any_order_do_not_deadlock(shifts):
    """S1: each has seats on both shifts, collected in the order of their keys."""
    ada, alan = people(2)
    monday, tuesday, _ = shifts
    for person, shift in [(ada, monday), (ada, tuesday), (alan, tuesday), (alan, monday)]:
        ShiftsEmployees.objects.create(employee=person, shift=shift)
    assert (
        side_by_side(
            Employees.objects.filter(pk=ada.pk).delete, Employees.objects.filter(pk=alan.pk).delete
        )
        == []
    )
    assert true_headcounts() == [0, 0, 0]


@POSTGRESQL
def test_a_deletion_that_meets_a_batch_does_not_deadlock(shifts):
    """S9: the batch fills Monday and looks at Wednesday; the deletion goes the other way."""
    leaving, *others, first, second = people(9)
    monday, tuesday, wednesday = shifts
    for shift in wednesday, monday:
        ShiftsEmployees.objects.create(employee=leaving, shift=shift)
    for shift, number in [(monday, 1), (tuesday, 3), (wednesday, 2)]:
        shift.employees_shift.add(*[others.pop() for _ in range(number)])
    assert (
        side_by_side(
            Employees.objects.filter(pk=leaving.pk).delete,
            lambda: scheduling.assign_many([first, second]),
        )
        == []
    )
    assert sum(true_headcounts()) == 8


@POSTGRESQL
def test_the_same_person_assigned_twice_at_once_has_one_seat(shifts):
    """S8: both look for a seat of theirs before either has stored one."""
    [ada] = people(1)
    errors = []
    second = threading.Thread(target=lambda: errors.extend(caught(scheduling.assign, ada)))
    with transaction.atomic():
        scheduling.assign(ada)
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive()  # it waits for the lock
    second.join()
    assert errors == []
    assert true_headcounts() == [1, 0, 0]


@POSTGRESQL
@pytest.mark.parametrize("what", ["a shift", "a person"])
def test_a_seat_taken_while_its_shift_or_person_goes_goes_as_well(shifts, what):
    """Django reads which seats go along before it sends pre_delete."""
    [ada] = people(1)
    going = Shifts.objects.filter(pk=shifts[0].pk) if what == "a shift" else Employees.objects
    seat_of_this = 'FROM "speedy_shiftsemployees"'
    with overtaken_by(lambda: scheduling.assign(ada), at=seat_of_this):
        going.all().delete()
    assert true_headcounts() == ([0, 0] if what == "a shift" else [0, 0, 0])


@POSTGRESQL
@pytest.mark.parametrize(
    "act",
    [
        lambda person, shift: scheduling.assign(person),
        lambda person, shift: scheduling.assign_many([person]),
        lambda person, shift: shift.employees_shift.add(person),
        lambda person, shift: ShiftsEmployees.objects.create(employee=person, shift=shift),
        lambda person, shift: ShiftsEmployees.objects.all().delete(),
        lambda person, shift: shift.employees_shift.clear(),
        lambda person, shift: person.delete(),
        lambda person, shift: EmployeesOverridingSave.objects.filter(pk=person.pk).delete(),
        lambda person, shift: EmployeesWithoutHooks.objects.filter(pk=person.pk).delete(),
        lambda person, shift: shift.save(),
        lambda person, shift: shift.delete(),
        lambda person, shift: scheduling.count_seats([shift]),
    ],
)
def test_the_lock_comes_before_anything_is_written(act, shifts):
    person, seated = people(2)
    shifts[0].employees_shift.add(seated)
    with transaction.atomic(), trace() as seen:
        act(person, shifts[0])
        transaction.set_rollback(True)
    verbs = [sql.split()[0] for sql in seen.statements]
    written = [
        number for number, verb in enumerate(verbs) if verb in ("INSERT", "UPDATE", "DELETE")
    ]
    assert verbs.index("LOCK") < written[0]


def test_outside_a_transaction_the_rota_cannot_be_locked(shifts):
    with pytest.raises(transaction.TransactionManagementError, match="with locked_rota"):
        scheduling.lock_rota()


def test_a_lock_that_a_savepoint_gave_back_is_taken_again(shifts):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic(), scheduling.locked_rota():
            1 / 0  # noqa: B018
        with trace() as seen:
            scheduling.lock_rota()
    assert len(seen.statements) == (connection.vendor == "postgresql")


def test_seats_are_counted_from_what_is_stored(shifts):
    """S5: somebody sits down between a bulk call and the count."""
    ada, alan = people(2)
    monday = shifts[0]
    ShiftsEmployees.objects.bulk_create([ShiftsEmployees(employee=ada, shift=monday)])
    Shifts.objects.get(pk=monday.pk).employees_shift.add(alan)
    scheduling.count_seats([monday])
    assert true_headcounts() == [2, 0, 0]
