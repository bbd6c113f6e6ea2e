"""What is done and what is left, as a table.

See https://docs.djangoproject.com/en/5.2/topics/signals/ for what it is all about.
"""

import pandas as pd

from classroom.exercises import record
from classroom.exercises.engine import all_tasks
from classroom.looks import Table

COLUMNS = ["title", "kind", "minutes", "done", "attempts", "hints"]


class ProgressTable(Table):
    """A DataFrame of the exercises, the done ones tinted."""

    when_empty = "There are no exercises."

    def tint(self, row, column):
        return "full" if row["done"] == "●" else "quiet"


def progress():
    """Show which exercises are done.

    Returns a DataFrame, a row an exercise, indexed by `exercise` ("02-1"): `title`, `kind`,
    `minutes` (about), `done` (● or ·), `attempts` and `hints` (how many).
    """
    states = record.states()
    rows = []
    for id, task in all_tasks().items():
        state = states.get(id, record.State())
        done = "●" if state.passed else "·"
        rows.append([task.title, task.kind, task.minutes, done, state.attempts, state.hints])
    index = pd.Index(all_tasks(), name="exercise")
    return ProgressTable(pd.DataFrame(rows, columns=COLUMNS, index=index))
