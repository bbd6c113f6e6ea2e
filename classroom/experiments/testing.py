"""Run tests in a notebook: in a database of their own, one after the other, each told in a line.

See https://docs.djangoproject.com/en/5.2/topics/testing/tools/
"""

import unittest
from contextlib import contextmanager

from django.core.signals import setting_changed
from django.test import override_settings
from django.test.utils import setup_test_environment, teardown_test_environment

from classroom.scenes.calendar import borrowed
from classroom.scenes.database import in_private_database
from whatfires.connections import set_receivers
from whatfires.describing import quoted
from whatfires.frames import Table
from whatfires.naming import every_signal

OK, FAILED, ERROR, SKIPPED = "✓ ok", "✗ failed", "! error", "○ skipped"
TINTS = {OK: "right", SKIPPED: "quiet"}


class ResultTable(Table):
    """A DataFrame of tests, green and red."""

    when_empty = "No test was run."

    def tint(self, row, column):
        return TINTS.get(row["outcome"], "lost")


def run_tests(*cases):
    """Run the tests of these classes, in this order, and show what came of each.

    They run in a database of their own, in the environment of Django's own test run: DEBUG off,
    mail in `mail.outbox`, `response.context` filled, the host "testserver" allowed. What they leave
    connected, to whatever signal, is disconnected in the end; an interrupt ends them.
    Returns a DataFrame, a row a test, indexed by `class`: `test` (its name in words), `outcome`
    (ok, failed, skipped, or error: it could not be carried through) and `says` (the first line of
    what went wrong). Raises TypeError for what is no class of tests.
    """
    for case in cases:
        if not (isinstance(case, type) and issubclass(case, unittest.TestCase)):
            raise TypeError(
                f"run_tests({quoted(case)}): expected classes of tests, such as "
                "django.test.TestCase has for children."
            )
    with receivers_as_before():
        rows = in_private_database(run_all, cases)
    table = Table(rows, columns=["class", "test", "outcome", "says"])
    return ResultTable(table.set_index("class"))


def run_all(cases):
    """Run the classes in this thread, and return a row for each test."""
    with borrowed(), test_environment():
        return [row for case in cases for row in run_case(case)]


@contextmanager
def test_environment():
    """Set up what Django's own test run does: mail to an outbox, `response.context`, testserver."""
    try:
        setup_test_environment()
    except RuntimeError:  # a test run is going on, around this one
        yield
        return
    try:
        yield
    finally:
        teardown_test_environment()


def run_case(case):
    """Run the tests of one class, and return a row for each: class, test, outcome, says.

    unittest's own suite calls what stands around the tests. What fails there, in `setUpClass()`
    say, has a row of its own.
    """
    result = Rows()
    # A receiver that nobody holds vanishes only where DEBUG is off, and a test run turns it off.
    with override_settings(DEBUG=False):
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return [[case.__name__, *row] for row in result.rows.values()]


class Rows(unittest.TestResult):
    """Note what came of each test; what went wrong first in a test, or around it, stays."""

    def __init__(self):
        super().__init__()
        self.rows = {}

    def startTest(self, test):
        super().startTest(test)
        self.note(test, OK)

    def addFailure(self, test, err):
        self.note(test, FAILED, err[1])

    def addError(self, test, err):
        self.note(test, ERROR, err[1])

    def addSubTest(self, test, subtest, err):
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            self.note(test, FAILED if failed else ERROR, err[1])

    def addSkip(self, test, reason):
        self.note(test, SKIPPED, reason)

    def addUnexpectedSuccess(self, test):
        self.note(test, FAILED, "It was expected to fail, and did not.")

    def note(self, test, outcome, why=""):
        name, noted, _ = self.rows.get(test.id(), (in_words(test), OK, ""))
        if noted == OK:
            self.rows[test.id()] = [name, outcome, gist(outcome, why)]


def in_words(test):
    """Name a test by its method; what stands around tests by what unittest calls it."""
    if not isinstance(test, unittest.TestCase):
        return test.id().partition(" ")[0]  # "setUpClass (module.Class)"
    return test.id().rpartition(".")[2].removeprefix("test_").replace("_", " ")


def gist(outcome, why):
    """Write the first line of what went wrong; the class of an error says more than its words."""
    try:
        line = str(why).partition("\n")[0]
    except Exception:  # what somebody raises may have no words
        return type(why).__name__
    return f"{type(why).__name__}: {line}" if outcome == ERROR else line


@contextmanager
def receivers_as_before():
    """Put the receivers of every signal back to what they were.

    Only `setting_changed` keeps what came: Django connects to it as it imports its modules.
    """
    before = {it: list(it.receivers) for it in every_signal() if it is not setting_changed}
    try:
        yield
    finally:
        set_receivers(before)
