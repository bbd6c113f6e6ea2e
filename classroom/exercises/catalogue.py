"""Every exercise by its number, in the hands of a learner: check an answer, ask for a hint.

See https://docs.djangoproject.com/en/5.2/topics/signals/ for what most of them are about.
"""

import re
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from classroom.exercises import record, tasks
from classroom.exercises.cards import card_of, forget
from classroom.exercises.engine import judged
from classroom.exercises.outcomes import DEFECT, RIGHT, Outcome
from whatfires.describing import expect, quoted

AT_ONCE = 5  # lines of a solution that are shown together; a longer one unfolds line by line
UNFOLDED = {}  # {id: how many lines of its solution were shown since the notebook started}


class Exercise:
    """A task in the hands of a learner: check an answer, ask for a hint, see the solution."""

    __slots__ = ("task",)  # nobody puts a check of their own in the place of this one

    def __init__(self, task):
        self.task = task

    def check(self, answer=...):
        """Judge an answer in a room of its own; return what came of it."""
        outcome = judged(self.task, answer)
        if outcome.kind != DEFECT:
            record.attempted(self.task.id, outcome.kind)
        if outcome.right:
            return Outcome(RIGHT, self.task.why, outcome.printed)
        return outcome

    def card(self):
        """Return the card on which this one is answered: it fills itself in, and can be written to.

        It is a dict of answers, or a list of numbers, and shows itself as the last line of a cell.
        Raises ValueError where the answer is written in the cell.
        """
        card = card_of(self.task)
        if card is None:
            answer = f"write `{self.task.answer}` in the cell."
            raise ValueError(f"exercise({self.task.id!r}) has no card: {answer}")
        return card

    def hint(self):
        """Give the next hint; the last one stays."""
        number = min(record.hinted(self.task.id), len(self.task.hints))
        text = self.task.hints[number - 1]
        link = f"\nRead: {self.task.link}" if number > 1 else ""
        return Note(f"Hint {number} of {len(self.task.hints)}: {text}{link}")

    def solution(self, whole=False):
        """Show the solution, and why it is one: after passing, or after the last hint.

        A long one that you have not found yet unfolds: each call shows one line more, so that you
        can go on yourself. `whole=True` shows all of it at once.
        """
        expect("solution(whole=...)", whole, bool, "True or False")
        state = record.state(self.task.id)
        if not state.passed and state.hints < len(self.task.hints):
            left = len(self.task.hints) - state.hints
            when = "once your answer is right, or after the last hint"
            return Note(f"The solution shows {when} ({left} to go).")
        lines = [it for it in self.task.shown.splitlines() if it.strip()]
        number = UNFOLDED.get(self.task.id, 0) + 1
        if len(lines) <= max(AT_ONCE, number) or state.passed or whole:
            return Note(self.task.why, code=self.task.shown)
        UNFOLDED[self.task.id] = number
        more = "`solution()` again shows one more, `solution(whole=True)` all of it."
        text = f"Line {number} of {len(lines)}. Can you go on from here? {more}"
        first = re.findall(r"\n*.*\S\n", self.task.shown)[:number]  # blank lines do not count
        return Note(text, code="".join(first))

    def reset(self):
        """Start over: attempts and hints of this exercise are forgotten."""
        record.forget(self.task.id)
        forget(self.task.id)
        UNFOLDED.pop(self.task.id, None)
        return Note(f"{self.task.id} starts over.")

    def __repr__(self):
        task = self.task
        return f"{task.id} {task.title} ({task.kind}, about {task.minutes} minutes)"


class Note:
    """A text, perhaps with code: rich in a notebook, plain elsewhere."""

    def __init__(self, text, code=""):
        self.text, self.code = text, code.strip("\n")

    def __repr__(self):
        return f"{self.code}\n\n{self.text}" if self.code else self.text

    def _repr_markdown_(self):
        return f"```python\n{self.code}\n```\n\n{self.text}" if self.code else self.text


def exercise(id):
    """Return the exercise of that number, such as "02-1".

    Its `check(answer)` judges an answer and changes nothing; `hint()` gives the next hint;
    `solution()` shows after passing or after the last hint; `reset()` starts over. Raises
    ValueError for a number that no exercise has.
    """
    found = all_tasks()
    if not isinstance(id, str) or id not in found:
        near = get_close_matches(quoted(id), found, n=1, cutoff=0.3)
        raise ValueError(
            f"exercise({quoted(id)}): there is none of that number"
            f"{f'; did you mean {near[0]!r}?' if near else '.'} There are: {', '.join(found)}."
        )
    return Exercise(found[id])


@cache
def all_tasks():
    """Find the tasks: one in each module of `tasks/`, in the order of their numbers."""
    modules = [import_module(it.name) for it in iter_modules(tasks.__path__, f"{tasks.__name__}.")]
    return {it.id: it for it in sorted((module.task for module in modules), key=lambda it: it.id)}
