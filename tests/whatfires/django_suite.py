"""Django's own tests of signals come out inside a trace exactly as they do outside.

A trace must change nothing, also on models that it has never seen. So four of the suites with
which Django tests itself run twice, started by Django's own `runtests.py`: once plain, and once
with a trace open around the set-up, body and tear-down of each test. They come in the source
package of the Django that is installed. Run it with `python -m tests.whatfires.django_suite`.
See https://docs.djangoproject.com/en/5.2/internals/contributing/writing-code/unit-tests/
"""

import email
import json
import os
import signal
import subprocess
import sys
import tarfile
import zlib
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TextTestResult

import django
from django.conf import settings
from django.test.runner import DiscoverRunner

from classroom.running.kernel import ROOT

SUITES = ("signals", "dispatch", "m2m_signals", "delete")
CACHE = ROOT / "build" / "django-suite"
PLACE = CACHE.relative_to(ROOT).as_posix()
PACKAGE = f"django-{django.__version__}.tar.gz"
KEPT = (["tests"], ["PKG-INFO"])  # what is unpacked, below the folder of the version
FINE = ("passed", "skipped", "failed as expected")
ABSENT = {"outcome": "absent", "events": 0}


class SuiteUnavailable(RuntimeError):
    """Django's tests cannot be had, or not be run; the message names the ways out."""


def tests_of_django(cache=CACHE):
    """Return the folder of the tests of this Django; they are downloaded the first time.

    Whole or not at all: they are unpacked beside their place and moved there when their version
    is right. Raises SuiteUnavailable.
    """
    home = cache / django.__version__
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        laid_there = cache / PACKAGE
        with TemporaryDirectory(dir=cache, prefix="unpacking-") as folder:
            package = laid_there if laid_there.exists() else download(Path(folder))
            fresh = unpack(package, Path(folder))
            check_version(fresh)
            fresh.rename(home)
    check_version(home)
    return home / "tests"


def download(folder):
    """Fetch the source package of the Django that is installed into this folder."""
    print(f"Fetching the source package of Django {django.__version__} ...", flush=True)
    wanted = ("--no-deps", "--no-binary", "django", f"Django=={django.__version__}")
    command = [sys.executable, "-m", "pip", "download", *wanted, "--dest", folder]
    pip = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    packages = list(folder.glob("*.tar.gz"))
    if pip.returncode or not packages:
        complaints = [line for line in pip.stderr.splitlines() if "ERROR" in line]
        raise SuiteUnavailable(ways_out("\n".join(complaints) or pip.stderr.strip()))
    return packages[0]


def unpack(package, folder):
    """Unpack the tests of a source package, and what tells its version; return where they are."""
    if not hasattr(tarfile, "data_filter"):
        raise SuiteUnavailable(ways_out("this Python's tarfile does not refuse unsafe paths"))
    try:
        with tarfile.open(package) as archive:
            wanted = [each for each in archive if each.name.split("/")[1:2] in KEPT]
            archive.extractall(folder / "unpacked", wanted, filter="data")
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise SuiteUnavailable(ways_out(f"{package.name} does not unpack: {error}")) from error
    return next((found.parent for found in folder.glob("unpacked/*/PKG-INFO")), folder)


def check_version(folder):
    """Refuse tests of any Django but the one that is installed: they would judge it wrongly."""
    about = folder / "PKG-INFO"
    version = about.exists() and email.message_from_bytes(about.read_bytes())["Version"]
    if version != django.__version__:
        came = f"the tests in {folder} are those of Django {version or 'of no known version'}"
        raise SuiteUnavailable(ways_out(came))


def ways_out(problem):
    """Say what was expected, what came and what can be done about it."""
    return (
        f"Expected: Django's own tests, from the source package of Django {django.__version__}, "
        f"which are fetched once into {PLACE}/, and run to their end.\nWhat came: {problem}\n"
        f"Ways out: go online and run this again; or lay {PACKAGE}, had from elsewhere, into "
        f"{PLACE}/; or remove {PLACE}/ if what it holds is wrong; or take Python 3.11.4 or newer "
        "if yours is older; or leave this check out: `make test` does without it."
    )


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
        command += SUITES
        code = subprocess.run(command, cwd=tests, env=environment(folder, os.environ)).returncode
        results = json.loads(report.read_text()) if report.exists() else {}
    if code and all(came["outcome"] in FINE for came in results.values()):
        raise SuiteUnavailable(ways_out(f"runtests.py broke down with exit code {code}, see above"))
    return results


def environment(folder, environ):
    """Keep our settings, database and Python switches out of the run; let it find our modules."""
    ours = ("DJANGO_", "DATABASE_URL", "PYTHON")
    kept = {name: value for name, value in environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


class Outcomes(TextTestResult):
    """Note the outcome of each test by its id, besides printing its dot."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.noted = {}

    def note(self, test, outcome):
        test = getattr(test, "test_case", test)  # a subtest counts for its test
        self.noted.setdefault(test.id(), dict(ABSENT)).update(outcome=outcome)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, "failed")

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, "raised an error")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skipped")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.note(test, "failed as expected")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, "passed against expectation")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note(test, "failed")


class TracedOutcomes(Outcomes):
    """Open a trace before the set-up of each test and close it after the tear-down."""

    def startTest(self, test):
        super().startTest(test)
        from whatfires import trace  # here, so that the run outside never loads it

        self.around = ExitStack()
        self.seen = self.around.enter_context(trace())

    def stopTest(self, test):
        self.around.close()
        self.noted.setdefault(test.id(), dict(ABSENT)).update(events=len(self.seen))
        super().stopTest(test)


class Outside(DiscoverRunner):
    """Django's test runner, which also writes down what came of each test."""

    resultclass = Outcomes

    def get_resultclass(self):
        return self.resultclass

    def run_suite(self, suite, **kwargs):
        result = super().run_suite(suite, **kwargs)
        Path(settings.SUITE_REPORT).write_text(json.dumps(result.noted))
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
    # Asked to end (by `kill`, or a CI that is cancelled), leave by way of the context managers.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        tests = tests_of_django()
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
