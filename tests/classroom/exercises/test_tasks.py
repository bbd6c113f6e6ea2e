"""Every exercise is unsolved at first, solvable, and tells typical mistakes apart."""

import builtins
import dis
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import CodeType

import pytest
from django.db import connection

from classroom.exercises import engine, tasks
from classroom.exercises.catalogue import all_tasks
from classroom.exercises.engine import KINDS, judged, run_code
from classroom.exercises.outcomes import NOT_ATTEMPTED, RIGHT, WRONG
from classroom.running.kernel import ROOT

TASKS = all_tasks()
OTHERS = [(id, task.code_of(it)) for id, task in TASKS.items() for it in task.others]

pytestmark = pytest.mark.usefixtures("passed_over")


def judge(id, code, django_db_blocker):
    """What comes of an answer that stands in a cell as this code, on however slow a machine."""
    with django_db_blocker.unblock():
        return judged(TASKS[id], run_code(code)[TASKS[id].answer], seconds=None)


@pytest.mark.parametrize("id", TASKS)
def test_the_starter_is_not_attempted_and_the_solution_is_right(id, django_db_blocker, monkeypatch):
    # What it does besides is the measure of the others, and the same statements tell it on each.
    if connection.vendor != "sqlite" or TASKS[id].others:
        monkeypatch.setattr(engine, "expect_nothing_besides", lambda *it: None)
    assert judge(id, TASKS[id].starter, django_db_blocker).kind == NOT_ATTEMPTED
    outcome = judge(id, TASKS[id].solution, django_db_blocker)
    assert outcome.kind == RIGHT, outcome


# That the solution is right is proven on each database; what is said of other answers, on one.
@pytest.mark.on_one_database
@pytest.mark.parametrize(("id", "code"), OTHERS, ids=[id for id, _ in OTHERS])
def test_another_right_way_is_right(id, code, django_db_blocker):
    outcome = judge(id, code, django_db_blocker)
    assert outcome.kind == RIGHT, outcome


@pytest.mark.on_one_database
@pytest.mark.parametrize("id", TASKS)
def test_each_typical_mistake_is_told_which_it_is(id, django_db_blocker):
    messages = set()
    for mistake in TASKS[id].mistakes:
        outcome = judge(id, TASKS[id].code_of(mistake.code), django_db_blocker)
        assert outcome.kind == WRONG, (mistake.name, outcome)
        assert mistake.message in outcome.message, mistake.name
        messages.add(outcome.message)
    assert len(messages) == len(TASKS[id].mistakes) >= (1 if TASKS[id].is_your_turn else 2)


@pytest.mark.on_one_database
@pytest.mark.parametrize("id", TASKS)
def test_the_file_is_complete(id):
    task = TASKS[id]
    assert task.kind in KINDS
    assert task.hints[0].endswith("?")
    assert task.link.startswith("https://docs.djangoproject.com/en/5.2/")
    assert task.minutes >= 2
    assert task.why.strip()
    assert "..." not in task.starter  # nobody edits three dots: a card has `fields`
    lesson = (ROOT / "notebooks" / "source" / f"{task.lesson}.py").read_text(encoding="utf-8")
    if task.is_your_turn:
        assert task.minutes == 2
        assert task.starter.strip() in lesson  # in a cell, which has just this to be changed
        assert f'exercise("{id}").check({task.answer})' in lesson
    else:
        assert len(task.hints) == 3
        assert task.situation.strip() and task.task.strip()


def names_asked(code):
    yield from (it.argval for it in dis.get_instructions(code) if it.opname == "LOAD_GLOBAL")
    for it in code.co_consts:
        if isinstance(it, CodeType):
            yield from names_asked(it)


def unknown_names(module):
    source = Path(module.__file__).read_text(encoding="utf-8")
    asked = set(names_asked(compile(source, module.__file__, "exec")))
    return asked - set(vars(module)) - set(vars(builtins))


def test_every_name_that_a_check_asks_for_is_known():  # no linter sees behind a star
    modules = [import_module(f"{tasks.__name__}.{it.name}") for it in iter_modules(tasks.__path__)]
    assert len(modules) == len(TASKS)
    assert {it.__name__: names for it in modules if (names := unknown_names(it))} == {}
    assert unknown_names(import_module("classroom.exercises.trying")) == set()
