"""09-1: what a process remembers, wherever it keeps it, another process does not know."""

import pytest

from classroom.exercises.catalogue import all_tasks
from classroom.exercises.engine import judged, run_code
from classroom.exercises.outcomes import RIGHT

TASK = all_tasks()["09-1"]
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


@pytest.mark.parametrize("code", [DEFAULT, CLOSURE, HELPER, ON_ITSELF])
def test_memory_of_any_kind_is_gone_with_its_process(code, django_db_blocker):
    answer = run_code(code)["print_badge"]
    with django_db_blocker.unblock():
        messages = {judged(TASK, answer).message for _ in range(2)}
    assert len(messages) == 1 and "another process does not know" in messages.pop()


def test_another_process_may_not_fail_either(django_db_blocker):
    with django_db_blocker.unblock():
        outcome = judged(TASK, run_code(NO_EXCEPT)["print_badge"])
    assert "will be told for ever" in outcome.message


def test_a_second_check_of_the_same_function_says_the_same(django_db_blocker):
    answer = run_code(TASK.solution)["print_badge"]
    with django_db_blocker.unblock():
        assert {judged(TASK, answer).kind for _ in range(2)} == {RIGHT}
