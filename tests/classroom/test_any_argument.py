"""Whatever a tool or a command is given, it answers, or raises one sentence of ours.

`FUZZ=500 pytest -s` tries so many calls of each tool, and prints what came of them.
See https://hypothesis.readthedocs.io/en/latest/
"""

import inspect
import io
import os
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from traceback import extract_tb

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import m2m_changed, post_init, post_save, pre_init
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import classroom
from speedy.models import Employees, Shifts
from whatfires.recording import recorded

ROOT = Path(classroom.__file__).parents[1]
EXAMPLES = int(os.environ.get("FUZZ", 20))
SKIPPED = {
    "as_published": "a package",
    "Person": "a model",
    "own_project": "a class to inherit from",
}
# Where an argument that is right costs a second or more.
FEW = {"end_in_the_middle", "hire_costs", "race", "same_hire", "side_by_side", "slips_past"}

# What Python asks of an object: an argument may refuse any of it, without a word.
HOOKS = [
    *("__str__", "__repr__", "__eq__", "__bool__", "__len__", "__iter__", "__getattr__", "__call__"),
    *("__getattribute__", "__hash__", "__index__", "__fspath__", "__format__"),
]  # fmt: skip
WORDS = [
    *("", "x", "\0", "\ud800", "a" * 9_999, "00-1", "03-1", "one hire", "direct call", "SQLite"),
    *("speedy.Employees", "Employees", "queryset.update", "create", "post_save", "sql", "speedy"),
    *("(a)", "Mon", "Ada", "Ada Quillbrook", "2022-11-14", "/dev/null", "~nobody/x", "raw SQL"),
]


def receiver(sender, **kwargs):
    pass


async def courier(sender, **kwargs):
    pass


class Refused(Exception):
    pass


def refusing(names):
    """Make an object that raises where Python asks it one of these."""

    def refuse(self, *args):
        raise Refused

    return type("Contrary", (), dict.fromkeys(names, refuse))()


THINGS = st.sampled_from(
    [
        *(lambda: 1, lambda *args: 1, lambda **kw: 1, receiver, courier, print, int, type, Path),
        *(Employees, Shifts, Employees.objects, Employees.objects.all(), Employees(), classroom),
        *(Employees.first_name, Employees.save, Employees._meta, post_save, post_init, m2m_changed),
        *(ValueError("x"), object(), ..., NotImplemented, io.StringIO("x"), memoryview(b"x"), ROOT),
    ]
)
PLAIN = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.integers(-3, 9), st.floats(), st.decimals()),
    *(st.complex_numbers(), st.text(st.characters()), st.sampled_from(WORDS), st.binary()),
    *(st.dates(), st.datetimes(), st.timedeltas(), st.uuids()),
)
ODD = st.recursive(
    st.one_of(
        *(PLAIN, THINGS, st.lists(st.sampled_from(HOOKS), min_size=1, max_size=3).map(refusing)),
        st.builds(lambda: (it for it in "ab")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text() | st.integers() | st.sampled_from(WORDS), inner, max_size=3),
        st.sets(st.integers() | st.text(), max_size=3),
    ),
    max_leaves=4,
)

# What comes before the odd ones, where the first argument decides whether others are read.
FIRST = {
    "connected": [post_init],
    "disconnected": [post_save],
    "fill_table": [[]],
    "listening": [post_init],
    "predict": ["00-1"],
    "quiz": [1],
    "race": ["direct call"],
    "side_by_side": [lambda wiring: None],
    "what_fires": [Employees],
}
VIEWS = ["include", "exclude", "apps", "silent", "savepoints", "ms"]  # what a trace may show
TRIED = Counter()


def is_of_ours(error):
    """Tell whether a `raise` of this project raised it, and it says something."""
    raised = extract_tb(error.__traceback__)[-1]
    place = Path(raised.filename)
    ours = place.is_relative_to(ROOT) and not {".venv", "tests"} & {*place.parts}
    return ours and raised.line.startswith("raise ") and " " in str(error)


def ask(name, tool, arguments, named):
    """Call a tool as a cell does: enter what is a block, show what is an answer."""
    state = connection.settings_dict["NAME"], list(post_save.receivers), list(post_init.receivers)
    came = "answered"
    try:
        with redirect_stdout(io.StringIO()):
            show(tool(*arguments, **named))
    except Exception as error:
        if not is_of_ours(error):
            raise
        came = "refused"
    TRIED[name, came] += 1
    now = connection.settings_dict["NAME"], list(post_save.receivers), list(post_init.receivers)
    assert name == "fresh_database" or now == state


def show(answer):
    if hasattr(type(answer), "__enter__"):
        with answer as answer:
            pre_init.send_robust(Shifts, args=[], kwargs={})
            Shifts()
    if answer is not None and not isinstance(answer, type):
        repr(answer)
        for name in ("_repr_html_", "_repr_mimebundle_"):
            getattr(type(answer), name, repr)(answer)


@st.composite
def call(draw, tool, first):
    """Draw the arguments of a call that Python itself lets pass."""
    arguments, named = draw(st.sampled_from([[], first])).copy(), {}
    for number, it in enumerate(inspect.signature(tool).parameters.values()):
        if it.kind is it.VAR_POSITIONAL:
            arguments += draw(st.lists(ODD, max_size=2))
        elif it.kind is it.VAR_KEYWORD:
            named |= draw(st.dictionaries(st.sampled_from(VIEWS), ODD, max_size=2))
        elif it.default is it.empty:
            arguments += [draw(ODD)] if number >= len(arguments) else []
        elif number >= len(arguments) and draw(st.booleans()):
            named[it.name] = draw(ODD)
    return arguments, named


def try_any(name, tool, examples=EXAMPLES):
    how = {"deadline": None, "database": None, "suppress_health_check": HealthCheck}

    @settings(max_examples=examples, **how)
    @given(call(tool, FIRST.get(name, [])))
    def try_it(asked):
        ask(name, tool, *asked)

    try_it()
    if "FUZZ" in os.environ:
        print(name, {came: number for (tool, came), number in TRIED.items() if tool == name})


@pytest.mark.parametrize("name", sorted(set(classroom.HOMES) - set(SKIPPED)))
@pytest.mark.usefixtures("notebook")
def test_any_argument_of_a_tool_gets_an_answer_or_a_sentence(name):
    try_any(name, getattr(classroom, name), max(5, EXAMPLES // 10) if name in FEW else EXAMPLES)


@pytest.mark.usefixtures("notebook")
def test_any_argument_of_what_a_tool_gave_gets_an_answer_or_a_sentence():
    with recorded() as seen, classroom.trace() as trace:
        Employees.objects.create(first_name="Ada", last_name="Q", address="1 Hill Road", age=30)
    found = classroom.what_fires(Employees, "create")
    task = classroom.exercise("00-1")
    for tool in [
        *(seen.assert_fired, seen.assert_not_fired, seen.assert_order),
        *(trace.only, trace.filter, trace.receivers, trace.tree, trace.table, trace.html),
        *(trace.latest, found.fired, found.skipped, found.row, found.differ, found.surprises),
        *(task.check, task.solution),
    ]:
        try_any(f"{type(tool.__self__).__name__}.{tool.__name__}", tool)


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
