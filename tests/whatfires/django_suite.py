"""Django's own tests of signals come out inside a trace exactly as they do outside.

A trace must change nothing, also on models that it has never seen. So four of the suites with
which Django tests itself run twice, started by Django's own `runtests.py`: once plain, and once
with a trace open around the set-up, body and tear-down of each test. They come in the source
package of the Django that is installed. Run it with `python -m tests.whatfires.django_suite`.
See https://docs.djangoproject.com/en/5.2/internals/contributing/writing-code/unit-tests/
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TextTestResult

import django
from django.conf import settings
from django.test.runner import DiscoverRunner

from classroom.running.kernel import ROOT
from tests.whatfires.foreign_suites import SuiteUnavailable, fetched, without

SUITES = ("signals", "dispatch", "m2m_signals", "delete")
FINE = ("passed", "skipped", "failed as expected")
ABSENT = {"outcome": "absent", "events": 0}


def run(tests, runner):
    """Run the suites in a process of their own; return what came of each test, by its id.

    Each test has an `outcome` and a number of `events`. Raises SuiteUnavailable where the run
    itself breaks down.
    """
    with TemporaryDirectory(prefix="django-suite-") as folder:
        report = Path(folder, "report.json")
        Path(folder, "suite_settings.py").write_text(
            "from test_sqlite import *\n"
            f"TEST_RUNNER = 'tests.whatfires.django_suite.{runner}'\n"
            f"SUITE_REPORT = {str(report)!r}\n"
        )
        # One process: a trace and its count belong to the process in which the tests run.
        command = [sys.executable, "runtests.py", "--settings=suite_settings", "--parallel=1"]
        environ = without("DJANGO_", "DATABASE_", "PYTHON")
        environ["PYTHONPATH"] = os.pathsep.join([folder, str(ROOT)])
        code = subprocess.run([*command, *SUITES], cwd=tests, env=environ).returncode
        results = json.loads(report.read_text()) if report.exists() else {}
    if code and all(came["outcome"] in FINE for came in results.values()):
        raise SuiteUnavailable(f"runtests.py broke down with exit code {code}, see above")
    return results


class Outcomes(TextTestResult):
    """Count the events of each test, by its id: none, where no trace is open."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.events = {}

    def stopTest(self, test):
        super().stopTest(test)
        self.events.setdefault(test.id(), 0)

    def noted(self):
        """Return what came of each test."""
        noted = {it: {"outcome": "passed", "events": count} for it, count in self.events.items()}
        others = {
            "skipped": self.skipped,
            "failed as expected": self.expectedFailures,
            "passed against expectation": [(test, "") for test in self.unexpectedSuccesses],
            "failed": self.failures,
            "raised an error": self.errors,
        }
        for outcome, found in others.items():
            for test, _ in found:
                test = getattr(test, "test_case", test)  # a subtest counts for its test
                noted.setdefault(test.id(), dict(ABSENT)).update(outcome=outcome)
        return noted


class TracedOutcomes(Outcomes):
    """Open a trace before the set-up of each test and close it after the tear-down."""

    def startTest(self, test):
        super().startTest(test)
        from whatfires import trace  # here, so that the run outside never loads it

        self.around = ExitStack()
        self.seen = self.around.enter_context(trace())

    def stopTest(self, test):
        self.around.close()
        self.events[test.id()] = len(self.seen)
        super().stopTest(test)


class Outside(DiscoverRunner):
    """Django's test runner, which also writes down what came of each test."""

    resultclass = Outcomes

    def get_resultclass(self):
        return self.resultclass

    def run_suite(self, suite, **kwargs):
        result = super().run_suite(suite, **kwargs)
        Path(settings.SUITE_REPORT).write_text(json.dumps(result.noted()))
        return result


class Inside(Outside):
    """The same with a trace around each test."""

    resultclass = TracedOutcomes


def compare(outside, inside):
    """Say which tests came out differently, or not well, or in which suite nothing was proved."""
    problems = []
    for test in sorted(outside | inside):
        plain, traced = (run.get(test, ABSENT)["outcome"] for run in (outside, inside))
        if plain != traced or plain not in FINE:
            problems.append(f"{test}: {plain} outside, {traced} inside")
    for suite in SUITES:
        if not passed(part(outside, suite)):
            problems.append(f"{suite}: no test passed outside")
        if not heard(part(inside, suite)):
            problems.append(f"{suite}: the traces recorded nothing")
    return problems


def part(results, suite):
    """Keep what came of the tests of one suite."""
    return {test: came for test, came in results.items() if test.startswith(f"{suite}.")}


def passed(results):
    return sum(came["outcome"] == "passed" for came in results.values())


def heard(results):
    """Count the tests whose trace recorded something."""
    return sum(came["events"] > 0 for came in results.values())


def line(suite, outside, inside):
    """Sum up a suite: tests, how many passed, and what the traces recorded."""
    plain, traced = part(outside, suite), part(inside, suite)
    events = sum(came["events"] for came in traced.values())
    return (
        f"{suite:<12} {len(plain | traced):>3} tests, {passed(plain):>3} passed outside, "
        f"{passed(traced):>3} inside a trace; {events:>6,} events, in {heard(traced):>2} tests"
    )


def main():
    """Run both, print a line for each suite and what is wrong; return the exit code."""
    try:
        tests = fetched("Django", django.__version__) / "tests"
        print("Outside a trace:", flush=True)
        outside = run(tests, "Outside")
        print("Inside a trace:", flush=True)
        inside = run(tests, "Inside")
    except SuiteUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\nDjango {django.__version__}, Python {sys.version.split()[0]}")
    print(*(line(suite, outside, inside) for suite in SUITES), sep="\n")
    problems = compare(outside, inside)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
