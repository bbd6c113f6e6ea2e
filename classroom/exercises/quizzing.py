"""The closing quiz: a question, a letter, and why that is right or is not.

See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

from string import ascii_lowercase

from classroom.exercises import record
from classroom.exercises.outcomes import NOT_ATTEMPTED, RIGHT, WRONG, Outcome
from classroom.exercises.questions import QUESTIONS


def quiz(number=None, letter=...):
    """Ask a question of the quiz, or answer it with the letter of an option, such as "b".

    Every answer is told why it is right, or is not; the first one counts in `progress()`. Without
    a number it says how you stand. Raises ValueError for a number that no question has, and for a
    letter that no option of it has.
    """
    if number is None:
        score = record.scores()[record.QUIZ]
        return Outcome(NOT_ATTEMPTED if not score.given else RIGHT, standing(score))
    question = question_of(number)
    options = dict(zip(ascii_lowercase, question.options.items(), strict=False))
    asked = [f"Question {number} of {len(QUESTIONS)}. {question.text}", ""]
    asked += [f"{key}) {says}" for key, (says, _) in options.items()]
    if letter is ...:
        return Outcome(NOT_ATTEMPTED, "\n".join([*asked, "", "Put a letter in place of the dots."]))
    chosen = str(letter).strip(" )").lower()
    if chosen not in options:
        raise ValueError(
            f"quiz({number}, {letter!r}): expected the letter of an option, one of "
            f"{', '.join(options)}; or `...`, which shows the question."
        )
    says, why = options[chosen]
    right = says == question.right
    record.answered(record.QUIZ, question.text, right)
    return Outcome(RIGHT if right else WRONG, "\n".join([*asked, "", f"You chose {chosen}. {why}"]))


def question_of(number):
    if number not in range(1, len(QUESTIONS) + 1):
        raise ValueError(
            f"quiz({number!r}): expected the number of a question, from 1 to {len(QUESTIONS)}."
        )
    return QUESTIONS[int(number) - 1]


def standing(score):
    left = len(QUESTIONS) - score.given
    return f"{score.right} of {len(QUESTIONS)} right at once, {left} not answered yet."
