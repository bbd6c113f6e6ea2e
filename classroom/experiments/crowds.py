"""Many people at work on one rota: hires, departures, house moves and passing days, all at once.

Threads share a process and its calendar; processes share nothing but the database, as the workers
of a web server do. Neither may see an error, or leave a rota that is not true.
See https://docs.djangoproject.com/en/5.2/topics/db/transactions/#how-django-manages-transactions
"""

import io
import multiprocessing
import random
from contextlib import redirect_stdout, suppress
from datetime import timedelta

from django.db import connection
from django.utils import timezone

import speedster.wsgi  # noqa: F401  sets Django up, where a process begins with this module
from classroom.experiments.measuring import DIRECT, PERSON, database_settings, designs
from classroom.experiments.racing import caught
from classroom.scenes.calendar import stand_on
from speedy.wirings import WIRINGS

BATCHES = "in batches"

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
