"""Whatever a tool or a command is given, it answers, or raises one sentence of ours.

See https://hypothesis.readthedocs.io/en/latest/
"""

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from traceback import extract_tb

import pytest
from django.core.management import CommandError, call_command
from django.db.models.signals import post_save

import classroom
from speedy.models import Employees, Shifts

ROOT = Path(classroom.__file__).parents[1]
SKIPPED = {
    "as_published": "a package",
    "Person": "a model",
    "fresh_database": "a date, which Python itself checks",
    "own_project": "a class to inherit from",
    "hire_costs": "minutes",
    "end_in_the_middle": "a process",
}


class Speechless:
    def __repr__(self):
        raise RuntimeError("speechless")

    __str__ = __repr__


ODD = [
    *(None, True, 0, -1, 2**70, 1.5, float("nan"), float("inf"), Decimal("NaN"), ...),
    *("", "x", "\0", "\ud800", "a" * 9_999, b"x", "00-1", "one hire", "speedy.Employees"),
    *((), [], {}, set(), {"a": 1}, [1, "a"], [Speechless()], Speechless(), Speechless, object()),
    *(lambda: 1, lambda *args: 1, print, int, classroom, post_save, Employees, Shifts),
    *(date(2022, 11, 14), date.max, datetime.max, ValueError("x")),
]
# What comes before it, where the second argument is the odd one.
FIRST = {
    "connected": post_save,
    "disconnected": post_save,
    "fill_table": [],
    "listening": post_save,
    "predict": "00-1",
    "quiz": 1,
    "race": "direct call",
    "side_by_side": "one hire",
}


def is_of_ours(error):
    """Tell whether a line of this project, not one below, raised it, and it says something."""
    raised = extract_tb(error.__traceback__)[-1]
    place = Path(raised.filename)
    spoken = " " in str(error)
    python = isinstance(error, TypeError) and "argument" in str(error)  # of the call itself
    return spoken and (python or (place.is_relative_to(ROOT) and ".venv" not in place.parts))


def given(tool, *arguments):
    """Call a tool as a cell does: enter what is a block, show what is an answer."""
    try:
        answer = tool(*arguments)
        if hasattr(type(answer), "__enter__"):
            with answer:
                pass
        elif answer is not None and not isinstance(answer, type):
            repr(answer)
    except Exception as error:
        assert is_of_ours(error), (tool, arguments if Speechless not in arguments else "")


@pytest.mark.parametrize("name", sorted(set(classroom.HOMES) - set(SKIPPED)))
@pytest.mark.usefixtures("notebook")
def test_any_argument_of_a_tool_gets_an_answer_or_a_sentence(name):
    tool = getattr(classroom, name)
    for odd in ODD:
        given(tool, odd)
        if name in FIRST:
            given(tool, FIRST[name], odd)


# Those that build, measure or run notebooks take minutes where an argument is right.
COMMANDS = [
    *("import_employees {}", "import_employees data/employees.csv --encoding {}", "room {}"),
    *("wipe_expired_shifts {}", "check_headcounts {}", "deliver_events {}"),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "odd", ["", "x", "\0", "\udc80", "-1", "9" * 99, "--x", "a" * 999, "/dev/null"]
)
@pytest.mark.django_db
def test_any_argument_of_a_command_gets_an_answer_or_a_sentence(command, odd, monkeypatch):
    monkeypatch.chdir(ROOT)
    words = [word.format(odd) for word in command.split()]
    try:
        call_command(*words, stdout=io.StringIO(), stderr=io.StringIO())
    except CommandError as refusal:
        assert " " in str(refusal)
