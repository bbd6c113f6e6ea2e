"""One import brings the whole vocabulary of the notebooks."""

import pytest

import classroom


def test_every_name_can_be_had_and_has_a_docstring():
    for name in classroom.__all__:
        assert getattr(classroom, name).__doc__, name


def test_a_star_import_brings_nothing_else():
    names = {}
    exec("from classroom import *", names)
    assert set(names) - {"__builtins__"} == set(classroom.__all__)


def test_a_name_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(AttributeError, match="shift_table"):
        classroom.shift_tabel  # noqa: B018
