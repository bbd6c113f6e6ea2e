"""A room of three goes through accidents and loses nothing; what a killed one left is swept."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from room import ending
from room.desks import ROOT
from room.kernels import sentence

PYTHON = ROOT / ".venv-room" / "bin" / "python"
pytestmark = [pytest.mark.slow, pytest.mark.on_one_database]
needs_jupyterhub = pytest.mark.skipif(
    not PYTHON.exists(), reason="`make test` and `make .venv-room/.ready` install JupyterHub"
)


def room(*arguments, **options):
    return subprocess.Popen([PYTHON, "-m", *arguments], cwd=ROOT, text=True, **options)


@needs_jupyterhub
def test_three_learners_lose_nothing_when_everything_is_killed_once():
    bench = room(
        "room.bench", "3", "--over", "12", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = bench.communicate(timeout=400)
    assert bench.returncode == 0, said
    assert "Lost: nothing" in said
    assert "kernel killed, server killed, proxy killed, hub killed" in said


@needs_jupyterhub
def test_a_room_that_is_killed_is_swept(tmp_path):
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = str(asked.getsockname()[1])
    opened = room("room", "1", "--folder", tmp_path, "--port", port, stdout=subprocess.PIPE)
    for line in opened.stdout:
        if "is open" in line:
            break
    told = json.loads((tmp_path / ".room" / "room.json").read_text())
    assert len(ending.processes_of(told["id"])) >= 4  # hub, proxy, page, a server
    opened.send_signal(signal.SIGKILL)
    opened.wait()
    opened.stdout.close()
    deadline = time.monotonic() + 40
    while (tmp_path / ".room" / "room.json").exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not ending.processes_of(told["id"])
    assert not Path(told["temporary"]).exists()
    assert (tmp_path / "learner-01" / "00_start_here.ipynb").exists()


def test_the_sentence_after_a_cull_names_what_is_lost():
    assert "Its variables are gone: ada, shift." in sentence(60, ["ada", "shift"])


def test_a_desk_reads_an_install_that_nobody_may_write(tmp_path):
    from room import desks

    laid = desks.lay_out({"ada": "Ada"}, tmp_path / "desks", listen="127.0.0.1", port=1)
    try:
        modes = {path.stat().st_mode & 0o222 for path in laid.install.rglob("*")}
        given = desks.environment(laid, "ada")
        assert modes == {0}
        assert given["TMPDIR"] == given["XDG_RUNTIME_DIR"]
        assert "desks/ada" in given["DATABASE_URL"] and "desks/ada" in given["PROGRESS_FILE"]
        told = subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", "print(Employees.objects.count())"],
            cwd=laid.desk("ada"),
            env={**os.environ, **given},
            capture_output=True,
            text=True,
        )
        assert told.stdout.split()[-1] == "30", told.stderr
        told = subprocess.run(
            ["make", "test"], cwd=laid.desk("ada"), capture_output=True, text=True
        )
        assert "not for a desk" in told.stdout
    finally:
        ending.end(laid)
