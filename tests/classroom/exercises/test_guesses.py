"""A guess is made first and held against what happened, and nothing gives it away before."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from classroom import predict, progress, reveal
from classroom.exercises import guesses, record
from classroom.widgets import faces

GUESS = """
[[guess]]
id = "90-1"
question = "On which day does <Ada> work?"
choices = ["Mon", "Tue"]
answer = "Tue"
because = "three fit on a shift."
"""
NUMBER = """
[[guess]]
id = "91-1"
question = "How often?"
answer = 2
because = "an edit counts."
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of guesses of the test's own."""
    (tmp_path / "90.toml").write_text(GUESS)
    (tmp_path / "91.toml").write_text(NUMBER)
    (tmp_path / "deeper_matrix.toml").write_text(GUESS.replace("90-1", "matrix-1"))
    monkeypatch.setattr(guesses, "FOLDER", tmp_path)
    monkeypatch.setattr(guesses, "_chosen", {})
    monkeypatch.setattr(guesses, "_cards", {})
    return tmp_path


@pytest.fixture
def score():
    """A function that tells how many guesses were right, as the progress shows it."""
    return lambda: progress().loc["guesses", "done"]


def test_a_question_shows_its_choices_and_not_its_answer(capsys):
    assert predict("90-1") is None
    assert capsys.readouterr().out == (
        "On which day does <Ada> work?\n  A) Mon\n  B) Tue\n  C) I'm not sure\n"
    )


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("Mon", "You said: Mon"),
        ("I'm not sure", "You said: I'm not sure"),
        (" tue", "✓ You said: Tue"),
        ("b)", "✓ You said: Tue"),
    ],
)
def test_a_choice_is_held_against_the_answer(choice, said, capsys):
    predict("90-1", choice)
    capsys.readouterr()
    assert reveal("90-1") is None
    assert capsys.readouterr().out == f"{said}\nThe answer: Tue\nWhy: three fit on a shift.\n"


def test_a_guess_without_choices_asks_for_a_number(capsys):
    predict("91-1", " 02")
    assert "a whole number, or\n  A) I'm not sure\nYou said: 2\n" in capsys.readouterr().out
    reveal("91-1")
    assert capsys.readouterr().out == "✓ You said: 2\nThe answer: 2\nWhy: an edit counts.\n"
    predict("91-1", "a")
    assert "You said: I'm not sure" in capsys.readouterr().out
    with pytest.raises(guesses.GuessError, match='91-1: a whole number, or "I\'m not sure"'):
        predict("91-1", "many")


def test_without_a_choice_nothing_is_scored(capsys, score):
    reveal("90-1")
    said = "You have not guessed\nThe answer: Tue\nWhy: three fit on a shift.\n"
    assert capsys.readouterr().out == said
    assert score() == "·"


def test_only_the_first_answer_counts(score):
    for id, choice in [("90-1", "Mon"), ("90-1", "Tue"), ("matrix-1", "Tue")]:
        predict(id, choice)
        reveal(id)
    assert score() == "1 of 2"


def test_right_is_green_wrong_is_amber_and_what_is_written_stays_text():
    guess = guesses.guess_of("90-1")
    assert guesses.GREEN in guesses.told_html(guess, "Tue")
    assert guesses.AMBER in guesses.told_html(guess, "Mon")
    assert "&lt;Ada&gt;" in guesses.asked_html(guess)


@pytest.fixture
def live(monkeypatch):
    """The cards of a notebook in which somebody can click, and a function that shows an output."""
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: type("Shell", (), {"kernel": None}))
    monkeypatch.setattr("IPython.display.display", lambda it, raw: shown.append(it))
    return shown


def test_what_is_clicked_is_what_counts(live, score):
    predict("90-1")
    card = guesses._cards["90-1"]
    assert live[-1][faces.WIDGET]["model_id"] == card.model_id
    assert json.loads(card.data)["choices"] == ["Mon", "Tue", "I'm not sure"]
    card.choice = "Tue"
    reveal("90-1")
    assert "✓ You said: <b>Tue" in live[-1]["text/html"]
    assert score() == "1 of 1"


def test_a_card_knows_the_answer_when_its_reveal_has_run_and_not_before(live):
    predict("90-1")
    asked = json.dumps(live[-1]) + guesses._cards["90-1"].data
    assert "three fit" not in asked and "answer" not in asked
    reveal("90-1")
    told = json.loads(guesses._cards["90-1"].data)
    assert told["answer"] == "Tue" and told["told"][""][1] == ["Why", "three fit on a shift."]


def test_a_built_notebook_has_no_card_and_carries_what_a_page_needs(live, monkeypatch):
    monkeypatch.setenv(faces.BUILT, "1")
    predict("90-1")
    assert set(live[-1]) == {"text/plain", "text/html"}
    assert '<div data-piece="guess">' in live[-1]["text/html"]
    reveal("90-1")
    assert '<div data-reveals="90-1">' in live[-1]["text/html"]


@pytest.mark.parametrize(
    ("id", "choice", "message"),
    [
        ("90-2", None, "There is no guess '90-2' in 90.toml: it has 90-1."),
        ("Where?", None, "There is no guess 'Where?': expected the lesson and a number"),
        ("90-1", "Sun", "'Sun' is none of the choices of 90-1: 'Mon', 'Tue', \"I'm not sure\"."),
    ],
)
def test_a_wrong_call_gets_one_sentence(id, choice, message):
    with pytest.raises(guesses.GuessError, match=message.replace("?", r"\?")) as raised:
        predict(id, choice)
    assert raised.value._render_traceback_() == [f"GuessError: {raised.value}"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[guess", "90.toml is not TOML"),
        (GUESS.replace('"Tue"\n', '"Sun"\n'), "90-1: the answer 'Sun' is none of its choices"),
        (GUESS.replace("because", "reason"), "90-1: expected id, question, answer"),
        (GUESS.replace('"Tue"\n', "3\n"), "without choices where the answer is a whole number"),
        (GUESS.replace('["Mon", "Tue"]', '"Tue"'), "90-1: expected a list of two or more"),
        (GUESS.replace('["Mon", "Tue"]', "[1, 2]"), "90-1: expected texts"),
        (GUESS.replace("because = ", "because = 3 #"), "90-1: expected texts"),
    ],
)
def test_a_malformed_file_gets_one_sentence(text, message, folder):
    (folder / "90.toml").write_text(text)
    with pytest.raises(guesses.GuessError, match=message):
        predict("90-1")


def in_no_folder(file, monkeypatch):
    monkeypatch.setenv("PROGRESS_FILE", str(file.parent / "no such folder" / file.name))


def with_tables_of_somebody(file, monkeypatch):
    with closing(sqlite3.connect(file)) as book:
        book.executescript("CREATE TABLE answers (theirs); CREATE TABLE exercises (theirs)")


def damaged_and_not_to_be_moved(file, monkeypatch):
    def refuse(*names):
        raise OSError("Read-only file system")

    file.write_bytes(b"noise" * 1_000)
    monkeypatch.setattr(Path, "rename", refuse)


FILES = [in_no_folder, with_tables_of_somebody, damaged_and_not_to_be_moved]


@pytest.mark.parametrize("lies", FILES)
def test_a_score_that_cannot_be_kept_stops_no_lesson(monkeypatch, own_record, capsys, lies):
    lies(own_record, monkeypatch)
    predict("90-1", "Tue")
    reveal("90-1")
    assert (
        "Your progress is not kept: progress.sqlite3 cannot be read or" in capsys.readouterr().out
    )
    assert record.hinted("00-1") == 1 and record.states() == {}
