"""Every connection of this process: each thread has one of its own, and so may each task.

See https://docs.djangoproject.com/en/5.2/ref/databases/#thread-sharing-between-connections
"""

import sys
from contextlib import contextmanager, nullcontext
from functools import partial
from threading import Lock, RLock, current_thread
from threading import enumerate as each_thread
from weakref import WeakKeyDictionary, ref

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from classroom.running.turns import NO_TOOL, belongs, is_left_behind, lending, tool_of
from whatfires.origins import OWN_FILES

_made = []  # weak references, in the order in which they were made
_noting, _marking = Lock(), Lock()
_told = []  # functions that hear of each new one
_outdated = WeakKeyDictionary()  # those that their thread closes, and the save() it ends first
_in_memory = WeakKeyDictionary()  # those that led there: by which settings, and SQLite's own
_staying = WeakKeyDictionary()  # threads, and the settings by which they connect for the first time
_led = []  # tools that lead elsewhere, the outermost first, and the settings before each
swapping = RLock()  # held while the default connection leads nowhere in particular: others wait


def each_connection():
    """List the default connections that there are, this thread's among them."""
    connections[DEFAULT_DB_ALIAS]  # there is one from here on
    with _noting:
        _made[:] = [it for it in _made if it()]
        return [connection for it in _made if (connection := it())]


def tell(function):
    """Call a function with each default connection that is made from now on."""
    _told.append(function)


def lead_others(before):
    """Let the other threads that went by these settings go by those of now.

    Each opens its connection anew before its next query outside a transaction, and outside the
    save() that it is in now: the receivers of one row belong to one database. It is not closed
    here: SQLite ends the process if its thread is at work with it.
    """
    now = connections.settings[DEFAULT_DB_ALIAS]
    mine = connections[DEFAULT_DB_ALIAS]
    led = [it for it in each_connection() if it.settings_dict is before and it is not mine]
    with _marking:  # a query that finds the mark waits for what we see: threads go on meanwhile
        for it in led:
            if it.connection and leads_to_memory(it):
                _in_memory[it] = before, it.connection
            it.settings_dict = now
        unmarked = [it for it in led if it not in _outdated]
        _outdated.update(dict.fromkeys(unmarked))
        at_work = sys._current_frames()
        _outdated.update({it: save_around(at_work.get(it._thread_ident)) for it in unmarked})
    _staying.update({thread: now for thread, it in list(_staying.items()) if it is before})


@contextmanager
def others_stay(but=None):
    """Let the threads that there are keep to the settings of now; those of this tool follow."""
    now = connections.settings[DEFAULT_DB_ALIAS]
    threads = [it for it in each_thread() if it is not but and it not in _staying]
    _staying.update(dict.fromkeys(threads, now))
    led = tool_of(current_thread()), now
    _led.append(led)
    try:
        yield
    finally:
        _led.remove(led)
        for it in threads:
            _staying.pop(it, None)


@contextmanager
def connected_as_its_tool():
    """Let this thread, which belongs to a pool, work in the database of the tool that hands it in.

    Its own connection is put by for the block.
    """
    own = connections[DEFAULT_DB_ALIAS]
    del connections[DEFAULT_DB_ALIAS]
    try:
        yield
    finally:
        BaseDatabaseWrapper.close(connections[DEFAULT_DB_ALIAS])
        connections[DEFAULT_DB_ALIAS] = own


def settings_for(thread, otherwise):
    """Return the settings by which a thread connects: no tool leads one that it did not start."""
    is_led = any(belongs(thread, tool) for tool, _ in _led if tool is not NO_TOOL)
    if thread in _staying and not is_led:
        return _staying[thread]
    led = (before for tool, before in _led if not (tool.is_over or belongs(thread, tool)))
    return next(led, otherwise)


def save_around(frame):
    """Return the outermost save() in which code runs, a receiver of it say; None outside one."""
    found = None
    while frame:
        if frame.f_code is Model.save_base.__code__:
            found = frame
        frame = frame.f_back
    return found


def renew(connection):
    """Open a connection where it is not, or leads to a database of before.

    Raises OperationalError in a thread that outlived the database of the tool that started it.
    """
    if is_left_behind(current_thread()):
        raise OperationalError(
            "This thread goes on, and the tool in which it was started has ended, with the "
            "database that it ran in. Nothing was written. Wait for the thread inside of what the "
            "tool runs: thread.join()."
        )
    if connection in _outdated and not connection.in_atomic_block:
        with _marking:
            save = _outdated[connection]
        if save is None or save is not save_around(sys._getframe()):
            del _outdated[connection]
            settings, kept = _in_memory.get(connection, (None, None))
            if connection.connection is kept:  # its database would be gone with it
                connection.connection = None
            BaseDatabaseWrapper.close(connection)  # SQLite's asks settings that may change by now
            if settings is connection.settings_dict:
                connection.connection = kept
    with nullcontext() if connection.connection else swapping:
        type(connection).ensure_connection(connection)


def leads_to_memory(connection):
    return connection.vendor == "sqlite" and connection.is_in_memory_db()


def noted(connection):
    connection.ensure_connection = partial(renew, connection)
    with _noting:
        _made.append(ref(connection))
    return connection


def noting(create):
    def create_and_note(alias):
        connection = create(alias)
        if alias == DEFAULT_DB_ALIAS:
            settings = settings_for(current_thread(), connection.settings_dict)
            noted(connection).settings_dict = settings
            for function in _told:
                function(connection)
        return connection

    return create_and_note


OWN_FILES[renew.__code__.co_filename] = False  # a trace names the line that asked, not ours
noted(connections[DEFAULT_DB_ALIAS])
connections.create_connection = noting(connections.create_connection)
lending.append(connected_as_its_tool)
