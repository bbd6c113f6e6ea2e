"""Many people at work on one rota: hires, departures, house moves and passing days, all at once.

Threads share a process and its calendar; processes share nothing but the database, as the workers
of a web server do. Neither may see an error, or leave a rota that is not true.
See https://docs.djangoproject.com/en/5.2/topics/db/transactions/#how-django-manages-transactions
"""

import io
import multiprocessing
import random
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

import speedster.wsgi  # noqa: F401  sets Django up, where a process begins with this module
from classroom.experiments.measuring import DIRECT, PERSON, database_settings, designs
from classroom.experiments.racing import caught
from classroom.scenes.calendar import stand_on
from speedy import scheduling
from speedy.models import Employees, Shifts, ShiftsEmployees
from speedy.wirings import WIRINGS

BATCHES = "in batches"
SHARED = "Everybody's"  # the last name of those whom all workers assign

# Where a process can fork, one sets Django up and the workers begin as copies of it; elsewhere, on
# Windows, each sets it up for itself. (A copy of this very process would share its connections.)
FORKS = "forkserver" in multiprocessing.get_all_start_methods()
KIND = multiprocessing.get_context("forkserver" if FORKS else "spawn")
KIND.set_forkserver_preload([__name__])


def come_and_go(design, worker, hires):
    """Hire people by a design; in between some of them leave or move house, and days pass.

    `design` may be "in batches", too: five at a time. Days pass for one worker and, unless they
    share a calendar, not yet for the others: around midnight, clocks differ.
    """
    dice, mine = random.Random(worker), []
    while hires > 0:
        hired = hire_by(design, worker)
        mine += hired
        hires -= len(hired)
        event = dice.randrange(12)
        if event < 3:
            mine.pop(dice.randrange(len(mine))).delete()
        elif event < 6 and mine:
            moved = dice.choice(mine)
            moved.address = f"{hires} Harbour Street"
            moved.save()
        elif event == 6:
            stand_on(timezone.localdate() + timedelta(days=1))


def live_through_anything(designs, worker, hires):
    """Hire people by all of these designs in turn, and do after each what else changes a rota.

    People of other workers leave, seats move, shifts are edited as the admin does it and cancelled,
    the same few are assigned by everybody, and days pass for some workers earlier than for others.
    """
    dice = random.Random(worker)
    for number in range(hires):
        hire_by(designs[number % len(designs)], worker)
        for _ in range(2):
            dice.choice(EVENTS)(dice)


def people_leave(dice):
    """Delete a few who have a shift, by a queryset, however they were hired."""
    people = Employees.objects.exclude(last_name=SHARED).filter(shifts__isnull=False)
    some(people, 3, dice).delete()


def seats_are_cleared(dice):
    """Delete a seat by a queryset, and place the person again."""
    some(ShiftsEmployees.objects, 1, dice).delete()
    scheduling.assign_many(Employees.objects.without_shift())


def a_seat_moves(dice):
    with scheduling.locked_rota() as rota:
        for seat in some(ShiftsEmployees.objects, 1, dice):
            taken = rota.filter(employees_shift=seat.employee_id)
            if shift := rota.with_room().exclude(pk__in=taken).last():
                seat.shift = shift
                seat.save()


def a_shift_is_edited(dice):
    """Read a shift and save it in one transaction, without a look at the lock: as the admin."""
    with transaction.atomic():
        for shift in some(Shifts.objects, 1, dice):
            shift.wage_bonus = dice.randrange(100)
            with suppress(Shifts.DoesNotExist), only_if_there():
                shift.save(force_update=True)


@contextmanager
def only_if_there():
    """Turn the complaint of a save() whose row is gone, which has no class on Django 5.2."""
    try:
        yield
    except DatabaseError as error:
        if "did not affect any rows" not in str(error):
            raise
        raise Shifts.DoesNotExist from error


def a_shift_is_cancelled(dice):
    """Delete a shift, without a look at the lock, and place the people who have none then."""
    some(Shifts.objects, 1, dice).delete()
    scheduling.assign_many(Employees.objects.without_shift())


def the_same_is_assigned(dice):
    for person in some(Employees.objects.filter(last_name=SHARED), 1, dice):
        scheduling.assign(person)


def a_batch_is_hired(dice):
    hire_by(BATCHES, "batch")


def a_day_passes(dice):
    if dice.randrange(8) == 0:
        stand_on(timezone.localdate() + timedelta(days=1))


EVENTS = [
    people_leave,
    seats_are_cleared,
    a_seat_moves,
    a_shift_is_edited,
    a_shift_is_cancelled,
    the_same_is_assigned,
    a_batch_is_hired,
    a_day_passes,
]


def some(rows, number, dice):
    """Choose a few rows at random; as a queryset, which reads them when it is used."""
    keys = sorted(rows.values_list("pk", flat=True))
    return rows.model.objects.filter(pk__in=dice.sample(keys, min(number, len(keys))))


def hire_by(design, worker):
    """Hire by a design, and return those who were hired."""
    fields = PERSON | {"last_name": f"Nr {worker}"}
    if design != BATCHES:
        return [designs()[design](**fields)]
    wiring = WIRINGS[DIRECT]
    return wiring.hire_many([wiring.model(**fields) for _ in range(5)])


def hire_once(design, worker):
    """Hire one person, or as many as a batch has."""
    hire_by(design, worker)


class Processes:
    """Workers in processes of their own, on the database that this thread uses.

    A context manager. `.at_once(number, job, design, ...)` lets so many of them do a job
    (`hire_once` or `come_and_go`) at the same moment, and returns the errors that they met.
    """

    def __init__(self, number):
        self.number = number

    def __enter__(self):
        database = database_settings() | {"NAME": connection.settings_dict["NAME"]}
        self.workers = []
        for _ in range(self.number):
            end, other_end = KIND.Pipe()
            process = KIND.Process(target=work_for_a_process, args=(other_end, database))
            process.start()
            other_end.close()  # the worker has its own: when it is gone, our end says so
            self.workers.append((process, end))
        for _, end in self.workers:
            end.recv()  # it is ready
        return self

    def at_once(self, number, job, design, *args):
        busy = [end for _, end in self.workers[:number]]
        for worker, end in enumerate(busy):
            end.send((timezone.localdate(), job, design, worker, *args))
        return [error for end in busy for error in end.recv()]

    def __exit__(self, *error):
        for process, end in self.workers:
            end.close()
            process.join()


def work_for_a_process(pipe, database):
    """Do the jobs that arrive through a pipe, until it is closed; answer with the errors."""
    connection.settings_dict.update(database)
    pipe.send("ready")
    with suppress(EOFError):
        while True:
            day, job, *args = pipe.recv()
            stand_on(day)
            with redirect_stdout(io.StringIO()) as printed:
                errors = caught(job, *args)
            pipe.send(errors + printed.getvalue().splitlines())
