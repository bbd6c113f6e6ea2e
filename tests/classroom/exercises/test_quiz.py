"""The quiz: what is right is what happens, every answer is told why, and the first one counts."""

from string import ascii_lowercase

import pytest

from classroom import progress, quiz
from classroom.exercises import quizzing, record
from classroom.exercises.outcomes import NOT_ATTEMPTED, RIGHT, WRONG
from classroom.exercises.questions import QUESTIONS
from classroom.exercises.room import room
from classroom.publishing.exercise_texts import source_of_quiz
from classroom.publishing.notebooks import FOLDER
from classroom.widgets import faces

NUMBERS = range(1, len(QUESTIONS) + 1)


def letter_of(number, right):
    """The letter of the right option, or of the first wrong one."""
    question = QUESTIONS[number - 1]
    options = zip(ascii_lowercase, question.options, strict=False)
    return next(letter for letter, says in options if (says == question.right) is right)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_right_is_what_happens_and_each_option_is_told_why(number, django_db_blocker):
    question, shown = QUESTIONS[number - 1], quiz(number)
    assert question.text in repr(shown) and not shown.right
    assert not any(why in repr(shown) for why in question.options.values())
    with django_db_blocker.unblock(), room():
        assert question.observe() == question.right
    assert question.right in question.options and len(question.options) >= 3
    assert len(set(question.options.values())) == len(question.options)
    for letter, why in zip(ascii_lowercase, question.options.values(), strict=False):
        assert f"You chose {letter}. {why}" in repr(quiz(number, letter))


def number_of(words):
    """The number of the one question that has these words in its code or its text."""
    [number] = [n for n in NUMBERS if words in QUESTIONS[n - 1].text + QUESTIONS[n - 1].code]
    return number


def test_code_that_is_to_be_read_stands_once_in_a_terminal_and_once_in_the_notebook():
    asked = quiz(number_of("def connect_it"))
    assert repr(asked).count("signal.connect(answer)") == 1
    assert "Who answers?\n\ndef connect_it" in repr(asked)
    assert "signal.connect(answer)" not in asked._repr_mimebundle_()["text/html"]
    assert source_of_quiz().count("signal.connect(answer)") == 1


def test_what_is_optional_comes_last():
    optional = [question.deeper for question in QUESTIONS]
    assert optional == sorted(optional) and optional.count(True) == 4


@pytest.mark.parametrize("said", ["d", "I'm not sure"])
def test_who_is_not_sure_reads_the_answer_and_it_counts_as_the_first_try(said):
    answered = quiz(1, said)
    assert not answered.right
    assert f"The answer is: {QUESTIONS[0].right}. " in repr(answered)
    assert QUESTIONS[0].options[QUESTIONS[0].right] in repr(answered)
    assert progress().loc["quiz", "done"] == "0 of 1"


def test_a_wrong_answer_names_what_to_read_again():
    assert "Read again: lesson 01." in repr(quiz(1, letter_of(1, right=False)))
    assert "Read again" not in repr(quiz(1, letter_of(1, right=True)))
    card = quizzing.asked(number_of("How often is the receiver called in all?"))
    read = {
        choice for choice, told in card["told"].items() if ("Read again", "deeper/outbox") in told
    }
    assert read == set(card["choices"]) - {card["answer"]}


def test_every_lesson_that_is_to_be_read_again_is_there():
    for question in QUESTIONS:
        assert list(FOLDER.glob(f"{question.lesson}*.ipynb")), question.text


def test_a_question_can_be_clicked_and_the_click_counts(monkeypatch):
    shown = quiz(2)._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"} and 'data-piece="guess"' in shown["text/html"]
    cards, real = [], quizzing.piece
    monkeypatch.setattr(quizzing, "is_live", lambda: True)
    monkeypatch.setattr(quizzing, "piece", lambda *it: cards.append(real(*it)) or cards[0])
    assert faces.WIDGET in quiz(2)._repr_mimebundle_()
    cards[0].choice = QUESTIONS[1].right
    assert progress().loc["quiz", "done"] == "1 of 1"


def test_the_right_answers_do_not_all_bear_one_letter():
    letters = [letter_of(number, right=True) for number in NUMBERS]
    assert {letters.count(letter) for letter in "abc"} <= set(range(2, 7))


def test_the_first_answer_counts_and_is_part_of_the_progress():
    assert progress().loc["quiz", "done"] == "·"
    quiz(1)
    assert not quiz(1, letter_of(1, right=False)).right
    assert quiz(1, letter_of(1, right=True)).right
    assert quiz(2, letter_of(2, right=True).upper() + ")").right
    assert progress().loc["quiz", ["done", "attempts"]].tolist() == ["1 of 2", 2]
    assert f"1 of {len(QUESTIONS)} right at the first try, {len(QUESTIONS) - 2} not" in repr(quiz())


def test_all_wrong_is_no_praise_and_all_right_is():
    for right, kind in ((False, WRONG), (True, RIGHT)):
        for number in NUMBERS:
            record.answered(f"{record.QUIZ}", f"{right} {number}", right)
        assert quiz().kind == kind, right
        with record.book() as book:
            book.execute("DELETE FROM answers")
    assert quiz().kind == NOT_ATTEMPTED


@pytest.mark.parametrize("written", ["(c)", "C)", " c. ", "A call for each row, with `raw=True`"])
def test_a_letter_may_be_written_as_people_do(written):
    assert "You chose c." in repr(quiz(number_of("A fixture is loaded"), written))


@pytest.mark.parametrize("number", [0, len(QUESTIONS) + 1, "six", 1.5, True, [6]])
def test_a_number_that_no_question_has(number):
    assert f"from 1 to {len(QUESTIONS)}." in repr(quiz(number))


@pytest.mark.parametrize("letter", ["z", "", 1, None, "ab", ["a"]])
def test_a_letter_that_no_option_has(letter):
    assert "expected the letter of an option, one of a, b, c" in repr(quiz(1, letter))
    assert progress().loc["quiz", "done"] == "·"
