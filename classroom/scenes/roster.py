"""People to hire: read from a CSV file, or from a bare name as a lesson tells it.

A row of a file is a good employee, or it says what is wrong with it. The rules are the model's
own; this module only cuts the file into rows and words the faults.
See https://docs.djangoproject.com/en/5.2/ref/models/instances/#validating-objects
"""

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from django.core.exceptions import ValidationError

from speedy.forms import COLUMNS
from speedy.models import Employees
from speedy.models.employees import OLDEST

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "employees.csv"
# What a lesson takes for granted of somebody of whom it tells only the name.
UNTOLD = {"address": "1 Harbour Street", "age": 30}

EXPECTED = {
    name: f"1 to {Employees._meta.get_field(name).max_length} characters on one line"
    for name in ("first_name", "last_name", "address")
} | {
    "age": f"a whole number from 0 to {OLDEST}",
    "date_of_birth": "a date such as 1992-03-27, or nothing",
}

# Of a longer value, a message shows the beginning.
LONGEST_SHOWN = 60
# 93.0 is what spreadsheets write for 93 once the column had a gap. Python's int()
# would also read 9_3, which nobody writes for an age.
WHOLE_NUMBER = re.compile(r"([+-]?\d+)(?:\.0+)?")


class RosterError(Exception):
    """Say why a file as a whole is no roster, and how to make it one."""


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
    people = [employee for _, employee in read_roster(SAMPLE).people]
    return [{name: getattr(person, name) for name in COLUMNS} for person in people]


def fields_of(person):
    """Turn a full name into the fields of an employee; a dict of fields stays as it is."""
    if isinstance(person, str):
        first_name, _, last_name = person.partition(" ")
        return {"first_name": first_name, "last_name": last_name, **UNTOLD}
    return dict(person)


def read_roster(path):
    """Read the people of a CSV file, not stored yet; raise RosterError if it is no roster."""
    (_, header), *rows = read_rows(read_text(path))
    columns = check_columns(header)
    if not rows:
        raise RosterError("expected a row for each person below the header, came only a header.")
    roster = Roster(people=[], bad=[])
    for row, values in rows:
        if fault := fault_of_length(values):
            roster.bad.append(BadRow(row, fault))
            continue
        employee, faults = employee_of(dict(zip(columns, values, strict=False)))
        if faults:
            roster.bad.append(BadRow(row, "; ".join(faults)))
        else:
            roster.people.append(GoodRow(row, employee))
    return roster


def read_text(path):
    """Return the text of a UTF-8 file, without the mark that some programs put in front."""
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RosterError(f"expected a CSV file to read, came: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = error.object[error.start]
        raise RosterError(
            f"expected text in UTF-8, came the byte 0x{byte:02x} in line {line}. "
            "Save it as “CSV UTF-8” in the spreadsheet, or convert it, naming the encoding it has "
            "now: iconv -f WINDOWS-1252 -t UTF-8 OLD.csv > NEW.csv"
        ) from error


def read_rows(text):
    """Return the rows that are not blank, each with its number; the first is the header.

    Raises RosterError for a file that has none, or leaves a quote open.
    """
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, begins = [], 1
    try:
        for number, values in enumerate(lines, start=1):
            if any(map(str.strip, values)):
                rows.append((number, values))
            begins = lines.line_num + 1
    except csv.Error as error:
        raise RosterError(
            "expected every quote to be closed, and then a comma or the end of the line; the row "
            f"that begins in line {begins} is otherwise ({error}). Close the quote, or write a "
            'quote within a quoted value twice: "Ada ""The First"" Quillbrook".'
        ) from error
    if not rows:
        raise RosterError(f"expected a header ({','.join(COLUMNS)}) and rows, came an empty file.")
    return rows


def check_columns(header):
    """Return the columns in the order of the file; refuse any but the five, each once."""
    columns = [name.strip() for name in header]
    while not columns[-1]:  # a spreadsheet may leave commas behind its last column
        columns.pop()
    if sorted(columns) != sorted(COLUMNS):
        came = ", ".join(map(quoted, columns[:10])) + (", …" if columns[10:] else "")
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
        return (
            f"expected {wanted} fields, came more: {quoted(surplus)}; "
            "a value with a comma in it needs quotes around it"
        )
    return ""


def employee_of(values):
    """Return the employee whom the values of a row describe, and what is wrong with them."""
    # One spelling of é, whichever keyboard it came from: a repeated person is found by it.
    values = {name: normalize("NFC", value).strip() for name, value in values.items()}
    age = WHOLE_NUMBER.fullmatch(values["age"])
    fields = {
        **values,
        "age": age and age[1],
        "date_of_birth": values["date_of_birth"] or None,
    }
    employee = Employees(**fields)
    wrong = set()
    try:
        employee.clean_fields()
    except ValidationError as error:
        wrong = set(error.message_dict)
    # Django's messages quote what came as it is; ours escape it.
    return employee, [
        f"{name}: expected {EXPECTED[name]}, came {quoted(values[name])}"
        for name in COLUMNS
        if name in wrong
    ]


def quoted(value):
    """Quote what came so that a terminal shows its control characters and obeys none."""
    if len(value) > LONGEST_SHOWN:
        return f"{value[:LONGEST_SHOWN]!r}… ({len(value)} characters)"
    return repr(value) if value else "nothing"
