"""A database or a disk that refuses is a sentence with a way out, whatever command meets it."""

import errno
import sqlite3
from pathlib import Path

import pytest
from django.db.utils import DataError, IntegrityError, OperationalError, ProgrammingError

from classroom.running.kernel import ROOT
from classroom.running.refusals import refusal, way_out

OURS = ROOT / "db.sqlite3"


@pytest.fixture
def database(learner, python):
    """The learner's database, prepared."""
    assert python("manage.py", "prepare").returncode == 0
    return Path(learner["DATABASE_URL"].removeprefix("sqlite:///"))


def with_noise(file):
    file.write_bytes(b"noise" * 5_000)


def without_its_end(file):
    file.write_bytes(file.read_bytes()[:30_000])


def without_a_table(file):
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE speedy_shifts")


def without_its_history(file):
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM django_migrations")


def a_folder(file):
    file.unlink()
    file.mkdir()


def a_link_that_leads_nowhere(file):
    file.unlink()
    file.symlink_to("/nowhere/at all")


DAMAGES = [with_noise, without_its_end, without_a_table, without_its_history, a_folder]
DAMAGES += [a_link_that_leads_nowhere]


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_a_sentence_with_the_way_out(database, python, damage):
    damage(database)
    answer = python("manage.py", "prepare")
    assert answer.returncode and "Traceback" not in answer.stderr
    assert f"move {database} aside, then make prepare" in answer.stderr.splitlines()[-1]


@pytest.mark.slow
def test_so_it_is_for_an_import_and_for_the_doctor(database, python):
    without_a_table(database)
    said = python("-m", "classroom.running.doctor").stdout
    assert f"it has no table speedy_shifts -> make prepare (or: python manage.py prepare); where " \
           f"that does not help, move {database} aside" in said  # fmt: skip
    with_noise(database)
    answer = python("manage.py", "import_employees", "data/employees.csv")
    assert answer.returncode and "Traceback" not in answer.stderr
    cure = f"move {database} aside, then make prepare"
    assert cure in answer.stderr and cure in python("-m", "classroom.running.doctor").stdout


@pytest.mark.parametrize(
    "said, name, way",
    [
        ("file is not a database", OURS, "make reset"),
        ("file is not a database", "/elsewhere/a.sqlite3", "move /elsewhere/a.sqlite3 aside, then"),
        ("no such table: speedy_shifts", OURS, "make prepare"),
        ('relation "speedy_shifts" does not exist', "speedster", "make prepare"),
        ("database is locked", OURS, "end what else writes to it"),
        ("database or disk is full", OURS, "free space"),
        ("connection refused", "speedster", "start its server"),
    ],
)
def test_each_fault_of_a_database_has_its_way_out(said, name, way):
    assert way_out(said, name).startswith(way)


@pytest.mark.parametrize(
    "error, said",
    [
        (OperationalError("disk I/O error"), "cannot be used: disk I/O error. The way out"),
        (ProgrammingError('relation "a"\ndoes not exist'), 'used: relation "a" does not exist. T'),
        (OSError(errno.ENOSPC, "No space left on device", "a.html"), "'a.html'. Free space"),
        (OSError(errno.EROFS, "Read-only file system"), "that can be written were expected"),
        (OSError(errno.EFBIG, "File too large"), "that can be written were expected"),
        (OSError(errno.ENOTDIR, "Not a directory", "kept"), "'kept'. Rename what is there"),
    ],
)
def test_a_refusal_says_what_was_expected_what_came_and_the_way_out(error, said):
    assert said in refusal(error)


@pytest.mark.parametrize(
    "error", [IntegrityError("UNIQUE constraint failed"), DataError("too long"), OSError("else")]
)
def test_a_fault_of_the_project_stays_a_traceback(error):
    assert refusal(error) is None
