"""Many people at work on one rota: hires, departures, house moves and passing days, all at once.

Threads share a process and its calendar; processes share nothing but the database, as the workers
of a web server do. Neither may see an error, or leave a rota that is not true.
See https://docs.djangoproject.com/en/5.2/topics/db/transactions/#how-django-manages-transactions
"""

import io
import json
import os
import random
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from classroom.calendar import stand_on
from classroom.database import use_database
from classroom.kernel import ROOT
from classroom.measuring import DIRECT, PERSON, designs
from classroom.racing import caught
from speedy.wirings import WIRINGS

BATCHES = "in batches"
CHILD = """
import sys, django
django.setup()
from classroom.crowds import work_for_a_process
work_for_a_process(sys.argv[1])
"""


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


JOBS = {job.__name__: job for job in (come_and_go, hire_once)}


class Processes:
    """Workers in processes of their own, on the database that this thread uses.

    A context manager. `.at_once(number, job, design, ...)` lets so many of them do a job
    (`hire_once` or `come_and_go`) at the same moment, and returns the errors that they met.
    """

    def __init__(self, number):
        self.number = number

    def __enter__(self):
        command = [sys.executable, "-c", CHILD, connection.settings_dict["NAME"]]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "speedster.settings"}
        self.workers = [
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                text=True,
                bufsize=1,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for _ in range(self.number)
        ]
        for worker in self.workers:
            worker.stdout.readline()  # it is ready
        return self

    def at_once(self, number, job, design, *args):
        day = timezone.localdate().isoformat()
        busy = self.workers[:number]
        for worker, process in enumerate(busy):
            process.stdin.write(json.dumps([day, job.__name__, design, worker, *args]) + "\n")
        return [error for process in busy for error in json.loads(process.stdout.readline())]

    def __exit__(self, *error):
        for worker in self.workers:
            with worker:
                worker.stdin.close()


def work_for_a_process(database):
    """Do the jobs that arrive on standard input, a line each; answer with the errors."""
    own_output = sys.stdout
    use_database(database)
    print("ready", file=own_output, flush=True)
    for line in sys.stdin:
        day, job, *args = json.loads(line)
        stand_on(date.fromisoformat(day))
        with redirect_stdout(io.StringIO()) as printed:
            errors = caught(JOBS[job], *args)
        print(json.dumps(errors + printed.getvalue().splitlines()), file=own_output, flush=True)
