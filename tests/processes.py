"""Shared by the tests of running: a learner, and Python and Jupyter in processes of their own."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
FROM_OUTSIDE = ("DJANGO_", "DATABASE_URL", "JUPYTER_", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
FROM_OUTSIDE += ("CODESPACE", "GITPOD_", "CLOUD_SHELL", "REPLIT_", "VSCODE_PROXY")  # a platform

ADDRESS = re.compile(r"(?P<address>http://127\.0\.0\.1:(?P<port>\d+))/\S*\?token=(?P<token>\w+)")
PATIENCE = 180  # seconds until something that hangs is ended, so that the test fails
# How often what chance decides is tried: few times for each change, `make stress` sets 200.
TRIES = int(os.environ.get("TRIES", 25))


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def learner_in():
    """Make an environment with nothing of this project set, and a folder of its own for files."""

    def environment(folder):
        return {
            **{name: it for name, it in os.environ.items() if not name.startswith(FROM_OUTSIDE)},
            "DATABASE_URL": f"sqlite:///{folder / 'learner.sqlite3'}",
            "PROGRESS_FILE": str(folder / "progress.sqlite3"),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        }

    return environment


@pytest.fixture
def learner(learner_in, tmp_path):
    return learner_in(tmp_path)


@pytest.fixture
def python(learner):
    """Run this Python in the learner's environment, which keyword arguments add to."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**learner, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    return run


# Jupyter, started by shell_plus


@contextmanager
def ended(process):
    """End a process with the block."""
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def killed_if_it_hangs(process):
    """Kill a process while the block waits for it for too long: the block then hears its end."""
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


class Served(NamedTuple):
    """A server that runs, and how to speak to it."""

    address: str
    token: str
    link: str  # with the token, to where a browser would open
    runtime: Path
    database: Path

    def get(self, path, **headers):
        request = urllib.request.Request(self.address + path, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def ask(self, path):
        return self.get(path, Authorization=f"token {self.token}")


@contextmanager
def jupyter(flag, *arguments, learner):
    """Start a server from a directory of no importance, and give it once it can be spoken to."""
    command = [sys.executable, ROOT / "manage.py", "shell_plus", flag, "--no-browser"]
    process = subprocess.Popen(
        [*command, "--", "--ServerApp.port=0", *arguments],
        cwd=ROOT.parent,
        env=learner,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with ended(process):
        found = address_of(process)
        wait_for(process, int(found["port"]))
        runtime = Path(learner["JUPYTER_RUNTIME_DIR"])
        database = Path(learner["DATABASE_URL"].removeprefix("sqlite:///"))
        yield Served(found["address"], found["token"], found[0], runtime, database)


def address_of(process):
    """Read what a server prints until its address comes; return the match."""
    said = []
    with killed_if_it_hangs(process):
        for line in process.stdout:
            said.append(line)
            if found := ADDRESS.search(line):
                return found
    pytest.fail("no address with a token was printed, but:\n" + "".join(said))


def wait_for(process, port):
    """Wait until connections are taken: Jupyter prints its address a moment before that."""
    with killed_if_it_hangs(process):
        while process.poll() is None:
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                return
            time.sleep(0.05)
    pytest.fail(f"the server ended with {process.returncode} before it took a connection")


@pytest.fixture(scope="module")
def serve_jupyter(learner_in, tmp_path_factory):
    """A function that serves Jupyter for a block: serve_jupyter("--lab", *arguments for it)."""
    return partial(jupyter, learner=learner_in(tmp_path_factory.mktemp("served")))


@pytest.fixture(name="ended", scope="session")
def fixture_ended():
    return ended
