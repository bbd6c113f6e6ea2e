"""What a teacher sees while a room works is what the progress files say, also beside writers."""

from contextlib import closing
from sqlite3 import OperationalError, connect

import pytest

from classroom.exercises import record
from classroom.exercises.attendance import Learner, read_learner, room_table
from classroom.exercises.catalogue import all_tasks
from classroom.exercises.guesses import guess_of
from classroom.exercises.questions import QUESTIONS
from classroom.exercises.record import GUESS, QUIZ, Score, State
from classroom.exercises.watching import hints_asked, questions_table

NO_SCORES = {GUESS: Score(), QUIZ: Score()}


def learner(name, states=(), answers=()):
    return Learner(name, dict(states), NO_SCORES, dict(answers))


def test_questions_come_with_the_share_of_right_first_answers_the_hardest_first():
    easy, hard = (GUESS, "00-1"), (QUIZ, QUESTIONS[2].text)
    room = [
        learner("ada", answers={easy: True, hard: False}),
        learner("alan", answers={easy: True, hard: True}),
        learner("grace", answers={easy: True, hard: False}),
    ]
    table = questions_table(room)
    assert list(table.index) == ["quiz 3", "00-1"]
    assert list(table.loc["quiz 3"])[:2] == ["33 %", "1 of 3"]
    assert table.loc["00-1", "asks"] == guess_of("00-1").question
    assert list(questions_table(room, most=1).index) == ["quiz 3"]
    assert "<b>33 %</b>" in table._repr_html_() and "<b>100 %</b>" not in table._repr_html_()


def test_what_is_no_longer_asked_is_counted_all_the_same():
    room = [learner("ada", answers={(GUESS, "old"): True, (QUIZ, "Which?"): False})]
    assert list(questions_table(room)["asks"]) == ["Which?", ""]


def test_a_terminal_is_enough_for_a_room_that_has_seen_every_lesson(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = {id: State(attempts=9, passed=True) for id in all_tasks()}
    answers = {(GUESS, "00-1"): True, (QUIZ, QUESTIONS[0].text): False}
    room = [learner("Ada Lovelace " * 3, done, answers), learner("Grace", {"00-1": State(1)})]
    for table in (room_table(room), questions_table(room)):
        assert max(map(len, repr(table).splitlines())) <= 80
    assert "00" in room_table(room) and " done " in repr(room_table(room)).splitlines()[0]


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
