"""Every connection of this process: each thread has one of its own, and so may each task.

See https://docs.djangoproject.com/en/5.2/ref/databases/#thread-sharing-between-connections
"""

from weakref import ref

from django.db import DEFAULT_DB_ALIAS, connections

_made = []  # weak references, in the order in which they were made
_told = []  # functions that hear of each new one


def each_connection():
    """List the default connections that there are, this thread's among them."""
    connections[DEFAULT_DB_ALIAS]  # there is one from here on
    _made[:] = [it for it in _made if it()]
    return [connection for it in _made if (connection := it())]


def tell(function):
    """Call a function with each default connection that is made from now on."""
    _told.append(function)


def close_others():
    """Close those of other threads that are in no transaction: the next query opens them again.

    One that was open would go on in the database that it was opened for.
    """
    for other in each_connection():
        if other is not connections[DEFAULT_DB_ALIAS] and not other.in_atomic_block:
            other.inc_thread_sharing()
            try:
                other.close()
            finally:
                other.dec_thread_sharing()


def noting(create):
    def create_and_note(alias):
        connection = create(alias)
        if alias == DEFAULT_DB_ALIAS:
            _made.append(ref(connection))
            for function in _told:
                function(connection)
        return connection

    return create_and_note


_made.append(ref(connections[DEFAULT_DB_ALIAS]))
connections.create_connection = noting(connections.create_connection)
