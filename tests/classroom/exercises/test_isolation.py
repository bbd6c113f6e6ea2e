"""A check has the project's receivers, ends the learner's threads, and owns its own errors."""

import gc
import sys
import threading
from contextlib import suppress
from functools import partial
from weakref import ref

import pytest
from django.core.files.storage import FileSystemStorage
from django.db.models.signals import post_save
from django.test.signals import setting_changed

from classroom.exercises.catalogue import all_tasks, exercise
from classroom.exercises.engine import Task, judged, run_code
from classroom.exercises.outcomes import DEFECT, RAISED, RIGHT, WRONG, Wrong, wrong
from classroom.exercises.room import WIRED, room
from speedy.models import Employees, OutboxEvent
from speedy.signals.employee_assignment import employee_created

pytestmark = pytest.mark.usefixtures("passed_over")


def task_with(check, solution=""):
    words = dict.fromkeys(("id", "title", "kind", "situation", "task", "link"), "")
    rest = {"minutes": 2, "answer": "f", "starter": "f = ...", "solution": solution, "why": ""}
    return Task(**words, **rest, hints=("", "", ""), mistakes=(), check=check)


def test_a_receiver_that_the_notebook_took_off_is_back_for_a_check_only(django_db_blocker):
    before = list(post_save.receivers)
    post_save.disconnect(employee_created, sender=Employees)
    try:
        with django_db_blocker.unblock(), room():
            assert post_save.disconnect(employee_created, sender=Employees)
        assert not post_save.disconnect(employee_created, sender=Employees)
    finally:
        post_save.receivers[:] = before
        post_save.sender_receivers_cache.clear()


def test_a_receiver_that_dies_in_a_check_was_taken_off_by_nobody(django_db_blocker, monkeypatch):
    storages = [FileSystemStorage()]  # each connects a method of its own, which is held weakly
    storage = ref(storages[0])
    monkeypatch.setitem(WIRED, setting_changed, list(setting_changed.receivers))
    judged_wrong = None
    try:
        with django_db_blocker.unblock(), room(connects=False):
            storages.clear()
            gc.collect()
    except Wrong as wrong:
        judged_wrong = wrong
    assert storage() is None
    assert judged_wrong is None


def test_a_timer_of_the_learners_ends_with_the_check(django_db_blocker):
    rung = threading.Event()
    with django_db_blocker.unblock(), room():
        timer = threading.Timer(0.5, rung.set)
        timer.start()
    assert not timer.is_alive() and not rung.wait(1)


def test_a_thread_that_goes_on_is_named(django_db_blocker):
    stop = threading.Event()

    def work():
        with suppress(SystemExit):  # pytest would report it; Python says nothing of it
            stop.wait(1)

    with django_db_blocker.unblock(), room() as printed:
        thread = threading.Thread(target=work, name="the learner's own")
        thread.start()
    stop.set()
    thread.join()
    assert "the learner's own, which your code started" in str(printed)


MODULE = """
from django.db.models.signals import post_save

def hear(**kwargs):
    pass

post_save.connect(hear)
"""


def test_what_an_import_in_a_check_connects_stays_connected(django_db_blocker, tmp_path):
    (tmp_path / "heard_later.py").write_text(MODULE, encoding="utf-8")
    try:
        with django_db_blocker.unblock(), room():
            sys.path.insert(0, str(tmp_path))
            post_save.connect(lambda **kwargs: None)  # it dies, and the next makes a new list
            from heard_later import hear

            post_save.connect(of_a_cell := lambda **kwargs: None, weak=False)
        assert post_save.disconnect(hear)  # as it is not imported again
        assert not post_save.disconnect(of_a_cell)
    finally:
        sys.modules.pop("heard_later", None)


def test_an_error_of_the_check_is_not_the_learners(django_db_blocker):
    def check(answer):
        answer()
        raise LookupError("the check is at fault")

    answer = run_code("def f():\n    pass")["f"]
    with django_db_blocker.unblock():
        assert judged(task_with(check), answer).kind == DEFECT
        assert judged(task_with(lambda answer: answer()), answer).kind == RIGHT


ODD = """
class Mute(Exception):
    def __str__(self):
        raise ValueError("no words")

class Own(BaseException):
    pass

def deep():
    found = []
    for _ in range(10_000):
        found = [found]
    return found

from django.db import connection

def asked(sql):
    connection.cursor().execute(sql)

def f():
    {}
"""
JUDGED = {
    "return 10**5_000": (WRONG, "A number of the answer is far too long"),
    "return deep()": (WRONG, "stand in one another too often"),
    "return '\\ud800'": (WRONG, "What happened: it is '\\ud800'"),
    "asked('DROP TABLE speedy_outboxevent')": (
        WRONG, "It looks as if a table was dropped"),
    "connection.ensure_connection(); connection.connection.close()": (WRONG, "connection closed"),
    "return lambda: 1": (WRONG, "an answer that the check can work with"),
    "raise Mute": (RAISED, "Mute: its __str__() raised ValueError"),
    "raise LookupError('\\ud800')": (RAISED, "\\ud800"),
    "raise Own": (RAISED, "Own"),
    "raise GeneratorExit": (RAISED, "GeneratorExit"),
    "import sys; sys.stdout.close()": (WRONG, "it is None"),
}  # fmt: skip


@pytest.mark.parametrize("line", JUDGED)
def test_an_odd_answer_is_no_error_of_the_check(django_db_blocker, line):
    def check(answer):
        came = answer()
        if OutboxEvent.objects.count() or came != 42:
            wrong("a number", f"it is {came!r}" if not callable(came) else len(came))

    task = task_with(check, "def f(): return 42")
    with django_db_blocker.unblock():
        outcome = judged(task, run_code(ODD.format(line))["f"])
    assert outcome.kind == JUDGED[line][0] and JUDGED[line][1] in outcome.message
    repr(outcome).encode()


CALLABLES = """
from functools import partial
from weakref import ref

class Callable:
    def __call__(self, *args, **kwargs):
        raise LookupError("an object's")

answers = print, partial(Callable())
"""


@pytest.mark.on_one_database
@pytest.mark.parametrize("id", [it.id for it in all_tasks().values() if it.call])
def test_what_can_be_called_and_is_no_function_is_judged_as_an_answer(django_db_blocker, id):
    for answer in run_code(CALLABLES)["answers"]:
        with django_db_blocker.unblock():
            assert judged(all_tasks()[id], answer).kind in (WRONG, RAISED), answer


@pytest.mark.parametrize("id", ["race-2", "outbox-1", "04-2"])
def test_a_partial_of_the_solution_is_as_right(django_db_blocker, id):
    task = all_tasks()[id]
    with django_db_blocker.unblock():
        assert judged(task, partial(run_code(task.solution)[task.answer])).kind == RIGHT


CHEATS = """
import collections, gc, inspect, logging, sys, traceback
from django.db import connection
from django.db.models.deletion import Collector
from django.db.models.signals import post_save
from speedy.signals.custom_signals import event_signal

def hear(sender, **kwargs):
    pass

def failed():
    try:
        1 / 0
    except ZeroDivisionError as error:
        return error

check = sys.modules["classroom.exercises.tasks.ex_01_a_taxi"]

def call_taxi(sender, people, **kwargs):
    {}
    return f"a taxi for {{people[0]}}"
"""
REPLACED, CALLERS = "of it was replaced", "it looked at what called it"
NO_ANSWERS = {
    "a function of the check": ("check.wrong = print", REPLACED),
    "the check of the next time": ("check.task.check = print", REPLACED),
    "Django": ("Collector.delete = lambda self: None", REPLACED),
    "its caller": ("sys._getframe(1)", CALLERS),
    "its callers": ("inspect.stack()", CALLERS),
    "its callers, by text": ("exec('sys._getframe(1)')", CALLERS),
    "a traceback's frame": ("failed().__traceback__.tb_frame.f_back", CALLERS),
    "all objects": ("gc.get_objects()", CALLERS),
    "the driver": ("connection.connection", "what the database's driver does"),
    "a receiver that stays": ("post_save.connect(hear)", "one of yours is still connected"),
    "others' receivers": ("event_signal.receivers.clear()", "one of them is gone"),
}


@pytest.mark.on_one_database
@pytest.mark.parametrize("what", NO_ANSWERS)
def test_what_reaches_for_the_check_or_django_is_no_answer(django_db_blocker, what):
    task, (cheat, words) = all_tasks()["01-a"], NO_ANSWERS[what]
    for line, kind in (cheat, WRONG), ("pass", RIGHT):
        with django_db_blocker.unblock():
            outcome = judged(task, run_code(CHEATS.format(line))[task.answer])
        assert outcome.kind == kind, outcome
        assert kind == RIGHT or words in outcome.message


ALLOWED = {
    "a log line": "logging.getLogger('a').debug('seen')",
    "a traceback as text": "traceback.format_exception(failed())",
    "a named tuple": "collections.namedtuple('Meal', 'name')",
    "a receiver for a moment": "post_save.connect(hear); post_save.disconnect(hear)",
    "a signature": "inspect.signature(hear)",
}


@pytest.mark.on_one_database
@pytest.mark.parametrize("what", ALLOWED)
def test_what_python_itself_looks_at_is_the_learners_to_use(django_db_blocker, what):
    task = all_tasks()["01-a"]
    with django_db_blocker.unblock():
        outcome = judged(task, run_code(CHEATS.format(ALLOWED[what]))[task.answer])
    assert outcome.kind == RIGHT, outcome


def test_a_check_is_not_replaced_by_hand():
    with pytest.raises(AttributeError, match="check"):
        exercise("01-a").check = print
