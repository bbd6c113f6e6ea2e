"""Sweep up after a room, however it ended: `python -m room.ending FOLDER` waits, then sweeps.

Its standard input is a pipe that the room holds open. The system closes that when the room ends,
also by `kill -9`. See https://psutil.readthedocs.io/
"""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil

from classroom.running.postgres import MEMORY, end_server
from classroom.running.scratch import sweep
from room.desks import MARK, Room, give

SECONDS = 5  # for a process to end by itself


def processes_of(id):
    """List the processes of a room: each has its mark in the environment, PostgreSQL too."""
    found = (it for it in psutil.process_iter() if it.pid != os.getpid())
    return [process for process in found if is_of(process, id)]


def is_of(process, id):
    """Tell whether a process lives, and is one of a room. One that was killed may lie there yet."""
    with contextlib.suppress(psutil.Error):
        return process.environ().get(MARK) == id
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
    """End what an earlier room in this folder left, where even the sweeping was killed."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        end(Room.load(folder))


if __name__ == "__main__":
    sys.stdin.read()
    end(Room.load(Path(sys.argv[1])))
