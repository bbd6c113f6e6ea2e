"""What a teacher sees while a room works is what the progress files say, also beside writers."""

from contextlib import closing
from sqlite3 import OperationalError, connect

import pytest

from classroom.exercises import record
from classroom.exercises.attendance import Learner, read_learner
from classroom.exercises.record import GUESS, QUIZ, Score, State
from classroom.exercises.watching import hints_asked, questions_table

NO_SCORES = {GUESS: Score(), QUIZ: Score()}


def learner(name, states=(), answers=()):
    return Learner(name, dict(states), NO_SCORES, dict(answers))


def test_questions_come_with_the_share_of_right_first_answers_the_hardest_first():
    easy, hard = (GUESS, "02-who"), (QUIZ, "Which?")
    room = [
        learner("ada", answers={easy: True, hard: False}),
        learner("alan", answers={easy: True, hard: True}),
        learner("grace", answers={easy: True, hard: False}),
    ]
    table = questions_table(room)
    assert list(table.index) == ["Which?", "02-who"]
    assert list(table.loc["Which?"]) == ["quiz", 1, 3, "33 %"]
    assert "<b>33 %</b>" in table._repr_html_() and "<b>100 %</b>" not in table._repr_html_()


def test_a_third_hint_is_named_until_the_exercise_is_passed():
    room = [
        learner("ada", {"02-1": State(hints=3)}),
        learner("alan", {"02-1": State(hints=2)}),
        learner("grace", {"02-1": State(hints=4, passed=True)}),
    ]
    [said] = hints_asked(room)
    assert "02-1" in said and "ada" in said and "alan" not in said and "grace" not in said


def test_what_is_half_written_is_not_read(own_record):
    record.attempted("02-1", "wrong")
    with closing(connect(own_record, isolation_level=None)) as own:
        own.execute("PRAGMA cache_size = 1")  # so it writes before it commits
        own.execute("BEGIN")
        own.executemany(
            "INSERT INTO answers VALUES ('guess', ?, 1)", [[f"{it:050}"] for it in range(3000)]
        )
        with pytest.raises(OperationalError, match="locked"):
            read_learner("ada", own_record)
        own.execute("ROLLBACK")
    assert read_learner("ada", own_record).answers == {}
