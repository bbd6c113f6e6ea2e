"""Every connection of this process: each thread has one of its own, and so may each task.

See https://docs.djangoproject.com/en/5.2/ref/databases/#thread-sharing-between-connections
"""

from functools import partial
from weakref import WeakSet, ref

from django.db import DEFAULT_DB_ALIAS, connections

_made = []  # weak references, in the order in which they were made
_told = []  # functions that hear of each new one
_outdated = WeakSet()  # those that their own thread closes before its next query


def each_connection():
    """List the default connections that there are, this thread's among them."""
    connections[DEFAULT_DB_ALIAS]  # there is one from here on
    _made[:] = [it for it in _made if it()]
    return [connection for it in _made if (connection := it())]


def tell(function):
    """Call a function with each default connection that is made from now on."""
    _told.append(function)


def renew_others():
    """Let the other threads open theirs anew before the next query, outside a transaction.

    One that was open would go on in the database that it was opened for. It is not closed here:
    SQLite ends the process if its thread is at work with it.
    """
    _outdated.update(it for it in each_connection() if it is not connections[DEFAULT_DB_ALIAS])


def renew(connection, ensure_connection):
    if connection in _outdated and not connection.in_atomic_block:
        _outdated.discard(connection)
        connection.close()
    ensure_connection()


def noting(create):
    def create_and_note(alias):
        connection = create(alias)
        if alias == DEFAULT_DB_ALIAS:
            connection.ensure_connection = partial(renew, connection, connection.ensure_connection)
            _made.append(ref(connection))
            for function in _told:
                function(connection)
        return connection

    return create_and_note


_made.append(ref(connections[DEFAULT_DB_ALIAS]))
connections.create_connection = noting(connections.create_connection)
