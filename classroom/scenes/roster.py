"""People to hire: read from a spreadsheet's file, or from a bare name as a lesson tells it.

A row of a file is a good employee, or it says what is wrong with it. The rules are the model's
own; this module only cuts the file into rows and words the faults.
See https://docs.djangoproject.com/en/5.2/ref/models/instances/#validating-objects
"""

import re
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone

from classroom.scenes.sheets import LONGEST_SHOWN, RosterError, rows_of
from speedy.forms import COLUMNS
from speedy.models import Employees
from speedy.models.employees import OLDEST, tidy

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "employees.csv"
# What a lesson takes for granted of somebody of whom it tells only the name.
UNTOLD = {"address": "1 Harbour Street", "age": 30}

EXPECTED = {
    name: f"1 to {Employees._meta.get_field(name).max_length} characters on one line"
    for name in ("first_name", "last_name", "address")
} | {
    "age": f"a whole number from 0 to {OLDEST}",
    "date_of_birth": f"a date such as 1992-03-27, from the last {OLDEST} years, or nothing "
    "(today is {today}, says this machine)",
}

# 93.0 (or 93,0) is what spreadsheets write for 93 once the column had a gap. Python's int()
# would also read 9_3, which nobody writes for an age.
WHOLE_NUMBER = re.compile(r"([+-]?\d+)(?:[.,]0+)?")


class GoodRow(NamedTuple):
    row: int
    employee: Employees


class BadRow(NamedTuple):
    row: int
    reason: str


class Roster(NamedTuple):
    """The rows of a file, numbered as a spreadsheet shows them: the header is row 1."""

    people: list[GoodRow]
    bad: list[BadRow]


def sample_roster():
    """The thirty people of `data/employees.csv`, in its order.

    Returns a list of dicts with the fields of `Employees`: `first_name`, `last_name`, `address`
    (str), `age` (years, int) and `date_of_birth` (`datetime.date`).
    """
    return [dict(person) for person in sample()]


@cache
def sample():
    """Read the file once: an interrupt can strike between open() and the block that closes it."""
    # Whatever the clock says: where it is wrong, these people were born all the same.
    people = [employee for _, employee in read_roster(SAMPLE, unchecked={"date_of_birth"}).people]
    clean = {name: Employees._meta.get_field(name).to_python for name in COLUMNS}
    return [{name: clean[name](getattr(it, name)) for name in COLUMNS} for it in people]


def fields_of(person):
    """Turn a full name into the fields of an employee; a dict of fields stays as it is."""
    if isinstance(person, str):
        first_name, _, last_name = tidy(person).partition(" ")
        if not last_name:
            raise ValueError(f"{person!r}: expected two names, such as Ada Quillbrook.")
        return {"first_name": first_name, "last_name": last_name, **UNTOLD}
    if not isinstance(person, Mapping):
        raise TypeError(
            f"{type(person).__name__}: expected somebody's name, or a dict of their fields."
        )
    return dict(person)


def read_roster(path, encoding=None, unchecked=(), counting=iter):
    """Read the people of a file, not stored yet; raise RosterError if it is no roster.

    See `sheets.rows_of` for the files that are read, and for `encoding`. Of the fields `unchecked`
    any text is taken. `counting` passes the rows on, and may show how far it is.
    """
    with closing(rows_of(path, encoding)) as rows:
        return roster_of(rows, unchecked, counting)


def roster_of(rows, unchecked=(), counting=iter):
    """Sort the rows into people and bad rows; raise RosterError if the header is no roster's."""
    _, header = next(rows, (1, None))
    if header is None:
        raise RosterError(f"expected a header ({','.join(COLUMNS)}) and rows, came an empty file.")
    columns, width = check_columns(header), len(header)
    roster = Roster(people=[], bad=[])
    for row, values in counting(rows):
        fault = fault_of_length(values)
        if not fault:
            employee, faults = employee_of(dict(zip(columns, values, strict=False)), unchecked)
            # An unquoted comma that ends in a blank value: the others have slipped by one.
            slipped = [too_many(len(values))] if faults and len(values) > width else []
            fault = "; ".join(slipped + faults)
        if fault:
            roster.bad.append(BadRow(row, fault))
        else:
            roster.people.append(GoodRow(row, employee))
    if not roster.people and not roster.bad:
        raise RosterError("expected a row for each person below the header, came only a header.")
    return roster


def check_columns(header):
    """Return the columns in the order of the file; refuse any but the five, each once."""
    columns = [tidy(name).casefold().replace(" ", "_") for name in header]
    while columns and not columns[-1]:  # a spreadsheet may leave commas behind its last column
        columns.pop()
    if sorted(columns) != sorted(COLUMNS):
        came = ", ".join(map(quoted, columns[:10] or [""])) + (", …" if columns[10:] else "")
        raise RosterError(
            f"expected the columns {', '.join(COLUMNS)}, in any order and separated by commas, "
            f"came {came}. Correct the first row."
        )
    return columns


def fault_of_length(values):
    """Say that a row has too few or too many fields; nothing when it has its five."""
    wanted = len(COLUMNS)
    if len(values) < wanted:
        return f"expected {wanted} fields, came {len(values)}; an empty one needs its comma, too"
    if surplus := " ".join(filter(str.strip, values[wanted:])):
        return too_many(f"more: {quoted(surplus)}")
    return ""


def too_many(came):
    return (
        f"expected {len(COLUMNS)} fields, came {came}; a value with a comma in it needs quotes "
        "around it"
    )


def employee_of(values, unchecked=()):
    """Return the employee whom the values of a row describe, and what is wrong with them."""
    values = {name: tidy(value) for name, value in values.items()}
    age = WHOLE_NUMBER.fullmatch(values["age"])
    fields = {
        **values,
        "age": age and age[1],
        "date_of_birth": values["date_of_birth"] or None,
    }
    employee = Employees(**fields)
    wrong = set()
    try:
        employee.clean_fields(exclude=unchecked)
    except ValidationError as error:
        wrong = set(error.message_dict)
    today = timezone.localdate()
    # Django's messages quote what came as it is; ours escape it.
    return employee, [
        f"{name}: expected {EXPECTED[name].format(today=today)}, came {quoted(values[name])}"
        for name in COLUMNS
        if name in wrong
    ]


def quoted(value):
    """Quote what came so that a terminal shows its control characters and obeys none."""
    if len(value) > LONGEST_SHOWN:
        return f"{value[:LONGEST_SHOWN]!r}… ({len(value)} characters)"
    return repr(value) if value else "nothing"
