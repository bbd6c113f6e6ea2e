"""The race for the last seat: many hires at the same moment, round after round.

Code that reads first and writes later, with nothing to hold what was read, is right as long as
nobody else is at it. So here twelve are, in threads that start together.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
"""

import io
import sys
import threading
from collections import Counter
from contextlib import contextmanager, redirect_stdout, suppress

from tqdm import tqdm

from classroom.experiments.measuring import PERSON, PUBLISHED, designs
from classroom.rota.shift_tables import seated, without_any_shift
from classroom.running.platform import needs_many_threads
from classroom.running.postgres import PostgresUnavailable
from classroom.running.servers import VENDORS, database_of
from classroom.scenes import as_published
from classroom.scenes.calendar import borrowed
from classroom.scenes.database import close_connections, empty_tables, in_private_database
from speedy import models as speedy
from speedy.models import SEATS
from whatfires.describing import expect, quoted
from whatfires.frames import Table
from whatfires.threads import put_off

AT_ONCE = 12  # hires at the same moment: four shifts' worth


class RaceTable(Table):
    """A DataFrame in which it stands out who lost a round."""

    def tint(self, row, column):
        if column != "right rounds":
            return "quiet"
        return "right" if row["right rounds"] == row["rounds"] else "lost"


def race(*who, rounds=5, on=tuple(VENDORS)):
    """Let twelve people be hired at once, round after round, and see what becomes of the rota.

    `who` are names of designs: wirings ("direct call", ...) or "as published"; all, if there is
    none. `on` names databases: "SQLite" (a file) and "PostgreSQL" (started for the race, where the
    project has no other; said, and left out, where none can be). Each round begins with an empty
    rota, which nobody else sees; right is ●●● ●●● ●●● ●●●.

    Returns a DataFrame, a row a database and design: `rounds`, `right rounds`, `shifts over three`
    (people), `days with a second shift`, `people without a shift`, `errors` (hires that raised, or
    printed, an error) and `fullest shift` (people on it). Raises ValueError for an unknown name.
    """
    known = designs()
    who = who or tuple(known)
    if not isinstance(rounds, int) or rounds < 1:
        raise ValueError(f"race(rounds={quoted(rounds)}): expected a whole number, 1 or more.")
    if unknown := [name for name in who if not isinstance(name, str) or name not in known]:
        raise ValueError(
            f"race(): no design is named {quoted(unknown[0])}; expected {', '.join(known)}."
        )
    needs_many_threads("a race")
    named = [on] if isinstance(on, str) else on
    expect("race(on=...)", named, list | tuple, "the name of a database, or a list")
    if not named:
        raise ValueError("race(on=...): expected at least one database; none came.")
    rows = []
    for database in named:
        try:
            with database_of(database):
                rows += in_private_database(run_all, database, who, rounds)
        except PostgresUnavailable as problem:
            print(f"Without PostgreSQL: none can be started here.\n{problem}")
    return RaceTable(Table(rows).set_index(["database", "design"]))


def run_all(database, who, rounds):
    """Race each design on the database that is there; return their rows."""
    with borrowed():
        return [
            {"database": database, "design": design, **run_rounds(design, rounds)} for design in who
        ]


def run_rounds(design, rounds):
    """Race one design and count what went wrong."""
    hire = designs()[design]
    app = as_published if design == PUBLISHED else speedy
    rotas, errors, left_over = [], 0, 0
    for _ in tqdm(range(rounds), desc=design, disable=None, leave=False):
        empty_tables(app.ShiftsEmployees, app.Shifts, app.Employees)
        errors += len(at_once(lambda _: hire(**PERSON), AT_ONCE))
        rotas.append([(day, len(names)) for day, _, names in seated(app)])
        left_over += len(without_any_shift(app))
    return {
        "rounds": rounds,
        "right rounds": sum(is_exact(rota) for rota in rotas),
        "shifts over three": sum(people > SEATS for rota in rotas for _, people in rota),
        "days with a second shift": sum(repeated_days(rota) for rota in rotas),
        "people without a shift": left_over,
        "errors": errors,
        "fullest shift": max((people for rota in rotas for _, people in rota), default=0),
    }


def is_exact(rota):
    """Tell whether a rota is ●●● ●●● ●●● ●●●, on four days."""
    full = [people for _, people in rota] == [SEATS] * (AT_ONCE // SEATS)
    return full and not repeated_days(rota)


def repeated_days(rota):
    """Count the days that have more than one shift."""
    return sum(number > 1 for number in Counter(day for day, _ in rota).values())


def at_once(work, number=AT_ONCE):
    """Run work(0), work(1), ... in threads that start together; return what each raised or printed.

    (The published design prints its errors.) An interrupt waits for the threads, which work on.
    """
    ready, errors = threading.Barrier(number), []

    def run(worker):
        with suppress(threading.BrokenBarrierError):
            ready.wait()
            errors.extend(caught(work, worker))

    threads = [threading.Thread(target=run, args=(worker,)) for worker in range(number)]
    printed, started = io.StringIO(), []
    with put_off(), redirect_stdout(ByThread(threads, printed, sys.stdout)), taking_turns_often():
        try:
            for thread in threads:
                thread.start()
                started.append(thread)
        except BaseException:  # no more threads can be had, say
            ready.abort()  # those that wait for the rest would wait for ever
            raise
        finally:
            for thread in started:
                thread.join()
    return errors + printed.getvalue().splitlines()


class ByThread:
    """What these threads print goes to the first stream, what others print to the second."""

    def __init__(self, threads, ours, theirs):
        self.threads, self.ours, self.theirs = threads, ours, theirs

    def __getattr__(self, name):
        is_ours = threading.current_thread() in self.threads
        return getattr(self.ours if is_ours else self.theirs, name)


@contextmanager
def taking_turns_often():
    """Let threads give way to each other in the middle of a hire.

    By default one goes on for 5 ms, which is a whole hire: few would meet, and all would wait.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def caught(work, *args):
    """Do some work as a caller would; return what went wrong, and leave no connection open."""
    try:
        work(*args)
    except Exception as error:  # whatever a caller would have seen
        return [repr(error)]
    finally:
        close_connections()
    return []
