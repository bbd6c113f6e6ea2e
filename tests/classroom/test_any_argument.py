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
from django.core.management import CommandError, call_command, get_commands
from django.db import connection
from django.db.models.signals import m2m_changed, post_init, post_save, pre_init
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import classroom
from speedy.models import Employees, Shifts
from whatfires.recording import recorded

ROOT = Path(classroom.__file__).parents[1]
PACKAGES = {"classroom", "speedy", "whatfires"}
HOW = {"deadline": None, "database": None, "suppress_health_check": HealthCheck}
EXAMPLES = int(os.environ.get("FUZZ", 20))
SKIPPED = {
    "as_published": "a package",
    "BrokenRule": "an error",
    "Person": "a model",
    "NotebookModel": "a class to inherit from",
    "own_project": "a class to inherit from",
}
# Where an argument that is right costs seconds: tried a few times.
FEW = {"same_hire", "side_by_side", "skips_the_rule", "what_is_left"}
# What stays changed after it, on purpose, and how it is put back.
UNDONE = {"unplug": "plug_in"}
# Where it may cost hours: tried as far as to the point at which the work begins.
BEGINS = {
    "end_in_the_middle": "classroom.experiments.breaking.run_python",
    "hire_costs": "classroom.experiments.measuring.private_database",
    "race": "classroom.experiments.racing.in_private_database",
}

# What Python asks of an object: an argument may refuse any of it, without a word.
HOOKS = ["__str__", "__repr__", "__eq__", "__bool__", "__hash__", "__format__", "__getattr__"]
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


class Begun(Exception):
    """Arguments were taken, and the work begins."""


def refusing(names):
    """Make an object that raises where Python asks it one of these."""

    def refuse(self, *args, **kwargs):
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
    "what_fires": [Employees, "bulk_create"],
}
# Functions that run what they are given: its errors are to be seen as they are.
RUNNING = {("filling.py", "take")}
VIEWS = ["include", "exclude", "apps", "silent", "savepoints", "ms"]  # what a trace may show
TRIED = Counter()


def is_of_ours(error):
    """Tell whether a `raise` of this project raised it, and it says something."""
    frames = extract_tb(error.__traceback__)
    if RUNNING & {(Path(frame.filename).name, frame.name) for frame in frames}:
        return True
    raised = frames[-1]
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
    except Begun:
        pass
    except Exception as error:
        if not is_of_ours(error):
            raise
        came = "refused"
    TRIED[name, came] += 1
    if name in UNDONE:
        getattr(classroom, UNDONE[name])()
    now = connection.settings_dict["NAME"], list(post_save.receivers), list(post_init.receivers)
    assert name == "fresh_database" or now == state


def begin(*args, **kwargs):
    raise Begun


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


BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def try_contrary(name, tool):
    """Pass what refuses one thing that Python asks it, as each argument in turn."""
    parameters = inspect.signature(tool).parameters.values()
    required = ["00-1" for it in parameters if it.default is it.empty and it.kind in BY_PLACE]
    for hook in HOOKS:
        contrary = refusing([hook])
        for number, it in enumerate(parameters):
            first = FIRST.get(name, [])[:number]
            if it.kind is it.VAR_POSITIONAL:
                ask(name, tool, [*first, contrary], {})
            elif it.default is it.empty and it.kind is not it.VAR_KEYWORD:
                ask(name, tool, [*required[:number], contrary, *required[number + 1 :]], {})
            else:
                named = VIEWS if it.kind is it.VAR_KEYWORD else [it.name]
                for one in named:
                    ask(name, tool, [*first, *required[len(first) :]], {one: contrary})


def try_any(name, tool, examples=EXAMPLES):
    """Call a tool with anything, and expect an answer or a sentence; return how often."""
    try_contrary(name, tool)

    @settings(max_examples=examples, **HOW)
    @given(call(tool, FIRST.get(name, [])))
    def try_it(asked):
        ask(name, tool, *asked)

    try_it()
    return tried(name)


def tried(name):
    """Return how often something of that name was called; with FUZZ, tell what came of it."""
    told = {came: number for (it, came), number in TRIED.items() if it == name}
    if "FUZZ" in os.environ:
        print(name, told)
    return sum(told.values())


@pytest.mark.parametrize("name", sorted(set(classroom.HOMES) - set(SKIPPED)))
@pytest.mark.usefixtures("notebook")
def test_any_argument_of_a_tool_gets_an_answer_or_a_sentence(name, monkeypatch):
    if name in BEGINS:
        monkeypatch.setattr(BEGINS[name], begin)
    examples = max(5, EXAMPLES // 10) if name in FEW else EXAMPLES
    assert try_any(name, getattr(classroom, name), examples)


@pytest.mark.on_one_database
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
        assert try_any(f"{type(tool.__self__).__name__}.{tool.__name__}", tool)


# Each command of the project, and where its work begins if that takes minutes or moves files.
HERE = "classroom.management.commands"
COMMANDS = {
    "bench --batch {}": f"{HERE}.bench.in_private_database",
    "bench --on {}": f"{HERE}.bench.in_private_database",
    "bench --rounds {}": f"{HERE}.bench.in_private_database",
    "bench --shifts {}": f"{HERE}.bench.in_private_database",
    "bench --sizes {}": f"{HERE}.bench.in_private_database",
    "build_notebooks {}": "classroom.publishing.notebooks.convert",
    "build_notebooks --check {}": "classroom.publishing.notebooks.convert",
    "check_headcounts {}": "",
    "clean_room --noinput {}": f"{HERE}.clean_room.of_the_learner",
    "compare {}": "classroom.experiments.comparing.in_private_database",
    "deliver_events --again {}": "",
    "draw_picture {}": "",
    "dumpdata {}": "",
    "import_employees {}": "",
    "import_employees data/employees.csv --encoding {}": "",
    "install_kernel {}": "",
    "mutants {}": f"{HERE}.mutants.tally",
    "prepare {}": "",
    "presenter {}": "",
    "room {}": "",
    "room data --every {}": "",
    "run_all {}": f"{HERE}.run_all.run_all",
    "shell_plus {}": "",
    "solutions {}": "",
    "test {}": "",
    "what_fires {}": "",
    "what_fires speedy.Shifts {}": "whatfires.management.commands.what_fires.what_fires",
    "what_fires --check {}": "",
    "who_listens --json {}": "",
    "wipe_expired_shifts {}": "",
}
ODD_WORDS = st.text(st.characters(exclude_categories=[])) | st.sampled_from(
    [*WORDS, "-1", "9" * 99, "--x", "nan", "1e400", "02", "data", "..", "--", "\udc80"]
)


def test_every_command_is_tried():
    ours = {name for name, app in get_commands().items() if app in PACKAGES}
    assert {command.split()[0] for command in COMMANDS} == ours


@pytest.mark.on_one_database
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.django_db
def test_any_argument_of_a_command_gets_an_answer_or_a_sentence(command, monkeypatch):
    monkeypatch.chdir(ROOT)
    if begins := COMMANDS[command]:
        monkeypatch.setattr(begins, begin)

    @settings(max_examples=EXAMPLES // 2, **HOW)
    @given(ODD_WORDS)
    def try_it(odd):
        words, came = [word.format(odd) for word in command.split()], "answered"
        try:
            call_command(*words, stdout=io.StringIO(), stderr=io.StringIO())
        except (Begun, SystemExit):
            pass
        except CommandError as refusal:
            assert " " in str(refusal)
            came = "refused"
        TRIED[command, came] += 1

    try_it()
    assert tried(command)
