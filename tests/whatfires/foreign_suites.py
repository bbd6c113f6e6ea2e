"""The suites of public Django packages come out inside a trace exactly as they do outside.

Source packages that carry their tests are fetched from the package index, pinned, into
`build/foreign/`; nothing of them is ours. Each gets an environment with whatfires from its wheel;
its suite runs plain, inside a trace, and inside one that is drawn; the first two are timed, those
of a short suite several times in turn; and all its models are asked what fires. Run it with
`python -m tests.whatfires.foreign_suites`, followed by names to choose some.
See https://docs.djangoproject.com/en/5.2/topics/testing/overview/
"""

import json
import os
import statistics
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import django
from tqdm import tqdm

from classroom.running.kernel import ROOT

HERE = Path(__file__).parent / "suites"
BUILD = ROOT / "build" / "foreign"
BASE = (f"Django=={django.__version__}", "pytest==8.4.2", "pytest-django==4.11.1", "pandas")
RUNS = ("plain", "inside", "drawn")
TIMED = RUNS[:2]
SHORT, ROUNDS = 15, 5  # a suite of fewer CPU seconds is timed so often, and the medians count
WIDEST = 1.25  # times the CPU of a suite that a trace may cost, in the median
MOST_UNKNOWN = 0.1  # the share of operations that end in "?"
SLOWEST = 5  # seconds for a table
MOST_MEMORY = 150  # MB more inside a trace


@dataclass(frozen=True, eq=False)
class Suite:
    """A public package, and how its tests are run."""

    name: str
    version: str
    settings: str
    tests: tuple[str, ...] = ("tests",)
    needs: tuple[str, ...] = ()
    folder: str = "."  # where its tests are started
    environ: dict[str, str] = field(default_factory=dict)
    models: tuple[str, ...] = ()  # packages whose modules define more models
    written: str = ""  # settings of our own, where the package has them in a script

    @property
    def home(self):
        return BUILD / f"{self.name}-{self.version}"

    @property
    def python(self):
        return self.home / "venv" / "bin" / "python"

    @property
    def where(self):
        return fetched(self.name, self.version) / self.folder


SUITES = (
    Suite(
        "django-model-utils",
        "5.0.0",
        "tests.settings",
        needs=("time-machine",),
        environ={"SQLITE": "1"},
    ),
    Suite(
        "django-guardian",
        "3.5.2",
        "foreign_settings",
        tests=("guardian",),
        needs=("django-environ",),
        written="""
            from guardian.testapp.testsettings import *
            PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        """,
    ),
    Suite(
        "django-simple-history",
        "3.13.0",
        "foreign_settings",
        tests=("simple_history",),
        needs=("django-webtest",),
        written="""
            from runtests import get_default_settings
            globals().update(get_default_settings())
        """,
    ),
    Suite(
        "django-reversion",
        "6.4.0",
        "foreign_settings",
        tests=("test_app",),
        folder="tests",
        written="""
            from test_project.settings import *
            SQLITE = {"ENGINE": "django.db.backends.sqlite3"}
            DATABASES = {it: {**SQLITE, "NAME": f"{it}.sqlite3"} for it in DATABASES}
        """,
    ),
    Suite(
        "django-auditlog",
        "3.4.1",
        "test_settings",
        tests=(".",),
        needs=("freezegun", "psycopg2-binary", "jsonschema"),
        folder="auditlog_tests",
        environ={"TEST_DB_BACKEND": "sqlite3"},
    ),
    Suite(
        "django-safedelete",
        "1.5.0",
        "safedelete.tests.settings",
        tests=("safedelete/tests",),
        models=("safedelete.tests",),
    ),
    Suite(
        "django-modeltranslation",
        "0.20.6",
        "modeltranslation.tests.settings",
        tests=("modeltranslation",),
        needs=("parameterized", "django-stubs-ext", "pillow"),
    ),
    Suite("django-treebeard", "7.0.3", "tests.settings"),
    Suite("django-ordered-model", "3.7.4", "tests.settings", needs=("djangorestframework",)),
    Suite(
        "django-filter",
        "26.2",
        "tests.settings",
        needs=("djangorestframework", "django-crispy-forms", "pytz"),
    ),
    Suite(
        "django-allauth",
        "65.22.1",
        "tests.projects.regular.settings",
        needs=(
            "django-allauth[headless,socialaccount,mfa,idp-oidc,openid,steam,saml]==65.22.1",
            "pytest-asyncio==1.3.0",
            "djangorestframework",
            "django-ninja<2",
            "pyyaml",
            "pillow",
            "psycopg2-binary",
        ),
    ),
    Suite(
        "wagtail",
        "8.0.1",
        "wagtail.test.settings",
        tests=("wagtail/tests/test_page_model.py", "wagtail/contrib/redirects"),
        needs=("wagtail[testing]==8.0.1",),
    ),
)


class SuiteUnavailable(RuntimeError):
    """A package cannot be had, or its suite not be started; the message names the ways out."""


def run(*command, log, **options):
    """Run a command, what it says into a file; return its exit code."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as said:
        return subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, **options).returncode


def needed(*command, log, **options):
    """Run a command that must succeed. Raises SuiteUnavailable."""
    if run(*command, log=log, **options):
        raise SuiteUnavailable(
            f"Expected this to succeed: {' '.join(map(str, command))}\n"
            f"What came is in {log.relative_to(ROOT)}, and ends:\n{log.read_text()[-600:]}\n"
            "Ways out: go online and run this again; or name other packages; or remove "
            f"{BUILD.relative_to(ROOT)}/ if what it holds is wrong; `make test` does without it."
        )


def fetched(name, version):
    """Return where the source package of this version is unpacked; it is fetched the first time."""
    home = BUILD / f"{name}-{version}"
    source, unpacking = home / "source", home / "unpacking"
    if not source.exists():
        pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", name)
        needed(*pip, "--dest", home, f"{name}=={version}", log=home / "fetch.log")
        [package] = home.glob("*.tar.gz")
        with tarfile.open(package) as archive:
            archive.extractall(unpacking, filter="data")
        unpacking.rename(source)
    return next(path for path in source.iterdir() if path.is_dir())


def without(*ours):
    """Return the environment without our own settings, whose names begin so."""
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def prepare(suite, wheel):
    """Fetch the source, and make the environment, unless it is there."""
    fetched(suite.name, suite.version)
    log = suite.home / "prepare.log"
    uv, ready = (sys.executable, "-m", "uv"), suite.home / "ready"
    wanted = (*BASE, f"{suite.name}=={suite.version}", *suite.needs)
    if not (ready.exists() and ready.read_text() == repr(wanted)):
        needed(*uv, "venv", "--clear", "--python", sys.executable, suite.home / "venv", log=log)
        needed(*uv, "pip", "install", "--python", suite.python, *wanted, log=log)
        ready.write_text(repr(wanted))
    ours = ("pip", "install", "--python", suite.python, "--no-deps", "--reinstall", wheel)
    needed(*uv, *ours, log=log)
    if suite.written:
        lines = (line.strip() for line in suite.written.strip().splitlines())
        (suite.home / "foreign_settings.py").write_text("\n".join(lines) + "\n")


def build_wheel():
    """Build whatfires, and return the wheel."""
    folder = BUILD / "wheel"
    for old in folder.glob("*.whl"):
        old.unlink()
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder)
    needed(*pip, ROOT / "whatfires", log=BUILD / "wheel.log")
    return next(folder.glob("*.whl"))


def part(suite, name, command, bar):
    """Run a part in a process of its own, the bar beside it; return what it reports."""
    report, progress = suite.home / f"{name}.json", suite.home / "progress"
    for old in (report, progress):
        old.unlink(missing_ok=True)
    environ = without("DJANGO_", "DATABASE_", "PYTHON", "PYTEST_")
    environ |= {"PYTHONPATH": os.pathsep.join(map(str, (suite.where, HERE, suite.home)))}
    environ |= {"DJANGO_SETTINGS_MODULE": suite.settings, **suite.environ}
    environ |= {"FOREIGN_RUN": name, "FOREIGN_REPORT": str(report)}
    environ |= {"FOREIGN_PROGRESS": str(progress), "PYTHONHASHSEED": "0"}
    log = suite.home / f"{name}.log"
    bar.set_description(f"{suite.name}: {name}")
    with log.open("w") as said:
        process = subprocess.Popen(
            [suite.python, *command], cwd=suite.where, env=environ, stdout=said, stderr=said
        )
        while process.poll() is None:
            if progress.exists() and (words := progress.read_text().split()):
                bar.n, bar.total = map(int, words)
                bar.refresh()
            time.sleep(0.3)
    if not report.exists():
        raise SuiteUnavailable(
            f"Expected: {suite.name}, {name}, comes to its end. What came is in "
            f"{log.relative_to(ROOT)}, and ends:\n{log.read_text()[-1500:]}"
        )
    return json.loads(report.read_text())


def judge(suite, wheel, bar):
    """Run all parts of one package; return what came, by part."""
    bar.set_description(f"{suite.name}: fetching")
    prepare(suite, wheel)
    pytest = ("-m", "pytest", "-q", "-p", "foreign_plugin", "-p", "no:whatfires")
    pytest += ("-p", "no:cacheprovider", "-o", "addopts=", "-W", "ignore")
    pytest += ("-o", "python_files=test*.py")  # Django's own runner looks for those
    (BUILD / "pytest.ini").write_text("[pytest]\n")  # or pytest goes on to our own settings
    runs = {name: part(suite, name, (*pytest, *suite.tests), bar) for name in RUNS}
    if runs["plain"]["cpu"] < SHORT:
        more = [timed(suite, (*pytest, *suite.tests), bar) for _ in range(ROUNDS - 1)]
        for name in TIMED:
            cpus = [runs[name]["cpu"], *(it[name] for it in more)]
            runs[name]["cpu"] = statistics.median(cpus)
    again = otherwise(runs)
    if again:  # a test may look at the clock, and the machine be busy; a trace does it each time
        bar.set_description(f"{suite.name}: {len(again)} again")
        ids = [os.path.relpath(BUILD / test, suite.where) for test in again]
        for name, run in runs.items():
            run["tests"] |= part(suite, name, (*pytest, *ids), bar)["tests"]
    models = part(suite, "models", (HERE / "foreign_models.py", *suite.models), bar)
    return {**runs, "again": again, **models}


def timed(suite, command, bar):
    """Run what is timed once more; return the CPU seconds of each."""
    return {name: part(suite, name, command, bar)["cpu"] for name in TIMED}


def otherwise(came):
    """List the tests that came out otherwise in one of the runs inside a trace."""
    plain, *traced = (came[name] for name in RUNS)
    return sorted({test for run in traced for test in differing(plain, run)})


def differing(plain, inside):
    """List the tests that came out otherwise inside a trace, or came only there or only outside."""
    tests = sorted(plain["tests"] | inside["tests"])
    return [test for test in tests if outcome(plain, test) != outcome(inside, test)]


def outcome(run, test):
    return run["tests"].get(test, {}).get("outcome", "absent")


def problems_of(suite, came):
    """Name what came out otherwise inside a trace, or ended in an error, or took too long."""
    plain, inside, models, found = came["plain"], came["inside"], came["models"], []
    for test in otherwise(came):
        one, *others = (outcome(came[name], test) for name in RUNS)
        other = next(it for it in others if it != one)
        found.append(f"{test}: {one} outside, {other} inside")
    for test, it in came["drawn"]["tests"].items():
        if it["fault"]:
            found.append(f"{test}: not drawn: {it['fault']}")
    if not any(it["outcome"] == "passed" and it["events"] for it in inside["tests"].values()):
        found.append("no test passed in which a trace saw anything")
    if (more := peak_inside(came) - plain["peak"]) > MOST_MEMORY:
        found.append(f"took {more:.0f} MB more inside a trace")
    for model, asked in models.items():
        if asked["error"]:
            found.append(f"{model}: {asked['error']}")
        if asked["seconds"] > SLOWEST:
            found.append(f"{model}: its table took {asked['seconds']:.1f} s")
    if share(models) > MOST_UNKNOWN:
        found.append(f"of {cells(models)} operations {share(models):.0%} could not be run")
    return [f"{suite.name}: {problem}" for problem in found]


def cells(models, kind="cells"):
    return sum(asked[kind] for asked in models.values())


def share(models):
    return cells(models, "unknown") / (cells(models) or 1)


HEAD = (
    f"{'package':<24}{'version':>9}{'tests':>7}{'failed':>7}{'same':>6}{'events':>10}{'models':>7}"
    f"{'rows':>6}{'?':>7}{'slowest':>9}{'CPU':>6}{'peak MB':>10}"
)


def peak_inside(came):
    return max(came["inside"]["peak"], came["drawn"]["peak"])


def ratio(came):
    return came["inside"]["cpu"] / came["plain"]["cpu"]


def line(suite, came):
    """Sum a package up in a line under HEAD."""
    plain, inside, models = came["plain"], came["inside"], came["models"]
    failed = sum(it["outcome"] == "failed" for it in plain["tests"].values())
    events = sum(it["events"] for it in inside["tests"].values())
    slowest = max((it["seconds"] for it in models.values()), default=0)
    return (
        f"{suite.name:<24}{suite.version:>9}{len(plain['tests']):>7}{failed:>7}"
        f"{'NO' if otherwise(came) else 'yes':>6}{events:>10,}{len(models):>7}"
        f"{cells(models):>6}{share(models):>7.1%}{slowest:>7.1f} s{ratio(came):>6.2f}"
        f"{plain['peak']:>5.0f}{peak_inside(came):>5.0f}"
    )


def main(names):
    """Judge the packages of these names, or all; print the table; return the exit code."""
    if unknown := set(names) - {suite.name for suite in SUITES}:
        print(f"Unknown: {', '.join(unknown)}. Known: {', '.join(it.name for it in SUITES)}.")
        return 2
    results, problems = {}, []
    print(HEAD, flush=True)
    with tqdm(total=1, leave=False, disable=None) as bar:
        wheel = build_wheel()
        for suite in SUITES:
            if names and suite.name not in names:
                continue
            try:
                results[suite] = judge(suite, wheel, bar)
            except SuiteUnavailable as error:
                problems.append(f"{suite.name}: {error}")
                continue
            problems += problems_of(suite, results[suite])
            bar.write(line(suite, results[suite]))
            for test in results[suite]["again"]:
                bar.write(f"  ran twice, the first time with two outcomes: {test}")
            sys.stdout.flush()
    ratios = [ratio(came) for came in results.values()]
    if ratios and (median := statistics.median(ratios)) > WIDEST:
        problems.append(f"in the median a suite costs {median:.2f} times its CPU inside a trace")
    load = ", ".join(f"{it:.1f}" for it in os.getloadavg())
    if ratios:
        print(f"Median of CPU {statistics.median(ratios):.2f}; load of the machine {load}")
    print(*problems, sep="\n", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
