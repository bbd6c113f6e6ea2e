"""People to hire in a lesson: the sample roster, and what a bare name stands for.

See https://docs.djangoproject.com/en/5.2/ref/models/instances/#creating-objects
"""

import csv
from datetime import date
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "employees.csv"
# What a lesson takes for granted of somebody of whom it tells only the name.
UNTOLD = {"address": "1 Harbour Street", "age": 30}


def sample_roster():
    """The thirty people of `data/employees.csv`, in its order.

    Returns a list of dicts with the fields of `Employees`: `first_name`, `last_name`, `address`
    (str), `age` (years, int) and `date_of_birth` (`datetime.date`).
    """
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return [typed(row) for row in csv.DictReader(file)]


def typed(row):
    return row | {
        "age": int(row["age"]),
        "date_of_birth": date.fromisoformat(row["date_of_birth"]),
    }


def fields_of(person):
    """Turn a full name into the fields of an employee; a dict of fields stays as it is."""
    if isinstance(person, str):
        first_name, _, last_name = person.partition(" ")
        return {"first_name": first_name, "last_name": last_name, **UNTOLD}
    return dict(person)
