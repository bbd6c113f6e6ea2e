"""Tools that lead this process to another database take turns; what one starts belongs to it.

See https://docs.python.org/3/library/threading.html#lock-objects
"""

from contextlib import contextmanager
from functools import wraps
from threading import Lock, Thread, current_thread
from weakref import WeakKeyDictionary


class Tool:
    """One that runs; its threads take turns among themselves, since it waits for them."""

    def __init__(self, within=None):
        self.within, self.turn, self.is_over = within, Lock(), False


NO_TOOL = Tool()
_tool_of = WeakKeyDictionary()  # threads, and the tool in which each runs


def tool_of(thread):
    tool = _tool_of.get(thread, NO_TOOL)
    while tool.is_over:
        tool = tool.within
    return tool


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
            _tool_of[thread] = tool
            try:
                yield
            finally:
                tool.is_over = True
                with tool.turn:  # a thread of it may be in a tool still
                    pass


def noting_the_tool(start):
    @wraps(start)
    def start_and_note(self):
        _tool_of[self] = tool_of(current_thread())
        start(self)

    return start_and_note


Thread.start = noting_the_tool(Thread.start)
