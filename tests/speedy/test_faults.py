"""Faults: a worker killed at any statement, the database gone, the disk full, a foreign receiver.

No half-made hire through the views, the commands and the wirings that promise to be atomic.
"""

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import (
    DatabaseError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse

from classroom.experiments.measuring import PERSON
from classroom.running.kernel import ROOT
from classroom.scenes.calendar import MONDAY
from classroom.scenes.database import empty_tables, private_database
from classroom.scenes.roster import SAMPLE
from speedy.headcounts import untrue
from speedy.models import Employees, Shifts, ShiftsEmployees
from speedy.signals.custom_signals import employee_hired
from speedy.wirings import WIRINGS

SIGNALS = "built-in signals"
ATOMIC = [name for name in WIRINGS if name != SIGNALS]
FORM = {"first_name": "Ada", "last_name": "Okafor", "address": "1 Harbour Street", "age": "30"}


def rota_is_whole():
    """Hold the promises of the database against its rows; return the people without a shift."""
    assert not untrue().exists()
    assert not ShiftsEmployees.objects.filter(employee=None).exists()
    return Employees.objects.filter(shifts=None).count()


# Killed

CHILD = """
import io, json, os, signal, sys
from contextlib import redirect_stdout, redirect_stderr
from datetime import date
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.test import Client
from classroom.scenes.calendar import stand_on
from classroom.scenes.database import use_database
from classroom.experiments.measuring import PERSON
from speedy.wirings import WIRINGS

database, day, roster, form = sys.argv[1], date.fromisoformat(sys.argv[2]), *sys.argv[3:5]
use_database(database)
stand_on(day)


def import_employees(*options):
    call_command("import_employees", roster, "--allow-duplicates", *options)


ACTS = {name: lambda it=it: it.hire(**PERSON) for name, it in WIRINGS.items()}
ACTS |= {
    "a batch": lambda: WIRINGS["direct call"].hire_many(
        [WIRINGS["direct call"].model(**PERSON) for _ in range(7)]
    ),
    "view": lambda: Client(SERVER_NAME="localhost").post(sys.argv[5], json.loads(form)),
    "import": import_employees,
    "import --batch": lambda: import_employees("--batch"),
    "wipe": lambda: call_command("wipe_expired_shifts"),
}


def killed_at(number, act):
    # Die before the statement of that number, or before or after a commit of that number.
    seen = [0]

    def step(go_on, *args):
        seen[0] += 1
        if seen[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return go_on(*args)

    commit = connection._commit
    connection._commit = lambda: (step(commit), step(lambda: None))
    with connection.execute_wrapper(step), redirect_stdout(io.StringIO()):
        with redirect_stderr(io.StringIO()):
            ACTS[act]()


for line in sys.stdin:
    number, act = json.loads(line)
    if (child := os.fork()) == 0:
        code = 1
        try:
            killed_at(number, act)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)
"""


@pytest.fixture(scope="module")
def database(django_db_blocker):
    """A database that other processes can open: that of other tests is in memory."""
    with django_db_blocker.unblock(), private_database() as name:
        yield name


@pytest.fixture
def empty_rota(database, week):
    empty_tables(ShiftsEmployees, Shifts, Employees)


@pytest.fixture(scope="module")
def kill_at(database, tmp_path_factory):
    """A function that lets a process do something and kills it before its n-th step.

    It returns whether the process died: if not, it was done before.
    """
    few = tmp_path_factory.mktemp("roster") / "few.csv"
    few.write_text("".join(SAMPLE.read_text().splitlines(keepends=True)[:5]))
    arguments = [
        database,
        MONDAY.isoformat(),
        str(few),
        json.dumps(FORM),
        reverse("speedy:test_logging"),
    ]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "speedster.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        bufsize=1,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:

        def kill_at(number, act):
            process.stdin.write(json.dumps([number, act]) + "\n")
            code = json.loads(process.stdout.readline())
            assert code in (0, -9)
            return code == -9

        yield kill_at
        process.stdin.close()


def killed_everywhere(kill_at, act):
    """Kill an act at its first step, its second, and so on, until it lives; yield after each."""
    number = 1
    while kill_at(number, act):
        yield number
        number += 1
    assert number > 5  # it had so many steps, or nobody was killed


@pytest.mark.parametrize("act", [*ATOMIC, "a batch", "view", "import", "import --batch"])
def test_a_killed_process_leaves_no_half_made_hire(act, kill_at, empty_rota):
    for _ in killed_everywhere(kill_at, act):
        assert rota_is_whole() == 0
    assert rota_is_whole() == 0
    assert Employees.objects.exists()


def test_by_signals_somebody_may_be_left_over_and_the_next_hire_goes_on(kill_at, empty_rota):
    """post_save comes after the row was committed: side_by_side() says so."""
    left_over = [rota_is_whole() for _ in killed_everywhere(kill_at, SIGNALS)]
    assert left_over[-1] > 0
    Employees.objects.create(**PERSON)
    assert rota_is_whole() == left_over[-1]


def test_a_wipe_that_is_killed_loses_nobody(kill_at, empty_rota, week):
    week.turn_to(-2)
    for _ in range(5):
        Employees.objects.create(**PERSON)
    seats = set(ShiftsEmployees.objects.values_list("employee", "shift"))
    for _ in killed_everywhere(kill_at, "wipe"):
        now = set(ShiftsEmployees.objects.values_list("employee", "shift"))
        assert rota_is_whole() == 0
        # Whatever was killed, it was before the commit, or after all of it.
        assert now == seats or not Shifts.objects.filter(shift_date__lt=week[0]).exists()
    assert Shifts.objects.expired(week[0]).count() == 0
    assert rota_is_whole() == 0


# The database gone, and back


@pytest.fixture
def failing_at(monkeypatch):
    """A function that lets the database fail at the n-th statement from now on."""

    def failing_at(number):
        seen = [0]

        def fail(execute, *args):
            seen[0] += 1
            if seen[0] == number:
                connection.connection.close()  # as if the server had gone away
            return execute(*args)

        return connection.execute_wrapper(fail)

    return failing_at


@pytest.mark.parametrize("name", WIRINGS)
def test_a_database_that_goes_away_leaves_no_half_made_hire(name, empty_rota, failing_at):
    left_over = 0
    for number in range(1, 6):
        with pytest.raises(Exception, match=r"(?i)closed|lost"), failing_at(number):
            WIRINGS[name].hire(**PERSON)
        connection.close()
        left_over = rota_is_whole()
        assert left_over == 0 or name == SIGNALS
    WIRINGS[name].hire(**PERSON)
    assert rota_is_whole() == left_over
    assert Employees.objects.filter(shifts__isnull=False).count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a file can be moved away")
def test_a_page_says_sorry_while_the_file_is_away_and_hires_when_it_is_back(
    database, empty_rota, tmp_path
):
    client = Client(raise_request_exception=False)
    assert client.post(reverse("speedy:test_logging"), FORM).status_code == 200
    connection.close()
    away = shutil.move(database, tmp_path)
    Path(database).mkdir()  # or a new, empty file would be made there
    try:
        reply = client.post(reverse("speedy:test_logging"), FORM)
        assert reply.status_code == 503 and "The way out" in reply.text
    finally:
        Path(database).rmdir()
        shutil.move(away, database)
    assert client.post(reverse("speedy:test_logging"), FORM).status_code == 200
    assert (Employees.objects.count(), rota_is_whole()) == (2, 0)


def test_a_failed_read_that_is_caught_loses_the_whole_block_on_postgresql(empty_rota):
    """Not on SQLite: there, a read that fails breaks nothing. Django's flag is set on neither."""
    with transaction.atomic():
        Employees.objects.create(**PERSON)
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM speedy_employees")
        assert not connection.needs_rollback
    assert Employees.objects.exists() == (connection.vendor == "sqlite")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a server ends its connections")
def test_a_page_hires_again_after_the_server_ended_all_connections(empty_rota):
    client = Client(raise_request_exception=False)
    assert client.post(reverse("speedy:test_logging"), FORM).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    end_connection(pid)
    with pytest.raises(OperationalError):
        Employees.objects.count()
    close_old_connections()  # as a server does when a request begins; the test client does not
    assert client.post(reverse("speedy:test_logging"), FORM).status_code == 200
    assert (Employees.objects.count(), rota_is_whole()) == (2, 0)


def end_connection(pid):
    """Let the server end a connection, as it does to all when it restarts."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()


# The disk full


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file that is always full")
def test_a_full_disk_breaks_no_hire_and_the_event_is_told_elsewhere(empty_rota, settings, capsys):
    settings.EVENT_LOG = "/dev/full"
    assert Client().post(reverse("speedy:test_logging"), FORM).status_code == 200
    assert (Employees.objects.count(), rota_is_whole()) == (1, 0)
    said = capsys.readouterr().err
    assert "cannot be written (No space left on device)" in said
    assert "Employees object created: Ada Okafor" in said


# A receiver of somebody else's


class OutOfPaper(Exception):
    """What somebody else's receiver raises."""


def out_of_paper(**kwargs):
    raise OutOfPaper


@pytest.fixture(params=["a person is saved", "a seat is saved", "the hire is announced"])
def foreign_receiver(request):
    """Somebody else's receiver, that raises, on one of the signals of a hire."""
    signal = employee_hired if "announced" in request.param else post_save
    people = {wiring.model for wiring in WIRINGS.values()}
    senders = {"a person is saved": people, "a seat is saved": {ShiftsEmployees}}
    senders = senders.get(request.param, {None})
    for sender in senders:
        signal.connect(out_of_paper, sender=sender)
    yield request.param
    for sender in senders:
        signal.disconnect(out_of_paper, sender=sender)


@pytest.mark.parametrize("name", ATOMIC)
def test_a_foreign_receiver_that_raises_takes_the_whole_hire_back(
    name, foreign_receiver, empty_rota
):
    heard = "announced" not in foreign_receiver or name == "custom signal"
    try:
        WIRINGS[name].hire(**PERSON)
    except OutOfPaper:
        assert heard
    assert rota_is_whole() == 0
    assert Employees.objects.exists() != heard


def test_by_signals_a_foreign_receiver_leaves_the_row(foreign_receiver, empty_rota):
    heard = "announced" not in foreign_receiver
    try:
        WIRINGS[SIGNALS].hire(**PERSON)
    except OutOfPaper:
        assert heard
    assert Employees.objects.count() == 1
    # A receiver on the person comes after ours, and finds it placed; one on the seat takes it back.
    assert rota_is_whole() == (1 if "seat" in foreign_receiver else 0)


@pytest.mark.parametrize("act", ["view", "import", "import --batch"])
def test_pages_and_commands_are_whole_whatever_raises(act, foreign_receiver, empty_rota):
    try:
        if act == "view":
            Client().post(reverse("speedy:test_logging"), FORM)
        else:
            call_command("import_employees", SAMPLE, *act.split()[1:], stdout=io.StringIO())
    except OutOfPaper:
        assert not Employees.objects.exists()
    assert rota_is_whole() == 0


def test_a_count_that_somebody_moved_by_hand_stops_at_its_bounds(empty_rota):
    """The last line of defence is the database's."""
    Employees.objects.create(**PERSON)
    with pytest.raises(Exception, match="headcount"):
        Shifts.objects.update(headcount=F("headcount") + 3)
    assert rota_is_whole() == 0
