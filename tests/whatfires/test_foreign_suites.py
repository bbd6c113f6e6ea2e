"""The run of foreign suites tells every difference that a trace makes, and sums a package up."""

import os
import sys
from copy import deepcopy
from types import SimpleNamespace

import pytest

from tests.whatfires import foreign_suites
from tests.whatfires.foreign_suites import (
    HEAD,
    Suite,
    SuiteUnavailable,
    judge,
    line,
    main,
    problems_of,
)

SUITE = Suite("django-shop", "1.0", "settings")


def a_run(cpu, **outcomes):
    tests = {
        name: {"outcome": outcome, "events": 7, "fault": ""} for name, outcome in outcomes.items()
    }
    return {"tests": tests, "cpu": cpu, "peak": 80.0}


@pytest.fixture
def came():
    order = {"cells": 40, "unknown": 4, "reasons": {}, "error": "", "seconds": 1.0}
    return {
        "plain": a_run(2.0, one="passed", two="failed"),
        "inside": a_run(2.4, one="passed", two="failed"),
        "drawn": a_run(4.0, one="passed", two="failed"),
        "models": {"shop.Order": order, "shop.Item": {**order, "unknown": 0, "seconds": 3.2}},
    }


def test_a_package_without_a_difference_has_no_problem_and_a_line(came):
    assert problems_of(SUITE, came) == []
    told = line(SUITE, came)
    assert len(told) == len(HEAD)
    words = "django-shop 1.0 2 1 yes 14 2 80 5.0% 3.2 s 1.20 80 80"
    assert told.split() == words.split()


@pytest.mark.parametrize(
    ("run", "test", "found", "problem"),
    [
        ("inside", "one", {"outcome": "failed"}, "one: passed outside, failed inside"),
        ("inside", "two", {"outcome": "passed"}, "two: failed outside, passed inside"),
        ("drawn", "one", {"outcome": "failed"}, "one: passed outside, failed inside"),
        ("drawn", "one", {"fault": "KeyError: 3"}, "one: not drawn: KeyError: 3"),
        ("inside", "new", {"outcome": "passed"}, "new: absent outside, passed inside"),
        ("models", "shop.Item", {"error": "TypeError"}, "shop.Item: TypeError"),
        ("models", "shop.Item", {"seconds": 5.1}, "shop.Item: its table took 5.1 s"),
        ("models", "shop.Item", {"unknown": 9}, "of 80 operations 16% could not be run"),
    ],
)
def test_each_difference_is_a_problem(came, run, test, found, problem):
    rows = came[run] if run == "models" else came[run]["tests"]
    rows[test] = {**rows.get(test, {"events": 0, "fault": ""}), **found}
    assert problems_of(SUITE, came)[0] == f"django-shop: {problem}"


def test_a_test_that_is_gone_inside_and_a_trace_that_saw_nothing_are_problems(came):
    without = deepcopy(came)
    del without["inside"]["tests"]["two"]
    assert problems_of(SUITE, without) == ["django-shop: two: failed outside, absent inside"]
    for test in came["inside"]["tests"].values():
        test["events"] = 0
    assert "no test passed in which a trace saw anything" in problems_of(SUITE, came)[0]


@pytest.mark.parametrize("run", ["inside", "drawn"])
def test_memory_that_a_trace_keeps_is_a_problem(came, run):
    came[run]["peak"] = 300.0
    assert problems_of(SUITE, came) == ["django-shop: took 220 MB more inside a trace"]


@pytest.mark.parametrize(
    ("plain", "inside", "order", "ratio"),
    [
        (
            [2, 9, 1, 3, 2],
            [9, 2, 3, 3, 3],
            ["plain", "inside", "drawn", *["plain", "inside"] * 4],
            1.5,
        ),
        ([20], [24], ["plain", "inside", "drawn"], 1.2),
    ],
)
def test_a_short_suite_is_timed_in_turn_and_the_medians_count(
    monkeypatch, tmp_path, plain, inside, order, ratio
):
    ran, seconds = [], {"plain": iter(plain), "inside": iter(inside), "drawn": iter([4])}

    def part(suite, name, command, bar):
        if name == "models":
            return {}
        ran.append(name)
        return a_run(next(seconds[name]), one="passed")

    monkeypatch.setattr(foreign_suites, "BUILD", tmp_path)
    monkeypatch.setattr(foreign_suites, "prepare", lambda *arguments: None)
    monkeypatch.setattr(foreign_suites, "part", part)
    came = judge(SUITE, None, SimpleNamespace(set_description=print))
    assert ran == order
    assert foreign_suites.ratio(came) == ratio


def test_without_a_network_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign_suites, "BUILD", tmp_path)
    monkeypatch.setattr(foreign_suites, "ROOT", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(SuiteUnavailable, match=r"(?s)ERROR.*Ways out: go online"):
        foreign_suites.fetched("django-shop", "1.0")


def test_a_package_that_is_not_known_is_refused(capsys):
    assert main(["django-shop"]) == 2
    assert "Unknown: django-shop. Known: django-" in capsys.readouterr().out


TESTS = """
from django.dispatch import Signal

def test_sends():
    Signal().send(None)

def test_sees_the_trace():
    assert Signal.send.__name__ == Signal.send.__code__.co_name
"""


@pytest.mark.slow
@pytest.mark.on_one_database
def test_a_suite_that_fails_inside_a_trace_alone_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign_suites, "BUILD", tmp_path)
    monkeypatch.setattr(foreign_suites, "prepare", lambda *arguments: None)
    monkeypatch.setattr(foreign_suites, "ROUNDS", 1)
    monkeypatch.syspath_prepend(foreign_suites.ROOT)
    environ = {"PYTHONPATH": path_of(tmp_path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    suite = Suite("tiny", "1", "foreign_settings", environ=environ)
    tests = suite.home / "source" / "tiny" / "tests"
    tests.mkdir(parents=True)
    (tests / "test_tiny.py").write_text(TESTS)
    (tests / "foreign_settings.py").write_text(
        'INSTALLED_APPS = ["django.contrib.contenttypes"]\n'
        'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n'
    )
    suite.python.parent.mkdir(parents=True)
    suite.python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    suite.python.chmod(0o755)
    bar = SimpleNamespace(set_description=print, refresh=print)
    [problem] = problems_of(suite, judge(suite, None, bar))
    assert problem.endswith("::test_sees_the_trace: passed outside, failed inside")


def path_of(folder):
    """What stands in the place of an environment of its own."""
    source = folder / "tiny-1" / "source" / "tiny" / "tests"
    return os.pathsep.join(map(str, (foreign_suites.ROOT, foreign_suites.HERE, source)))
