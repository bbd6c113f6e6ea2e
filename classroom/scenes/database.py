"""A private database for each notebook, made and thrown away by Django's own test machinery.

It is created under a name of its own on whatever server the settings name, so two notebooks
open at once never meet, and the project's own data is never touched.
See https://docs.djangoproject.com/en/5.2/topics/testing/overview/#the-test-database
"""

import atexit
import shutil
import uuid
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import current_thread, main_thread

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from classroom.running import guard
from classroom.running.each_connection import lead_others, others_stay, swapping
from classroom.running.scratch import needs_more, scratch_folder
from classroom.running.turns import close_tool, end_all_tools, one_tool_at_a_time
from classroom.scenes.calendar import MONDAY, let_go, spell, stand_on
from whatfires.describing import quoted
from whatfires.threads import in_a_thread, put_off

_in_use = ExitStack()
_own = []  # the name of the notebook's own database, while it has one
_log = ExitStack()
_log_file = []  # the notebook's own, once it has one
# Comes with the course where migrating would take long: in a browser, and in a room of many.
MIGRATED = Path(settings.BASE_DIR, "migrated.sqlite3")
_process = ExitStack()  # what stays until the process ends
_templates = {}  # a migrated database on each server, by its address
_folders = {}  # the folder that belongs to it, by the same
_for_the_next = []  # see `with_the_next()`


def fresh_database(today=MONDAY):
    """Give this notebook an empty database of its own and a calendar that stands on `today`.

    `today` is a `datetime.date`. Run it again to start over: the rows of before are gone and
    keys count from 1. A model that was written in a cell has a table again. Prints one line that
    says so. Raises TypeError for what is no date, RuntimeError in a thread and in what a check or a
    comparison runs, and KernelOfAnother in the kernel of another notebook, before anything is gone.
    RuntimeError, too, where the server of the database does not answer.
    """
    if not isinstance(today, date):
        raise TypeError(
            f"fresh_database({quoted(today)}): expected a date, such as date(2022, 11, 14)."
        )
    expect_a_cell()
    guard.expect_own_kernel()
    # Its turn: a tool that another thread runs gives back what it found.
    with one_tool_at_a_time(), no_answer_in_a_sentence():
        try:
            with swapping:
                give_back()
                enter_database(today)
        except BaseException:  # an interrupt, say: the guard has to stand
            leave_database()
            raise
    print(f"A fresh, empty database for this notebook alone. It is {spell(today)}.")
    bring_back()


@contextmanager
def no_answer_in_a_sentence():
    """Say of a server that does not answer what can be done; a file says it itself."""
    try:
        yield
    except OperationalError as error:
        if connection.vendor == "sqlite":
            raise
        raise RuntimeError(
            "fresh_database(): the database that DATABASE_URL names does not answer "
            f"({str(error).splitlines()[0]}). Start its server; or unset DATABASE_URL, and each "
            "notebook has a file of its own."
        ) from None


def with_the_next(undo):
    """Undo what a lesson did by this function at the next fresh_database(); print its answer."""
    if undo not in _for_the_next:
        _for_the_next.append(undo)


def bring_back():
    """Undo what `with_the_next()` was told; an interrupt leaves it to the next time."""
    while _for_the_next:
        if said := _for_the_next[-1]():
            print(said)
        _for_the_next.pop()


def enter_database(today):
    """Let the default connection, the event log and the clock be the notebook's own."""
    guard.lift()
    if connection.in_atomic_block:  # an interrupt may have come while Django left a transaction
        own = connection.connection
        connection.close()
        connection.connect()
        if own:  # close() spares one in memory, and would have lost its database with the last
            own.close()
    begin_event_log()
    before = connections.settings[DEFAULT_DB_ALIAS]
    _in_use.enter_context(another_database())
    stand_on(today)
    make_tables_of_cells()
    _own[:] = [connection.settings_dict["NAME"]]
    lead_others(before)


def make_tables_of_cells():
    """Give each model that was written in a cell its table, which is in no migration."""
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("polls").get_models():
            if not model._meta.proxy:
                editor.create_model(model)


def expect_a_cell():
    """Refuse a thread, and what a tool runs in a database of its own, which it then gives back."""
    is_elsewhere = _own and connection.settings_dict["NAME"] != _own[0]
    if current_thread() is not main_thread() or is_elsewhere:
        raise RuntimeError(
            "fresh_database() belongs into a cell. It was called in a thread, or in what a check "
            "or a comparison runs, which has a database of its own. Nothing was done: leave it out."
        )


def leave_database():
    """Throw the notebook's database away; the project's own database and clock are back."""
    try:
        with swapping:
            try:
                give_back()
            finally:
                guard.stand()
    finally:
        _log_file.clear()
        _log.close()
        let_go()


def leave_for_good():
    """Leave the database as Python ends: a thread that still hires gets no other one."""
    if _own:
        end_all_tools()
    leave_database()


def give_back():
    """Throw the database away. Time stands still meanwhile, and the event log stays.

    A hire of another thread at this moment sees no other day, and tells nothing to the project.
    """
    with swapping:
        lead_others(connections.settings[DEFAULT_DB_ALIAS])  # not to one that a server ends
        _own.clear()
        _in_use.close()


def begin_event_log():
    """Let the notebook's own event log be empty."""
    if not _log_file:
        _log_file.append(_log.enter_context(private_event_log()))
    settings.EVENT_LOG = _log_file[0]
    _log_file[0].parent.mkdir(exist_ok=True)  # somebody may clear old folders away
    _log_file[0].unlink(missing_ok=True)


@contextmanager
def private_event_log():
    """Point the event log at a file of this notebook's own; remove it afterwards. Yields it."""
    with scratch_folder() as folder, override_settings(EVENT_LOG=folder / "log_event.log"):
        yield settings.EVENT_LOG


@contextmanager
def private_database():
    """Give a tool a new, migrated database, while no other tool runs; drop it afterwards.

    Yields its name, for `use_database`. Threads that start in the block, and outlive it, are
    refused every database afterwards.
    """
    with one_tool_at_a_time(), another_database() as name:
        try:
            yield name
        finally:
            close_tool()


@contextmanager
def another_database():
    """Point the default connection at a new, migrated database; drop it afterwards.

    Yields its name, for `use_database`. It is a clone, as a parallel test run makes them: migrating
    takes most of the time that a database costs, and copying next to none. It is for this thread
    and those that start in the block; the others keep to theirs.
    """
    before, mine = connections.settings[DEFAULT_DB_ALIAS], connection.settings_dict
    creation = connection.creation
    put_by, name = [], None
    others, is_over = ExitStack(), False

    @put_off()
    def go_back():
        nonlocal is_over
        with swapping:
            if is_over:
                return
            if name:
                use_database(name)
                send_away_from(name)
                with suppress(FileNotFoundError):  # its folder may go first as Python ends
                    creation.destroy_test_db(mine["NAME"], verbosity=0)
            connection.close()
            private = connections.settings[DEFAULT_DB_ALIAS]
            connections.settings[DEFAULT_DB_ALIAS], connection.settings_dict = before, mine
            if private is not before:  # nobody was led, where an error came before that
                lead_others(private)
            others.close()
            if put_by:  # an interrupt may have come before that
                [connection.connection] = put_by
            is_over = True

    try:
        with put_off(), swapping:  # no half of a swap, whenever the interrupt comes
            connection.close()
            # close() spares one in memory, which lives as long as its connection: put by.
            put_by.append(connection.connection)
            connection.connection = None
            others.enter_context(others_stay(but=current_thread()))
            connections.settings[DEFAULT_DB_ALIAS] = connection.settings_dict = {**mine}
            use_database(template())
            number = uuid.uuid4().hex[:12]
            name = creation.get_test_db_clone_settings(number)["NAME"]
            belongs_to_this_process(name)
            creation.clone_test_db(number, verbosity=0)
            use_database(name)
        yield name
    finally:
        try:
            go_back()
        except BaseException:  # an interrupt came before it could be put off
            go_back()
            raise


def send_away_from(name):
    """End what other threads still do in a database of a server, which could not be dropped.

    See https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
    """
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )


def template():
    """Return the database that is cloned, migrated once for each server and process."""
    if server() not in _templates:
        folder = _process.enter_context(scratch_folder(let_go=drop_left_behind))
        name, options = f"notebook_{uuid.uuid4().hex[:12]}", connection.settings_dict["TEST"]
        if connection.vendor == "sqlite" and MIGRATED.exists():
            _folders[server()] = folder
            # A clone lies beside its template, and MIGRATED where a desk may not write.
            _templates[server()] = str(shutil.copyfile(MIGRATED, Path(folder, f"{name}.sqlite3")))
            return _templates[server()]
        test_name = options["NAME"]
        options["NAME"] = str(Path(folder, name)) if connection.vendor == "sqlite" else name
        _folders[server()] = folder
        belongs_to_this_process(name)
        _templates[server()] = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        options["NAME"] = test_name
        connection.close()
        atexit.register(drop_template, server())
    return _templates[server()]


def belongs_to_this_process(name):
    """Note a database on a server, so that it can be dropped when this process is killed."""
    if connection.vendor != "sqlite":
        with (_folders[server()] / "databases").open("a") as file:
            file.write(f"{server()}\t{name}\n")


def drop_left_behind(folder):
    """Drop the databases of a killed process; tell whether all were on this server and are gone."""
    try:
        noted = [it.split("\t") for it in (folder / "databases").read_text().splitlines()]
    except FileNotFoundError:
        return not needs_more(folder)
    if any(place != str(server()) for place, _ in noted):
        return False
    own_name = connection.settings_dict["NAME"]
    for _, name in noted:
        use_database(name)
        with suppress(DatabaseError):  # it was not made yet, or dropped already
            connection.creation.destroy_test_db(own_name, verbosity=0)
    use_database(own_name)
    return True


def server():
    """The address of the server that the connection is to; all files are on one."""
    place = connection.settings_dict
    return connection.vendor, place["HOST"], place["PORT"]


def drop_template(where):
    """Drop the template if it is on the server that we are connected to.

    One that was started for a block has gone by now with all it held, and a file with its folder.
    """
    if where == server() and connection.vendor != "sqlite":
        own_name = connection.settings_dict["NAME"]
        use_database(_templates.pop(where))
        with suppress(DatabaseError):
            connection.creation.destroy_test_db(own_name, verbosity=0)


def in_private_database(function, *args):
    """Call a function in a thread and a database of its own; return what it returns.

    A notebook's cell runs inside an event loop, where Django refuses queries and no other loop may
    start; a thread has none. And the notebook's own connection stays as it is, also where an
    interrupt ends the call. Two threads that call this wait for each other.
    """
    with one_tool_at_a_time():
        return in_a_thread(
            lambda: function(*args), private_database_for_a_thread, "private database"
        )


@contextmanager
def private_database_for_a_thread():
    try:
        with private_database():
            yield
    finally:
        close_connections()


def close_connections():
    """Close the connections of this thread, which ends; also those to a database in memory.

    SQLite's own `close()` keeps these open, since the last one takes its database along. Nobody
    else could close them, and Python 3.13 warns of that.
    """
    for mine in connections.all(initialized_only=True):
        BaseDatabaseWrapper.close(mine)


def empty_tables(*models):
    """Empty the tables of these models, and let their keys count from 1 again."""
    tables = [model._meta.db_table for model in models]
    sql = connection.ops.sql_flush(no_style(), tables, reset_sequences=True)
    connection.ops.execute_sql_flush(sql)


def use_database(name):
    """Point the default connection at another database on the same server."""
    connection.close()
    connection.settings_dict["NAME"] = name


atexit.register(_process.close)  # after the next: what is registered last is called first
atexit.register(leave_for_good)
