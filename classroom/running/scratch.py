"""Temporary folders that outlive nobody: what a killed process left, the next one removes.

The owner of a folder holds a lock on a file beside it. The system lets go of that lock when the
process ends, however it ends, so a lock that can be had shows that nobody needs the folder.
See https://docs.python.org/3/library/fcntl.html#fcntl.flock
"""

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, which lets nobody remove what is open; nothing is swept there
    fcntl = None

PREFIX, OWNED = "speedster-", ".owned"


@contextmanager
def scratch_folder(prefix=PREFIX, parent=None, let_go=None):
    """Make a folder for the block; yield its path. `let_go` is as for `sweep()`."""
    sweep(parent, let_go)
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=parent)
    folder = Path(name).with_suffix("")
    owned = folder.with_suffix(OWNED)
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX)
        Path(name).replace(owned)  # from here on others may ask for the lock
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        remove(folder, owned)
        os.close(handle)


@contextmanager
def alone(file, what):
    """Let no other process into the block that names the same file; it waits for this one's end.

    It says so: for another command that `what`, such as "installs into .venv". Where there can be
    no such file, or no lock on it, each goes its way: a pipe has no end, so none is opened.
    """
    try:
        # To append: what a link of this name leads to keeps what is in it.
        lock = file.open("a") if fcntl and (file.is_file() or not file.exists()) else None
    except OSError:  # a folder that cannot be written
        lock = None
    if not lock:
        yield
        return
    with lock:
        with suppress(OSError):  # a disk of the network that has no locks
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print(f"Waiting for another command that {what}.", file=sys.stderr, flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sweep(parent=None, let_go=None):
    """Remove the folders whose owners have ended without doing so.

    `let_go` is called with each before that: it ends what still runs in it or belongs to it, and
    returns whether that is done. A folder that needs another's `let_go` is left for that one.
    """
    for owned in Path(parent or tempfile.gettempdir()).glob(f"{PREFIX}*{OWNED}") if fcntl else ():
        folder = owned.with_suffix("")
        if not owned.is_file():  # a pipe of anybody's would be waited for
            continue
        try:
            with owned.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if let_go(folder) if let_go else not needs_more(folder):
                    remove(folder, owned)
        except OSError:  # its owner lives, or it is another user's, or gone meanwhile
            continue


def needs_more(folder):
    """Tell whether a server may run in a folder, or databases elsewhere belong to it."""
    return (folder / "postmaster.pid").exists() or (folder / "databases").exists()


def remove(folder, owned):
    shutil.rmtree(folder, ignore_errors=True)
    owned.unlink(missing_ok=True)
