"""The engine of the exercises: what a task is, and what comes of an answer to it.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/
"""

import ast
import gc
import inspect
import linecache
import re
import sys
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from time import process_time
from types import FunctionType

from classroom.exercises.besides import Habits, check_watched, expect_nothing_besides
from classroom.exercises.cards import Card, Choices
from classroom.exercises.outcomes import (
    DEFECT,
    NOT_ATTEMPTED,
    RAISED,
    RIGHT,
    UNUSABLE,
    WRONG,
    Outcome,
    Wrong,
    expect_callable,
    nudge,
    usual_slip,
    wrong,
)
from classroom.exercises.reading import Mistake, changed, read_task
from classroom.exercises.room import SECONDS, Left, TimeUp, let_be_handled, room
from classroom.exercises.tracebacks import is_learners, is_of_the_check, own_lines
from classroom.running import kernel
from classroom.running.turns import one_tool_at_a_time

LESSONS = (
    *("00_start_here", "01_what_a_signal_is", "02_built_in_signals", "03_save_overrides"),
    *("04_custom_signals", "05_side_by_side", "06_when_things_break", "07_choosing"),
    *("deeper/bulk_fixtures_migrations_admin", "deeper/caught_errors"),
    *("deeper/counting", "deeper/matrix"),
    *("deeper/no_hook", "deeper/outbox", "deeper/race", "deeper/testing"),
    "deeper/vanishing_receivers",
)
KINDS = ("write", "repair", "predict", "judge", "order")


@dataclass(kw_only=True)
class Task:
    """One exercise, as its file in `tasks/` tells it.

    `id` is "02-1": the lesson and a number. A letter, as in "02-a", makes it a "your turn": two
    minutes inside the lesson, which itself tells `situation` and `task`. `kind` is one of KINDS.
    `answer` is the name that the starter's code gives to what is checked: if nothing else is said,
    the last one that it defines. Where it is chosen on a card, `fields` are {what is asked: its
    choices}, as `Choices` takes them; unless there is a starter, one is made that shows the card.
    A function is called as `call` says, "hire(**fields)" or, for a receiver, "note(sender, message,
    ...)", as `expect_callable()` takes it: if nothing else is said, as the solution. `hints` are
    three: a nudge, a pointer, almost the code (one will do for a "your turn"). `link` leads to the
    page of the documentation. `others` are right answers that differ from `solution`, each as
    `code_of()` takes it; `why` explains it.
    One that may leave receivers connected `connects`.
    `equal` is {a reason: names of mutants}: those that are right as well (see mutants.py). A check
    that starts processes of its own has more `seconds`. Its file writes it as one text, for `of()`.
    The function that is decorated with `@task.judge` takes the answer and calls `wrong()` where it
    falls short.
    """

    id: str
    title: str
    kind: str
    minutes: int = 2
    situation: str = ""
    task: str = ""
    answer: str = ""
    call: str = ""
    starter: str = ""
    fields: dict[str, tuple] = field(default_factory=dict)
    hints: tuple[str, ...]
    link: str
    solution: str
    why: str
    mistakes: tuple[Mistake, ...]
    others: tuple[str | dict[str, str], ...] = ()
    equal: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = SECONDS
    connects: bool = False
    check: Callable = field(default=None, repr=False)

    @classmethod
    def of(cls, text, **more):
        """Make a task of its text, as `read_task()` reads it, and of more fields."""
        return cls(**read_task(text), **more)

    def __post_init__(self):
        if not self.starter:
            self.starter = f'{self.answer} = exercise("{self.id}").card()\n{self.answer}'
        if not self.answer:
            last = ast.parse(self.starter).body[-1]
            self.answer = last.targets[0].id if isinstance(last, ast.Assign) else last.name
        if not self.call:
            self.call = call_of(self.solution, self.answer)

    @property
    def lesson(self):
        """The lesson that it belongs to, such as "03_save_overrides" or "deeper/race"."""
        names = [it for it in LESSONS if it.rpartition("/")[2].startswith(self.lesson_id)]
        if len(names) != 1:
            raise ValueError(
                f"the task {self.id!r}: expected an id that begins as one of the lessons does, and "
                f"{names or 'none'} are such. The lessons are: {', '.join(LESSONS)}."
            )
        return names[0]

    @property
    def lesson_id(self):
        """What stands before the number: "02" of "02-1"."""
        return self.id.rpartition("-")[0]

    @cached_property
    def habits(self):
        """What the solution does in the check, and which errors pass through it."""
        return Habits(self, run_code(self.solution)[self.answer])

    @property
    def shown(self):
        """The solution as it is shown to the learner."""
        return self.solution

    @property
    def is_your_turn(self):
        """Tell whether it stands inside its lesson, and in no exercise notebook."""
        return self.id[-1].isalpha()

    def new_card(self):
        """Return its card with nothing on it; None where the answer is written in the cell."""
        if not self.fields:
            return None
        [name] = re.findall(r"^(\w+) = exercise\(.*\)\.card\(\)", self.starter, re.MULTILINE)
        return Choices(name, self.title, self.fields)

    def begun(self):
        """Return what the starter gives for an answer."""
        return run_code(self.starter).get(self.answer)

    def code_of(self, answer):
        """Return the code of an answer, which is the solution changed as `changed()` says."""
        return changed(self.solution, answer)

    def judge(self, function):
        self.check = function
        return function


def call_of(code, name):
    """Say how a function of this code is called; "" where it defines none of that name."""
    for it in ast.parse(code).body:
        if isinstance(it, ast.FunctionDef) and it.name == name:
            names = [argument.arg for argument in it.args.args]
            if it.args.kwarg is not None:
                rest = it.args.kwarg.arg
                names.append("..." if rest == "kwargs" else f"**{rest}")
            return f"{name}({', '.join(names)})"
    return ""


def judged(task, answer, seconds=...):
    """Judge an answer to a task; the outcome says nothing of the learner's record.

    `seconds` are the task's, if nothing else is said; None is no limit.
    """
    if answer is ... or same(answer, task.begun()):
        how = "Write `{}` in the cell above, and run it."
        if isinstance(answer, Card):
            how = "Run the cell above, and answer on its card: that is `{}`."
        return Outcome(NOT_ATTEMPTED, how.format(task.answer))
    with one_tool_at_a_time(), warnings.catch_warnings(record=True) as warned:
        warnings.filterwarnings("always", message=NEVER_AWAITED.pattern)
        old = [it["collections"] for it in gc.get_stats()[1:]]
        handled = sys.exception()
        outcome = tried(task, answer, task.seconds if seconds is ... else seconds)
        let_be_handled(handled)
        # A coroutine is reported when it is gone. What is new is young if no collection came by.
        gc.collect(1 if old == [it["collections"] for it in gc.get_stats()[1:]] else 2)
    for it in warned:
        never = NEVER_AWAITED.match(str(it.message))
        if never is None:
            warnings.showwarning(it.message, it.category, it.filename, it.lineno)
        elif not outcome.right and "`async def`" not in outcome.message:
            slip = f"`{never[1]}` is an `async def`, and a call of it runs none of its lines."
            own = is_learners(it.source.cr_code.co_filename)
            cure = "Write `def` alone." if own else "Only `await` does, in an `async def`."
            outcome = replace(outcome, message=f"{outcome.message}\n{slip} {cure}")
    if not outcome.right and (slip := slip_of_star(task, answer)):
        outcome = replace(outcome, kind=WRONG, message=f"{outcome.message}\n{slip}")
    return outcome


def slip_of_star(task, answer):
    """Say of an answer that failed what its `*people` does, where the call has plain arguments."""
    if task.call and not re.search(r"\*\*|\.\.\.", task.call) and isinstance(answer, FunctionType):
        match list(inspect.signature(answer).parameters.values()):
            case [only] if only.kind is only.VAR_POSITIONAL:
                return f"`{only}` makes a tuple of what comes: write `{only.name}` alone."
    return ""


LOOP = "Is there a loop?"
SWALLOWS = "An `except` took even that end for an error: name the class of those that you mean."
NEVER_AWAITED = re.compile(r"coroutine '(?:.*\.)?(\w+)' was never awaited")


def tried(task, answer, seconds):
    """Run the check of a task in a room; return what came of it."""
    printed, worked = "", 0
    try:
        if getattr(task.check, "__module__", None) in ("__main__", "builtins"):
            wrong("the check that the task came with", "another one was put in its place")
        if task.call and task.kind != "order":  # what the lines define is called there
            expect_callable(answer, task.call)
        with room(seconds, task.connects) as printed:
            begun = process_time()
            try:
                done = check_watched(task, answer)
            finally:  # the room takes time, too, to be made and to be left
                worked = process_time() - begun
        if done:
            expect_nothing_besides(task, answer, done)
    except Wrong as verdict:
        return Outcome(WRONG, str(verdict), str(printed))
    except TimeUp as up:
        slow = worked < seconds / 2
        why = "It waited most of the time, or this machine is busy: try again." if slow else LOOP
        why = SWALLOWS if isinstance(up.__context__, TimeUp) else why
        message = f"It did not end within {seconds} seconds, and was stopped. {why}"
        return Outcome(RAISED, message, str(printed))
    except Left:
        message = "It called exit(), which would end the notebook; here it only ends the check."
        return Outcome(RAISED, message, str(printed))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever the learner's code may raise
        return Outcome(*came_out(task, error), str(printed))
    return Outcome(RIGHT, "", str(printed))


def came_out(task, error):
    """Judge an error that came out of a check, as (kind, message).

    It is the learner's with a line of theirs. Without one, the check is tried with the task's own
    solution: only where that ends in no verdict either, the check is at fault.
    """
    if slip := usual_slip(error):
        return WRONG, slip
    if not is_of_the_check(error):
        return RAISED, f"{own_lines(error)}\n{nudge(error)}".rstrip("\n")
    try:
        own = run_code(task.solution)[task.answer]
        with room():
            task.check(own)
    except Exception:
        message = f"That is no error of yours, and does not count ({own_lines(error)})."
        return DEFECT, f"{message} Please show it to your teacher."
    return WRONG, usual_slip(error, UNUSABLE)


def same(answer, starter):
    """Compare two answers: functions and classes by their source, anything else by its value.

    A card of a starter counts as it is before anything is chosen on it.
    """
    if isinstance(starter, Card):
        starter = starter.blank()
    if isinstance(answer, FunctionType) and isinstance(starter, FunctionType):
        return source_of(answer) == source_of(starter)
    if isinstance(answer, type) and isinstance(starter, type):
        return parts_of(answer) == parts_of(starter)
    if isinstance(answer, dict) and isinstance(starter, dict):
        named = answer.keys() == starter.keys()
        return named and all(same(answer[name], starter[name]) for name in starter)
    return type(answer) is type(starter) and answer == starter


def source_of(function):
    """Return what a function says, without comments and layout; itself where nobody knows."""
    try:
        return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(function))))
    except (OSError, SyntaxError):  # typed where it was not kept, or in the middle of a line
        return function


def parts_of(cls):
    """Return the parents and methods of a class; a cell that runs again makes its own anew."""
    inside = {name: getattr(it, "__func__", it) for name, it in vars(cls).items()}
    methods = {name: it for name, it in inside.items() if isinstance(it, FunctionType)}
    parents = [(base.__module__, base.__qualname__) for base in cls.__bases__]
    return parents, {name: source_of(it) for name, it in methods.items()}


def run_code(source):
    """Run the source of a cell in names of its own, those of a notebook; return them."""
    source = textwrap.dedent(source)
    cell = f"<learner {hash(source)}>"
    linecache.cache[cell] = len(source), None, source.splitlines(keepends=True), cell
    names = {"__name__": "__main__"} | notebook_names()
    exec(compile(source, cell, "exec"), names)
    return names


@cache
def notebook_names():
    """Return the names that shell_plus brings into every notebook."""
    return kernel.names({"quiet_load": True})
