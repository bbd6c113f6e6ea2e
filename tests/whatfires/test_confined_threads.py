"""Threads, pools and processes that code starts while it is tried out; what outlives the look."""

import _thread
import asyncio
import concurrent.futures
import gc
import multiprocessing
import multiprocessing.forkserver
import os
import pty
import signal
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from weakref import ref

import pytest
from asgiref.sync import SyncToAsync, async_to_sync, sync_to_async
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.db.models.signals import post_save
from django.db.utils import ConnectionHandler
from django.dispatch import Signal

from classroom.scenes.database import close_connections
from classroom.scenes.stage.models import Person
from whatfires import connected, what_fires
from whatfires import looks as looks_module
from whatfires.confined import Refused, confined
from whatfires.looks import is_confined
from whatfires.threads import in_a_thread
from whatfires.throw_away import apart as apart_with_databases

ONE = "Person.objects.create(...)"
PATCHED = {
    "Thread.start": lambda: threading.Thread.start,
    "submit": lambda: ThreadPoolExecutor.submit,
    "connections": lambda: vars(connections).get("create_connection"),
    "mail": lambda: mail.get_connection,
    "os.open": lambda: os.open,
    "has_listeners": lambda: Signal.has_listeners,
}


def patched():
    return {name: get() for name, get in PATCHED.items()}


@pytest.fixture(autouse=True)
def nothing_left():
    """All patches are off after each test, and no thread lives on that a look has started."""
    before = patched()
    yield
    for thread in threading.enumerate():
        if thread.name == "what_fires waits":
            thread.join(10)
    assert patched() == before


def apart(call):
    return in_a_thread(call, confined, "confined")


class Straggler:
    """A thread that outlives a look: it tries each thing when it is told to, and says what came."""

    def __init__(self, *things, kind=threading.Thread):
        self.go, self.told = threading.Event(), {}
        self.things, self.kind = things, kind

    def start(self):
        self.thread = self.kind(target=self.run)
        self.thread.start()

    def run(self):
        self.go.wait(20)
        for number, thing in enumerate(self.things):
            try:
                self.told[number] = thing()
            except BaseException as error:
                self.told[number] = error
        with suppress(BaseException):
            connections.close_all()

    def end(self):
        self.go.set()
        self.thread.join(20)
        return list(self.told.values())


def real_people():
    return Person.objects.count()


@pytest.fixture
def outside(tmp_path):
    path = tmp_path / "theirs"
    path.write_text("theirs")
    return path


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_outlives_the_look_is_refused_all_it_does(outside):
    before = real_people()
    straggler = Straggler(
        lambda: Person.objects.create(name="leaked"),
        lambda: ConnectionHandler()["default"].cursor(),
        lambda: outside.write_text("spoilt"),
        lambda: default_storage.save("leaked.txt", ContentFile("leaked")),
        lambda: os.system("true"),
        lambda: os.chdir("/"),
        lambda: os.environ.update(LEAKED="1"),
        lambda: Path(os.environ.get("TMPDIR", "/tmp"), "leaked").touch(),
    )

    def start(**kwargs):
        if not hasattr(straggler, "thread"):
            straggler.start()

    with connected(post_save, start, sender=Person):
        what_fires(Person, ONE)
    came = straggler.end()
    assert [type(it) for it in came] == [Refused] * 8, came
    assert outside.read_text() == "theirs" and real_people() == before
    assert "LEAKED" not in os.environ and not default_storage.exists("leaked.txt")


def test_mail_and_caches_of_a_thread_that_outlives_the_look_go_nowhere():
    cache.set("kept", "theirs")
    message = mail.EmailMessage("leaked", "", None, ["a@example.org"])
    straggler = Straggler(
        lambda: cache.set("kept", "ours"),
        message.send,
        lambda: mail.get_connection().send_messages([message]),
        is_confined,
    )
    apart(straggler.start)
    assert straggler.end() == [None, 1, 1, True]
    assert cache.get("kept") == "theirs" and not getattr(mail, "outbox", [])


def test_a_thread_that_such_a_thread_starts_is_refused_as_well(outside):
    after = Straggler(lambda: outside.write_text("spoilt"))
    straggler = Straggler(after.start)
    apart(straggler.start)
    straggler.end()
    [came] = after.end()
    assert isinstance(came, Refused) and outside.read_text() == "theirs"


def test_two_looks_with_a_thread_of_the_first_in_between_are_both_right(outside, tmp_path):
    first = Straggler(lambda: outside.write_text("spoilt"), lambda: is_confined())
    apart(first.start)
    assert not is_confined()
    outside.write_text("by the project")  # while a thread of the look is alive

    def second():
        own = Path(looks_module.look_of().folder, "ours")
        own.write_text("ours")
        with pytest.raises(Refused):
            outside.write_text("spoilt")
        came = first.end()
        own.write_text("still ours")
        return came

    refused, confined_still = apart(second)
    assert isinstance(refused, Refused) and confined_still
    outside.write_text("by the project again")


def test_the_patches_come_off_when_the_last_thread_ends():
    before = patched()
    stragglers = [Straggler(), Straggler()]
    apart(lambda: [it.start() for it in stragglers])
    assert patched() != before
    stragglers[0].end()
    apart(int)
    assert patched() != before
    stragglers[1].end()
    for thread in threading.enumerate():
        if thread.name == "what_fires waits":
            thread.join(10)
    assert patched() == before


def test_a_patch_of_somebody_else_that_came_later_is_left():
    straggler, original = Straggler(), mail.get_connection
    apart(straggler.start)
    try:
        mail.get_connection = theirs = object()
        straggler.end()
        apart(int)
        assert mail.get_connection is theirs
    finally:
        mail.get_connection = original


def test_threads_have_a_moment_to_end_and_a_timer_is_cancelled(tmp_path):
    done, fired = [], []

    def start():
        def work():
            Path(looks_module.look_of().folder, "late").write_text("ours")
            done.append(True)

        threading.Timer(0.05, work).cancel()
        threading.Thread(target=work).start()
        timer = threading.Timer(3600, fired.append, [True])
        timer.start()
        return timer

    timer = apart(start)
    assert done == [True] and not timer.is_alive() and fired == []


def test_a_start_that_was_taken_early_is_followed():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(is_confined()))
    apart(thread.start)
    thread.join()
    assert seen == [True]


RAW = {
    "_thread.start_new_thread": lambda: _thread.start_new_thread(int, ()),
    "a name of one's own": lambda: start_new_thread(int, ()),
}
start_new_thread = _thread.start_new_thread


@pytest.mark.parametrize("way", RAW)
def test_a_thread_without_an_object_is_refused(way):
    if way != "_thread.start_new_thread" and sys.version_info < (3, 12):
        pytest.skip("Python 3.11 raises no event for it")
    with pytest.raises(Refused, match=r"to start a thread without threading\.Thread"):
        apart(RAW[way])


# Pools


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1, initializer=lambda: setattr(here, "is_prepared", True)) as pool:
        yield pool


here = threading.local()


def test_a_pool_that_was_there_before_does_not_do_the_work(pool, outside):
    assert pool.submit(is_confined).result() is False

    def work():
        futures = [pool.submit(is_confined), pool.submit(outside.write_text, "spoilt")]
        assert list(pool.map(lambda it: here.is_prepared, range(3))) == [True] * 3
        return [futures[0].result(), futures[1].exception()]

    is_inside, refused = apart(work)
    assert is_inside and isinstance(refused, Refused) and outside.read_text() == "theirs"
    assert pool.submit(is_confined).result() is False


def test_a_pool_that_was_first_used_inside_keeps_no_thread_of_the_look(pool):
    inside = apart(lambda: pool.submit(threading.current_thread).result())
    assert pool.submit(threading.current_thread).result() is not inside
    assert not any(it.name.startswith("what_fires") for it in threading.enumerate())


def test_no_look_is_remembered(pool):
    def work():
        pool.submit(threading.Thread(target=int).start).result()
        return ref(looks_module.look_of())

    look = apart(work)
    gc.collect()
    assert look() is None


def test_a_thread_that_outlives_the_look_hands_no_work_to_a_pool(pool):
    straggler = Straggler(lambda: pool.submit(int))
    apart(straggler.start)
    [came] = straggler.end()
    assert isinstance(came, Refused) and pool.submit(int).result() == 0


def test_a_pool_that_code_shuts_down_has_done_its_work_and_is_open_for_the_project(pool):
    made = []

    def work():
        with ThreadPoolExecutor(1) as own:
            own.submit(lambda: made.append(is_confined()))
            own.submit(lambda: made.append(is_confined()))
        assert made == [True, True]
        pool.submit(int)
        pool.shutdown()
        with pytest.raises(RuntimeError, match="after shutdown"):
            pool.submit(int)
        with pytest.raises(RuntimeError, match="after shutdown"):
            own.submit(int)

    apart(work)
    assert pool.submit(int).result() == 0


@pytest.mark.django_db(transaction=True)
def test_async_code_of_the_project_finds_its_tables_afterwards(monkeypatch):
    """asgiref keeps one thread for all; first used inside, it would keep a throw-away database."""
    monkeypatch.setattr(SyncToAsync, "single_thread_executor", ThreadPoolExecutor(1))

    def receive(**kwargs):
        asyncio.run(count())

    async def count():
        return await sync_to_async(lambda: (is_confined(), Person.objects.count()))()

    with connected(post_save, receive, sender=Person):
        what_fires(Person, ONE)
    told = asyncio.run(count())
    SyncToAsync.single_thread_executor.submit(close_connections).result()
    SyncToAsync.single_thread_executor.shutdown()
    assert told == (False, 0)


def test_the_default_threads_of_an_event_loop_are_confined(outside):
    async def receive():
        loop = asyncio.get_running_loop()
        with pytest.raises(Refused):
            await loop.run_in_executor(None, outside.write_text, "spoilt")
        with pytest.raises(Refused):
            await asyncio.to_thread(outside.write_text, "spoilt")
        return await asyncio.to_thread(is_confined)

    assert apart(lambda: asyncio.run(receive())) and apart(async_to_sync(receive))
    assert outside.read_text() == "theirs"


# Processes


def in_process(method):
    multiprocessing.get_context(method).Process(target=int).start()


def fork():
    if not os.fork():
        os._exit(0)


def in_pool_of_processes():
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        pool.submit(int).result(20)


PROCESSES = {
    "os.fork": fork,
    "os.forkpty": os.forkpty,
    "pty.spawn": lambda: pty.spawn(["true"]),
    "pty.fork": pty.fork,
    "spawn": lambda: in_process("spawn"),
    "fork": lambda: in_process("fork"),
    "forkserver": lambda: in_process("forkserver"),
    "ProcessPoolExecutor": in_pool_of_processes,
    "multiprocessing.Pool": lambda: multiprocessing.Pool(1),
    "os.kill": lambda: os.kill(os.getpid(), signal.SIGWINCH),
}


@pytest.mark.parametrize("way", PROCESSES)
def test_another_process_is_refused(way):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of processes that would be left
        with pytest.raises(Refused, match="nothing leaves the process: to "):
            apart(PROCESSES[way])
    assert not multiprocessing.active_children()


def test_a_pool_of_processes_that_was_there_before_is_refused_too():
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        pool.submit(int).result(60)
        with pytest.raises(Refused, match="to start a process"):
            apart(lambda: pool.submit(int))


def test_a_server_of_processes_that_was_there_before_is_asked_for_none():
    multiprocessing.forkserver.ensure_running()
    try:
        with pytest.raises(Refused, match="to start a process"):
            apart(PROCESSES["forkserver"])
    finally:
        multiprocessing.forkserver._forkserver._stop()


def test_a_process_may_be_asked_whether_it_is_there():
    assert apart(lambda: os.kill(os.getpid(), 0)) is None


@pytest.mark.parametrize("module", ["_interpreters", "_xxsubinterpreters"])
def test_another_interpreter_is_refused(module):
    interpreters = pytest.importorskip(module)
    with pytest.raises(Refused, match="to start another interpreter"):
        apart(lambda: interpreters.create())


# The end of a look


@pytest.mark.django_db(transaction=True)
def test_an_interrupt_leaves_nothing_on(monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apart_with_databases(interrupt)
    assert not is_confined() and connection.settings_dict["NAME"] != ""


def test_an_error_while_a_look_ends_leaves_nothing_on(monkeypatch):
    monkeypatch.setattr(looks_module.Look, "put_back", lambda look: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        apart(int)
