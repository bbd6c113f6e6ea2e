"""Read people from a CSV file: a row is a good employee, or it says what is wrong with it.

The rules are the model's own; this module only cuts the file into rows and words the faults.
See https://docs.djangoproject.com/en/5.2/ref/models/instances/#validating-objects
"""

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import pandas as pd
from django.core.exceptions import ValidationError

from speedy.models import Employees
from speedy.models.employees import OLDEST

__all__ = ["BadRow", "GoodRow", "Roster", "RosterError", "escaped", "read_roster", "shown"]

COLUMNS = ["first_name", "last_name", "address", "age", "date_of_birth"]
TEXTS = ["first_name", "last_name", "address"]
EXPECTED = {
    name: f"1 to {Employees._meta.get_field(name).max_length} characters on one line"
    for name in TEXTS
} | {
    "age": f"a whole number from 0 to {OLDEST}",
    "date_of_birth": "a date such as 1992-03-27, or nothing",
}

# Of a longer value, a message shows the beginning.
LONGEST_SHOWN = 60
# 93.0 is what spreadsheets and pandas write for 93 once the column had a gap. Python's int()
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


def read_roster(path):
    """Read the people of a CSV file, not stored yet; raise RosterError if it is no roster."""
    text = read_text(path)
    header, width = read_header(text)
    columns = check_columns(header)
    _, *rows = read_rows(text, width)
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


def read_header(text):
    """Return the first row that is not blank, and the width of the widest down to it.

    Refuse a file that has none or leaves a quote open. pandas must not be the first to see it:
    with a function for on_bad_lines it drops, without a word, what its parser refuses, and an
    open quote takes the rest of the file along.
    """
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    header, width, begins = [], 0, 1
    try:
        for values in lines:
            if not any(map(str.strip, header)):
                header, width = values, max(width, len(values))
            begins = lines.line_num + 1
    except csv.Error as error:
        raise RosterError(
            "expected every quote to be closed, and then a comma or the end of the line; the row "
            f"that begins in line {begins} is otherwise ({error}). Close the quote, or write a "
            'quote within a quoted value twice: "Ada ""The First"" Quillbrook".'
        ) from error
    if not any(map(str.strip, header)):
        raise RosterError(f"expected a header ({','.join(COLUMNS)}) and rows, came an empty file.")
    return header, width


def check_columns(header):
    """Return the columns in the order of the file; refuse any but the five, each once."""
    columns = [name.strip() for name in header]
    while not columns[-1]:  # a spreadsheet may leave commas behind its last column
        columns.pop()
    if sorted(columns) != sorted(COLUMNS):
        came = ", ".join(map(shown, columns[:10])) + (", …" if columns[10:] else "")
        raise RosterError(
            f"expected the columns {', '.join(COLUMNS)}, in any order and separated by commas, "
            f"came {came}. Mend the first row."
        )
    return columns


def read_rows(text, width):
    """Return the rows that are not blank, each with its number; the first is the header.

    A row ends at its last field, so that one with too few can be told from one with gaps. What
    stands beyond the width comes as one more field.
    """

    def fold_surplus(values):
        return [*values[:width], " ".join(filter(str.strip, values[width:]))]

    frame = pd.read_csv(
        io.StringIO(text, newline=""),
        # As a row like any other, the header cannot turn surplus columns into an index.
        header=None,
        names=range(width + 1),
        dtype=str,
        keep_default_na=False,  # people are called Null and None
        skip_blank_lines=False,  # they count, or the row numbers would be wrong
        engine="python",  # the one that takes a function for on_bad_lines
        on_bad_lines=fold_surplus,
    )
    rows = []
    for index, *padded in frame.itertuples(name=None):
        values = [value for value in padded if isinstance(value, str)]  # pandas pads with NaN
        if any(map(str.strip, values)):
            rows.append((index + 1, values))
    return rows


def fault_of_length(values):
    """Say that a row has too few or too many fields; nothing when it has its five."""
    wanted = len(COLUMNS)
    if len(values) < wanted:
        return f"expected {wanted} fields, came {len(values)}; an empty one needs its comma, too"
    if surplus := " ".join(filter(str.strip, values[wanted:])):
        return (
            f"expected {wanted} fields, came more: {shown(surplus)}; "
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
        f"{name}: expected {EXPECTED[name]}, came {shown(values[name])}"
        for name in COLUMNS
        if name in wrong
    ]


def shown(value):
    """Quote what came so that a terminal shows its control characters and obeys none."""
    if len(value) > LONGEST_SHOWN:
        return f"{value[:LONGEST_SHOWN]!r}… ({len(value)} characters)"
    return repr(value) if value else "nothing"


def escaped(text):
    """Write a text without quotes, its control characters as escapes."""
    return repr(str(text))[1:-1]
