"""Hire the people of a spreadsheet's file: all of them, or nobody and a list of what to correct.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from traceback import extract_tb

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, models
from django.template.defaultfilters import pluralize
from tqdm import tqdm

from classroom.running.refusals import of_its_own, reason_of
from classroom.scenes.roster import RosterError, read_roster
from speedy import scheduling
from speedy.event_file import escape
from speedy.models import Employees, ShiftsEmployees
from speedy.models.employees import likeness

# People who agree in all of these are the same person.
IDENTITY = ["first_name", "last_name", "address", "date_of_birth"]
SEATED_AT_ONCE = 6_000  # people whose seats are in memory at a time
MODELS = Path(models.__file__).parent
LEFT_OUT = (
    "Nobody was hired: the database stored no person, or no seat, for {}, and told no error. "
    "A trigger may leave rows out: correct it, or what it leaves out."
)
MOST_LISTED = 200  # rows that are bad, or of people who are known, one by one

reading = partial(tqdm, desc="Reading", unit=" rows", disable=None, delay=1, leave=False)


class Command(BaseCommand):
    help = (
        "Hire the people of a file with the columns first_name, last_name, address, age and "
        "date_of_birth, and put each on the first shift with room. It is a CSV file as any "
        "spreadsheet exports it (commas, semicolons or tabs; UTF-8 or UTF-16), which may be packed "
        "(.gz), or an .xlsx."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the file")
        parser.add_argument(
            "--encoding", help="of a CSV file that is neither UTF-8 nor UTF-16, such as cp1252"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="hire the good rows although others are bad"
        )
        parser.add_argument(
            "--batch",
            action="store_true",
            help="a few statements for all instead of signals for each; the rota is the same",
        )
        parser.add_argument(
            "--allow-duplicates",
            action="store_true",
            help="hire again who is employed already or stands in the file twice",
        )

    def handle(self, *, file, encoding, skip_bad, batch, allow_duplicates, **options):
        roster = self.read(file, encoding, skip_bad)
        # Two imports of one roster at once queue up, and the second finds everybody employed.
        with scheduling.locked_rota():
            newcomers = self.without_duplicates(roster.people, allow_duplicates)
            (hire_batch if batch else hire_each)(newcomers)
            days = shift_days(newcomers)
        hired = summary(len(newcomers), days)
        try:
            self.stdout.write(self.style.SUCCESS(hired))
            if left_out := len(roster.people) + len(roster.bad) - len(newcomers):
                self.stdout.write(f"Left out {rows(left_out)}, listed above.")
            self.stdout.flush()
        except OSError as error:
            raise CommandError(f"{hired} This could not be printed: {error}") from error

    def read(self, file, encoding, skip_bad):
        """Return the roster; refuse it when it is none, or has bad rows that nobody allowed."""
        try:
            roster = read_roster(file, encoding, counting=reading)
        except RosterError as error:
            raise CommandError(f"Nobody was hired. {escape(file)}: {error}") from error
        for row, reason in roster.bad[:MOST_LISTED]:
            self.stderr.write(f"row {row}: {reason}")
        if more := roster.bad[MOST_LISTED:]:
            self.stderr.write(f"and {rows(len(more))} more, the last of them row {more[-1].row}")
        total = len(roster.people) + len(roster.bad)
        if roster.bad and not skip_bad:
            raise CommandError(
                f"Nobody was hired: {len(roster.bad)} of {rows(total)} cannot be read, see above. "
                "Correct the file, or hire the others with --skip-bad."
            )
        if not roster.people:
            raise CommandError(f"Nobody was hired: none of {rows(total)} can be read, see above.")
        return roster

    def without_duplicates(self, people, allowed):
        """Return the rows to hire; name each who is employed already or stands there twice."""
        outcome = "hired all the same" if allowed else "left out"
        employed = stored_among(people)
        first_row = {}
        newcomers, named = [], 0
        for good in people:
            row, employee = good
            reason = ""
            if identity(employee) in employed:
                reason = "is employed already"
            elif (first := first_row.setdefault(identity(employee), row)) != row:
                reason = f"stands in row {first} already"
            if reason:
                named += 1
            if reason and named <= MOST_LISTED:
                self.tell(f"row {row}: {escape(employee)} {reason}, {outcome}")
            if allowed or not reason:
                newcomers.append(good)
        if named > MOST_LISTED:
            self.tell(f"and {rows(named - MOST_LISTED)} more like these, {outcome}")
        return newcomers

    def tell(self, line):
        """Print what belongs to the hire: it ends where nobody can read that."""
        try:
            self.stdout.write(line)
        except OSError as error:
            raise CommandError(f"Nobody was hired. This could not be printed: {error}") from error


def identity(employee):
    return alike(getattr(employee, name) for name in IDENTITY)


def alike(names_and_birth):
    """Write the values of IDENTITY so that they are equal for the same person.

    What was stored without a form may be spelled otherwise.
    """
    *names, birth = names_and_birth
    return (*map(likeness, names), birth)


def stored_among(people):
    """Return the identities of those who are stored already.

    One query reads all who are stored: no index leads to a name, so that a query for each few
    hundred rows would read the whole table each time.
    """
    stored = Employees.objects.values_list(*IDENTITY).iterator()
    return {identity(employee) for _, employee in people}.intersection(map(alike, stored))


def hire_each(newcomers):
    """Save one by one: the receivers of Employees place each."""
    for good in tqdm(newcomers, desc="Hiring", unit=" people", disable=None):
        with asking_the_database([good]):
            good.employee.save(force_insert=True)


def hire_batch(newcomers):
    """Write all in a few statements; no signal is sent, so do here what the receivers do."""
    if newcomers:
        scheduling.wipe_expired_shifts()
    with tqdm(total=len(newcomers), desc="Hiring", unit=" people", disable=None) as bar:
        for chunk in scheduling.chunks(newcomers):
            with asking_the_database(chunk):
                Employees.objects.bulk_create(it.employee for it in chunk)
            bar.update(len(chunk))
    for start in range(0, len(newcomers), SEATED_AT_ONCE):
        together = newcomers[start : start + SEATED_AT_ONCE]
        with asking_the_database(together):
            scheduling.assign_many([it.employee for it in together])


@contextmanager
def asking_the_database(together):
    """Name the row, or the rows that went together, where a rule of the database refuses them."""
    first, last = together[0].row, together[-1].row
    several = f"rows {first} to {last}, one or more; without --batch the row is named"
    which = f"row {first}" if first == last else several
    try:
        yield
    except DatabaseError as error:
        if not of_its_own(error):
            raise
        raise CommandError(
            f"Nobody was hired: the database refused {which}. It says: {reason_of(error)}."
        ) from error
    except (AssertionError, TypeError, ValueError) as error:
        if not comes_of_models(error):
            raise
        raise CommandError(LEFT_OUT.format(which)) from error


def comes_of_models(error):
    """Tell whether Django raised this: it does where an INSERT returned no key, here or before."""
    return Path(extract_tb(error.__traceback__)[-1].filename).is_relative_to(MODELS)


def shift_days(newcomers):
    """Return the days, in order, on which these people sit on a shift."""
    days = {}
    for chunk in scheduling.chunks(newcomers):
        seats = ShiftsEmployees.objects.filter(employee__in=[it.employee.pk for it in chunk])
        days.update(seats.values_list("employee", "shift__shift_date"))
        for row, employee in chunk:
            if employee.pk not in days:
                raise CommandError(LEFT_OUT.format(f"row {row}"))
    return sorted(set(days.values()))


def summary(number, days):
    """Say in a sentence how many were hired, on how many shifts, from when to when."""
    if not number:
        return "Hired nobody."
    period = f"from {days[0]} to {days[-1]}" if days[1:] else f"on {days[0]}"
    people = f"{number} {pluralize(number, 'person,people')}"
    return f"Hired {people} for {len(days)} shift{pluralize(len(days))}, {period}."


def rows(number):
    return f"{number} row{pluralize(number)}"
