"""What confined code may not do to files, sockets, programs and the process: an audit hook.

Code in C and names that were imported early pass by a patch, and not by this. Python takes no such
hook off again, so it is added when it is first needed, and does nothing while nobody is confined.
What Python raises no event for is patched in `whatfires.confined`.
See https://docs.python.org/3/library/audit_events.html
"""

import os
import socket
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import cache as once
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from weakref import ref

from django.db import connections

from whatfires.looks import Look, Refused, is_anybody_confined, look_of, refusal, set_variable

# On while Django opens a connection to a database: a driver in Python needs a socket then.
to_a_database: ContextVar[bool] = ContextVar("to_a_database", default=False)
# The folder in which os.open() looks for a relative path, which its event does not tell.
opened_in: ContextVar[Any] = ContextVar("opened_in", default="unknown")

NEVER = {
    **dict.fromkeys(
        ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"),
        "to run a program",
    ),
    **dict.fromkeys(("os.fork", "os.forkpty", "_winapi.CreateProcess"), "to start a process"),
    **dict.fromkeys(("os.kill", "os.killpg"), "to signal a process"),
    "cpython.PyInterpreterState_New": "to start another interpreter",
    "socket.sethostname": "a change of the machine's name",
    "syslog.syslog": "a message to the system's log",
}
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
}
OUTPUTS = {os.devnull, "/dev/stdout", "/dev/stderr", "/dev/tty"}  # as print() writes
PORTS = {"mysql": 3306, "oracle": 1521, "postgresql": 5432}


@once  # in the life of a process
def refuse_changes() -> None:
    """Let Python ask us before it changes a file, opens a connection or starts a program."""
    sys.addaudithook(refusing)


def refusing(event: str, args: tuple[Any, ...]) -> None:
    """Refuse what confined code may not do; called for every audit event of the process."""
    asked = ASKED.get(event)
    if asked is None or not is_anybody_confined() or (look := look_of()) is None:
        return
    if look.is_over and not look.is_over_here:  # we tidy up
        return
    asked(look, event, args)


def never(look: Look, event: str, args: tuple[Any, ...]) -> None:
    if event != "os.kill" or args[1]:  # 0 asks whether it is there
        raise Refused(refusal(NEVER[event]))


# Threads


def starting(look: Look, event: str, args: tuple[Any, ...]) -> None:
    """Confine a thread of `threading`; refuse one that only has a number, as it is not followed."""
    thread = getattr(args[0], "__self__", None)
    if not isinstance(thread, threading.Thread):
        raise Refused(refusal("to start a thread without threading.Thread"))
    look.follow(thread)


# What the whole process shares


def moving(look: Look, event: str, args: tuple[Any, ...]) -> None:
    """Note that code goes to another folder."""
    if look.is_over:
        raise Refused(refusal("a change of the folder"))
    target = whole(args[0], None, look) or Path()

    def here() -> Path:
        try:
            return Path.cwd()
        except OSError:  # the folder is gone
            return target

    look.note("folder", here(), target, here, os.chdir)


def setting(look: Look, event: str, args: tuple[Any, ...]) -> None:
    """Note that code sets or takes away a variable of the environment."""
    name = os.fsdecode(args[0])
    if look.is_over:
        raise Refused(refusal(f"a change of the variable {name}"))
    ours = os.fsdecode(args[1]) if event == "os.putenv" else None
    read, write = partial(os.environ.get, name), partial(set_variable, name)
    look.note(("variable", name), read(), ours, read, write)


# Sockets


def looking_up(look: Look, event: str, args: tuple[Any, ...]) -> None:
    """Refuse to ask for an address elsewhere: who is asked learns that somebody asks."""
    host = args[0][0] if event == "socket.getnameinfo" else args[0]
    host = os.fsdecode(host) if isinstance(host, bytes) else host
    asks_nobody = is_number(host) and event in ("socket.getaddrinfo", "socket.gethostbyname")
    if not (asks_nobody or is_here(host) or is_database((host, None))):
        raise Refused(refusal(f"a connection to {host}"))


def reaching(look: Look, event: str, args: tuple[Any, ...]) -> None:
    """Refuse a connection, but to a database that Django opens and to what this look listens on."""
    address = args[1]
    if address is None or is_database(address) or address in listened_on(look):
        return
    told = ":".join(map(str, address[:2])) if isinstance(address, tuple) else address
    raise Refused(refusal(f"a connection to {told}"))


def listening(look: Look, event: str, args: tuple[Any, ...]) -> None:
    """Refuse to be reached from outside; Python's event loop reaches itself so on Windows."""
    address = args[1]
    if isinstance(address, str | bytes):
        change(look, event, address)
    elif look.is_over or not (address[0] and is_here(address[0])):
        raise Refused(refusal(f"to listen on {address[0] or 'all addresses'}"))
    else:
        with suppress(TypeError):  # a socket in C alone
            look.listening.append(ref(args[0]))


def listened_on(look: Look) -> list[Any]:
    """List the addresses of the sockets of this look that somebody may reach."""
    found = []
    for own in look.listening:
        with suppress(OSError, AttributeError):  # it is closed, or gone
            found.append(own().getsockname())  # type: ignore[union-attr]
    return [] if look.is_over else found


def is_number(host: Any) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


def is_here(host: Any) -> bool:
    """Tell whether a host is this machine."""
    if host in (None, "", "localhost"):
        return True
    return ip_address(host).is_loopback if is_number(host) else host == socket.gethostname()


def is_database(address: Any) -> bool:
    """Tell whether Django opens a connection there to a database of the project.

    A port of None stands for any. What a name means is asked only where an address is asked for.
    """
    return to_a_database.get() and any(leads_to(address, it) for it in places_of_databases())


def leads_to(address: Any, place: Any) -> bool:
    if not (isinstance(place, tuple) and isinstance(address, tuple)):
        return bool(address == place)
    (host, port), (asked, at) = place, address[:2]
    if None not in (port, at) and port != at:
        return False
    if asked == host or not is_number(asked):
        return bool(asked == host)
    with suppress(OSError):
        found = socket.getaddrinfo(host, at, type=socket.SOCK_STREAM)
        return asked in [it[0] for *_, it in found]
    return False


def places_of_databases() -> list[Any]:
    """List (host, port) of the databases of the project, or the path of a socket."""
    found: list[Any] = []
    for it in connections.settings.values():
        options = it.get("OPTIONS") or {}
        vendor = next((name for name in PORTS if name in it["ENGINE"]), "")
        host = options.get("host") or it.get("HOST") or "localhost"
        port = options.get("port") or it.get("PORT") or PORTS.get(vendor)
        if "sqlite" not in it["ENGINE"] and "spatialite" not in it["ENGINE"]:
            found.append(host if host.startswith("/") else (host, int(port) if port else None))
            found += filter(None, [options.get("unix_socket")])
    return found


# Files


def changing(look: Look, event: str, args: tuple[Any, ...]) -> None:
    for at, folder_at in CHANGES[event]:
        change(look, event, args[at], None if folder_at is None else args[folder_at])


def opening(look: Look, event: str, args: tuple[Any, ...]) -> None:
    """Refuse to open a file for writing; what is open already keeps the mode that it has."""
    path, mode, flags = args
    if flags & WRITES and not isinstance(path, int) and os.fsdecode(path) not in OUTPUTS:
        # Without a mode it is os.open(), or what is behind it under a name of one's own.
        change(look, event, path, opened_in.get() if mode is None else None)


def opening_database(look: Look, event: str, args: tuple[Any, ...]) -> None:
    change(look, event, file_of_database(args[0]))


def change(look: Look, event: str, path: Any, folder: Any = None) -> None:
    """Refuse to change a file outside of the look's folder."""
    if folder == "unknown" and not is_cache(Path(os.fsdecode(path))):
        if not os.path.isabs(path):  # noqa: PTH117 (of bytes too)
            raise Refused(refusal(f"a change of {os.fsdecode(path)} ({event} in some folder)"))
        folder = None
    place = whole(path, folder, look)
    if place and is_outside(place, look) and has_an_effect(event, place):
        raise Refused(refusal(f"a change of {place} ({event})"))


def file_of_database(name: Any) -> str:
    """Return the file that SQLite would write; "" for one in memory, and one that is only read."""
    name = os.fsdecode(name)
    if not name.startswith("file:"):
        return "" if name == ":memory:" else name
    address, _, _ = name.removeprefix("file:").partition("#")
    path, _, options = address.partition("?")
    only_read = {"mode=memory", "mode=ro", "immutable=1"} & set(options.split("&"))
    return "" if only_read or path == ":memory:" else unquote(path.removeprefix("//"))


def whole(path: Any, folder: Any, look: Look) -> Path | None:
    """Return the whole path of a file; None where it has none, as a pipe."""
    if isinstance(path, int):
        return path_of_open(path, look)
    if not path:
        return None
    place = Path(os.fsdecode(path))
    if isinstance(folder, int) and folder != -1 and not place.is_absolute():
        base = path_of_open(folder, look)
        if base is None:  # no folder: Python says so itself
            return None
        place = base / place
    return place.resolve()


def path_of_open(number: int, look: Look) -> Path | None:
    """Return the path of what is open under this number; None where nobody else finds it."""
    try:
        status = os.fstat(number)
    except OSError:
        return None
    if not status.st_nlink or stat.S_ISFIFO(status.st_mode) or stat.S_ISSOCK(status.st_mode):
        return None
    with suppress(OSError):  # Linux tells
        return Path(f"/proc/self/fd/{number}").readlink()
    for path in (look.folder, *look.folder.rglob("*")):
        if os.path.samestat(path.lstat(), status):
            return path
    return Path(f"/file {number}")


def is_outside(path: Path, look: Look) -> bool:
    """Tell whether confined code may not write there; Python may keep what it has compiled."""
    own = [] if look.is_over else [look.folder]
    allowed = [*own, *filter(None, [sys.pycache_prefix]), os.devnull]
    return not is_cache(path) and not any(map(path.is_relative_to, allowed))


def is_cache(path: Path) -> bool:
    folder = path.parent.name == "__pycache__" and ".pyc" in path.name
    return folder or path.name == "__pycache__"


def has_an_effect(event: str, path: Path) -> bool:
    """Tell whether there is what would be removed, and not yet what would be made."""
    if event in ("os.remove", "os.rmdir", "shutil.rmtree"):
        return os.path.lexists(path)
    return event != "os.mkdir" or not os.path.lexists(path)


ASKED: dict[str, Callable[[Look, str, tuple[Any, ...]], None]] = {
    **dict.fromkeys(NEVER, never),
    **dict.fromkeys(CHANGES, changing),
    **dict.fromkeys(("socket.connect", "socket.sendto", "socket.sendmsg"), reaching),
    **dict.fromkeys(("_thread.start_new_thread", "_thread.start_joinable_thread"), starting),
    **dict.fromkeys(("os.putenv", "os.unsetenv"), setting),
    **dict.fromkeys(
        ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"), looking_up
    ),
    "socket.getnameinfo": looking_up,
    "socket.bind": listening,
    "os.chdir": moving,
    "open": opening,
    "sqlite3.connect": opening_database,
}
