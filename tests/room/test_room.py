"""One room and its life: desks, accidents that lose nothing, and a killing that is swept."""

import ast
import json
import os
import pwd
import resource
import shutil
import signal
import subprocess
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import SimpleNamespace

import psutil
import pytest

from room import desks, ending, lost
from room.desks import ROOT, Room
from room.lost import sentence
from room.names import RoomError

PYTHON = ROOT / ".venv-room" / "bin" / "python"
pytestmark = pytest.mark.slow
needs_jupyterhub = pytest.mark.skipif(
    not PYTHON.exists(), reason="`make test` and `make .venv-room/.ready` install JupyterHub"
)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A room for two, open, in a process of its own: `room.process`."""
    folder = tmp_path_factory.mktemp("desks")
    command = [PYTHON, "-m", "room", "2", "--folder", folder, "--port", "0", "--accounts", "no"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as opened:
        said = next((line for line in opened.stdout if "is open" in line), "")
        assert said, (folder / ".room" / "hub.log").read_text()
        found = Room.load(folder)
        found.process = opened
        yield found
        opened.kill()


def said_by(*arguments, seconds=60):
    """Run the Python that has JupyterHub, where the project lies, for so long at most."""
    command = [PYTHON, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds)


def at_desk(room, *command, login="learner-01", **options):
    """Run a command as a terminal at a desk does."""
    given = {**os.environ, **desks.environment(room, login)}
    given["PATH"] = f"{PYTHON.parent}:{os.environ['PATH']}"
    return subprocess.run(
        command, cwd=room.desk(login), env=given, capture_output=True, text=True, **options
    )


@needs_jupyterhub
@pytest.mark.parametrize("option, said", [("--port", "99999"), ("--listen", "é" * 80)])
def test_an_address_that_no_machine_has_is_a_sentence(option, said):
    told = said_by("-m", "room", "2", option, said)
    assert told.stderr.startswith("make room: expected to listen on "), told
    assert said in told.stderr and "Is another room open?" not in told.stderr


@contextmanager
def of_a_room(folder, id):
    """A process that belongs to a room, whose folder says so."""
    told = {"id": id, "home": str(folder), "temporary": str(folder / "temporary"), "accounts": {}}
    (folder / ".room").mkdir(parents=True)
    (folder / ".room" / "room.json").write_text(json.dumps(told))
    marked = {**os.environ, desks.MARK: id}
    with subprocess.Popen(["sleep", "600"], env=marked) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_folder_belongs_to_one_room_until_that_is_swept(tmp_path, capsys):
    """A second room at another port ended the first, with all its kernels; or said nothing."""

    def is_refused():
        with pytest.raises(RoomError, match="one is open in"), ending.held(tmp_path, seconds=0):
            pass
        return True

    with ending.held(tmp_path, seconds=0) as lock:
        assert is_refused()
        sweeps = subprocess.Popen(["sleep", "600"], pass_fds=[lock.fileno()])
    assert is_refused() and not capsys.readouterr().out
    Timer(0.3, sweeps.kill).start()
    with ending.held(tmp_path, seconds=60):
        assert "60 seconds for it to end" in capsys.readouterr().out
    sweeps.wait()


def test_a_copy_of_the_desks_of_a_room_that_is_open_leaves_it_alone(tmp_path):
    with of_a_room(tmp_path / "desks", "a-room-that-is-open") as process:
        shutil.copytree(tmp_path / "desks", tmp_path / "copy")
        ending.end_left_over(tmp_path / "copy")
        assert process.poll() is None
        ending.end_left_over(tmp_path / "desks")
        process.wait(timeout=10)
        assert not psutil.pid_exists(process.pid)


def test_what_sweeps_knows_its_room_though_the_folder_is_gone(tmp_path):
    gone = SimpleNamespace(read=lambda: shutil.rmtree(tmp_path / "desks"))
    with of_a_room(tmp_path / "desks", "a-room-whose-folder-goes") as process:
        ending.wait_and_end(tmp_path / "desks", gone)
        process.wait(timeout=10)
        assert not psutil.pid_exists(process.pid)


@needs_jupyterhub
def test_a_project_that_was_moved_starts_its_scripts_with_the_python_that_is_there(tmp_path):
    """Each script names the Python that it was installed for, in the folder of before."""
    ask = (
        "import sys; from traitlets.config import Config; from room.hub import configure, tokens; "
        "from room.desks import Room; c = Config(); told = dict.fromkeys(('listen', 'port', "
        "'hub_port', 'api_port', 'page_port', 'password', 'teachers_password', 'temporary')); "
        "configure(c, Room('.', {**told, **tokens(), 'id': '', 'idle': 9, 'learners': {}, "
        "'accounts': {}})); print(c.Spawner.cmd[0] == sys.executable, "
        "c.ConfigurableHTTPProxy.command[0] == sys.executable)"
    )
    said = said_by("-c", ask)
    assert said.stdout == "True True\n", said.stderr


def test_a_room_copies_no_folder_to_which_a_link_leads(tmp_path, monkeypatch):
    monkeypatch.setattr(desks, "ROOT", tmp_path / "project")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").touch()
    (tmp_path / "project" / "classroom").mkdir(parents=True)
    (tmp_path / "project" / "classroom" / "here").symlink_to(tmp_path / "letters")
    with pytest.raises(RoomError, match=r"came .*classroom/here, which leads to .*letters. Move"):
        desks.lay_out({"ada": "Ada"}, tmp_path / "desks")
    assert not [*(tmp_path / "desks").rglob("letter.txt")]


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '"room"', '{"home": 5}', "\0"])
def test_a_damaged_note_of_an_earlier_room_ends_nothing(tmp_path, text, monkeypatch):
    ended = []
    monkeypatch.setattr(ending, "end", ended.append)
    (tmp_path / ".room").mkdir()
    (tmp_path / ".room" / "room.json").write_text(text)
    ending.end_left_over(tmp_path)
    assert ended == []


def test_no_process_belongs_to_a_room_without_a_name():
    assert not ending.is_of(psutil.Process(), None)


def test_a_board_is_whole_or_not_there(tmp_path, monkeypatch):
    """A disk that was full left half a database, which no later room made whole."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    board = tmp_path / "board.db"
    board.write_bytes(b"noise" * 5_000)
    room = desks.Room(tmp_path / "desks", {"temporary": str(tmp_path / "temporary")})
    Path(room.temporary).mkdir()
    room.folder.mkdir()
    monkeypatch.setattr(desks.copies, "lay_out", lambda *given: [])
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OSError):
            desks.lay_desk(room, "ada", board, {}, None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not (room.desk("ada") / desks.BOARD).exists()


def test_what_a_learner_put_in_the_place_of_a_file_of_the_room_is_kept(tmp_path):
    """It was written over; and a link was followed, to whatever root may write."""
    room = Room(tmp_path / "desks", {"temporary": str(tmp_path / "t")})
    desk, outside, board = room.desk("ada"), tmp_path / "outside", tmp_path / "board"
    (tmp_path / "t").mkdir()
    desk.mkdir(parents=True)
    board.touch()
    outside.write_text("theirs")
    (desk / "manage.py").write_text("mine")
    (desk / "Makefile").symlink_to(outside)
    (desk / desks.BOARD).symlink_to(tmp_path / "nowhere")
    for _ in range(2):
        desks.lay_desk(room, "ada", board, {}, None)
    assert outside.read_text() == "theirs" and not (tmp_path / "nowhere").exists()
    assert "At home: clone" in (desk / "Makefile").read_text()
    [kept] = desk.glob("kept/*/manage.py")
    assert kept.read_text() == "mine" and (desk / "manage.py").read_text() == desks.MANAGE


def test_what_a_room_installs_is_compiled_without_a_warning():
    """One stood above the address of the room."""
    found = [it for name in desks.INSTALLED for it in ROOT.glob(f"{name}/**/*.py")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for it in found:  # a cell may await
            compile(it.read_bytes(), it, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert len(found) > 200


@needs_jupyterhub
def test_a_desk_reads_an_install_that_nobody_may_write(room):
    assert {path.stat().st_mode & 0o222 for path in room.install.rglob("*")} == {0}
    kept = ("room.json", "hub.log", "hub.sqlite")
    assert {(room.state / name).stat().st_mode & 0o077 for name in kept} == {0}
    given = desks.environment(room, "learner-01")
    spec = Path(given["JUPYTER_PATH"], "kernels", "django_extensions", "kernel.json").read_text()
    assert json.loads(spec)["env"]["PYTHONPATH"] == str(room.install)  # of no other room
    assert given["TMPDIR"] == given["XDG_RUNTIME_DIR"]
    for name in ("DATABASE_URL", "PROGRESS_FILE"):
        assert str(room.desk("learner-01")) in given[name]


@needs_jupyterhub
def test_a_terminal_at_a_desk_has_its_own_project_and_builds_nothing(room):
    said = at_desk(room, "make", "shell", input="print('people:', Employees.objects.count())\n")
    assert "people: 30" in said.stdout and "Traceback" not in said.stdout + said.stderr
    assert "not for a desk" in at_desk(room, "make", "test").stdout
    assert "It is done" in at_desk(room, "make", "setup").stdout
    assert not list(room.desk("learner-01").glob(".venv*"))


@needs_jupyterhub
def test_each_desk_has_its_board_behind_the_hub(room):
    script = """if True:
        import sys
        from room.bench import seen_by
        from room.desks import Room
        room = Room.load(sys.argv[1])
        for login in room.learners:
            print("The rota" in seen_by(room, login, room.password, f"/user/{login}/board/"))
        there = "/services/room/"
        print("403" in seen_by(room, "learner-01", room.password, there))
        print("of 2 have begun" in seen_by(room, "teacher", room.teachers_password, there))
    """
    told = said_by("-c", script, room.folder)
    assert told.stdout.split() == ["True"] * 4, told


@needs_jupyterhub
def test_nothing_is_lost_when_everything_is_killed_once(room):
    command = ("-m", "room.bench", "--join", room.folder, "--over", "8", "--reads", "0")
    bench = said_by(*command, seconds=400)
    hub = (room.state / "hub.log").read_text().splitlines()
    about = [line for line in hub if ("learner-02" in line and "XSRF" not in line) or "[E" in line]
    assert bench.returncode == 0, "\n".join([bench.stdout, bench.stderr, *about[-80:]])
    assert "Lost: nothing" in bench.stdout
    assert "kernel killed, server killed, proxy killed, hub killed" in bench.stdout


@needs_jupyterhub
def test_a_server_that_ends_as_it_starts_keeps_nobody_waiting():
    """The next one began after 120 s, and the others waited for its turn."""
    script = """if True:
        import asyncio
        from types import SimpleNamespace
        from room.hub import DeskSpawner
        async def poll():
            return 7
        nobody = ("127.0.0.1", 9)
        try:
            asyncio.run(DeskSpawner.answered(SimpleNamespace(poll=poll), nobody))
        except RuntimeError as error:
            print(error)
    """
    told = said_by("-c", script)
    assert told.stdout == "the server ended (7) before it answered\n", told


@needs_jupyterhub
def test_a_kernel_that_was_asked_for_its_names_is_not_busy_for_that():
    """Where the server heard late that the answer was given, an idle kernel got another hour."""
    script = """if True:
        import asyncio
        from types import SimpleNamespace
        from room import kernels
        now = kernels.utcnow()
        kernel = SimpleNamespace(execution_state="idle", last_activity=now.replace(year=2020))
        def hear():
            kernel.execution_state, kernel.last_activity = "idle", now
        async def ask(kernel):
            kernel.execution_state = "busy"
            asyncio.get_running_loop().call_later(0.05, hear)
            return ["ada"]
        async def end(self, id):
            print(kernel.execution_state, kernel.last_activity.year)
        async def main():
            room = kernels.DeskKernels(cull_idle_timeout=60)
            room._kernels["k"] = kernel
            await room.cull_kernel_if_idle("k")
        kernels.variables = ask
        kernels.AsyncMappingKernelManager.cull_kernel_if_idle = end
        asyncio.run(main())
    """
    told = said_by("-c", script)
    assert told.stdout == "idle 2020\n", told


@needs_jupyterhub
def test_a_killed_server_is_not_taken_for_one_that_lives():
    """A hub that was started again waited six minutes for it, and so did its learner."""
    script = """if True:
        import os, subprocess, sys
        from types import SimpleNamespace
        from room.desks import MARK
        from room.hub import lives
        room = SimpleNamespace(id="here")
        def start(id):
            given, speaks = {**os.environ, MARK: id}, "print(flush=True); input()"
            told = dict(stdin=-1, stdout=-1, env=given)
            process = subprocess.Popen([sys.executable, "-c", speaks], **told)
            process.stdout.readline()  # before that its variables may not be there to read
            return process
        ours, theirs, killed = start("here"), start("there"), start("here")
        print([lives(it.pid, room) for it in (ours, theirs, killed)])
        killed.kill()
        os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)  # and leave it there
        print(lives(killed.pid, room))
        for it in (ours, theirs, killed):
            it.kill(), it.wait()
        print(lives(killed.pid, room))
    """
    told = said_by("-c", script)
    assert told.stdout.splitlines() == ["[True, False, True]", "False", "False"], told


@needs_jupyterhub
def test_a_room_that_is_killed_is_swept(room):
    assert len(ending.processes_of(room.id)) >= 5  # hub, proxy, page, two servers
    room.process.send_signal(signal.SIGKILL)
    room.process.wait()
    deadline = time.monotonic() + 40
    while (room.state / "room.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not ending.processes_of(room.id)
    assert not Path(room.temporary).exists()
    assert (room.desk("learner-01") / "00_start_here.ipynb").exists()


@pytest.mark.skipif(
    not (os.environ.get("CI") and os.geteuid() == 0 and shutil.which("useradd")),
    reason="makes an account of this system: for root, where CI is set",
)
def test_a_desk_belongs_to_an_account_that_goes_with_the_room(tmp_path):
    room = desks.lay_out({"ada": "Ada"}, tmp_path / "desks", accounts=True)
    try:
        account = pwd.getpwnam(room.accounts["ada"])
        for folder in (room.desk("ada"), Path(room.temporary, "ada")):
            assert folder.stat().st_uid == account.pw_uid and folder.stat().st_mode & 0o077 == 0
    finally:
        ending.end(room)
    with pytest.raises(KeyError):
        pwd.getpwnam(account.pw_name)
    assert {it.stat().st_uid for it in room.desk("ada").rglob("*")} == {os.geteuid()}


@pytest.mark.parametrize("text", ["", "[]", '{"NOTEBOOK": 5}', '{"NOTEBOOK": ["x"]}', "{"])
def test_a_damaged_note_of_what_was_lost_shows_nothing(tmp_path, monkeypatch, capsys, text):
    callbacks = []
    events = SimpleNamespace(
        register=lambda name, call: callbacks.append(call), unregister=lambda *names: None
    )
    shell = SimpleNamespace(events=events)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    monkeypatch.setattr(lost, "get_ipython", lambda: shell, raising=False)
    (tmp_path / lost.LOST).write_text(text.replace("NOTEBOOK", str(lost.in_full("a.ipynb"))))
    lost.tell_what_was_lost()
    callbacks[0]()
    assert capsys.readouterr().out == ""


def test_the_sentence_after_a_cull_names_what_is_lost():
    said = sentence(3600, ["ada", "shift"])
    assert "for 60 minutes" in said and "Its variables are gone: ada, shift." in said
    assert "for 45 seconds" in sentence(45, [])  # it said 0 minutes


@needs_jupyterhub
def test_a_kernel_that_would_be_ended_at_once_is_a_sentence():
    told = said_by("-m", "room", "2", "--idle", "0")
    assert told.stderr.startswith("make room: expected IDLE in seconds, 1 or more, came 0"), told
