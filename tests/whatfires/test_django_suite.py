"""Django's own tests are fetched whole, run apart, and every difference is named."""

import io
import os
import tarfile
import unittest
from random import randbytes

import django
import pytest
from django.dispatch import Signal

from tests.whatfires import django_suite
from tests.whatfires.django_suite import SUITES, SuiteUnavailable, compare

pytestmark = pytest.mark.on_one_database

SENT = Signal()
TESTS = "tests/runtests.py"


def package(folder, version=django.__version__, names=(TESTS, "docs/index.txt"), size=10):
    """Write a source package with these files, each of that many random bytes."""
    path = folder / django_suite.PACKAGE
    about = f"Metadata-Version: 2.4\nName: Django\nVersion: {version}\n".encode()
    with tarfile.open(path, "w:gz") as archive:
        for name, text in [("PKG-INFO", about), *((name, randbytes(size)) for name in names)]:
            member = tarfile.TarInfo(f"django-{version}/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return path


def test_only_the_tests_are_unpacked_and_the_second_time_they_are_there(tmp_path):
    laid_there = package(tmp_path)
    tests = django_suite.tests_of_django(tmp_path)
    assert (tests / "runtests.py").exists()
    assert {path.name for path in tests.parent.iterdir()} == {"tests", "PKG-INFO"}
    laid_there.unlink()
    assert django_suite.tests_of_django(tmp_path) == tests
    assert list(tmp_path.iterdir()) == [tests.parent]


def test_tests_of_another_version_are_refused(tmp_path):
    laid_there = package(tmp_path, version="1.0")
    with pytest.raises(SuiteUnavailable, match=r"are those of Django 1\.0"):
        django_suite.tests_of_django(tmp_path)
    assert list(tmp_path.iterdir()) == [laid_there]


def test_tests_that_were_there_already_are_asked_for_their_version_too(tmp_path):
    package(tmp_path)
    about = django_suite.tests_of_django(tmp_path).with_name("PKG-INFO")
    about.write_text("Version: 1.0\n")
    with pytest.raises(SuiteUnavailable, match=r"are those of Django 1\.0"):
        django_suite.tests_of_django(tmp_path)


def test_a_damaged_package_is_refused(tmp_path):
    laid_there = package(tmp_path, size=90_000)
    laid_there.write_bytes(laid_there.read_bytes()[:100_000])
    with pytest.raises(SuiteUnavailable, match="does not unpack"):
        django_suite.tests_of_django(tmp_path)
    assert list(tmp_path.iterdir()) == [laid_there]


def test_an_unpacking_that_stops_half_way_leaves_nothing(tmp_path):
    laid_there = package(
        tmp_path,
        names=(
            TESTS,
            "tests/../../../../escaped.py",
        ),
    )
    with pytest.raises(SuiteUnavailable, match="outside"):
        django_suite.tests_of_django(tmp_path)
    assert list(tmp_path.iterdir()) == [laid_there]


def test_without_a_network_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(SuiteUnavailable, match=r"(?s)What came: ERROR.*Ways out: go online"):
        django_suite.tests_of_django(tmp_path)
    assert list(tmp_path.iterdir()) == []


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
    return {test.rpartition(".sample_")[2]: came for test, came in result.noted.items()}


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
    monkeypatch.setattr(django_suite, "tests_of_django", lambda: tmp_path)
    monkeypatch.setattr(django_suite, "run", lambda tests, runner: runs[runner])
    monkeypatch.setattr(django_suite.signal, "signal", lambda *args: None)
    assert django_suite.main() == 1
    assert capsys.readouterr().err == "delete.tests.A.test: passed outside, failed inside\n"
    runs["Inside"] = of_each_suite()
    assert django_suite.main() == 0
    assert capsys.readouterr().err == ""
