"""What an answer does besides what its task asks for, whatever the task.

The task's own solution is the measure. It goes through the same check: where it writes, an answer
may write, and where an error passes through it, one has to pass through an answer.
See https://docs.djangoproject.com/en/5.2/topics/db/instrumentation/
"""

import logging
import re
from unittest.mock import patch

from django.apps import apps
from django.db import IntegrityError, OperationalError, connection

from classroom.exercises.outcomes import NOTHING_ELSE, wrong
from classroom.exercises.room import room, watchman
from classroom.exercises.tracebacks import is_learners, is_raised_of

STATEMENT = r'(?is)\s*(?:(INSERT).*?INTO|(UPDATE)|(DELETE)\s+FROM|(SELECT).*?FROM)\s+"?(\w+)'
LINE = "a line", "the event log"


class DatabaseErrors(IntegrityError, OperationalError):
    """What a database may raise."""


class OtherErrors(ValueError, KeyError, IndexError):
    """What Python code around it may raise."""


class CallersError(RuntimeError):
    """What a receiver or the code of a caller may raise."""


class WrongCall(TypeError):
    """What a call with wrong arguments raises."""


KINDS = DatabaseErrors, OtherErrors, CallersError, WrongCall


class AnyError(*KINDS):
    """An error that no task names, and that each `except` of one of these classes takes."""


def check_watched(task, answer, stop=None, error=AnyError, done=None):
    """Run a check; return the set of what the cell's code does in it, as (what, where).

    The first that is `stop` raises an error in place of it.
    """
    done = set() if done is None else done

    def note(deed):
        if deed in done and deed != stop:
            return
        frame = watchman().frame(2)
        while frame and frame.f_code is not HERE and not is_learners(frame.f_code.co_filename):
            frame = frame.f_back
        if frame and frame.f_code is not HERE:
            done.add(deed)
            if deed == stop:
                raise error("{} for {} is not possible today".format(*deed))

    def look(execute, sql, *args):
        if found := re.match(STATEMENT, sql):
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
    """Try an answer with an error at one of its deeds: tell whether it was raised, and came out.

    An error that an answer raises of it counts: `raise RuntimeError("nobody hired") from error`.
    So does one that Django logs: of a function that waits for the commit, and is robust.
    """
    done, came = set(), []
    log = logging.getLogger("django.db.backends.base")
    log.addFilter(hear := lambda record: came.append(record.exc_info[1]))
    dispatch = logging.getLogger("django.dispatch")  # of send_robust(): it is no news here
    try:
        with patch.object(dispatch, "disabled", True), room(task.seconds, task.connects):
            check_watched(task, answer, stop, error, done)
    except Exception as out:  # or a verdict, on what a swallowed error has left
        came.append(out)
    finally:
        log.removeFilter(hear)
    return stop in done, any(is_raised_of(it, error) for it in came)


class Habits:
    """What a solution does in the check; and which errors pass through it, found out when asked."""

    def __init__(self, task, solution):
        self.task, self.solution, self.passing = task, solution, {}
        with room(None, task.connects):
            self.done = check_watched(task, solution)

    def passes(self, deed, error):
        if (deed, error) not in self.passing:
            came_out = error_out(self.task, self.solution, deed, error) == (True, True)
            self.passing[deed, error] = came_out
        return self.passing[deed, error]


def named(table):
    """Name the model of a table, as the lessons do."""
    return next((it.__name__ for it in apps.get_models() if it._meta.db_table == table), table)


def expect_nothing_besides(task, answer, done):
    """Judge a right answer wrong that writes where the solution does not, or keeps an error."""
    own = task.habits
    places = {where for what, where in own.done if what != "SELECT"}
    is_test = "test" in task.answer.lower()  # which may store what it likes
    for what, where in () if is_test else sorted(done):
        if what != "SELECT" and where not in places:
            wrong(f"nothing written to {named(where)}", f"there was {what} for it", NOTHING_ELSE)

    def keeps(deed, error):
        return error_out(task, answer, deed, error) == (True, False)

    for what, where in sorted(done & own.done):
        deed = what, where
        if keeps(deed, AnyError) and (
            own.passes(deed, AnyError)
            or any(own.passes(deed, it) and keeps(deed, it) for it in KINDS)
        ):
            expected = f"that the error comes out when {what} for {named(where)} fails"
            hidden = "It was caught on its way: let an error pass that the task does not name."
            wrong(expected, "no error came out", hidden)
