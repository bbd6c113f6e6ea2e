"""Open a room, and keep it open until Ctrl-C: `make room NAMES=names.txt`, or a number.

See https://jupyterhub.readthedocs.io/en/stable/
"""

import argparse
import errno
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests
from tqdm import tqdm

from classroom.running.refusals import refusal
from room import desks, ending
from room.hub import AT_ONCE, HOUR, SECONDS, ports, tokens
from room.lost import spoken
from room.names import TEACHER, RoomError, logins

LOOPBACK = "127.0.0.1"
ON_NETWORK = """\
It listens on {listen}: everybody who reaches this machine can try a password, and what goes over
the network is not encrypted. Do this on a network that you trust, or put a proxy with TLS in front.
"""
ONE_ACCOUNT = """\
Every desk runs under your own account ({user}): who sits at one can read your files and the other
desks. For people whom you do not know, see deploy/.
{why}
"""


def main(arguments=None):
    options = parsed(arguments)
    try:
        with opened(options) as room:
            start_servers(room)
            print("The room is open. Ctrl-C closes it.", flush=True)
            stay(room)
    except KeyboardInterrupt:
        print()
    except RoomError as error:
        raise SystemExit(f"make room: {error}") from error
    except OSError as error:
        raise SystemExit(f"make room: {refusal(error) or error}") from error


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="python -m room", description=__doc__)
    parser.add_argument("names", help="how many learners, or a text file with a name a line")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--listen", default=LOOPBACK, help="an address of this machine, or 0.0.0.0 for all of them"
    )
    parser.add_argument("--folder", type=Path, default=desks.FOLDER, help="where the desks are")
    parser.add_argument("--idle", type=int, default=HOUR, help="seconds after which a kernel ends")
    parser.add_argument(
        "--accounts",
        choices=["auto", "yes", "no"],
        default="auto",
        help="an account of the system for each desk, made now and removed at the end; "
        "`auto` does so where root opens the room",
    )
    return parser.parse_args(arguments)


@contextmanager
def opened(options):
    """Open a room for the block, with its hub running; yield it. All is swept afterwards."""
    learners = logins(options.names)
    if options.idle < 1:
        raise RoomError(f"expected IDLE in seconds, 1 or more, came {options.idle}.")
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind((options.listen, options.port))
            options.port = asked.getsockname()[1]  # for 0, one that is free
        except (OSError, OverflowError, TypeError, UnicodeError) as error:
            is_taken = getattr(error, "errno", None) == errno.EADDRINUSE
            raise RoomError(
                f"expected to listen on {options.listen}, port {options.port}, but: "
                f"{str(error).rstrip('.')}. {'Is another room open? ' if is_taken else ''}"
                "Choose a port from 1024 to 65535: PORT=8100."
            ) from error
    lacking = what_accounts_lack(options.folder)
    accounts = may_have_accounts(options, lacking)
    with ending.held(options.folder.resolve()) as lock:
        ending.end_left_over(options.folder)
        with opened_alone(options, learners, accounts, lacking, lock) as room:
            yield room


@contextmanager
def opened_alone(options, learners, accounts, lacking, lock):
    """Lay the room out and start its hub, and what sweeps up afterwards and has the lock, too."""
    hub_port, api_port, page_port = ports(3)
    room = desks.lay_out(
        learners,
        options.folder,
        accounts=accounts,
        listen=options.listen,
        port=options.port,
        idle=options.idle,
        hub_port=hub_port,
        api_port=api_port,
        page_port=page_port,
        **tokens(),
    )
    for name in ("hub.sqlite", "proxy.pid"):  # of the room before, or of the one this is a copy of
        (room.state / name).unlink(missing_ok=True)
    room_ends = lambda *_: sys.exit(0)  # noqa: E731
    before = signal.signal(signal.SIGTERM, room_ends)
    guard = subprocess.Popen(
        [sys.executable, "-m", "room.ending", str(room.folder)],
        stdin=subprocess.PIPE,
        cwd=desks.ROOT,
        pass_fds=[lock.fileno()],
        start_new_session=True,  # Ctrl-C is not for it
    )
    try:
        room.hub = start_hub(room)
        wait_for(room)
        introduce(room, lacking)
        yield room
    finally:
        signal.signal(signal.SIGTERM, before)
        print("The room is being closed. What lies on the desks stays there.", flush=True)
        guard.stdin.close()
        guard.wait()


def what_accounts_lack(folder):
    """Say what is in the way of an account for each desk; None where nothing is."""
    if os.geteuid() != 0:
        return "you are not root"
    if not shutil.which("useradd"):
        return "this system has no useradd"
    python = Path(sys.executable)
    hidden = next(
        filter(None, map(hidden_folder, (python, python.resolve(), folder.resolve()))), ""
    )
    return hidden and f"other accounts cannot pass {hidden}, on the way to Python or to the desks"


def may_have_accounts(options, lacking):
    """Tell whether each desk gets an account of its own. Raises RoomError where it must and cannot.

    A desk of root may not be reached from the network.
    """
    if options.accounts == "no" or (options.accounts == "auto" and lacking):
        if os.geteuid() == 0 and options.listen != LOOPBACK:
            raise RoomError(
                "expected accounts for the desks, since root opens the room to the network, but "
                f"{lacking or 'ACCOUNTS=no was said'}. Open it from an account that is not root, "
                "or install Python and the project where everybody can read them."
            )
        return False
    if lacking:
        raise RoomError(f"expected to make an account for each desk, but {lacking}.")
    return True


def hidden_folder(path):
    """Return the first folder on the way that other accounts cannot pass; None where they can."""
    way = [it for it in reversed(path.parents) if it.exists()]
    return next((str(it) for it in way if not it.stat().st_mode & stat.S_IXOTH), None)


def hubs_environment(room):
    return {
        **os.environ,
        desks.MARK: room.id,
        "ROOM_FOLDER": str(room.folder),
        "PYTHONPATH": str(room.install),
        "TMPDIR": room.temporary,
    }


def start_hub(room):
    """Start JupyterHub; it writes into hub.log. Nobody else may read what it keeps."""
    file = room.state / "hub.log"
    file.touch(mode=0o600)
    with file.open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", str(room.install / "room" / "hub.py")],
            cwd=room.state,
            env=hubs_environment(room),
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
        )


def ask(room, method, path, **options):
    """Ask the hub something, as the one who opens the room."""
    headers = {"Authorization": f"token {room.token}"}
    address = f"http://127.0.0.1:{room.hub_port}/hub/api{path}"
    return requests.request(method, address, headers=headers, timeout=30, **options)


def wait_for(room, seconds=60):
    """Wait until the hub answers. Raises RoomError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and room.hub.poll() is None:
        try:
            if ask(room, "GET", "/").ok:
                return
        except requests.RequestException:
            time.sleep(0.3)
    log = (room.state / "hub.log").read_text(errors="replace").splitlines()
    raise RoomError("JupyterHub did not start. It said last:\n" + "\n".join(log[-10:]))


def own_address():
    """Return the address of this machine in its network. Nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # an address that is nobody's, for examples
            return asked.getsockname()[0]
        except OSError:  # there is no network
            return socket.gethostname()


def introduce(room, lacking):
    """Print once where the room is, and both passwords."""
    host = own_address() if room.listen == "0.0.0.0" else room.listen
    print(f"The room is at http://{host}:{room.port}/ for {len(room.learners)} learners.")
    print(f"  The password of the room: {room.password}   (with one's own name)")
    print(f"  Yours, with the name {TEACHER}: {room.teachers_password}")
    others = [f"{name} as {login}" for login, name in room.learners.items() if login != name]
    if others:
        print(f"  Names to log in with: {', '.join(others)}.")
    idle = spoken(room.idle)
    print(f"  A kernel that runs nothing for {idle} is ended; the next one says what is lost.")
    if room.listen != LOOPBACK:
        print(ON_NETWORK.format(listen=room.listen))
    if not room.accounts:
        why = (
            f"Accounts for them cannot be made: {lacking}." if lacking else "ACCOUNTS=no was said."
        )
        user = os.environ.get("USER") or f"number {os.geteuid()}"
        print(ONE_ACCOUNT.format(user=user, why=why))
    sys.stdout.flush()


def start_servers(room):
    """Start each learner's server before they come, two at a time; return the seconds it took."""
    began, slow = time.monotonic(), []
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        ready = pool.map(lambda login: (login, start_server(room, login)), room.learners)
        for login, is_ready in tqdm(ready, "Desks ready", total=len(room.learners), unit="desk"):
            slow += [] if is_ready else [login]
    finally:
        room.closing = bool(sys.exc_info()[0])
        pool.shutdown(cancel_futures=True)
    if slow:
        print(f"Not ready: {', '.join(slow)}. They start when somebody logs in there.")
    return time.monotonic() - began


def start_server(room, login):
    """Ask the hub for a server, and wait for it; return whether it is there."""
    deadline = time.monotonic() + SECONDS
    try:
        if ask(room, "POST", f"/users/{login}/server").status_code >= 500:
            return False
        while time.monotonic() < deadline and not room.closing:
            servers = ask(room, "GET", f"/users/{login}").json().get("servers", {})
            if servers.get("", {}).get("ready"):
                return True
            time.sleep(0.3)
    except requests.RequestException:
        pass
    return False


def stay(room):
    """Keep the hub running until Ctrl-C: one that dies is started again."""
    while True:
        if room.hub.poll() is not None:
            print("The hub ended; it is started again. Work goes on meanwhile.", flush=True)
            room.hub = start_hub(room)
        time.sleep(1)


if __name__ == "__main__":
    main()
