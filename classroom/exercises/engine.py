"""The engine of the exercises: text, starter, checks and hints of one task, and what came of it.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/
"""

import dis
import textwrap
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from inspect import CO_VARARGS, CO_VARKEYWORDS
from pkgutil import iter_modules
from types import CodeType, FunctionType

from classroom.exercises import record, tasks
from classroom.exercises.outcomes import NOT_ATTEMPTED, RAISED, RIGHT, WRONG, Outcome, Wrong
from classroom.exercises.room import SECONDS, Left, TimeUp, room
from classroom.exercises.tracebacks import own_lines

JUMPS = {*dis.hasjrel, *dis.hasjabs}
IDLE = {"NOP", "EXTENDED_ARG", "PUSH_NULL"}
KINDS = ("write", "repair", "predict", "judge")


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer: its name, its code, and words of the message that it gets."""

    name: str
    code: str
    message: str


@dataclass(kw_only=True)
class Task:
    """One exercise, as its file in `tasks/` tells it.

    `id` is "02-1": the lesson and a number. A letter, as in "02-a", makes it a "your turn": two
    minutes inside the lesson, which itself tells `situation` and `task`. `kind` is one of KINDS.
    `answer` is the name that the starter's code gives to what is checked. `hints` are three: a
    nudge, a pointer, almost the code (one will do for a "your turn"). `link` leads to the page of
    the documentation. `others` are right answers that differ from `solution`; `why` explains it.
    The function that is decorated with `@task.judge` takes the answer and calls `wrong()` where it
    falls short.
    """

    id: str
    title: str
    lesson: str
    kind: str
    minutes: int
    situation: str = ""
    task: str = ""
    answer: str
    starter: str
    hints: tuple[str, ...]
    link: str
    solution: str
    why: str
    mistakes: tuple[Mistake, ...]
    others: tuple[str, ...] = ()
    check: Callable = field(default=None, repr=False)

    @property
    def lesson_id(self):
        """What stands before the number: "02" of "02-1"."""
        return self.id.rpartition("-")[0]

    @property
    def is_your_turn(self):
        """Tell whether it stands inside its lesson, and in no exercise notebook."""
        return self.id[-1].isalpha()

    def judge(self, function):
        """Take the function that judges an answer."""
        self.check = function
        return function


class Exercise:
    """A task in the hands of a learner: check an answer, ask for a hint, see the solution."""

    def __init__(self, task):
        self.task = task

    def check(self, answer=...):
        """Judge an answer in a room of its own; return what came of it."""
        outcome = judged(self.task, answer)
        record.attempted(self.task.id, outcome.kind)
        if outcome.right:
            return Outcome(RIGHT, f"{self.task.why}", outcome.printed)
        return outcome

    def hint(self):
        """Give the next hint; the last one stays."""
        number = min(record.hinted(self.task.id), len(self.task.hints))
        text = self.task.hints[number - 1]
        link = f"\nRead: {self.task.link}" if number > 1 else ""
        return Note(f"Hint {number} of {len(self.task.hints)}: {text}{link}")

    def solution(self):
        """Show the solution, and why it is one: after passing, or after the third hint."""
        state = record.state(self.task.id)
        if not state.passed and state.hints < len(self.task.hints):
            left = len(self.task.hints) - state.hints
            return Note(
                "The solution shows once your answer is right, or after the last hint "
                f"({left} to go)."
            )
        return Note(f"{self.task.why}", code=self.task.solution)

    def reset(self):
        """Start over: attempts and hints of this exercise are forgotten."""
        record.forget(self.task.id)
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
    if id not in found:
        near = get_close_matches(str(id), found, n=1, cutoff=0.3)
        raise ValueError(
            f"exercise({id!r}): there is none of that number"
            f"{f'; did you mean {near[0]!r}?' if near else '.'} There are: {', '.join(found)}."
        )
    return Exercise(found[id])


@cache
def all_tasks():
    """Find the tasks: one in each module of `tasks/`, in the order of their numbers."""
    modules = [import_module(it.name) for it in iter_modules(tasks.__path__, f"{tasks.__name__}.")]
    return {it.id: it for it in sorted((module.task for module in modules), key=lambda it: it.id)}


def judged(task, answer, seconds=SECONDS):
    """Judge an answer to a task; the outcome says nothing of the learner's record."""
    if is_untouched(task, answer):
        return Outcome(NOT_ATTEMPTED, f"Write `{task.answer}` in the cell above, and run it.")
    printed = ""
    try:
        with room(seconds) as printed:
            task.check(answer)
    except Wrong as verdict:
        return Outcome(WRONG, str(verdict), str(printed))
    except TimeUp:
        message = f"It did not end within {seconds} seconds, and was stopped. Is there a loop?"
        return Outcome(RAISED, message, str(printed))
    except Left:
        message = "It called exit(), which would end the notebook; here it only ends the check."
        return Outcome(RAISED, message, str(printed))
    except Exception as error:  # whatever the learner's code may raise
        return Outcome(RAISED, own_lines(error), str(printed))
    return Outcome(RIGHT, "", str(printed))


def is_untouched(task, answer):
    """Tell whether an answer is still the starter's."""
    if answer is ...:
        return True
    return same(answer, run_code(task.starter).get(task.answer))


def same(answer, starter):
    """Compare two answers: functions and classes by their code, anything else by its value."""
    if isinstance(answer, FunctionType) and isinstance(starter, FunctionType):
        return shape_of(answer) == shape_of(starter)
    if isinstance(answer, type) and isinstance(starter, type):
        return bases_of(answer) == bases_of(starter) and methods_of(answer) == methods_of(starter)
    if isinstance(answer, dict) and isinstance(starter, dict):
        return answer.keys() == starter.keys() and all(
            same(answer[name], starter[name]) for name in starter
        )
    return type(answer) is type(starter) and answer == starter


def bases_of(cls):
    """Name the classes of which this one is a child; a cell that runs again makes its own anew."""
    return [(base.__module__, base.__qualname__) for base in cls.__bases__]


def shape_of(function):
    """Reduce a function to its code and the defaults of its arguments."""
    return code_of(function.__code__), function.__defaults__, function.__kwdefaults__


def code_of(code):
    """Reduce compiled code to what it does: no names of files, no line numbers.

    A cell is compiled statement by statement and a file as a whole. So an attribute of something
    that the file imports may be loaded in another way, and places that stand for a line may differ.
    """
    steps = [it for it in dis.get_instructions(code) if it.opname not in IDLE]
    at = [step.offset for step in steps]
    does = [
        (
            step.opname.replace("LOAD_METHOD", "LOAD_ATTR"),
            bisect_left(at, step.argval) if step.opcode in JUMPS else spelled(step.argval),
        )
        for step in steps
    ]
    takes = code.co_argcount, code.co_kwonlyargcount, code.co_flags & (CO_VARARGS | CO_VARKEYWORDS)
    return does, code.co_varnames, takes


def spelled(argument):
    """What an instruction is about, comparable; code inside code is reduced, too."""
    return code_of(argument) if isinstance(argument, CodeType) else repr(argument)


def methods_of(cls):
    functions = {k: v for k, v in vars(cls).items() if isinstance(v, FunctionType)}
    return {name: shape_of(it) for name, it in functions.items()}


def run_code(source):
    """Run the source of a cell in names of its own, those of a notebook; return them."""
    names = {"__name__": "__main__"} | notebook_names()
    exec(compile(textwrap.dedent(source), "<learner>", "exec"), names)
    return names


@cache
def notebook_names():
    """The names that shell_plus brings into every notebook, as far as exercises use them."""
    names = {}
    exec(
        "from datetime import date, timedelta\n"
        "from speedy.models import *\n"
        "from speedy.scheduling import assign, assign_many\n",
        names,
    )
    import classroom

    return names | {name: getattr(classroom, name) for name in classroom.__all__}
