"""Each notebook has a database and a calendar of its own, and gives both back."""

import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from queue import SimpleQueue
from time import sleep
from types import SimpleNamespace
from unittest.mock import Mock, patch

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
from django.db.models.signals import post_save
from django.utils import timezone

from classroom import advance, fresh_database
from classroom.experiments.measuring import hire_costs
from classroom.experiments.racing import at_once
from classroom.running import each_connection, guard, turns
from classroom.scenes import database
from classroom.scenes.calendar import MONDAY, stand_on
from classroom.scenes.database import (
    close_connections,
    in_private_database,
    leave_database,
    private_database,
    use_database,
)
from classroom.scenes.roster import fields_of
from classroom.scenes.scenarios import BrokenRule, broken_rule
from speedy import scheduling
from speedy.models import Employees
from whatfires import connected, trace


def hire():
    return Employees.objects.create(**fields_of("Ada O"))


def test_it_is_empty_says_so_in_one_line_and_keys_count_from_one_each_time(notebook, capsys):
    for _ in range(2):
        fresh_database()
        [line] = capsys.readouterr().out.splitlines()
        assert line.endswith("It is Monday 14 November 2022.")
        assert not Employees.objects.exists() and hire().pk == 1


def test_the_calendar_starts_on_the_day_asked_for(notebook):
    fresh_database(today=date(2031, 5, 1))
    assert (timezone.localdate(), date.today()) == (date(2031, 5, 1), date(2031, 5, 1))


def test_leaving_gives_database_and_clock_back_and_twice_is_harmless(django_db_blocker):
    name, today = connection.settings_dict["NAME"], date.today()
    with django_db_blocker.unblock():
        fresh_database()
        assert connection.settings_dict["NAME"] != name
        assert date.today() == MONDAY
        leave_database()
        leave_database()
    assert connection.settings_dict["NAME"] == name
    assert abs(date.today() - today).days <= 1


@pytest.mark.parametrize("begin", [lambda: connection.set_autocommit(False),
    lambda: transaction.atomic().__enter__()], ids=["BEGIN", "atomic"])  # fmt: skip
def test_a_database_that_was_left_in_the_middle_of_a_transaction_is_replaced(notebook, begin):
    begin()
    hire()
    fresh_database()
    assert connection.get_autocommit()
    assert not Employees.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="close() spares one in memory alone")
def test_a_connection_in_memory_is_closed_when_another_takes_its_place(django_db_blocker):
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        use_database("file:own?mode=memory&cache=shared")
        connection.ensure_connection()
        own = connection.connection
        fresh_database()
        transaction.atomic().__enter__()
        fresh_database()
        leave_database()
        close_connections()
        use_database(name)
    with pytest.raises(connection.Database.Error, match="closed"):
        own.cursor()


def listen_to(asked, answered):
    """Answer each question, in order, in one thread, which keeps its connection."""
    while question := asked.get():
        answered.put(question())
    close_connections()


@pytest.fixture
def other_thread(notebook):
    """A function that has a question answered by another thread, and does not wait."""
    asked, answered = SimpleQueue(), SimpleQueue()
    thread = threading.Thread(target=listen_to, args=(asked, answered))
    thread.start()
    yield lambda question: asked.put(question) or partial(answered.get, timeout=60)
    asked.put(None)
    thread.join()


def test_another_thread_goes_on_in_the_new_database(notebook, other_thread):
    hire()
    assert other_thread(Employees.objects.count)() == 1
    fresh_database()
    assert other_thread(Employees.objects.count)() == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="close() spares one in memory alone")
def test_another_thread_goes_on_in_the_new_one_whatever_its_settings_name_meanwhile(
    notebook, other_thread
):
    """In a swap they named a database in memory, and close() left the old one open."""
    hire()
    assert other_thread(Employees.objects.count)() == 1
    fresh_database()
    with patch.object(type(connections["default"]), "is_in_memory_db", lambda connection: True):
        assert other_thread(Employees.objects.count)() == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the server ends the query")
def test_another_thread_that_is_at_work_ends_what_it_does(notebook, other_thread):
    """Its connection was closed under it, and SQLite ended the process."""
    began, replaced = threading.Event(), threading.Event()

    def wait_inside():
        connection.ensure_connection()
        connection.connection.create_function("wait", 0, lambda: began.set() or replaced.wait(60))
        with connection.cursor() as cursor:
            return cursor.execute("SELECT wait(), count(*) FROM speedy_employees").fetchall()

    hire()
    answer = other_thread(wait_inside)
    assert began.wait(60)
    fresh_database()
    replaced.set()
    assert answer() == [(1, 1)]
    assert other_thread(Employees.objects.count)() == 0


class Turnstile:
    """A lock that says when somebody waits for it."""

    def __init__(self):
        self.lock, self.is_waited_for = threading.RLock(), threading.Event()

    def __enter__(self):
        if not self.lock.acquire(blocking=False):
            self.is_waited_for.set()
            self.lock.acquire()

    def __exit__(self, *error):
        self.lock.release()


def wait_for(answer):
    while not answer():
        sleep(0.01)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the server ends the hire")
def test_a_hire_that_began_in_the_database_of_before_ends_there(notebook, other_thread):
    """Its seat came into the new database, where the person is not."""
    began, replaced, assign = threading.Event(), threading.Event(), scheduling.assign

    def wait_and_assign(employee):
        began.set()
        replaced.wait(60)
        return assign(employee)

    other_thread(Employees.objects.count)()
    with patch.object(scheduling, "assign", wait_and_assign):
        hired = other_thread(lambda: hire().shifts.count())
        assert began.wait(60)
        fresh_database()
        replaced.set()
        counted = hired()
    assert (counted, Employees.objects.count()) == (0, 0), "the next query is in the new one"
    for number in (1, 2):
        other_thread(hire)()
        assert Employees.objects.count() == number


def test_a_hire_that_begins_while_others_are_told_is_whole_in_the_new_one(notebook, other_thread):
    """Between a look at the threads and the mark its person came into the database of before."""
    answers, began, replaced, gate = [], threading.Event(), threading.Event(), Turnstile()
    assign, look = scheduling.assign, sys._current_frames

    def wait_and_assign(employee):
        began.set()
        replaced.wait(60)
        return assign(employee)

    def look_and_let_begin():
        seen = look()
        if not answers:
            answers.append(other_thread(lambda: hire().shifts.count()))
            wait_for(lambda: gate.is_waited_for.is_set() or began.is_set())
        return seen

    other_thread(Employees.objects.count)()
    with (
        patch.object(sys, "_current_frames", look_and_let_begin),
        patch.object(each_connection, "_marking", gate),
        patch.object(scheduling, "assign", wait_and_assign),
    ):
        fresh_database()
        replaced.set()
        assert answers[0]() == 1
    assert Employees.objects.count() == 1


def test_a_notebook_that_begins_again_never_leads_the_event_log_to_the_projects_own(notebook):
    own, logs, lift = settings.EVENT_LOG, [], guard.lift

    def look_and_lift():
        logs.append(settings.EVENT_LOG)  # between two databases
        lift()

    own.write_text("a line of before")
    with patch.object(guard, "lift", look_and_lift):
        fresh_database()
    assert logs == [own] == [settings.EVENT_LOG] and not own.exists()
    leave_database()
    assert own != settings.EVENT_LOG and not own.parent.exists()


def test_no_other_thread_comes_into_the_template_or_the_project(notebook, other_thread):
    """Its people were in each fresh database from then on, or in the project's own."""
    answers, names, clone, gate = [], [], connection.creation.clone_test_db, Turnstile()

    def hire_somewhere():
        try:
            hire()
        finally:
            names.append(connection.settings_dict["NAME"])

    def clone_slowly(*args, **kwargs):
        answers.append(other_thread(hire_somewhere))
        wait_for(lambda: gate.is_waited_for.is_set() or names)
        clone(*args, **kwargs)

    other_thread(close_connections)()
    with (
        patch.object(connection.creation, "clone_test_db", clone_slowly),
        patch.object(each_connection, "swapping", gate),
        patch.object(database, "swapping", gate),
    ):
        fresh_database()
    answers[0]()
    assert names == [connection.settings_dict["NAME"]]
    assert Employees.objects.count() == 1
    fresh_database()
    assert not Employees.objects.exists()


def test_a_thread_of_before_stays_where_it_is_and_one_of_the_block_follows(notebook, other_thread):
    """A timer of a learner's that hired while a test ran hired into the database of the test."""
    hire()
    with private_database():
        assert other_thread(Employees.objects.count)() == 1
        number = []
        assert at_once(lambda _: number.append(Employees.objects.count()), 1) == []
        assert number == [0]
    assert other_thread(Employees.objects.count)() == 1


def test_two_tools_at_once_leave_the_own_database(notebook, other_thread, monkeypatch):
    """The last to end gave back the database of the other, which was gone."""
    name, is_over, gate = connection.settings_dict["NAME"], threading.Event(), Turnstile()
    counted, answers = [], []

    def count_and_stay():
        counted.append(Employees.objects.count())
        return is_over.wait(60)

    def call_another():
        hire()
        answers.append(other_thread(partial(in_private_database, count_and_stay)))
        wait_for(lambda: gate.is_waited_for.is_set() or counted)

    monkeypatch.setattr(turns.NO_TOOL, "turn", gate)
    in_private_database(call_another)
    is_over.set()
    assert answers[0]() and counted == [0]
    assert connections.settings["default"] is connection.settings_dict
    assert connection.settings_dict["NAME"] == name
    assert at_once(lambda _: Employees.objects.count(), 1) == []


@pytest.fixture
def tool(monkeypatch):
    """A tool that another thread runs, until it is let go, or until somebody waits for it."""
    gate, is_in, goes_on = Turnstile(), threading.Event(), threading.Event()

    def stay():
        is_in.set()
        wait_for(lambda: goes_on.is_set() or gate.is_waited_for.is_set())
        return Employees.objects.count()

    monkeypatch.setattr(turns.NO_TOOL, "turn", gate)
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(in_private_database, stay)
        assert is_in.wait(60)
        yield SimpleNamespace(let_go=goes_on.set, found=found.result)
        goes_on.set()


@pytest.mark.parametrize("has_connected", [True, False])
def test_a_thread_that_outlives_a_tool_writes_nothing_elsewhere(transactional_db, has_connected):
    """It hired in the project's own database: nothing else was left under that name."""
    has_hired, goes_on, told, threads = threading.Event(), threading.Event(), [], []

    def go_on():
        if has_connected:
            hire()
        has_hired.set()
        goes_on.wait(60)
        try:
            hire()
        except OperationalError as error:
            told.append(str(error))
        told.append(in_private_database(Employees.objects.count))
        close_connections()

    def leave_a_thread():
        threads.append(threading.Thread(target=go_on))
        threads[0].start()
        has_hired.wait(60)

    in_private_database(leave_a_thread)
    goes_on.set()
    threads[0].join(60)
    assert [it.partition(",")[0] for it in told[:1]] == ["This thread goes on"]
    assert told[1:] == [0] and not Employees.objects.exists()
    assert at_once(lambda _: hire(), 1) == []
    assert Employees.objects.count() == 1


def test_a_pool_that_a_tool_began_is_there_for_others(transactional_db):
    with ThreadPoolExecutor(1) as pool:
        in_private_database(lambda: pool.submit(hire).result(60))
        assert pool.submit(connection.get_autocommit).result(60)
        assert pool.submit(lambda: connection.settings_dict).result(60) is connection.settings_dict
        pool.submit(close_connections).result(60)


@pytest.mark.parametrize("where", ["others_stay", "template"])
def test_a_tool_that_gets_no_database_leaves_the_connections_of_others(
    transactional_db, monkeypatch, where
):
    """They were to be opened anew: a database in memory was gone with its last connection."""

    def fail(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(database, where, fail)
    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match="the disk is full"):
        pool.submit(in_private_database, str).result(60)
    assert connections["default"] not in each_connection._outdated
    assert not Employees.objects.exists()


def test_an_interrupt_before_the_own_connection_is_put_by_leaves_it(transactional_db, monkeypatch):
    """It was forgotten, and a database in memory with it."""
    Employees.objects.create(**fields_of("Ada Okafor"))
    close = type(connections["default"]).close

    def interrupted(self):
        monkeypatch.setattr(type(self), "close", close)
        raise KeyboardInterrupt

    monkeypatch.setattr(type(connections["default"]), "close", interrupted)
    with pytest.raises(KeyboardInterrupt), private_database():
        pass
    gc.collect()
    assert Employees.objects.get().first_name == "Ada"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone has databases in memory")
@pytest.mark.parametrize("asks_meanwhile", [True, False])
def test_a_database_in_memory_outlives_that_its_connection_is_led_elsewhere(
    transactional_db, tmp_path, asks_meanwhile
):
    """It went with its last connection: that of another event loop, as a browser's tests have."""
    own = connections.settings["default"]

    def tables():
        with connection.cursor() as cursor:
            [count] = cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return count, connection.connection

    def lead_to(settings):
        before, connections.settings["default"] = connections.settings["default"], settings
        each_connection.lead_others(before)

    with ThreadPoolExecutor(1) as owner, ThreadPoolExecutor(1) as other:
        count, held = owner.submit(tables).result(60)
        try:
            other.submit(lead_to, {**own, "NAME": str(tmp_path / "elsewhere")}).result(60)
            if asks_meanwhile:
                assert owner.submit(tables).result(60)[0] == 0
            other.submit(lead_to, own).result(60)
            assert owner.submit(tables).result(60) == (count, held)
        finally:
            connections.settings["default"] = own
            owner.submit(close_connections).result(60)
            other.submit(close_connections).result(60)


@pytest.mark.parametrize("begins_before", [True, False])
def test_work_that_a_tool_hands_to_a_pool_is_done_in_its_database(notebook, begins_before):
    """A pool of before wrote into the notebook's database, and the tool saw nothing of it."""
    hire()
    with ThreadPoolExecutor(1) as pool:
        if begins_before:
            assert pool.submit(Employees.objects.count).result(60) == 1
        for _ in range(2):
            found = in_private_database(lambda: [pool.submit(hire).result(60).pk, *keys()])
            assert found == [1, 1]
        assert pool.submit(Employees.objects.count).result(60) == 1
        pool.submit(close_connections).result(60)
    assert Employees.objects.count() == 1


def keys():
    return Employees.objects.values_list("pk", flat=True)


def test_what_is_measured_waits_its_turn_and_leaves_no_thread_behind(notebook, other_thread):
    """Two at once left the notebook in the project's own database; a late thread hired there."""
    name, before, told, threads = connection.settings_dict["NAME"], settings._wrapped, [], []
    goes_on = threading.Event()

    def late():
        goes_on.wait(60)
        try:
            hire()
        except OperationalError as error:
            told.append(str(error))

    def begin_one(**told):
        if not threads:
            threads.append(threading.Thread(target=late))
            threads[0].start()

    measure = partial(hire_costs, [0], 1)
    with connected(post_save, begin_one, sender=Employees):
        other = other_thread(lambda: measure() is not None)
        measure()
        assert other()
    goes_on.set()
    threads[0].join(60)
    assert "This thread goes on" in told[0]
    assert connection.settings_dict["NAME"] == name and not Employees.objects.exists()
    assert settings._wrapped is before


def test_a_cell_that_starts_over_waits_for_the_tool_of_another_thread(notebook, tool):
    """It gave back what it had found: the cell worked on the project's database afterwards."""
    threading.Timer(5, tool.let_go).start()
    fresh_database()
    assert tool.found() == 0
    assert connections.settings["default"] is connection.settings_dict
    hire()
    assert at_once(lambda _: Employees.objects.get(), 1) == []
    fresh_database()
    assert not Employees.objects.exists()


def test_a_thread_of_a_cell_stays_in_its_database_while_another_runs_a_tool(notebook, tool):
    """Its hires came into the tool's database, were counted there, and were lost."""
    assert at_once(lambda _: hire(), 1) == []
    tool.let_go()
    assert tool.found() == 0 and Employees.objects.count() == 1


def test_a_rule_that_a_tool_breaks_is_whole_for_others(notebook):
    is_broken, goes_on, errors = threading.Event(), threading.Event(), []

    def break_it():
        with broken_rule():
            is_broken.set()
            assert goes_on.wait(60)
            with pytest.raises(BrokenRule):
                hire()
            errors.extend(at_once(lambda _: hire(), 1))  # in a thread of its own

    with ThreadPoolExecutor(1) as pool:
        tool = pool.submit(in_private_database, break_it)
        assert is_broken.wait(60)
        try:
            assert hire().shifts.exists()
        finally:
            goes_on.set()
        tool.result()
    assert len(errors) == 1 and errors[0].startswith("BrokenRule")


def test_a_notebook_that_begins_again_shows_nobody_the_real_day(notebook):
    advance()
    days, clone = [], connection.creation.clone_test_db

    def clone_and_look(*args, **kwargs):
        days.append(date.today())  # another thread would see it while the databases are swapped
        clone(*args, **kwargs)

    with patch.object(connection.creation, "clone_test_db", clone_and_look):
        fresh_database()
    assert (days, date.today()) == ([MONDAY + timedelta(days=1)], MONDAY)


def test_a_connection_that_opens_in_a_trace_comes_of_the_line_that_asked(notebook):
    connection.close()
    with trace() as seen:
        Employees.objects.count()
    assert {it.came_from.partition(":")[0] for it in seen} == {__name__}


def test_two_private_databases_never_meet(notebook):
    hire()
    with private_database():
        assert not Employees.objects.exists()
    assert Employees.objects.count() == 1


def test_an_interrupt_at_any_call_as_a_private_database_ends_gives_the_own_one_back(
    notebook, interrupted
):
    own = connection.settings_dict["NAME"]
    for _ in interrupted(private_database, most=60):
        assert connection.settings_dict["NAME"] == own


def test_advance_turns_the_calendar_forward_and_says_so(notebook, capsys):
    advance()
    advance(days=6)
    assert timezone.localdate() == date(2022, 11, 21)
    assert capsys.readouterr().out == (
        "It is Tuesday 15 November 2022.\nIt is Monday 21 November 2022.\n"
    )
    with pytest.raises(ValueError, match="expected a whole number, 1 or more"):
        advance(0)
    leave_database()
    with pytest.raises(RuntimeError, match=r"run fresh_database\(\) first"):
        advance()


def test_threads_may_turn_the_calendar_and_nobody_sees_the_real_day(notebook):
    def turn(worker):
        for day in range(100):
            stand_on(MONDAY + timedelta(days=day))

    with patch.object(time_machine.travel, "stop", side_effect=AssertionError("the clock runs")):
        assert at_once(turn, 8) == []
    assert timezone.localdate() == MONDAY + timedelta(days=99)


def in_a_block():
    with private_database():
        fresh_database()


def in_another_thread():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(fresh_database).result()


@pytest.mark.parametrize(
    "begin", [partial(in_private_database, fresh_database), in_a_block, in_another_thread]
)
def test_what_a_tool_or_a_thread_runs_makes_no_fresh_database(notebook, begin):
    """The notebook was left on the project's database afterwards, and the guard let it."""
    hire()
    own = connections.settings["default"]
    with pytest.raises(RuntimeError, match="belongs into a cell"):
        begin()
    assert connections.settings["default"] is own and Employees.objects.count() == 1


def test_a_server_that_does_not_answer_is_told_in_a_sentence(notebook, monkeypatch):
    said = "connection failed: Connection refused\n\tIs the server running?"
    monkeypatch.setattr(database, "enter_database", Mock(side_effect=OperationalError(said)))
    with pytest.raises(OperationalError if connection.vendor == "sqlite" else RuntimeError):
        fresh_database()
    monkeypatch.setattr(type(connections["default"]), "vendor", "postgresql")
    with pytest.raises(RuntimeError, match=r"\(connection failed: Connection refused\)\. Start"):
        fresh_database()
