"""Tools that lead this process to another database take turns; what one starts belongs to it.

See https://docs.python.org/3/library/threading.html#lock-objects
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import wraps
from threading import Lock, Thread, current_thread
from weakref import WeakKeyDictionary


class Tool:
    """One that runs; its threads take turns among themselves, since it waits for them."""

    def __init__(self, within=None):
        self.within, self.turn, self.is_over = within, Lock(), False
        self.is_closed = False  # its database is gone


NO_TOOL = Tool()
_tool_of = WeakKeyDictionary()  # threads, and the tool in which each runs
lending = [nullcontext]  # what makes a block in which a thread of somebody else's works for a tool


def tool_of(thread):
    """Return the innermost tool in which a thread runs now; NO_TOOL outside all of them."""
    tool = _tool_of.get(thread, NO_TOOL)
    while tool.is_over:
        tool = tool.within
    return tool


def close_tool():
    """Leave the tool of this thread, whose database goes now: its other threads get no other."""
    thread = current_thread()
    tool = tool_of(thread)
    tool.is_closed, _tool_of[thread] = True, tool.within


def end_all_tools():
    """Leave every other thread behind: this process ends."""
    NO_TOOL.is_closed = True
    _tool_of[current_thread()] = Tool()


def is_left_behind(thread):
    """Tell whether a thread outlived the database of a tool in which it was started."""
    tool = _tool_of.get(thread, NO_TOOL)
    while tool.within and not tool.is_closed:
        tool = tool.within
    return tool.is_closed


def belongs(thread, tool):
    """Tell whether a thread was started by a tool, or by what it started, and runs in it still."""
    its = tool_of(thread)
    while its and its is not tool and its is not NO_TOOL:
        its = its.within
    return its is tool


@contextmanager
def one_tool_at_a_time():
    """Let a thread wait until no other one is in such a block, but for the tool that started it."""
    thread, had_its_turn = current_thread(), False
    while not had_its_turn:
        outer = tool_of(thread)
        with outer.turn:
            if outer.is_over:  # it ended while we waited: now others are to be waited for
                continue
            tool, had_its_turn = Tool(outer), True
            before, _tool_of[thread] = _tool_of.get(thread, NO_TOOL), tool
            try:
                yield
            finally:
                tool.is_over = True
                with tool.turn:  # a thread of it may be in a tool still
                    pass
                _tool_of[thread] = before


def noting_the_tool(start):
    @wraps(start)
    def start_and_note(self):
        _tool_of[self] = tool_of(current_thread())
        start(self)

    return start_and_note


def handing_in(submit):
    """Let work that is handed to a pool belong to who hands it in: the pool is for everybody."""

    @wraps(submit)
    def submit_of_a_tool(self, fn, /, *args, **kwargs):
        tool = _tool_of.get(current_thread(), NO_TOOL)

        def work():
            thread = current_thread()
            before, _tool_of[thread] = _tool_of.get(thread, NO_TOOL), tool
            try:
                with nullcontext() if tool is NO_TOOL else lending[-1]():
                    return fn(*args, **kwargs)
            finally:
                _tool_of[thread] = before

        return submit(self, work)

    return submit_of_a_tool


Thread.start = noting_the_tool(Thread.start)
ThreadPoolExecutor.submit = handing_in(ThreadPoolExecutor.submit)
