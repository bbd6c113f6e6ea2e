"""A pytest plugin for a suite that knows nothing of it: what comes of each test, and a trace.

`FOREIGN_RUN` says "plain", "inside" or "drawn": in the last two a trace stands around the set-up,
body and tear-down of each test, and in the last one all its faces are drawn. That run is not timed:
a test that comes after a drawing is slower. whatfires, and pandas, which draws, are loaded in all.
See https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

import json
import os
import resource
from contextlib import suppress
from pathlib import Path
from time import process_time

import pandas  # noqa: F401
import pytest

from whatfires import trace

RUN = os.environ["FOREIGN_RUN"]
ORDER = ("passed", "xpassed", "xfailed", "skipped", "failed")  # the later one counts
LONG = 5_000  # events
tests, spent, began = {}, {"all": 0.0}, {}


def note(test):
    return tests.setdefault(test, {"outcome": "passed", "events": 0, "fault": ""})


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session):
    start = process_time()
    try:
        return (yield)
    finally:
        spent["all"] = process_time() - start


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    if RUN == "plain":
        return (yield)
    with trace() as seen:
        result = yield
    came = note(item.nodeid)
    came["events"] = len(seen) + seen.left_out
    if RUN == "drawn":
        came["fault"] = fault_of(seen) if len(seen) < LONG else fault_elsewhere(seen)
    return result


def fault_of(seen):
    """Draw every face, and return what went wrong."""
    try:
        draw(seen)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def fault_elsewhere(seen):
    """The same in a process of its own, so that its memory is not taken for that of the trace."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, (fault_of(seen) or "drawn").encode()[:1000])
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    return "" if said == "drawn" else said or "the process that drew it broke down"


def draw(seen):
    """Make every face of a trace, and look at what each must hold."""
    assert repr(seen.tree()) and "<" in seen.tree()._repr_html_()
    assert repr(seen.tree(everything=True, times=True, lines=True))
    assert len(seen.table()) == len(seen)
    steps = seen.steps()  # once, for it takes longest
    json.loads(steps.json())
    assert steps.html().startswith("<!doctype html>")
    assert "sequenceDiagram" in steps.mermaid()
    assert repr(seen.receivers()) is not None


def pytest_runtest_logreport(report):
    came = note(report.nodeid)
    expected = hasattr(report, "wasxfail")
    outcome = {"passed": "xpassed", "skipped": "xfailed"}[report.outcome] if expected else None
    came["outcome"] = max(came["outcome"], outcome or report.outcome, key=ORDER.index)


def pytest_collection_finish(session):
    began["all"] = len(session.items)


def pytest_runtest_logfinish(nodeid, location):
    with suppress(OSError):
        Path(os.environ["FOREIGN_PROGRESS"]).write_text(f"{len(tests)} {began['all']}")


def pytest_sessionfinish(session):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report = {"tests": tests, "cpu": spent["all"], "peak": peak}
    Path(os.environ["FOREIGN_REPORT"]).write_text(json.dumps(report))
