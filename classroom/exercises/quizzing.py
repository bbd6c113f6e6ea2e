"""The closing quiz: a question, a letter, and why that is right or wrong.

See https://docs.djangoproject.com/en/5.2/topics/signals/
"""

from string import ascii_lowercase

from classroom.exercises import record
from classroom.exercises.outcomes import NOT_ATTEMPTED, RIGHT, WRONG, Outcome
from classroom.exercises.questions import QUESTIONS


def quiz(number=None, letter=...):
    """Ask a question of the quiz, or answer it with the letter of an option, such as "b".

    Returns an Outcome that says why the answer is right or wrong. The first answer to a question
    counts in `progress()`. Without a number it says how many you have. A number that no question
    has, and a letter that no option has, get a sentence and do not count.
    """
    if number is None:
        score = record.scores()[record.QUIZ]
        return Outcome(kind_of(score), standing(score))
    if type(number) is not int or number not in range(1, len(QUESTIONS) + 1):
        expected = f"expected the number of a question, from 1 to {len(QUESTIONS)}."
        return Outcome(NOT_ATTEMPTED, f"quiz({number!r}): {expected}")
    question = QUESTIONS[number - 1]
    options = dict(zip(ascii_lowercase, question.options.items(), strict=False))
    asked = [f"Question {number} of {len(QUESTIONS)}. {question.text}", ""]
    asked += [f"{key}) {says}" for key, (says, _) in options.items()]
    if letter is ...:
        return Outcome(NOT_ATTEMPTED, "\n".join([*asked, "", "Put a letter in place of the dots."]))
    chosen = letter_meant(letter, options)
    if chosen is None:
        expected = f"expected the letter of an option, one of {', '.join(options)}"
        said = f"quiz({number}, {letter!r}): {expected}; or `...`, which shows the question."
        return Outcome(NOT_ATTEMPTED, said)
    says, why = options[chosen]
    right = says == question.right
    record.answered(record.QUIZ, question.text, right)
    return Outcome(RIGHT if right else WRONG, "\n".join([*asked, "", f"You chose {chosen}. {why}"]))


def letter_meant(said, options):
    """Read "b", "(B)" or the words of an option as its letter; None for anything else."""
    word = said.strip(" ().").casefold() if isinstance(said, str) else None
    words = {says.strip("`").casefold(): key for key, (says, _) in options.items()}
    return word if word in options else words.get(word and word.strip("`"))


def kind_of(score):
    if not score.given:
        return NOT_ATTEMPTED
    return RIGHT if score.right == len(QUESTIONS) else WRONG


def standing(score):
    left = len(QUESTIONS) - score.given
    return f"{score.right} of {len(QUESTIONS)} right at the first try, {left} not answered yet."
