"""The table of what is done."""

import re
import sqlite3
from contextlib import closing

import pytest

from classroom import progress
from classroom.exercises import record
from classroom.exercises.catalogue import all_tasks
from classroom.publishing.notebooks import FOLDER


def test_every_exercise_is_a_row_and_the_scores_are_two_more():
    table = progress()
    assert list(table.index) == [*all_tasks(), "guesses", "quiz"]
    assert list(table.columns) == ["title", "kind", "minutes", "done", "attempts", "hints"]
    assert set(table["done"]) == {"·"}


def test_what_was_tried_asked_and_passed_is_counted():
    for kind in ("wrong", "right"):
        record.attempted("02-1", kind)
    record.attempted("02-2", "raised")
    record.hinted("02-2")
    assert progress().loc[["02-1", "02-2"], ["done", "attempts", "hints"]].values.tolist() == [
        ["✓", 2, 0],
        ["·", 1, 1],
    ]


@pytest.mark.parametrize("lesson", ["02", 2, "2"])
def test_a_lesson_can_be_chosen(lesson):
    assert list(progress(lesson).index) == [id for id in all_tasks() if id.startswith("02-")]


@pytest.mark.parametrize("lesson", ["77", "", 77, -1, 2.5, True, "02-1", ["02"], "two"])
def test_a_lesson_without_exercises_is_told_in_a_sentence(lesson):
    assert "expected the number of a lesson, one of 00, 01, 02" in repr(progress(lesson))


@pytest.mark.parametrize("folder, up", [(".", ""), ("exercises", "../"), ("deeper", "../")])
def test_each_title_leads_to_the_notebook_where_it_is_done(monkeypatch, folder, up):
    monkeypatch.chdir(FOLDER / folder)
    table = progress()
    links = re.findall(r"<a href='([^']+)'>", table._repr_html_())
    assert len(links) == len(table) - 1  # guesses are made in every lesson
    assert (
        f"{up}exercises/02_built_in_signals.ipynb" in links and f"{up}exercises/quiz.ipynb" in links
    )
    assert f"{up}02_built_in_signals.ipynb" in links and f"{up}exercises/matrix.ipynb" in links
    assert all((FOLDER / folder / link).resolve().is_file() for link in links)
    assert "<a" not in repr(table)


NEWER = record.TABLES.replace("last TEXT", "who TEXT NOT NULL, last TEXT")
REFUSING = "CREATE TRIGGER no BEFORE INSERT ON exercises BEGIN SELECT RAISE(ABORT, 'no'); END;"
FOREIGN = "INSERT INTO exercises VALUES ('01-1', 'many', 'few', 'yes', 'x')"

ENDLESS = "INSERT INTO exercises VALUES ('03-1', 9e999, 9e999, 1, 'x')"
LATER = [NEWER, *(record.TABLES + it for it in (REFUSING, FOREIGN, ENDLESS))]


@pytest.mark.parametrize("tables", LATER)
def test_a_file_of_a_newer_version_stops_nothing_and_what_is_not_kept_is_said(
    own_record, capsys, tables
):
    """It was dropped in silence, or a hint ended in a traceback of ours."""
    with closing(sqlite3.connect(own_record)) as book:
        book.executescript(tables)
    record.attempted("02-1", "wrong")
    assert record.hinted("02-1") == 1
    kept = record.states().get("02-1")
    assert kept or "Your progress is not kept" in capsys.readouterr().out
    assert progress() is not None
