"""Run tests in a notebook: in a database of their own, one after the other, each told in a line.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/
"""

import unittest
from contextlib import contextmanager

import pandas as pd
from django.db.models import signals as model_signals
from django.db.models.signals import ModelSignal

from classroom.calendar import borrowed
from classroom.database import in_private_database
from classroom.looks import Table

OK, FAILED, ERROR = "● ok", "✗ failed", "! error"
MODEL_SIGNALS = [it for it in vars(model_signals).values() if isinstance(it, ModelSignal)]


class ResultTable(Table):
    """A DataFrame of tests, green and red."""

    when_empty = "No test was run."

    def tint(self, row, column):
        return "full" if row["outcome"] == OK else "alarm"


def run_tests(*cases):
    """Run the tests of these classes, in this order, and show what came of each.

    Each class gets a database of its own, as a test run would; what its tests leave connected to
    the signals of models is disconnected in the end. Returns a DataFrame, a row a test, indexed by
    `class`: `test` (its name in words), `outcome` (ok, failed, or error: it could not be carried
    through) and `says` (the first line of what went wrong). Raises TypeError for what is no class
    of tests.
    """
    for case in cases:
        if not (isinstance(case, type) and issubclass(case, unittest.TestCase)):
            raise TypeError(
                f"run_tests({case!r}): expected classes of tests, such as django.test.TestCase has "
                "for children."
            )
    with receivers_as_before():
        rows = in_private_database(run_all, cases)
    table = pd.DataFrame(rows, columns=["class", "test", "outcome", "says"])
    return ResultTable(table.set_index("class"))


def run_all(cases):
    """Run the classes in this thread, and return a row for each test."""
    with borrowed():
        return [row for case in cases for row in run_case(case)]


def run_case(case):
    """Run the tests of one class; unittest's own suite calls what stands around them."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    tests, result = list(suite), unittest.TestResult()
    suite.run(result)
    wrong = {test.id(): (ERROR, text) for test, text in result.errors}
    wrong |= {test.id(): (FAILED, text) for test, text in result.failures}
    return [row(test, *wrong.get(test.id(), (OK, ""))) for test in tests]


def row(test, outcome, text):
    name = test.id().rpartition(".")[2].removeprefix("test_").replace("_", " ")
    return [type(test).__name__, name, outcome, gist(text)]


def gist(text):
    """The line of a traceback that names the error."""
    lines = [line for line in text.splitlines() if line[:1].strip()]
    named = [line for line in lines if not line.startswith(("Traceback", "During", "The above"))]
    return named[0] if named else ""


@contextmanager
def receivers_as_before():
    """Put every model signal's receivers back to what they were."""
    before = {signal: list(signal.receivers) for signal in MODEL_SIGNALS}
    try:
        yield
    finally:
        for signal, receivers in before.items():
            signal.receivers = receivers
            signal.sender_receivers_cache.clear()


@contextmanager
def muted(*signals):
    """Take every receiver off these signals while a block runs, as many test helpers do."""
    before = {signal: signal.receivers for signal in signals}
    try:
        for signal in signals:
            signal.receivers = []
            signal.sender_receivers_cache.clear()
        yield
    finally:
        for signal, receivers in before.items():
            signal.receivers = receivers
            signal.sender_receivers_cache.clear()


@contextmanager
def disconnected(signal, receiver, sender=None):
    """Take one receiver off a signal while a block runs; every other one goes on hearing.

    Raises ValueError where it was not connected so: muting what is not there proves nothing.
    """
    if not signal.disconnect(receiver, sender=sender):
        raise ValueError(
            f"disconnected(): {receiver.__name__} was not connected to this signal for "
            f"{getattr(sender, '__name__', 'any sender')}; who_listens() shows what is."
        )
    try:
        yield
    finally:
        signal.connect(receiver, sender=sender)
