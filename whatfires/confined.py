"""Code that runs for a look: what it writes, sends and starts stays inside.

One thread is *confined*, with the threads that it starts; every other thread of the process goes on
as before. For the confined ones mail is swallowed, files of the default storage go to a temporary
folder, caches and logs go nowhere. A socket, a program, and a change of a file outside that folder
are refused with a sentence. Out of reach is what such code hands to a thread that was there before,
and what goes through a file that is open already.

Files and programs are refused by an audit hook, because code in C and names that were imported
early pass by a patch. Python takes no such hook off again, so it is added when it is first needed,
and does nothing while nobody is confined.
See https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-connections
and https://docs.python.org/3/library/audit_events.html
"""

import logging
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache as once
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from weakref import WeakSet

from django.apps import apps
from django.core import mail
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.files.storage import FileSystemStorage
from django.db import connections
from django.db.models import signals
from django.dispatch import Signal

_threads: "WeakSet[threading.Thread]" = WeakSet()
# On while rows are only prepared: a receiver that is refused something ends, and no more.
preparing: ContextVar[bool] = ContextVar("preparing", default=False)
_folders: list[Path] = []  # where confined code may write; empty while nobody is confined
WATCHED = {it for it in vars(signals).values() if isinstance(it, Signal)}
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
# What changes files, by its audit event: where among its arguments a path and its folder stand.
CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.chflags": ((0, None),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.link": ((0, 2), (1, 3)),  # what is written to one is in the other
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.removexattr": ((0, None),),
    "os.rename": ((0, 2), (1, 3)),
    "os.rmdir": ((0, 1),),
    "os.setxattr": ((0, None),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.utime": ((0, 3),),
    "shutil.rmtree": ((0, 1),),
    "sqlite3.connect": ((0, None),),
}
ASKED = {"open", *PROGRAMS, *CHANGES}


class Refused(RuntimeError):
    """Something wanted to leave the process."""


@contextmanager
def forgiving() -> Iterator[None]:
    """End a receiver that is refused something without an error, if it is not what is watched."""
    try:
        yield
    except Refused:
        if not preparing.get():
            raise


def is_confined() -> bool:
    """Tell whether the code that asks runs for a look only."""
    return threading.current_thread() in _threads


@contextmanager
def confined() -> Iterator[None]:
    """Confine this thread, and all that it starts, for a block."""
    with ExitStack() as stack:
        own = stack.enter_context(tempfile.TemporaryDirectory(prefix="whatfires-"))
        _folders.append(Path(own).resolve())
        folder = str(_folders[-1])
        stack.callback(_folders.pop)
        refuse_changes()
        for owner, name, ours in replacements(folder):
            stack.enter_context(replaced(owner, name, ours))
        stack.enter_context(storing_in(folder))
        stack.enter_context(own_content_types())
        _threads.add(threading.current_thread())
        stack.callback(_threads.clear)
        yield


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
    """One thing for confined threads and another for the rest, which hear what it is asked."""

    def __init__(self, ours: Any, theirs: Any) -> None:
        self.__dict__.update(ours=ours, theirs=theirs)

    def chosen(self) -> Any:
        return self.ours if is_confined() else self.theirs

    def __getattr__(self, name: str) -> Any:
        return getattr(self.chosen(), name)

    def __getitem__(self, key: Any) -> Any:
        return self.chosen()[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.chosen()[key] = value


@contextmanager
def storing_in(folder: str) -> Iterator[None]:
    """Let every storage of files write into this folder."""
    original = vars(FileSystemStorage)["location"]

    def location(storage: FileSystemStorage) -> str:
        return folder if is_confined() else original.__get__(storage, type(storage))

    FileSystemStorage.location = property(location)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        FileSystemStorage.location = original  # type: ignore[method-assign]


@contextmanager
def own_content_types() -> Iterator[None]:
    """Keep the keys of content types in a throw-away database out of the project's memory."""
    if not apps.is_installed("django.contrib.contenttypes"):
        yield
        return
    from django.contrib.contenttypes.models import ContentType

    managers = {ContentType.objects, ContentType._default_manager, *ContentType._meta.managers}
    kept = {manager: manager._cache for manager in managers if hasattr(manager, "_cache")}
    for manager, cache in kept.items():
        manager._cache = Either({}, cache)
    try:
        yield
    finally:
        for manager, cache in kept.items():
            manager._cache = cache


@once  # in the life of a process
def refuse_changes() -> None:
    """Let Python ask us before it changes a file or starts a program."""
    sys.addaudithook(refusing)


def refusing(event: str, args: tuple[Any, ...]) -> None:
    """Refuse what confined code may not do; called for every audit event of the process."""
    if not _folders or event not in ASKED or not is_confined():
        return
    if event in PROGRAMS:
        raise Refused(refusal("to run a program"))
    wanted = CHANGES.get(event) or (((0, None),) if args[2] & WRITES else ())
    for at, folder_at in wanted:
        folder = -1 if folder_at is None else args[folder_at]
        named = file_of_database(args[0]) if event == "sqlite3.connect" else args[at]
        path = whole(named, folder)
        if path and is_outside(path) and has_an_effect(event, path):
            raise Refused(refusal(f"a change of {path} ({event})"))


def file_of_database(name: Any) -> str:
    """Return the file that SQLite would write; "" for one in memory, and one that is only read."""
    name = os.fsdecode(name)
    if not name.startswith("file:"):
        return "" if name == ":memory:" else name
    address, _, _ = name.removeprefix("file:").partition("#")
    path, _, options = address.partition("?")
    only_read = {"mode=memory", "mode=ro", "immutable=1"} & set(options.split("&"))
    return "" if only_read or path == ":memory:" else unquote(path.removeprefix("//"))


def whole(path: Any, folder: int | None) -> Path | None:
    """Return the whole path of a file; None where it has none, as one that is open already."""
    if isinstance(path, int) or not path:
        return None
    place = Path(os.fsdecode(path))
    if folder not in (-1, None) and not place.is_absolute():
        try:
            place = Path(f"/proc/self/fd/{folder}").readlink() / place
        except OSError:  # only Linux tells; shutil.rmtree, which does so, was asked before
            return None
    return place.resolve()


def is_outside(path: Path) -> bool:
    """Tell whether confined code may not write there; Python may keep what it has compiled."""
    allowed = [*_folders, *filter(None, [sys.pycache_prefix]), os.devnull]
    return "__pycache__" not in path.parts and not any(map(path.is_relative_to, allowed))


def has_an_effect(event: str, path: Path) -> bool:
    """Tell whether there is what would be removed, and not yet what would be made."""
    if event in ("os.remove", "os.rmdir", "shutil.rmtree"):
        return os.path.lexists(path)
    return event != "os.mkdir" or not os.path.lexists(path)


Ours = Callable[[Callable[..., Any]], Callable[..., Any]]


@contextmanager
def replaced(owner: Any, name: str, ours: Ours) -> Iterator[None]:
    """Put ours in the place of a function, for confined threads; the others get the original."""
    missing = object()
    kept = vars(owner).get(name, missing)
    original = getattr(owner, name)
    instead = ours(original)

    def either(*args: Any, **kwargs: Any) -> Any:
        return (instead if is_confined() else original)(*args, **kwargs)

    setattr(owner, name, either)
    try:
        yield
    finally:
        if kept is missing:
            delattr(owner, name)
        else:
            setattr(owner, name, kept)


def replacements(folder: str) -> Iterator[tuple[Any, str, Ours]]:
    """Yield what has a way out of the process: its owner, its name, and what we do instead."""
    own_caches: dict[str, Any] = {}
    allowed = {host for it in connections.settings.values() if (host := it.get("HOST"))}

    def starting(start: Callable[..., Any]) -> Callable[..., Any]:
        def start_confined(thread: threading.Thread) -> None:
            _threads.add(thread)
            start(thread)

        return start_confined

    def caching(create: Callable[..., Any]) -> Callable[..., Any]:
        def cache_of_our_own(alias: str) -> LocMemCache:
            return own_caches.setdefault(alias, LocMemCache(f"{folder}/{alias}", {}))

        return cache_of_our_own

    def resolving(resolve: Callable[..., Any]) -> Callable[..., Any]:
        def resolve_databases(host: Any, *args: Any, **kwargs: Any) -> Any:
            if host not in allowed:
                raise Refused(refusal(f"a connection to {host}"))
            found = resolve(host, *args, **kwargs)
            allowed.update(address[0] for *_, address in found)
            return found

        return resolve_databases

    def reaching(reach: Callable[..., Any]) -> Callable[..., Any]:
        def reach_databases(it: Any, *args: Any) -> Any:
            address = args[-1] if args else ""
            if (address[0] if isinstance(address, tuple) else address) not in allowed:
                raise Refused(refusal(f"a connection to {address}"))
            return reach(it, *args)

        return reach_databases

    def listening(ask: Callable[..., Any]) -> Callable[..., Any]:
        return lambda it, sender=None: it in WATCHED or ask(it, sender)

    yield threading.Thread, "start", starting
    yield caches, "create_connection", caching
    yield mail, "get_connection", instead_of(lambda *args, **kwargs: NoMail())
    if hasattr(mail, "mailers"):  # Django 6.1
        yield type(mail.mailers), "create_connection", instead_of(lambda *a, **k: NoMail())
    yield mail.EmailMessage, "send", instead_of(lambda it, *args, **kwargs: min(1, len(it.to)))
    yield socket, "getaddrinfo", resolving
    for name in ("connect", "connect_ex", "sendto"):
        yield socket.socket, name, reaching
    yield tempfile, "gettempdir", instead_of(lambda: folder)
    yield logging.Logger, "callHandlers", instead_of(lambda *args: None)
    # What is asked is what a receiver would hear, and Django sends some signals only to somebody.
    yield Signal, "has_listeners", listening


def instead_of(ours: Callable[..., Any]) -> Ours:
    return lambda original: ours


def refusal(what: str) -> str:
    return f"while operations are tried out, nothing leaves the process: {what} was refused"
