"""Sweep up after a room, however it ended: `python -m room.ending FOLDER` waits, then sweeps.

Its standard input is a pipe that the room holds open. The system closes that when the room ends,
also by `kill -9`. See https://psutil.readthedocs.io/
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

from classroom.running.postgres import MEMORY, end_server
from classroom.running.scratch import sweep
from room.desks import MARK, STATE, Room, give
from room.names import RoomError

SECONDS = 5  # for a process to end by itself


@contextlib.contextmanager
def held(folder, seconds=SECONDS * 4):
    """Hold the lock of a folder for the block; yield it, open, for what sweeps up afterwards.

    The system lets go of it when both have ended. Raises RoomError where another room holds it,
    also after these seconds, in which one that ends is swept.
    """
    (folder / STATE).mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + seconds
    with (folder / STATE / "lock").open("a") as lock:
        if seconds and not is_had(lock):
            print(f"Another room is in {folder}: {seconds} seconds for it to end.", flush=True)
        while not is_had(lock):
            if time.monotonic() > until:
                raise RoomError(
                    f"expected a folder for this room alone, but one is open in {folder}. Close it "
                    "with Ctrl-C where it was opened; what lies on the desks stays there."
                )
            time.sleep(0.2)
        yield lock


def is_had(lock):
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def processes_of(id):
    """List the processes of a room: each has its mark in the environment, PostgreSQL too."""
    found = (it for it in psutil.process_iter() if it.pid != os.getpid())
    return [process for process in found if is_of(process, id)]


def is_of(process, id):
    """Tell whether a process lives, and is one of a room. One that was killed may lie there yet."""
    with contextlib.suppress(psutil.Error):
        return bool(id) and process.environ().get(MARK) == id
    return False


def end(room):
    """End every process of a room, and remove its temporary folders and accounts."""
    for signal in ("terminate", "kill", "kill"):  # again for those that began meanwhile
        processes = processes_of(room.id)
        for process in processes:
            with contextlib.suppress(psutil.Error):
                getattr(process, signal)()
        psutil.wait_procs(processes, timeout=SECONDS)
    shutil.rmtree(room.temporary, ignore_errors=True)
    if MEMORY.is_dir():  # PostgreSQL's files, of kernels that were killed
        sweep(MEMORY, let_go=end_server)
    for login, account in room.accounts.items():  # whose number somebody else may get one day
        with contextlib.suppress(OSError):
            give(os.geteuid(), os.getegid(), room.desk(login))
        subprocess.run(["userdel", account], capture_output=True)
    (room.state / "room.json").unlink(missing_ok=True)


def end_left_over(folder):
    """End what an earlier room in this folder left, where even the sweeping was killed.

    Not what belongs to the folder of which this one is a copy: there the room may be open.
    """
    damaged = (OSError, ValueError, LookupError, TypeError, AttributeError)
    with contextlib.suppress(*damaged):
        room = Room.load(folder)
        home = Path(room.home)
        if home == Path(folder).resolve() or not (home / STATE / "room.json").exists():
            end(room)


def wait_and_end(folder, pipe):
    """End a room when its pipe is closed. By then its folder may be gone, so it is read before."""
    room = Room.load(folder)
    pipe.read()
    end(room)


if __name__ == "__main__":
    wait_and_end(Path(sys.argv[1]), sys.stdin)
