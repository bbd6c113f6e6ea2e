"""Two tools at once would each give back the settings of the other: they take turns."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread, current_thread

import pytest

from classroom.running import turns as turns_module
from classroom.running.turns import one_tool_at_a_time

PATIENCE = 60  # seconds until something that hangs fails the test


class Turns:
    """Threads that enter a tool of that name each, stay until they are let go, and tell of it."""

    def __init__(self):
        self.told, self.goes_on = [], {}

    def start(self, name, inside=None, first=None):
        """Enter a tool, call `inside` in it, and stay; `first` is awaited before all."""
        self.goes_on[name] = Event()
        is_in = Event()

        def run():
            if first:
                first.wait(PATIENCE)
            with one_tool_at_a_time():
                self.told.append(f"{name} in")
                if inside:
                    inside()
                is_in.set()
                assert self.goes_on[name].wait(PATIENCE)
                self.told.append(f"{name} out")

        thread = Thread(target=run, daemon=True)
        thread.is_in = is_in
        thread.start()
        return thread

    def let_go(self, name, thread):
        self.goes_on[name].set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def turns():
    return Turns()


def still_waits(thread):
    return not thread.is_in.wait(0.2)


def test_a_thread_that_starts_while_a_tool_runs_waits_for_it(turns):
    """It was taken for the tool's own: a failing rule of one comparison stayed on in the kernel."""
    one = turns.start("one")
    assert one.is_in.wait(PATIENCE)
    two = turns.start("two")
    assert still_waits(two)
    turns.let_go("one", one)
    assert two.is_in.wait(PATIENCE)
    turns.let_go("two", two)
    assert turns.told == ["one in", "one out", "two in", "two out"]


def test_what_a_tool_starts_is_not_made_to_wait_for_it(turns):
    def inner():
        thread = turns.start("inner")
        assert thread.is_in.wait(PATIENCE)
        turns.let_go("inner", thread)
        with one_tool_at_a_time():
            pass

    outer = turns.start("outer", inside=inner)
    assert outer.is_in.wait(PATIENCE)
    turns.let_go("outer", outer)
    assert turns.told == ["outer in", "inner in", "inner out", "outer out"]


def test_threads_of_one_tool_wait_for_each_other_and_it_waits_for_them(turns):
    started = []

    def inner():
        started.append(turns.start("one"))
        assert started[0].is_in.wait(PATIENCE)
        started.append(turns.start("two"))
        assert still_waits(started[1])

    outer = turns.start("outer", inside=inner)
    assert outer.is_in.wait(PATIENCE)
    turns.goes_on["outer"].set()
    outer.join(0.2)
    third = turns.start("third")
    assert outer.is_alive() and still_waits(third)
    turns.let_go("one", started[0])
    turns.goes_on["two"].set(), turns.goes_on["third"].set()
    for it in outer, started[1], third:
        it.join(PATIENCE)
    assert turns.told[:4] == ["outer in", "one in", "outer out", "one out"]
    ins = [it for it in turns.told[4:] if it.endswith("in")]
    assert sorted(ins) == ["third in", "two in"]
    assert [turns.told[place + 1] for place in (4, 6)] == [
        it.replace(" in", " out") for it in (turns.told[4], turns.told[6])
    ]


def test_what_outlives_its_tool_waits_like_anybody(turns):
    begins, started = Event(), []
    outer = turns.start("outer", inside=lambda: started.append(turns.start("late", first=begins)))
    assert outer.is_in.wait(PATIENCE)
    turns.let_go("outer", outer)
    other = turns.start("other")
    assert other.is_in.wait(PATIENCE)
    begins.set()
    assert still_waits(started[0])
    turns.let_go("other", other)
    assert started[0].is_in.wait(PATIENCE)
    turns.let_go("late", started[0])


def test_what_a_tool_hands_to_a_pool_belongs_to_it(turns):
    """The pool waited for the tool, and the tool for the pool: no interrupt ended that."""

    def in_a_tool():
        with one_tool_at_a_time():
            return True

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(str).result() == ""  # its thread begins outside the tool
        done = []

        def hand_in():
            done.append(pool.submit(in_a_tool).result(PATIENCE))

        outer = turns.start("outer", inside=hand_in)
        assert outer.is_in.wait(PATIENCE) and done == [True]
        other = Thread(target=hand_in)
        other.start()
        other.join(0.2)
        assert done == [True]  # handed in by somebody else, it waits
        turns.let_go("outer", outer)
        other.join(PATIENCE)
        assert done == [True, True]


def test_as_python_ends_only_the_last_thread_reaches_a_database(monkeypatch):
    monkeypatch.setattr(turns_module, "NO_TOOL", nobody := turns_module.Tool())
    monkeypatch.setattr(turns_module, "_tool_of", {})
    main, other = current_thread(), Thread()
    turns_module.end_all_tools()
    assert [turns_module.is_left_behind(it) for it in (main, other)] == [False, True]
    assert [turns_module.belongs(it, nobody) for it in (main, other)] == [False, True]
    assert not turns_module.belongs(main, turns_module.Tool(nobody))


def test_a_tool_that_fails_leaves_the_turn_to_the_next(turns):
    with pytest.raises(KeyboardInterrupt), one_tool_at_a_time(), one_tool_at_a_time():
        raise KeyboardInterrupt
    after = turns.start("after")
    assert after.is_in.wait(PATIENCE)
    turns.let_go("after", after)
