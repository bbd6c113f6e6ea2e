"""Guesses written down before a cell runs: what you expected is what you learn from.

See https://docs.djangoproject.com/en/5.2/topics/signals/ for what most of them are about.
"""

from calendar import day_name

from classroom.exercises import record

DAYS = {day.lower(): day[:3].lower() for day in day_name}
ANSWERS = {"true": "yes", "false": "no"}

_open_question = None


def predict(question, answer=...):
    """Write down your answer to a question before you run the cell that shows it.

    Put your guess in place of `...`; leaving it is fine, then nothing is scored. Your first guess
    at a question counts in `progress()`. Spelling does not matter: "tuesday" is "Tue", "Yes" is
    True, "2" is 2, and "Mon, Wed" is ["Mon", "Wed"].
    """
    global _open_question
    _open_question = question, answer
    print(question)
    print("You have not guessed yet." if answer is ... else f"Your guess: {answer!r}")


def reveal(actual):
    """Hold the last guess against what happened; return whether it was right, None unguessed.

    Raises RuntimeError when nothing was predicted.
    """
    global _open_question
    if _open_question is None:
        raise RuntimeError(
            "reveal() answers the last predict(), and none is open: run that cell first."
        )
    (question, answer), _open_question = _open_question, None
    if hasattr(actual, "item"):  # a number out of a table
        actual = actual.item()
    print(f"What happened: {actual!r}")
    if answer is ...:
        return None
    right = gist(answer) == gist(actual)
    record.answered(record.GUESS, question, right)
    print("You saw it coming." if right else f"You guessed {answer!r}: now you know.")
    return right


def gist(answer):
    """Reduce an answer to what it says, as a list of words."""
    parts = answer if isinstance(answer, list | tuple) else str(answer).split(",")
    words = [str(part).strip().lower() for part in parts]
    return [DAYS.get(word) or ANSWERS.get(word) or word for word in words]
