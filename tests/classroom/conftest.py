"""Classroom tools run on a private database of their own, as in a notebook."""

import pytest

from classroom.scenes.database import fresh_database, leave_database


@pytest.fixture
def notebook(django_db_blocker, capsys):
    """A fresh database and a calendar on Monday 14 November 2022, undone afterwards."""
    with django_db_blocker.unblock():
        fresh_database()
        capsys.readouterr()
        yield
        leave_database()
