"""Django's own tests are run apart, and every difference is named."""

import io
import unittest

import pytest
from django.dispatch import Signal

from tests.whatfires import django_suite
from tests.whatfires.django_suite import SUITES, compare
from tests.whatfires.foreign_suites import SuiteUnavailable

pytestmark = pytest.mark.on_one_database

SENT = Signal()
PRETEND = """
import json, os, suite_settings
leaked = [name for name in os.environ if name.startswith(("DJANGO_", "DATABASE_"))]
came = {"outcome": "passed", "runner": suite_settings.TEST_RUNNER, "leaked": leaked}
with open(suite_settings.SUITE_REPORT, "w") as report:
    json.dump({"signals.tests": came}, report)
"""


def pretend(folder, text):
    """Stand in for Django's runtests.py and its settings."""
    (folder / "runtests.py").write_text(text)
    (folder / "test_sqlite.py").touch()
    return folder


def test_our_own_settings_do_not_reach_the_run(tmp_path, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "speedster.settings")
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/speedster")
    came = django_suite.run(pretend(tmp_path, PRETEND), "Inside")["signals.tests"]
    assert came["leaked"] == []
    assert came["runner"] == "tests.whatfires.django_suite.Inside"


@pytest.mark.parametrize("text", ["raise SystemExit(3)", PRETEND + "raise SystemExit(3)"])
def test_a_run_that_breaks_down_is_no_result(tmp_path, text):
    with pytest.raises(SuiteUnavailable, match="broke down with exit code"):
        django_suite.run(pretend(tmp_path, text), "Outside")


class Sample(unittest.TestCase):
    """One of each outcome, which sends a signal in its set-up. They are judged below."""

    def setUp(self):
        SENT.send(sender=None)

    def sample_passes(self):
        SENT.send(sender=None)

    def sample_fails(self):
        self.fail("as it should")

    def sample_raises(self):
        raise ZeroDivisionError

    def sample_fails_in_a_part(self):
        with self.subTest(part=1):
            self.fail("as it should")

    def sample_skips(self):
        self.skipTest("not today")

    @unittest.expectedFailure
    def sample_fails_as_expected(self):
        self.fail("as it should")

    @unittest.expectedFailure
    def sample_passes_against_expectation(self):
        pass


def results(resultclass):
    loader = unittest.TestLoader()
    loader.testMethodPrefix = "sample_"  # for pytest these are no tests
    suite = loader.loadTestsFromTestCase(Sample)
    quiet = unittest.TextTestRunner(stream=io.StringIO(), resultclass=resultclass, verbosity=0)
    send = Signal.send
    result = quiet.run(suite)
    assert Signal.send is send  # asked while the result, and what it may hold open, is still there
    return {test.rpartition(".sample_")[2]: came for test, came in result.noted().items()}


@pytest.mark.parametrize("resultclass", [django_suite.Outcomes, django_suite.TracedOutcomes])
def test_every_outcome_is_told(resultclass):
    assert {test: came["outcome"] for test, came in results(resultclass).items()} == {
        "passes": "passed",
        "fails": "failed",
        "raises": "raised an error",
        "fails_in_a_part": "failed",
        "skips": "skipped",
        "fails_as_expected": "failed as expected",
        "passes_against_expectation": "passed against expectation",
    }


def test_the_trace_holds_the_set_up_and_the_body():
    came = results(django_suite.TracedOutcomes)
    assert (came["passes"]["events"], came["fails"]["events"]) == (2, 1)
    assert all(came["events"] == 0 for came in results(django_suite.Outcomes).values())


def of_each_suite(**changed):
    """A result in which each suite has one test, which passed; changed as is said."""
    came = {f"{suite}.tests.A.test": {"outcome": "passed", "events": 3} for suite in SUITES}
    for suite, change in changed.items():
        came[f"{suite}.tests.A.test"] |= change
    return came


def test_two_runs_that_agree_are_fine():
    assert compare(of_each_suite(), of_each_suite()) == []
    assert "1 tests,   1 passed outside,   1 inside a trace;      3 events, in  1 tests" in (
        django_suite.line("delete", of_each_suite(), of_each_suite())
    )


@pytest.mark.parametrize("outcome", ["failed", "skipped", "failed as expected"])
def test_a_test_that_comes_out_otherwise_is_named(outcome):
    inside = of_each_suite(delete={"outcome": outcome})
    assert compare(of_each_suite(), inside) == [
        f"delete.tests.A.test: passed outside, {outcome} inside"
    ]


def test_a_test_that_fails_on_both_sides_or_is_absent_on_one_is_named():
    outside = of_each_suite() | {"signals.tests.A.other": {"outcome": "failed", "events": 0}}
    more = {"signals.tests.A.third": {"outcome": "passed", "events": 0}}
    assert compare(outside | more, outside) == [
        "signals.tests.A.other: failed outside, failed inside",
        "signals.tests.A.third: passed outside, absent inside",
    ]


def test_a_suite_in_which_nothing_ran_or_was_recorded_proves_nothing():
    assert compare({}, {}) == [
        problem
        for suite in SUITES
        for problem in (f"{suite}: no test passed outside", f"{suite}: the traces recorded nothing")
    ]
    silent = of_each_suite(dispatch={"events": 0})
    assert compare(of_each_suite(), silent) == ["dispatch: the traces recorded nothing"]


def test_a_difference_is_printed_and_is_an_error(monkeypatch, tmp_path, capsys):
    runs = {"Outside": of_each_suite(), "Inside": of_each_suite(delete={"outcome": "failed"})}
    monkeypatch.setattr(django_suite, "fetched", lambda *package: tmp_path)
    monkeypatch.setattr(django_suite, "run", lambda tests, runner: runs[runner])
    assert django_suite.main() == 1
    assert capsys.readouterr().err == "delete.tests.A.test: passed outside, failed inside\n"
    runs["Inside"] = of_each_suite()
    assert django_suite.main() == 0
    assert capsys.readouterr().err == ""
