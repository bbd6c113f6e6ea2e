"""What an answer does besides what its task asks for, whatever the task.

The task's own solution is the measure. It goes through the same check: where it writes, an answer
may write, and where an error passes through it, one has to pass through an answer.
See https://docs.djangoproject.com/en/5.2/topics/db/instrumentation/
"""

import logging
import re
import sys

from django.db import DatabaseError, connection

from classroom.exercises.outcomes import wrong
from classroom.exercises.room import room
from classroom.exercises.tracebacks import is_learners

STATEMENT = re.compile(
    r'\s*(?:(INSERT).*?INTO|(UPDATE)|(DELETE)\s+FROM|(SELECT).*?FROM)\s+"?(\w+)',
    re.IGNORECASE | re.DOTALL,
)
LINE = "a line", "the event log"


class AnyError(ValueError, RuntimeError, TypeError, DatabaseError, KeyError, IndexError):
    """An error that no task names, and that each `except` of one of these classes takes."""


class OtherError(ValueError, KeyError, IndexError):
    """The same, for a task that names one of the others."""


def check_watched(task, answer, stop=None, error=AnyError, done=None):
    """Run a check; return the set of what the cell's code does in it, as (what, where).

    The first that is `stop` raises an error in place of it.
    """
    done = set() if done is None else done

    def note(deed):
        frame = sys._getframe(2)
        while frame and frame.f_code is not HERE and not is_learners(frame.f_code.co_filename):
            frame = frame.f_back
        if frame and frame.f_code is not HERE:
            done.add(deed)
            if deed == stop:
                raise error("{} for {} is not possible today".format(*deed))

    def look(execute, sql, *args):
        if found := STATEMENT.match(sql):
            *verbs, table = found.groups()
            note((next(filter(None, verbs)).upper(), table))
        return execute(sql, *args)

    def read(record):
        note(LINE)
        return True

    log = logging.getLogger("speedy.events")
    log.addFilter(read)
    try:
        with connection.execute_wrapper(look):
            task.check(answer)
    finally:
        log.removeFilter(read)
    return done


HERE = check_watched.__code__


def error_out(task, answer, stop, error):
    """Try an answer with an error at one of its deeds: tell whether it was raised, and came out."""
    done = set()
    try:
        with room(task.seconds, task.connects):
            check_watched(task, answer, stop, error, done)
    except error:
        return True, True
    except Exception:  # a verdict, on what the error has left
        pass
    return stop in done, False


def habits(task, solution):
    """Find out what a solution does in the check, and {deed: an error that passes through it}."""
    with room(None, task.connects):
        done = check_watched(task, solution)
    passing = {}
    for deed in sorted(done - {LINE}):
        for error in AnyError, OtherError:
            if error_out(task, solution, deed, error) == (True, True):
                passing[deed] = error
                break
    return done, passing


def expect_nothing_besides(task, answer, done):
    """Judge a right answer wrong that writes where the solution does not, or keeps an error."""
    own, passing = task.habits
    places = {where for what, where in own if what != "SELECT"}
    is_test = "test" in task.answer.lower()  # which may store what it likes
    for what, where in () if is_test else sorted(done):
        if what != "SELECT" and where not in places:
            named = "Write what the task names, and nothing else."
            wrong(f"nothing written to {where}", f"there was {what} for it", named)
    for deed, error in passing.items():
        if deed in done and error_out(task, answer, deed, error) == (True, False):
            what, where = deed
            expected = f"that the error comes out when {what} for {where} fails"
            hidden = "It was caught on its way: let an error pass that the task does not name."
            wrong(expected, "no error came out, or another one", hidden)
