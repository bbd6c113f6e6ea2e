"""A room as it works: what holds it up, who wants help, and which questions are hard.

See https://docs.python.org/3/library/sqlite3.html#how-to-work-with-sqlite-uris
"""

from collections import Counter
from contextlib import suppress
from shutil import get_terminal_size
from textwrap import shorten

from classroom.exercises.attendance import room_table, stuck_on
from classroom.exercises.catalogue import all_tasks
from classroom.exercises.guesses import GuessError, guess_of
from classroom.exercises.questions import QUESTIONS
from classroom.exercises.record import GUESS
from whatfires.frames import Table
from whatfires.rendering import text_of

LEGEND = "✓ passed  ✗ tried  · not tried yet"
MANY_HINTS = 3  # after so many, a question of a person helps more than the next hint
LONGEST_BEFORE = 30  # characters of a line before the text of a question
HARD = 0.5  # share of right first answers below which a question is worth a word to all

who_is_where = room_table


class QuestionsTable(Table):
    """A DataFrame of questions, the hardest first."""

    when_empty = "Nobody has answered a question yet."

    def tint(self, row, column):
        right, _, answered = row["right"].partition(" of ")
        if column == "share":
            return "attention" if int(right) < HARD * int(answered) else "right"
        return "quiet"

    def __repr__(self):
        shown = self.reset_index()
        wide = get_terminal_size().columns - LONGEST_BEFORE
        shown["asks"] = [shorten(it, wide, placeholder=" ...") for it in shown["asks"]]
        return text_of(list(shown), shown.to_dict("records")) if len(shown) else self.when_empty


def questions_table(learners, most=None):
    """Show how many first answers were right, question by question.

    Returns a DataFrame, a row a question, indexed by `question` ("00-1" for a guess, "quiz 3"):
    `share` ("67 %"), `right` ("2 of 3" learners), and `asks`, its text. The hardest comes
    first, and no more than `most` of them are there.
    """
    answered, right = Counter(), Counter()
    for learner in learners:
        answered.update(learner.answers.keys())
        right.update(key for key, was_right in learner.answers.items() if was_right)
    keys = sorted(answered, key=lambda key: (right[key] / answered[key], -answered[key], key))
    rows = []
    for key in keys[:most]:
        share = f"{100 * right[key] / answered[key]:.0f} %"
        name, asks = asked(key)
        rows.append([name, share, f"{right[key]} of {answered[key]}", asks])
    table = Table(rows, columns=["question", "share", "right", "asks"])
    return QuestionsTable(table.set_index("question"))


def asked(key):
    """Return the short name of a question, and its text; of one that is no longer asked, none."""
    kind, question = key
    if kind == GUESS:
        with suppress(GuessError):
            return question, guess_of(question).question
        return question, ""
    texts = [it.text for it in QUESTIONS]
    number = texts.index(question) + 1 if question in texts else "?"
    return f"quiz {number}", question.replace("`", "")


def told(learners):
    """Say which exercise holds the room up, a sentence each."""
    stuck = stuck_on(learners)
    if stuck is None:
        return ["Nobody is stuck: whatever was tried was passed."]
    return [
        f"Stuck on {stuck.task.id} {stuck.task.title}: {', '.join(stuck.people)} "
        f"({stuck.attempts} attempts, {stuck.hints} hints so far)."
    ]


def hints_asked(learners):
    """Say who has asked for a third hint in an exercise and not passed it, a sentence each."""
    asked = {}
    for learner in learners:
        for id, state in learner.states.items():
            if state.hints >= MANY_HINTS and not state.passed and id in all_tasks():
                asked.setdefault(id, []).append(learner.name)
    return [
        f"Three hints, still open: {id} {all_tasks()[id].title} ({', '.join(names)})."
        for id, names in sorted(asked.items())
    ]
