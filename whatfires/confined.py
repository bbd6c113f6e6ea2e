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
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import signals
from django.dispatch import Signal

from whatfires.looks import Look, Refused, is_confined, look_of, refusal
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


class NoMail:
    """A mail backend that takes letters and drops them."""

    def send_messages(self, messages: Any) -> int:
        return len(list(messages))

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def __enter__(self) -> "NoMail":
        return self

    def __exit__(self, *error: Any) -> None:
        pass


class Either:
    """A memory: one for each look, and theirs for the rest, who hear what it is asked."""

    def __init__(self, theirs: Any) -> None:
        self.__dict__["theirs"] = theirs

    def chosen(self) -> Any:
        look = look_of()
        return self.theirs if look is None else look.memory.setdefault(id(self), {})

    def __getattr__(self, name: str) -> Any:
        return getattr(self.chosen(), name)

    def __contains__(self, key: Any) -> bool:
        return key in self.chosen()

    def __getitem__(self, key: Any) -> Any:
        return self.chosen()[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.chosen()[key] = value

    def __delitem__(self, key: Any) -> None:
        del self.chosen()[key]


Ours = Callable[[Callable[..., Any]], Callable[..., Any]]


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
    instead = ours(original)

    def either(*args: Any, **kwargs: Any) -> Any:
        return (instead if is_confined() else original)(*args, **kwargs)

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
        yield threading, "_start_new_thread", following_by_its_function
    yield ThreadPoolExecutor, "submit", in_own_pool
    yield ThreadPoolExecutor, "shutdown", in_own_pool
    yield connections, "create_connection", connecting
    yield BaseDatabaseWrapper, "connect", opening
    yield caches, "create_connection", caching
    yield mail, "get_connection", instead_of(lambda *args, **kwargs: NoMail())
    if hasattr(mail, "mailers"):  # Django 6.1
        yield type(mail.mailers), "create_connection", instead_of(lambda *a, **k: NoMail())
    yield mail.EmailMessage, "send", instead_of(lambda it, *args, **kwargs: min(1, len(it.to)))
    # The public names ask it, also those that were imported early.
    yield tempfile, "_gettempdir", instead_of(lambda: str(asked_for().folder))
    yield logging.Logger, "callHandlers", instead_of(lambda *args: None)
    # What is asked is what a receiver would hear, and Django sends some signals only to somebody.
    yield (
        Signal,
        "has_listeners",
        lambda ask: lambda it, sender=None: it in WATCHED or ask(it, sender),
    )
    yield locale, "setlocale", noting_locale
    # Python raises no event for these, or not in each version.
    yield os, "open", telling_folder
    for name in ("mkfifo", "mknod"):
        if hasattr(os, name):
            yield os, name, partial(making_file, name)
    for module, name, what in (
        ("_thread", "start_new_thread", "to start a thread without threading.Thread"),
        ("_posixsubprocess", "fork_exec", "to start a process"),
        ("_interpreters", "create", "to start another interpreter"),
        ("_xxsubinterpreters", "create", "to start another interpreter"),
    ):
        with suppress(ImportError):
            home = importlib.import_module(module)
            if hasattr(home, name):  # Windows and a browser have less
                yield home, name, refusing_always(what)
    # Those who start the processes of these may be there already.
    if pools := sys.modules.get("concurrent.futures.process"):
        yield pools.ProcessPoolExecutor, "submit", refusing_always("to start a process")
    if processes := sys.modules.get("multiprocessing.process"):
        yield processes.BaseProcess, "start", refusing_always("to start a process")


def asked_for() -> Look:
    """Return the look that confined code runs for."""
    look = look_of()
    assert look is not None
    return look


def following(start: Callable[..., Any]) -> Callable[..., Any]:
    def start_confined(thread: threading.Thread) -> None:
        asked_for().follow(thread)
        start(thread)

    return start_confined


def following_by_its_function(start: Callable[..., Any]) -> Callable[..., Any]:
    def start_confined(function: Any, args: Any) -> int:
        asked_for().follow(function.__self__)
        return start(function, args)  # type: ignore[no-any-return]

    return start_confined


def in_own_pool(method: Callable[..., Any]) -> Callable[..., Any]:
    def in_pool_of_look(pool: ThreadPoolExecutor, *args: Any, **kwargs: Any) -> Any:
        return method(asked_for().pool_for(pool), *args, **kwargs)

    return in_pool_of_look


def connecting(create: Callable[..., Any]) -> Callable[..., Any]:
    def connect(alias: str) -> Any:
        ours = asked_for().connect
        return ours(create, alias) if ours else create(alias)

    return connect


def opening(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Let only the databases of the look be opened, while it lasts."""

    def connect_to_ours(connection: BaseDatabaseWrapper) -> None:
        look, name = asked_for(), connection.settings_dict["NAME"]
        is_strange = look.databases is not None and name not in look.databases
        if look.is_over_here or (is_strange and not look.is_over):
            raise Refused(refusal(f"a connection to the database {name}"))
        with switched_on(to_a_database):
            connect(connection)

    return connect_to_ours


def caching(create: Callable[..., Any]) -> Callable[..., Any]:
    def cache_of_our_own(alias: str) -> LocMemCache:
        look = asked_for()
        return look.memory.setdefault(alias, LocMemCache(f"{look.folder}/{alias}", {}))

    return cache_of_our_own


def noting_locale(set_locale: Callable[..., Any]) -> Callable[..., Any]:
    def set_and_note(category: int, locale: Any = None) -> Any:
        if locale is None:
            return set_locale(category)
        look, before = asked_for(), set_locale(category)
        if look.is_over:
            raise Refused(refusal("a change of the locale"))
        ours = set_locale(category, locale)
        of_category = partial(set_locale, category)  # without a locale it tells
        look.note(("locale", category), before, ours, of_category, of_category)
        return ours

    return set_and_note


def telling_folder(open_file: Callable[..., Any]) -> Callable[..., Any]:
    def open_in(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        with switched_on(opened_in, dir_fd):
            return open_file(path, flags, mode, dir_fd=dir_fd)  # type: ignore[no-any-return]

    return open_in


def making_file(name: str, make: Callable[..., Any]) -> Callable[..., Any]:
    def make_inside(path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> None:
        change(asked_for(), f"os.{name}", path, dir_fd)
        make(path, *args, dir_fd=dir_fd, **kwargs)

    return make_inside


def refusing_always(what: str) -> Ours:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise Refused(refusal(what))

    return instead_of(refuse)


def instead_of(ours: Callable[..., Any]) -> Ours:
    return lambda original: ours
