"""A database or a disk that refuses is a sentence with a way out, whatever command meets it."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.transaction import TransactionManagementError
from django.db.utils import DataError, IntegrityError, OperationalError, ProgrammingError
from django.urls import reverse

import manage
from classroom.publishing.belongings import move_aside
from classroom.running import doctor
from classroom.running.kernel import ROOT
from classroom.running.refusals import refusal, way_out

OURS = ROOT / "db.sqlite3"


@pytest.fixture(scope="module")
def prepared(learner_in, tmp_path_factory):
    """A database that `make prepare` has prepared."""
    learner = learner_in(tmp_path_factory.mktemp("prepared"))
    command = [sys.executable, "manage.py", "prepare"]
    subprocess.run(command, cwd=ROOT, env=learner, check=True, capture_output=True)
    return learner["DATABASE_URL"].removeprefix("sqlite:///")


@pytest.fixture
def database(learner, prepared):
    """The learner's database, prepared."""
    return Path(shutil.copy(prepared, learner["DATABASE_URL"].removeprefix("sqlite:///")))


def with_noise(file):
    file.write_bytes(b"noise" * 5_000)


def without_its_end(file):
    file.write_bytes(file.read_bytes()[:30_000])


def without_a_table(file):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TABLE speedy_shifts")


def without_its_history(file):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM django_migrations")


def a_folder(file):
    file.unlink()
    file.mkdir()


def a_link_that_leads_nowhere(file):
    file.unlink()
    file.symlink_to(file.parent / "nowhere" / "at all")


DAMAGES = [without_its_end, without_its_history, a_folder, a_link_that_leads_nowhere]


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_a_sentence_with_the_way_out(database, python, damage):
    damage(database)
    answer = python("manage.py", "prepare")
    assert answer.returncode and "Traceback" not in answer.stderr
    way = f"move {database} aside, then make prepare" if database.is_file() else "name a file in"
    assert way in answer.stderr.splitlines()[-1]


@pytest.mark.slow
def test_so_it_is_for_an_import_and_for_the_doctor(database, python):
    without_a_table(database)
    said = python("classroom/running/doctor.py").stdout
    assert f"it has no table speedy_shifts -> make prepare (or: python manage.py prepare); where " \
           f"that does not help, move {database} aside" in said  # fmt: skip
    with_noise(database)
    answer = python("manage.py", "import_employees", "data/employees.csv")
    assert answer.returncode and "Traceback" not in answer.stderr
    cure = f"move {database} aside, then make prepare"
    assert cure in answer.stderr and cure in python("classroom/running/doctor.py").stdout


def with_a_trigger_that_refuses(file):
    """There is something to wipe, to repair and to deliver, and the user's triggers forbid it."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE speedy_shifts SET shift_date = '2020-01-01' WHERE id = 1")
        connection.execute("UPDATE speedy_shifts SET headcount = 1")
        connection.execute(
            "INSERT INTO speedy_outboxevent (name, payload, stored, tries, error) "
            "VALUES ('a', '{}', '2020-01-01', 0, '')"
        )
        for table in ("shifts", "outboxevent"):
            connection.execute(
                f"CREATE TRIGGER mine_{table} BEFORE UPDATE ON speedy_{table} "
                "BEGIN SELECT RAISE(ABORT, 'not\x1b[31m today'); END"
            )


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [["wipe_expired_shifts"], ["check_headcounts", "--repair"], ["deliver_events"]],
)
def test_a_rule_of_the_user_that_refuses_what_a_command_writes_is_a_sentence(
    database, python, command
):
    with_a_trigger_that_refuses(database)
    answer = python("manage.py", *command)
    said = "The database refused this: not\\u001b[31m today. A constraint or a trigger says so"
    assert answer.returncode and answer.stderr.startswith(said), answer.stderr


@pytest.mark.slow
def test_a_traceback_is_shown_where_it_is_asked_for(database, python):
    with_a_trigger_that_refuses(database)
    said = python("manage.py", "wipe_expired_shifts", "--traceback").stderr
    assert "Traceback" in said and "IntegrityError" in said


@pytest.mark.parametrize(
    "said, name, way",
    [
        ("file is not a database", OURS, "make reset"),
        ("file is not a database", "/elsewhere/a.sqlite3", "move /elsewhere/a.sqlite3 aside, then"),
        ("no such table: speedy_shifts", OURS, "make prepare"),
        ('relation "speedy_shifts" does not exist', "speedster", "make prepare"),
        ("no such table: speedy_shifts", ":memory:", "name a file in DATABASE_URL"),
        ('invalid connection option "x"', "speedster", "correct what stands behind the ?"),
        ("bad value for connect_timeout: 'x'", "speedster", "correct what stands behind the ?"),
        ("unable to open database file", "/", "name a file in DATABASE_URL"),
        ("no such table: speedy_shifts", "/dev/null", "name a file in DATABASE_URL"),
        ("database is locked", OURS, "end what else writes to it"),
        ("database or disk is full", OURS, "free space"),
        ("connection refused", "speedster", "start its server"),
    ],
)
def test_each_fault_of_a_database_has_its_way_out(said, name, way):
    assert way_out(said, name).startswith(way)


@pytest.mark.parametrize("part", ["", "-wal", "-shm"])
def test_a_file_of_a_database_that_is_read_only_is_named(tmp_path, monkeypatch, part):
    """SQLite leaves those beside it read-only; the sentence told of a folder, which was not."""
    file, closed = str(tmp_path / "a.sqlite3"), tmp_path / f"a.sqlite3{part}"
    said = "attempt to write a readonly database"
    for name in (file, closed):
        Path(name).touch()
    assert way_out(said, file).startswith("free space")
    monkeypatch.setattr(os, "access", lambda path, how: Path(path) != closed)  # root may write all
    assert way_out(said, file).startswith(f"let its owner write {closed} (chmod u+w)")


@pytest.mark.parametrize("part", ["-journal", "-wal", "-shm"])
def test_a_folder_in_the_place_of_what_sqlite_writes_is_no_full_disk(tmp_path, part):
    (tmp_path / f"a.sqlite3{part}").mkdir()
    way = way_out("unable to open database file", str(tmp_path / "a.sqlite3"))
    assert way.startswith(f"move {tmp_path / 'a.sqlite3'}{part} aside")


@pytest.mark.parametrize(
    "error, said",
    [
        (OperationalError("disk I/O error"), "cannot be used: disk I/O error. The way out"),
        (ProgrammingError('relation "a"\ndoes not exist'), 'used: relation "a" does not exist. T'),
        (ProgrammingError('invalid connection option "x"'), "correct what stands behind the ?"),
        (OSError(errno.ENOSPC, "No space left on device", "a.html"), "'a.html'. Free space"),
        (OSError(errno.EROFS, "Read-only file system"), "that can be written were expected"),
        (shutil.Error([("a", "b", "[Errno 13] Permission denied: 'a'")]), "denied: 'a'"),
        (OSError(errno.EFBIG, "File too large"), "that can be written were expected"),
        (OSError(errno.ENOTDIR, "Not a directory", "kept"), "'kept'. Rename what is there"),
        (OSError(errno.ENOENT, "No such file or directory", "a"), "'a'. Another command may have"),
    ],
)
def test_a_refusal_says_what_was_expected_what_came_and_the_way_out(error, said):
    assert said in refusal(error)


@pytest.mark.parametrize(
    "error", [IntegrityError("UNIQUE constraint failed"), DataError("too long"), OSError("else")]
)
def test_a_fault_of_the_project_stays_a_traceback(error):
    assert refusal(error) is None


@pytest.mark.parametrize("late", [MigrationSchemaMissing, TransactionManagementError])
def test_an_error_that_came_of_a_full_disk_is_told_as_one(late):
    """Migrating, Django goes on in a transaction that is broken, and its error is another."""
    try:
        try:
            raise OperationalError("database or disk is full")
        finally:
            raise late("no word of it")
    except late as error:
        assert "database or disk is full. The way out: " in refusal(error)
    assert refusal(late("a fault of ours")) is None


NEEDED = ("classroom", "data", "docs", "notebooks", "speedster", "speedy", "whatfires")
LIMITED = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
LIMITED += "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
FILL = "import pathlib, sys; it = pathlib.Path(sys.argv[1]); it.mkdir(); (it / 'a').touch()"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, prepared, with something of a learner's in it."""
    copy = tmp_path_factory.mktemp("project")
    for name in NEEDED:
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "manage.py", copy)
    own = {name: it for name, it in os.environ.items() if name != "DATABASE_URL"}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments], cwd=copy, env=own, capture_output=True, text=True
        )

    assert run("manage.py", "prepare").returncode == 0
    (copy / "desk" / "own.txt").write_text("mine")
    return run


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it sets no limits")
@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "import_employees", "data/employees.csv", "--allow-duplicates"],
        ["manage.py", "prepare"],
        ["-m", "classroom.publishing.output", "build/html", sys.executable, "-c", FILL, "{}"],
        ["manage.py", "clean_room", "--noinput"],  # the last: it moves the others' files aside
    ],
)
def test_a_disk_that_takes_no_more_is_a_sentence(project, command):
    answer = project("-c", LIMITED, *command)
    assert answer.returncode and "Traceback" not in answer.stderr
    assert "free space" in answer.stderr.splitlines()[-1].lower()


def test_a_package_that_does_not_load_is_named_and_not_the_project(python):
    said = python("manage.py", "run_all", "00", MPLBACKEND="nonsense").stderr
    assert said.startswith("Expected matplotlib to load; came ValueError: Key backend: 'nonsense'")
    assert "Correct the variable" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("environment", "cure"),
    [(".venv", "make -B setup"), (".venv-room", "make -B .venv-room/.ready")],
)
def test_a_missing_package_is_told_with_the_cure_of_the_environment_that_lacks_it(
    monkeypatch, environment, cure
):
    """A room was sent to `make -B setup`, which makes another environment."""
    monkeypatch.setattr(sys, "prefix", str(ROOT / environment))
    with pytest.raises(ModuleNotFoundError) as missing:
        import_module("requests_of_nobody")
    assert f"run `{cure}`" in manage.sentence(missing.value)


def test_what_another_reset_moved_meanwhile_is_a_sentence(tmp_path):
    with pytest.raises(FileNotFoundError) as moved:
        move_aside([tmp_path / "desk"], tmp_path)
    assert "run this again when that has ended" in refusal(moved.value)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no such file to be had")
def test_a_module_that_cannot_be_read_is_no_file_to_be_written(tmp_path, monkeypatch):
    (tmp_path / "unread.py").symlink_to("/proc/self/mem")  # which begins with an error
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(OSError) as error:
        import_module("unread")
    said = manage.sentence(error.value)
    assert said.startswith("Expected a project that can be loaded; came OSError")


def test_a_copy_of_a_module_that_was_cut_short_has_its_cure():
    """A disk that is full cuts what Python writes into __pycache__, which git does not know."""

    def check_files():
        exec(compile("raise EOFError('marshal data too short')", manage.__file__, "exec"))

    with pytest.raises(EOFError) as error:
        check_files()
    assert "`make clean` removes what Python keeps" in manage.sentence(error.value)
    assert doctor.checked(check_files).cure.startswith("make clean")


INTERRUPTED = """
import sys
def interrupted(*arguments, **options): raise KeyboardInterrupt
"""


@pytest.mark.parametrize(
    "command",
    [
        "import manage; manage.run = interrupted; manage.main()",
        "from classroom.publishing import output; output.fill = interrupted\n"
        "sys.exit(output.main(['dist', 'make']))",
    ],
)
def test_ctrl_c_ends_a_command_in_a_sentence(python, command):
    answer = python("-c", INTERRUPTED + command)
    assert (answer.returncode, answer.stderr[:12]) in [(130, "Interrupted."), (1, "Interrupted.")]


def refuses(*arguments, **options):
    raise OperationalError("disk I/O error")


@pytest.mark.django_db
@pytest.mark.parametrize("ask", ["get", "post"])
def test_the_board_says_it_in_a_sentence_too(client, monkeypatch, settings, ask):
    monkeypatch.setattr(connections["default"], "ensure_connection", refuses)
    client.raise_request_exception = settings.DEBUG = False
    answer = getattr(client, ask)(reverse("speedy:board" if ask == "get" else "speedy:hire"))
    assert answer.status_code == 503
    assert "disk I/O error. The way out: " in answer.content.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="its shell closes no stream")
@pytest.mark.parametrize("stream", ["<&-", ">&-", "2>&-", "| head -c 9", ">/dev/full"])
def test_a_command_takes_whatever_becomes_of_its_streams(learner, tmp_path, stream):
    """It ended in a traceback, and without an error stream one waited for ever."""
    command = f"exec 3>{tmp_path}/said; '{sys.executable}' manage.py who_listens 2>&3 {stream}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=learner, capture_output=True)
    said = (tmp_path / "said").read_text()
    assert "Traceback" not in said and "Exception" not in said
    assert done.returncode == (">/dev/full" in stream)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full, as a file")
@pytest.mark.parametrize("fails", [False, True])
def test_an_output_that_cannot_be_written_hides_no_error_and_says_what_was_done(learner, fails):
    """It spoke of a full disk, whether the command had done its work or not."""
    code = "import sys, manage; manage.run = lambda: print('a word') or "
    code += "[].pop()" if fails else "None"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", f"{code}; manage.main()"],
            cwd=ROOT,
            env=learner | {"PYTHONUNBUFFERED": ""},  # it is written as the command ends
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert ("pop from empty list" in done.stderr) == fails
    assert ("The command did its work" in done.stderr) == (not fails)


@pytest.mark.skipif(sys.platform == "win32", reason="its processes hand no streams on by number")
@pytest.mark.parametrize("stream", [0, 1, 2])
def test_what_a_command_starts_has_all_streams_too(python, stream):
    asked = "import manage, subprocess, sys; manage.prepare_streams(); "
    asked += "sys.exit(subprocess.run([sys.executable, '-c', 'import os; "
    asked += f"os.fstat({stream})']).returncode)"
    closing = f"import os, sys; os.close({stream}); os.execv(sys.executable, [*sys.argv[1:]])"
    assert python("-c", closing, sys.executable, "-c", asked).returncode == 0


def test_a_terminal_without_our_signs_takes_what_is_printed(python):
    answer = python("manage.py", "who_listens", PYTHONIOENCODING="ascii")
    assert (answer.returncode, answer.stderr) == (0, "")
