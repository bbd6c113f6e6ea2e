"""People to hire in a lesson: the sample roster, and what a bare name stands for.

See https://docs.djangoproject.com/en/5.2/ref/models/instances/#creating-objects
"""

from pathlib import Path

from speedy.roster import COLUMNS, read_roster

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "employees.csv"
# What a lesson takes for granted of somebody of whom it tells only the name.
UNTOLD = {"address": "1 Harbour Street", "age": 30}


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
