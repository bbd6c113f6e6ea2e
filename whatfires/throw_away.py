"""Throw-away databases for a thread of its own, one for each database of the project.

Django's connections belong to threads. So a confined thread is given connections to empty
databases in the place of all that DATABASES names, and no row of the project can be reached from
it, while the rest of the process goes on with its own. The tables are made from the models, without
migrations: it takes about a millisecond a model.
See https://docs.djangoproject.com/en/5.2/topics/db/multi-db/
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import Context
from threading import Lock
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from whatfires.confined import confined
from whatfires.looks import Look, is_confined
from whatfires.threads import in_a_thread

Answer = TypeVar("Answer")
_one_at_a_time = Lock()


class NoThrowAwayDatabase(RuntimeError):
    """A database of its own could not be made; the message says why, and the ways out."""


def apart(function: Callable[..., Answer], *args: Any) -> Answer:
    """Call a function in a confined thread with databases of its own; return what it returns.

    A cell of a notebook runs inside an event loop, where Django refuses queries and no other loop
    may start; a thread has none. Raises NoThrowAwayDatabase, and what the function raises.
    """
    if is_confined():
        raise RuntimeError(
            "what_fires() was called by code that it was trying out: call it elsewhere."
        )
    with _one_at_a_time:
        return in_a_thread(lambda: Context().run(function, *args), apart_from_all, "what_fires")


@contextmanager
def apart_from_all() -> Iterator[None]:
    with confined() as look, throw_away_databases(look):
        yield


@contextmanager
def throw_away_databases(look: Look) -> Iterator[None]:
    """Let every alias of DATABASES lead to an empty database with the tables of all models."""
    opened: list[BaseDatabaseWrapper] = []
    aliases = dict(aliases_by_database())
    own_settings = {alias: throw_away_settings(alias) for alias in set(aliases.values())}

    def connect(create: Callable[..., Any], alias: str) -> BaseDatabaseWrapper:
        if aliases.get(alias, alias) != alias:
            return connections[aliases[alias]]
        connection = create(alias)
        connection.settings_dict = own_settings.get(alias, connection.settings_dict)
        connection.inc_thread_sharing()  # any thread opened it, this one closes it
        opened.append(connection)
        return connection

    with ExitStack() as stack:
        look.connect = connect
        stack.callback(close, opened)
        for alias in own_settings:
            create_database(stack, alias, opened)
        for alias in own_settings:
            create_tables(alias, [it for it, first in aliases.items() if first == alias])
        look.databases = {settings["NAME"] for settings in own_settings.values()}
        stack.callback(look.end)  # first: no thread of it uses them any more
        yield


def aliases_by_database() -> Iterator[tuple[str, str]]:
    """Yield (alias, the first alias of the same database); a replica is one with what it copies."""
    first: dict[Any, str] = {}
    for alias, settings in connections.settings.items():
        if settings["ENGINE"] == "django.db.backends.dummy" or not has_driver(settings):
            continue
        mirrored = (settings.get("TEST") or {}).get("MIRROR")
        place = tuple(str(settings.get(it)) for it in ("ENGINE", "HOST", "PORT", "NAME"))
        in_memory = ":memory:" in place[-1] or "mode=memory" in place[-1]
        yield alias, mirrored or first.setdefault((*place, alias if in_memory else ""), alias)


def has_driver(settings: dict[str, Any]) -> bool:
    """Tell whether Django can open such a database at all, here or anywhere in the project."""
    try:
        load_backend(settings["ENGINE"])
    except ImproperlyConfigured:
        return False
    return True


def throw_away_settings(alias: str) -> dict[str, Any]:
    """Copy the settings of a database with a name that nobody else has."""
    settings = dict(connections.settings[alias])
    options = {**settings.get("OPTIONS", {})}
    options.pop("pool", None)  # a pool is shared by alias, and leads to the real one
    name = f"whatfires_{uuid.uuid4().hex[:16]}"
    if "sqlite" in settings["ENGINE"] or "spatialite" in settings["ENGINE"]:
        options["timeout"] = 1  # a thread that waits for the operation waits in vain
        name = f"file:{name}?mode=memory&cache=shared"
    test = {**settings.get("TEST", {}), "NAME": name}
    return {**settings, "NAME": name, "OPTIONS": options, "TEST": test, "CONN_MAX_AGE": 0}


def create_database(stack: ExitStack, alias: str, opened: list[BaseDatabaseWrapper]) -> None:
    """Make the database where it does not come to be by a connection; drop it in the end."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        connection.ensure_connection()  # it lives as long as this connection
        return
    name = connection.settings_dict["NAME"]
    creation: Any = connection.creation
    creation.log = lambda message: None  # the exception below says the same
    try:
        # Django's own way to make a test database, without what it changes in the settings.
        creation._create_test_db(verbosity=0, autoclobber=True)
    except (Exception, SystemExit) as error:
        raise NoThrowAwayDatabase(
            f"what_fires() tries operations out in a database of its own, and the server of "
            f"{alias!r} made none: {error.__cause__ or error.__context__ or error}. Ways out: give "
            "its user the right to create databases, or run this with settings whose DATABASES are "
            "on SQLite."
        ) from error

    def drop() -> None:
        close(opened)
        creation._destroy_test_db(name, verbosity=0)

    stack.callback(drop)
    with suppress(Exception):  # extensions that the server may not have
        connection.prepare_database()


def close(opened: list[BaseDatabaseWrapper]) -> None:
    """Close what was opened; Django leaves a database in memory open, which would leak."""
    for connection in opened:
        with suppress(Exception):
            BaseDatabaseWrapper.close(connection)


def create_tables(alias: str, aliases: list[str]) -> None:
    """Make the tables of all models that belong there; leave out what this server cannot make."""
    connection = connections[alias]
    wanted = [
        model
        for model in apps.get_models()
        if not model._meta.proxy and any(router.allow_migrate_model(it, model) for it in aliases)
    ]
    with connection.schema_editor() as editor:
        for model in wanted:
            before = len(editor.deferred_sql)
            if not attempted(alias, editor.create_model, model):
                del editor.deferred_sql[before:]
        for statement in editor.deferred_sql:
            attempted(alias, editor.execute, statement)
        editor.deferred_sql.clear()


def attempted(alias: str, function: Callable[..., Any], argument: Any) -> bool:
    """Tell whether it could be done; where not, nothing of it stays."""
    try:
        with transaction.atomic(using=alias):
            function(argument)
    except Exception:  # a table that is there, a type of column that this database does not know
        return False
    return True


@contextmanager
def rolled_back() -> Iterator[None]:
    """Take back what a block does, in every database."""
    with ExitStack() as stack:
        connected = {id(connections[it]): connections[it].alias for it, _ in aliases_by_database()}
        for alias in connected.values():
            atomic = transaction.atomic(using=alias)
            # As a TestCase does, so that what must be outermost (durable=True) may run inside.
            atomic._from_testcase = True  # type: ignore[attr-defined]
            stack.enter_context(atomic)
        stack.callback(forget_content_types)  # first: rows that are remembered are taken back
        yield
        for alias in connected.values():
            transaction.set_rollback(True, using=alias)


def forget_content_types() -> None:
    """Let Django look up its content types again: it remembers rows that may be gone by now."""
    if apps.is_installed("django.contrib.contenttypes"):
        from django.contrib.contenttypes.models import ContentType

        ContentType.objects.clear_cache()
