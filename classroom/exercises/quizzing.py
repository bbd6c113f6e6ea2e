"""The closing quiz: a question, a letter, and why that is right or is not.

See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

from string import ascii_lowercase

from classroom.exercises import record
from classroom.exercises.outcomes import NOT_ATTEMPTED, RIGHT, WRONG, Outcome
from classroom.exercises.questions import QUESTIONS
from whatfires.describing import quoted


def quiz(number=None, letter=...):
    """Ask a question of the quiz, or answer it with the letter of an option, such as "b".

    Every answer is told why it is right, or is not; the first one counts in `progress()`. Without
    a number it says how you stand. A number that no question has, and a letter that no option of it
    has, are answered with a sentence, and do not count.
    """
    if number is None:
        score = record.scores()[record.QUIZ]
        return Outcome(kind_of(score), standing(score))
    if isinstance(number, bool) or number not in range(1, len(QUESTIONS) + 1):
        expected = f"expected the number of a question, from 1 to {len(QUESTIONS)}."
        return Outcome(NOT_ATTEMPTED, f"quiz({quoted(number)}): {expected}")
    question = QUESTIONS[int(number) - 1]
    options = dict(zip(ascii_lowercase, question.options.items(), strict=False))
    asked = [f"Question {number} of {len(QUESTIONS)}. {question.text}", ""]
    asked += [f"{key}) {says}" for key, (says, _) in options.items()]
    if letter is ...:
        return Outcome(NOT_ATTEMPTED, "\n".join([*asked, "", "Put a letter in place of the dots."]))
    chosen = (letter if isinstance(letter, str) else quoted(letter)).strip(" ().").lower()
    if chosen not in options:
        expected = f"expected the letter of an option, one of {', '.join(options)}"
        said = f"quiz({number}, {quoted(letter)}): {expected}; or `...`, which shows the question."
        return Outcome(NOT_ATTEMPTED, said)
    says, why = options[chosen]
    right = says == question.right
    record.answered(record.QUIZ, question.text, right)
    return Outcome(RIGHT if right else WRONG, "\n".join([*asked, "", f"You chose {chosen}. {why}"]))


def kind_of(score):
    if not score.given:
        return NOT_ATTEMPTED
    return RIGHT if score.right == len(QUESTIONS) else WRONG


def standing(score):
    left = len(QUESTIONS) - score.given
    return f"{score.right} of {len(QUESTIONS)} right at once, {left} not answered yet."
