"""A room as it works: what holds it up, who wants help, and which questions are hard.

See https://docs.python.org/3/library/sqlite3.html#how-to-work-with-sqlite-uris
"""

from collections import Counter

import pandas as pd

from classroom.exercises.attendance import room_table, stuck_on
from classroom.exercises.catalogue import all_tasks
from whatfires.frames import Table

LEGEND = "✓ passed  ✗ tried  · not tried yet"
MANY_HINTS = 3  # after so many, a question of a person helps more than the next hint
HARD = 0.5  # share of right first answers below which a question is worth a word to all

who_is_where = room_table


class QuestionsTable(Table):
    """A DataFrame of questions, the hardest first."""

    when_empty = "Nobody has answered a question yet."

    def tint(self, row, column):
        if column not in ("right", "share"):
            return "quiet"
        return "attention" if row["right"] < HARD * row["answered"] else "full"


def questions_table(learners):
    """Show how many first answers were right, question by question.

    Returns a DataFrame, a row a question, indexed by `question` (the id of a guess, or the text
    of a question of the quiz): `kind` ("guess" or "quiz"), `right` and `answered` (learners), and
    `share` ("67 %"). The hardest comes first.
    """
    answered, right = Counter(), Counter()
    for learner in learners:
        answered.update(learner.answers.keys())
        right.update(key for key, was_right in learner.answers.items() if was_right)
    keys = sorted(answered, key=lambda key: (right[key] / answered[key], -answered[key], key))
    rows = [[kind, right[kind, q], answered[kind, q]] for kind, q in keys]
    index = pd.Index([question for _, question in keys], name="question")
    table = pd.DataFrame(rows, index=index, columns=["kind", "right", "answered"])
    table["share"] = [f"{100 * row.right / row.answered:.0f} %" for row in table.itertuples()]
    return QuestionsTable(table)


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
        f"Three hints and still open, {id} {all_tasks()[id].title}: {', '.join(names)}."
        for id, names in sorted(asked.items())
    ]
