"""What a killed process left behind, the next one removes; what is in use it leaves alone."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from classroom.running import postgres, scratch
from classroom.running.kernel import ROOT

HOLD = """
import sys
from classroom.running.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "file").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""
LESSON = """
import sys, django
django.setup()
from django.db import connection
from classroom.scenes.database import fresh_database
fresh_database()
print(connection.settings_dict["NAME"], flush=True)
sys.stdin.read()
"""
SERVER = """
import sys
from classroom.running.postgres import postgres_server
with postgres_server() as url:
    print("ready", flush=True)
    sys.stdin.read()
"""

BUILD = """
import sys
from classroom.publishing import output
slow = "print('begun', flush=True); import sys; sys.stdin.read()"
output.fill("build/none", [sys.executable, "-c", slow, "{}"])
"""
HOME = """
import os, sys
os.environ["JUPYTER_CONFIG_DIR"] = "/dev/null/none"
from classroom.running import homes
with homes.writable() as said:
    print(said, flush=True)
    sys.stdin.read()
"""
FILES = """
import sys
from lite import bundle
def download(folder):
    print(folder, flush=True)
    sys.stdin.read()
bundle.download = download
bundle.fetched("none")
"""


@pytest.fixture
def place(monkeypatch):
    """A folder for temporary files, of this process and of those that it starts.

    PostgreSQL refuses to be root, and then runs as somebody who may not see pytest's folders.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", None)
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "speedster.settings")
        yield Path(folder)


@contextmanager
def running(code, says=""):
    """Run code up to where it waits; yield the process and the line that it printed last."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, **pipes) as process:
        line = process.stdout.readline()
        while says not in line:
            line = process.stdout.readline()
        yield process, line.strip()
        process.kill()


def left(place):
    return sorted(it.name for it in place.iterdir() if it.name.startswith(scratch.PREFIX))


def test_a_folder_is_gone_with_its_block(place):
    with scratch.scratch_folder() as folder:
        assert folder.is_dir() and folder.parent == place
    assert left(place) == []


@pytest.mark.skipif(scratch.fcntl is None, reason="nothing is swept there")
def test_what_a_killed_process_left_goes_and_what_another_uses_stays(place):
    with running(HOLD) as (alive, used), running(HOLD) as (dead, _):
        (place / "speedster-theirs").mkdir()  # of a name like ours, and without our mark
        dead.send_signal(signal.SIGKILL)
        dead.wait()
        assert len(left(place)) == 5
        scratch.sweep()
        assert Path(used, "file").exists()
        assert len(left(place)) == 3 and "speedster-theirs" in left(place)
        alive.communicate("")
        assert left(place) == ["speedster-theirs"]


@pytest.mark.slow
@pytest.mark.skipif(scratch.fcntl is None, reason="nothing is swept there")
@pytest.mark.parametrize("code", [BUILD, HOME, FILES], ids=["html", "lab", "lite"])
def test_what_a_killed_command_left_goes_with_the_next(place, code):
    with running(code) as (command, _):
        command.send_signal(signal.SIGKILL)
        command.wait()
    assert [it for it in place.iterdir() if it.is_dir()]
    with scratch.scratch_folder():
        pass
    assert list(place.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(scratch.fcntl is None, reason="nothing is swept there")
def test_the_databases_of_a_killed_kernel_go_with_the_next_lesson(place):
    with running(LESSON, says="notebook_") as (lesson, name):
        lesson.send_signal(signal.SIGKILL)
        lesson.wait()
    assert left(place)
    with running(LESSON, says="notebook_") as (lesson, other):
        assert name != other
        lesson.communicate("")
    assert left(place) == []


@pytest.mark.slow
@pytest.mark.skipif(scratch.fcntl is None, reason="nothing is swept there")
def test_the_server_of_a_killed_process_ends_when_the_next_one_starts(wheel, place, monkeypatch):
    # Both look in the same folder, whatever room the memory has.
    monkeypatch.setattr(postgres, "roomy_memory", lambda: None)
    code = SERVER.replace("with", "from classroom.running import postgres\n"
                          "postgres.roomy_memory = lambda: None\nwith", 1)  # fmt: skip
    with running(code) as (process, _):
        [folder] = [it for it in place.iterdir() if it.is_dir() and "speedster-pg-" in it.name]
        number = int((folder / "postmaster.pid").read_text().split()[0])
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert psutil.pid_exists(number) and left(place)
    with postgres.postgres_server():
        assert not folder.exists()
    ended = not psutil.pid_exists(number) or psutil.Process(number).status() == "zombie"
    assert ended and left(place) == []


@pytest.mark.skipif(scratch.fcntl is None, reason="there is no such lock")
def test_who_waits_says_for_what(tmp_path, monkeypatch, capsys):
    """A second make setup stood for minutes without a word."""
    said_before = []

    def flock(file, how):
        if how & LOCK_NB:
            raise BlockingIOError
        said_before.append(capsys.readouterr().err)

    LOCK_NB = scratch.fcntl.LOCK_NB
    monkeypatch.setattr(scratch.fcntl, "flock", flock)
    with scratch.alone(tmp_path / "lock", "installs into .venv"):
        assert said_before == ["Waiting for another command that installs into .venv.\n"]
    monkeypatch.setattr(scratch.fcntl, "flock", lambda file, how: None)
    with scratch.alone(tmp_path / "lock", "installs into .venv"):
        assert capsys.readouterr().err == ""


@pytest.mark.skipif(scratch.fcntl is None, reason="there is no such lock")
def test_who_waits_comes_in_when_the_other_has_ended(tmp_path):
    code = "import sys, pathlib; from classroom.running.scratch import alone\n"
    code += "with alone(pathlib.Path(sys.argv[1]), 'tests'): print('in')"
    command = [sys.executable, "-c", code, str(tmp_path / "lock")]
    with scratch.alone(tmp_path / "lock", "tests"):
        second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
    assert second.communicate() == ("in\n", None)


@pytest.mark.skipif(scratch.fcntl is None, reason="there is no such lock")
def test_a_link_in_the_place_of_a_lock_empties_no_file(tmp_path):
    mine, lock = tmp_path / "mine", tmp_path / "lock"
    mine.write_text("mine")
    lock.symlink_to(mine)
    with scratch.alone(lock, "tests"):
        assert mine.read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipe has a name there")
def test_a_pipe_that_nobody_fills_is_not_waited_for(place):
    """Anybody can put one into the folder for temporary files: every lesson waited for it."""
    code = "import pathlib, sys; from classroom.running import scratch; scratch.sweep()\n"
    code += "with scratch.alone(pathlib.Path(sys.argv[1]), 'tests'): print('in')"
    pipe = place / f"{scratch.PREFIX}pipe{scratch.OWNED}"
    os.mkfifo(pipe)
    command = [sys.executable, "-c", code, str(pipe)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, timeout=60)
    assert done.stdout == "in\n" and pipe.exists()
