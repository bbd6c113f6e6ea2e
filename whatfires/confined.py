"""Code that runs for a look: what it writes, sends and starts stays inside, and ends with it.

One thread is *confined*, with the threads that it starts; every other thread of the process goes on
as before. For the confined ones mail is swallowed, files of the default storage go to a temporary
folder, caches and logs go nowhere, and work for a pool of threads goes to threads of the look. A
socket, a program, another process, and a change of a file outside that folder are refused with a
sentence. The folder that code goes to, the environment and the locale are put back.

A thread that outlives the look stays confined as long as it lives, and is refused all of this and
every database. So the patches come off when the last such thread has ended. In the system's own
temporary folder nothing may be written, though `tempfile` leads to the look's: what lies there, a
lock, say, may be for somebody else.

Out of reach is what such code hands to a thread or a process that was there before, past a pool of
threads (a queue, an event loop), or leaves for later (atexit); what goes through a file or a
connection that is open already; what it changes in memory (a module's dictionary, a level of a
log, a filter of warnings); and what a library in C opens or starts without Python: psycopg called
directly, SQL's ATTACH, ctypes; in a browser, JavaScript (`js.fetch`, `pyodide.http.open_url`).
See https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-connections
"""

import importlib
import locale
import logging
import os
import sys
import tempfile
import threading
from collections import UserDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.apps import apps
from django.core import mail
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.files.storage import FileSystemStorage
from django.core.mail.backends.dummy import EmailBackend
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import signals
from django.dispatch import Signal

from whatfires.looks import Look, Refused, look_of, refusal
from whatfires.refusing import change, opened_in, refuse_changes, to_a_database
from whatfires.threads import switched_on

# On while rows are only prepared: a receiver that is refused something ends, and no more.
preparing: ContextVar[bool] = ContextVar("preparing", default=False)
WATCHED = {it for it in vars(signals).values() if isinstance(it, Signal)}
_gate = threading.Lock()
_needing: list[Look] = []  # the patches: they go on, or have threads that do
_patches = ExitStack()


@contextmanager
def forgiving() -> Iterator[None]:
    """End a receiver that is refused something without an error, if it is not what is watched."""
    try:
        yield
    except Refused:
        if not preparing.get():
            raise


@contextmanager
def confined() -> Iterator[Look]:
    """Confine this thread for a block, and all that it starts for good; yields the look."""
    with ExitStack() as stack:
        own = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="whatfires-", ignore_cleanup_errors=True)
        )
        refuse_changes()
        look = begun(own)
        stack.callback(take_off_in_time, look)
        stack.callback(look.leave)
        stack.callback(look.end)
        yield look


def begun(folder: str) -> Look:
    """Begin a look, and put the patches on, unless those of another one are."""
    with _gate:
        if not _needing:
            with ExitStack() as stack:
                for owner, name, ours in replacements():
                    stack.enter_context(replaced(owner, name, ours))
                for owner, name, value in stand_ins():
                    stack.enter_context(stood_in(owner, name, value))
                _patches.push(stack.pop_all())
        _needing.append(Look(folder))
        return _needing[-1]


def take_off() -> None:
    """Take the patches off, unless somebody needs them."""
    with _gate:
        _needing[:] = [it for it in _needing if not it.is_over or it.alive()]
        if not _needing:
            _patches.close()


def take_off_in_time(look: Look) -> None:
    """Take the patches off when the last thread of this look has ended; do not wait for it."""

    def wait() -> None:
        while alive := look.alive():
            alive[0].join()
        take_off()

    if look.alive():
        with suppress(RuntimeError):  # the process ends, and starts no thread any more
            threading.Thread(target=wait, name="what_fires waits", daemon=True).start()
    take_off()


class Either(UserDict[Any, Any]):
    """A memory: one for each look, and theirs for the rest, who hear what it is asked."""

    def __init__(self, theirs: Any) -> None:
        self.theirs = theirs

    @property
    def data(self) -> Any:  # type: ignore[override]
        look = look_of()
        return self.theirs if look is None else look.memory.setdefault(id(self), {})


# It is called with the look, with the function in whose place it stands, and with what was passed.
Ours = Callable[..., Any]


@contextmanager
def stood_in(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Put a value in the place of an attribute; leave what somebody else puts there meanwhile."""
    missing = object()
    kept = vars(owner).get(name, missing)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if vars(owner).get(name) is value:
            if kept is missing:
                delattr(owner, name)
            else:
                setattr(owner, name, kept)


def replaced(owner: Any, name: str, ours: Ours) -> Any:
    """Put ours in the place of a function, for confined threads; the others get the original."""
    original = getattr(owner, name)

    def either(*args: Any, **kwargs: Any) -> Any:
        look = look_of()
        return original(*args, **kwargs) if look is None else ours(look, original, *args, **kwargs)

    return stood_in(owner, name, either)


def stand_ins() -> Iterator[tuple[Any, str, Any]]:
    """Yield where Django keeps what belongs to a look: its owner, its name, and what we put."""
    original = vars(FileSystemStorage)["location"]

    def location(storage: FileSystemStorage) -> str:
        look = look_of()
        return str(look.folder) if look else original.__get__(storage, type(storage))

    yield FileSystemStorage, "location", property(location)
    # The keys of rows in a throw-away database.
    if apps.is_installed("django.contrib.contenttypes"):
        from django.contrib.contenttypes.models import ContentType

        managers = {ContentType.objects, ContentType._default_manager, *ContentType._meta.managers}
        for manager in managers:
            if hasattr(manager, "_cache"):
                yield manager, "_cache", Either(manager._cache)
    if apps.is_installed("django.contrib.sites"):
        from django.contrib.sites import models

        sites = Either(models.SITE_CACHE)
        yield models, "SITE_CACHE", sites
        yield models.SiteManager, "clear_cache", lambda manager: sites.clear()


def replacements() -> Iterator[tuple[Any, str, Ours]]:
    """Yield what has a way out of the process: its owner, its name, and what we do instead."""
    yield threading.Thread, "start", following  # in a browser it raises no event
    if hasattr(threading, "_start_new_thread"):  # 3.11 raises no event, and a start is taken early
        yield threading, "_start_new_thread", following
    yield ThreadPoolExecutor, "submit", in_own_pool
    yield ThreadPoolExecutor, "shutdown", in_own_pool
    yield connections, "create_connection", connecting
    yield BaseDatabaseWrapper, "connect", opening
    yield caches, "create_connection", caching
    yield mail, "get_connection", lambda *args, **kwargs: EmailBackend()
    if hasattr(mail, "mailers"):  # Django 6.1
        yield type(mail.mailers), "create_connection", lambda *args, **kwargs: EmailBackend()
    yield mail.EmailMessage, "send", lambda look, send, it, *args, **kwargs: min(1, len(it.to))
    # The public names ask it, also those that were imported early.
    yield tempfile, "_gettempdir", lambda look, get: str(look.folder)
    yield logging.Logger, "callHandlers", lambda *args: None
    yield Signal, "has_listeners", asking
    yield locale, "setlocale", noting_locale
    # Python raises no event for these, or not in each version.
    yield os, "open", telling_folder
    for name in ("mkfifo", "mknod"):
        if hasattr(os, name):
            yield os, name, partial(making_file, f"os.{name}")
    for module, name, what in (
        ("_thread", "start_new_thread", "to start a thread without threading.Thread"),
        ("_posixsubprocess", "fork_exec", "to start a process"),
        ("_interpreters", "create", "to start another interpreter"),
        ("_xxsubinterpreters", "create", "to start another interpreter"),
    ):
        with suppress(ImportError):
            home = importlib.import_module(module)
            if hasattr(home, name):  # Windows and a browser have less
                yield home, name, partial(refusing_always, what)
    # Those who start the processes of these may be there already.
    no_process = partial(refusing_always, "to start a process")
    if pools := sys.modules.get("concurrent.futures.process"):
        yield pools.ProcessPoolExecutor, "submit", no_process
    if processes := sys.modules.get("multiprocessing.process"):
        yield processes.BaseProcess, "start", no_process


def following(look: Look, start: Any, begun: Any, *args: Any) -> Any:
    """Confine a thread that starts: it is passed, or it is the owner of the function that is."""
    look.follow(getattr(begun, "__self__", begun))
    return start(begun, *args)


def in_own_pool(look: Look, method: Any, pool: Any, *args: Any, **kwargs: Any) -> Any:
    return method(look.pool_for(pool), *args, **kwargs)


def connecting(look: Look, create: Any, alias: str) -> Any:
    return look.connect(create, alias) if look.connect else create(alias)


def opening(look: Look, connect: Any, connection: BaseDatabaseWrapper) -> None:
    """Let only the databases of the look be opened, while it lasts."""
    name = connection.settings_dict["NAME"]
    is_strange = look.databases is not None and name not in look.databases
    if look.is_over_here or (is_strange and not look.is_over):
        raise Refused(refusal(f"a connection to the database {name}"))
    with switched_on(to_a_database):
        connect(connection)


def caching(look: Look, create: Any, alias: str) -> Any:
    return look.memory.setdefault(alias, LocMemCache(f"{look.folder}/{alias}", {}))


def asking(look: Look, ask: Any, signal: Signal, sender: Any = None) -> Any:
    """Say of what is watched that somebody listens: Django sends some signals to nobody else."""
    return signal in WATCHED or ask(signal, sender)


def noting_locale(look: Look, set_locale: Any, category: int, locale: Any = None) -> Any:
    before = set_locale(category)
    if locale is None:
        return before
    if look.is_over:
        raise Refused(refusal("a change of the locale"))
    ours = set_locale(category, locale)
    of_category = partial(set_locale, category)  # without a locale it tells
    look.note(("locale", category), before, ours, of_category, of_category)
    return ours


def telling_folder(
    look: Look, open_file: Any, path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any
) -> Any:
    with switched_on(opened_in, dir_fd):
        return open_file(path, *args, dir_fd=dir_fd, **kwargs)


def making_file(
    event: str,
    look: Look,
    make: Any,
    path: Any,
    *args: Any,
    dir_fd: int | None = None,
    **kwargs: Any,
) -> None:
    change(look, event, path, dir_fd)
    make(path, *args, dir_fd=dir_fd, **kwargs)


def refusing_always(what: str, *args: Any, **kwargs: Any) -> None:
    raise Refused(refusal(what))
