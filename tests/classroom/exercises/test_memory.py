"""outbox-1: what a process remembers, wherever it keeps it, another process does not know."""

import pytest

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.engine import judged, run_code
from classroom.exercises.outcomes import RIGHT

TASK = all_tasks()["outbox-1"]
DEFAULT = """
def print_badge(machine, name, key, payload, *, heard=set()):
    if name == "hired" and key not in heard:
        machine.print(payload["employee"])
        heard.add(key)
"""
CLOSURE = """
def remembering():
    heard = []

    def print_badge(machine, name, key, payload):
        if name == "hired" and key not in heard:
            machine.print(payload["employee"])
            heard.append(key)

    return print_badge


print_badge = remembering()
"""
HELPER = """
heard = {}


def is_new(key):
    return heard.setdefault(key, True)


def print_badge(machine, name, key, payload):
    if name == "hired" and is_new(key):
        machine.print(payload["employee"])
        heard[key] = False
"""
ON_ITSELF = """
def print_badge(machine, name, key, payload):
    if name == "hired" and key not in print_badge.heard:
        machine.print(payload["employee"])
        print_badge.heard.add(key)


print_badge.heard = set()
"""
NO_EXCEPT = """
heard = set()


def print_badge(machine, name, key, payload):
    if name == "hired" and key not in heard:
        machine.print(payload["employee"], key)
        heard.add(key)
"""


def judged_twice(code):
    answer = run_code(code)["print_badge"]
    return {(outcome.kind, outcome.message) for outcome in [judged(TASK, answer) for _ in "ab"]}


@pytest.mark.parametrize("code", [DEFAULT, CLOSURE, HELPER, ON_ITSELF, NO_EXCEPT, TASK.solution])
def test_memory_of_any_kind_is_gone_with_its_process(code, django_db_blocker):
    with django_db_blocker.unblock():
        [(kind, message)] = judged_twice(code)
    if code == TASK.solution:
        assert kind == RIGHT
    else:
        said = "until it is given up" if code == NO_EXCEPT else "ended before you could note"
        assert said in message
