"""What is done and what is left, as a table.

See https://docs.djangoproject.com/en/5.2/topics/signals/ for what it is all about.
"""

from pathlib import Path

from django.utils.html import format_html

from classroom.exercises import record
from classroom.exercises.catalogue import Note, all_tasks
from classroom.exercises.questions import QUESTIONS
from whatfires.describing import quoted
from whatfires.frames import Table
from whatfires.rendering import html_of

DONE, OPEN = "✓", "·"
COLUMNS = ["title", "kind", "minutes", "done", "attempts", "hints"]


class ProgressTable(Table):
    """A DataFrame of the exercises, the done ones tinted."""

    when_empty = "There are no exercises."

    def tint(self, row, column):
        return "quiet" if row["done"] == OPEN else "right"

    def _repr_html_(self):
        titles = [linked(id, title) for id, title in self["title"].items()]
        shown = self.assign(title=titles).reset_index()
        return html_of(list(shown), (row for _, row in shown.iterrows()), self.tint)


def progress(lesson=None):
    """Show what is done: the exercises, the guesses in the lessons, the quiz.

    Returns a DataFrame, a row an exercise, indexed by `exercise` ("02-1"): `title`, `kind`,
    `minutes` (about), `done` (✓ or ·), `attempts` and `hints` (how many). Two more rows, "guesses"
    and "quiz", say in `done` how many first answers were right, such as "5 of 7". In a notebook
    each title is a link to where it is done. The number of a lesson, such as "02", chooses its
    exercises. A lesson that has none gets a sentence.
    """
    states, scores = record.states(), record.scores()
    asked = lesson
    if isinstance(lesson, int) and not isinstance(lesson, bool):
        lesson = str(lesson)
    if isinstance(lesson, str) and lesson.isdecimal():
        lesson = f"{int(lesson):02}"
    if not isinstance(lesson, str | None):
        lesson = quoted(lesson)
    rows = {
        id: exercise_row(task, states.get(id, record.State()))
        for id, task in all_tasks().items()
        if lesson is None or id.startswith(f"{lesson}-")
    }
    if not rows:
        known = ", ".join(sorted({id.partition("-")[0] for id in all_tasks()}))
        return Note(f"progress({quoted(asked)}): expected the number of a lesson, one of {known}.")
    if lesson is None:
        rows["guesses"] = score_row("Right before the cell ran", "predict", scores[record.GUESS])
        rows["quiz"] = score_row("Right at first", "quiz", scores[record.QUIZ], len(QUESTIONS))
    table = ProgressTable(list(rows.values()), columns=COLUMNS, index=list(rows))
    table.index.name = "exercise"
    return table


def linked(id, title):
    """Return a title as a link to its notebook, seen from the folder of the notebook that runs."""
    notebook = notebook_of(id)
    up = "" if Path("exercises").is_dir() else "../"
    return format_html("<a href='{}{}'>{}</a>", up, notebook, title) if notebook else title


def notebook_of(id):
    """Name the notebook in which an exercise or the quiz is done; None for the guesses."""
    task = all_tasks().get(id)
    if task is None:
        return "exercises/quiz.ipynb" if id == "quiz" else None
    lesson = task.lesson if task.is_your_turn else f"exercises/{task.lesson.rpartition('/')[2]}"
    return f"{lesson}.ipynb"


def exercise_row(task, state):
    done = DONE if state.passed else OPEN
    return [task.title, task.kind, task.minutes, done, state.attempts, state.hints]


def score_row(title, kind, score, at_most=None):
    title = f"{title}, of {at_most} questions" if at_most else title
    return [title, kind, "", str(score) if score.given else OPEN, score.given, ""]
