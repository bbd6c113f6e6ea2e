"""A guess is written down first and held against what happened afterwards."""

import pandas as pd
import pytest

from classroom import predict, progress, reveal


def test_a_right_guess(capsys):
    predict("How many?", 2)
    assert reveal(2) is True
    assert capsys.readouterr().out.splitlines() == [
        "How many?",
        "Your guess: 2",
        "What happened: 2",
        "You saw it coming.",
    ]


def test_a_wrong_guess(capsys):
    predict("How many?", 3)
    assert reveal(2) is False
    assert capsys.readouterr().out.endswith("What happened: 2\nYou guessed 3: now you know.\n")


@pytest.mark.parametrize(
    ("answer", "actual"),
    [
        ("tuesday", "Tue"),
        ("Yes", True),
        ("no", False),
        (True, True),
        (" 2 ", 2),
        ("mon, Wed,Friday", ["Mon", "Wed", "Fri"]),
        (["Mon", "Wed"], ["Mon", "Wed"]),
    ],
)
def test_spelling_does_not_matter(answer, actual):
    predict("When?", answer)
    assert reveal(actual) is True


@pytest.mark.parametrize(
    ("answer", "actual"),
    [("Thu", "Tue"), ("yes", False), (0, False), ("Wed, Mon", ["Mon", "Wed"]), ("", 0)],
)
def test_what_it_says_does(answer, actual):
    predict("When?", answer)
    assert reveal(actual) is False


def test_no_guess_is_neither_right_nor_wrong(capsys):
    predict("How many?", ...)
    assert reveal(2) is None
    assert "not guessed yet" in capsys.readouterr().out


def test_the_question_keeps_its_secret(capsys):
    predict("How many?", ...)
    assert "2" not in capsys.readouterr().out
    reveal(2)


def test_nothing_to_reveal_names_the_cure():
    with pytest.raises(RuntimeError, match="run that cell first"):
        reveal(2)


def test_a_number_out_of_a_table_is_a_number(capsys):
    predict("How many?", 3)
    assert reveal(pd.Series([3]).sum()) is True
    assert "What happened: 3\n" in capsys.readouterr().out


# The score


@pytest.fixture
def score():
    """A function that tells how many guesses were right, as the progress shows it."""
    return lambda: progress().loc["guesses", "done"]


def test_the_first_guess_at_a_question_counts(score):
    for question, guess in [("Who?", "Ada"), ("When?", "Mon"), ("When?", "Tue")]:
        predict(question, guess)
        reveal("Ada" if question == "Who?" else "Tue")
    assert score() == "1 of 2"


def test_no_guess_is_no_part_of_the_score(score):
    predict("Who?")
    reveal("Ada")
    assert score() == "·"


def test_a_score_that_cannot_be_kept_spoils_no_lesson(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PROGRESS_FILE", str(tmp_path / "no such folder" / "progress.sqlite3"))
    predict("Who?", "Ada")
    assert reveal("Ada") is True
    assert "Your progress is not kept: progress.sqlite3 cannot be opened" in capsys.readouterr().out
