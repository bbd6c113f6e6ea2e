"""Code that runs for a look: what it writes, sends and starts stays inside.

One thread is *confined*, with the threads that it starts; every other thread of the process goes on
as before. For the confined ones mail is swallowed, files of the default storage go to a temporary
folder, caches and logs go nowhere, and a socket or a program is refused with a sentence. Out of
reach is what such code hands to a thread that was there before, and a file that it opens itself.
See https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-connections
"""

import logging
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import Any
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
WATCHED = {it for it in vars(signals).values() if isinstance(it, Signal)}


class Refused(RuntimeError):
    """Something wanted to leave the process."""


def is_confined() -> bool:
    """Tell whether the code that asks runs for a look only."""
    return threading.current_thread() in _threads


@contextmanager
def confined() -> Iterator[None]:
    """Confine this thread, and all that it starts, for a block."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="whatfires-"))
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

    def running(run: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(*args: Any, **kwargs: Any) -> None:
            raise Refused(refusal("to run a program"))

        return refuse

    yield threading.Thread, "start", starting
    yield caches, "create_connection", caching
    yield mail, "get_connection", instead_of(lambda *args, **kwargs: NoMail())
    if hasattr(mail, "mailers"):  # Django 6.1
        yield type(mail.mailers), "create_connection", instead_of(lambda *a, **k: NoMail())
    yield mail.EmailMessage, "send", instead_of(lambda it, *args, **kwargs: min(1, len(it.to)))
    yield socket, "getaddrinfo", resolving
    for name in ("connect", "connect_ex", "sendto"):
        yield socket.socket, name, reaching
    yield subprocess.Popen, "__init__", running
    yield os, "system", running
    yield logging.Logger, "callHandlers", instead_of(lambda *args: None)
    # What is asked is what a receiver would hear, and Django sends some signals only to somebody.
    yield Signal, "has_listeners", listening


def instead_of(ours: Callable[..., Any]) -> Ours:
    return lambda original: ours


def refusal(what: str) -> str:
    return f"while operations are tried out, nothing leaves the process: {what} was refused"
