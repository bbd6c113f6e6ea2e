"""The event log: one true line for each event, whatever happens to it or to the file."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from classroom import read_log
from classroom.running.kernel import ROOT
from speedy.event_file import LoggedEvent, escape, event_of, line_of, read_events, unescape
from speedy.models import Employees
from speedy.signals.custom_signals import event_signal
from speedy.signals.event_logging import log_event, view_event_logging

WHEN = "14_11_2022_14_31_12"


@pytest.fixture
def log(tmp_path):
    """The file of an event log of the test's own."""
    with override_settings(EVENT_LOG=tmp_path / "log_event.log"):
        yield tmp_path / "log_event.log"


def test_a_line_has_the_form_of_the_design(log, week):
    log_event("Employees object created: user1 last_user", "View: test_logging", "Employees (72)")
    assert log.read_text() == (
        "14_11_2022_09_00_00 -- View: test_logging -- "
        "Employees object created: user1 last_user -- Employees (72)\n"
    )


def test_a_message_alone_is_a_line_too(log, week):
    log_event("The shop opens.")
    assert read_events(log) == [
        LoggedEvent(datetime(2022, 11, 14, 9), "None", "The shop opens.", "None")
    ]


@pytest.mark.parametrize(
    "evil",
    [
        f"ok\n{WHEN} -- View: test_logging -- forged -- None",
        f"ok\r\n{WHEN} -- a -- b -- c",
        "ok -- forged -- Employees object (1)",
        "ok --",
        "-- -- --",
        "\x1b[2Jcleared",
        "a\u2028b\u2029c\x85d\x0be\x0cf",
        "\u202egnihtemos",
        "back\\slash \\-- \\u000a",
        "NUL \x00",
    ],
)
def test_no_message_can_forge_a_line_or_a_field(log, evil):
    log_event(evil, "View: x")
    raw = log.read_bytes()
    assert raw.count(b"\n") == 1
    assert not set(raw.decode().rstrip("\n")) & set("\x1b\r\x00\x0b\x0c\x85\u2028\u2029\u202e")
    [event] = read_events(log)
    assert (event.sender, event.message, event.instance) == ("View: x", evil, "None")


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_whatever_is_written_is_read_back(sender, message, instance):
    line = f"{WHEN} -- {line_of(sender, message, instance)}"
    assert len(line.splitlines()) == 1
    fields = [field.strip(" ") or " " for field in (sender, message, instance)]
    found = [field.strip(" ") or " " for field in event_of(line)[1:]]
    assert found == fields


@given(st.text())
def test_escaping_is_undone(text):
    assert unescape(escape(f"|{text}|")) == f"|{text}|"


@pytest.mark.parametrize("code", [r"\ud800", r"\Uffffffff", r"\U00110000"])
def test_what_is_no_character_stays_escaped(log, client, db, code):
    """The board could not be shown while such a line stood in the log."""
    log.write_text(f"{WHEN} -- None -- {code} -- None\n")
    log_event("\udc80 half a one")
    assert [event.message for event in read_events(log)] == [code, r"\udc80 half a one"]
    assert code in client.get("/").content.decode()


def test_lines_that_are_no_events_are_left_out(log):
    log.write_text("nonsense\n99_99_2022_00_00_00 -- a -- b -- c\na -- b\n\n")
    log_event("real")
    assert [event.message for event in read_events(log)] == ["real"]


def test_a_log_that_is_not_there_is_empty(log):
    assert read_events(log) == list(read_events(log, last=3)) == []
    assert repr(read_log()) == "The event log is empty."


def test_what_is_no_file_holds_no_event_and_is_not_waited_for(tmp_path):
    """The board waited without an end for a pipe that nobody fills."""
    places = [tmp_path]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        places.append(tmp_path / "pipe")
    for place in places:
        assert read_events(place) == list(read_events(place, last=3)) == []


def test_the_last_few_are_read_from_the_end(log):
    for number in range(500):
        log_event(f"event {number}")
    assert [event.message for event in read_events(log, last=5)] == [
        f"event {number}" for number in range(495, 500)
    ]
    assert len(read_events(log)) == 500


@pytest.mark.parametrize("length", [1, 399, 8_193, 100_000])
@pytest.mark.parametrize("between", ["", "x" * 9_000 + "\n", "no event\n" * 2_000])
def test_the_last_few_are_read_however_long_they_are_and_whatever_stands_between(
    log, length, between
):
    messages = [f"{number} {'ü' * length}" for number in range(9)]
    for message in messages:
        log_event(message)
        with log.open("a") as file:
            file.write(between)
    assert [event.message for event in read_events(log, last=8)] == messages[-8:]
    assert read_events(log, last=0) == []


def test_the_signal_reaches_the_log(log, db):
    def a_view():
        pass

    [answer] = event_signal.send_robust(sender=a_view, message="Somebody knocked.")
    assert answer == (view_event_logging, None)
    assert [(it.sender, it.message, it.instance) for it in read_events(log)] == [
        ("a_view", "Somebody knocked.", "None")
    ]


def test_the_receiver_insists_on_a_message(log):
    [(_, error)] = event_signal.send_robust(sender="x")
    assert isinstance(error, TypeError)
    assert "message" in str(error)


@pytest.mark.django_db(transaction=True)
def test_an_instance_is_named_by_class_and_key(log):
    ada = Employees.objects.create(first_name="Ada", last_name="O", address="1 Hill", age=30)
    event_signal.send(sender="hire", message="created", instance=ada, request=None, more="news")
    [event] = read_events(log)
    assert event.instance == f"Employees object ({ada.pk})"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_logged_as_created_that_a_rollback_removed(log):
    def hire(name):
        employee = Employees.objects.create(
            first_name=name, last_name="O", address="1 Hill", age=30
        )
        event_signal.send_robust(sender=hire, message=f"created: {employee}", instance=employee)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        hire("Ada")
        raise ZeroDivisionError
    with transaction.atomic():
        hire("Grace")
        assert not log.exists()  # not before it is true
    assert [event.message for event in read_events(log)] == ["created: Grace O"]


@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_log_reaches_no_caller_after_the_commit(log, monkeypatch, caplog):
    """A partial was handed over, whose error Django 5.2 cannot log."""

    def refuse(*args):
        raise OSError("no log today")

    monkeypatch.setattr("speedy.signals.event_logging.log_event", refuse)
    heard = []
    with transaction.atomic():
        ada = Employees.objects.create(first_name="Ada", last_name="O", address="1 Hill", age=30)
        event_signal.send(sender="hire", message="created", instance=ada)
        transaction.on_commit(lambda: heard.append(ada))
    assert heard == [ada] and "no log today" in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", ["folder missing", "is a folder", "disk full"])
def test_a_log_that_cannot_be_written_is_reported_and_breaks_no_hire(
    trouble, settings, tmp_path, capsys
):
    settings.EVENT_LOG = {
        "folder missing": tmp_path / "nowhere" / "log_event.log",
        "is a folder": tmp_path,
        "disk full": Path("/dev/full"),
    }[trouble]
    if trouble == "disk full" and not settings.EVENT_LOG.exists():
        pytest.skip("this system has no /dev/full")
    with transaction.atomic():
        ada = Employees.objects.create(first_name="Ada", last_name="O", address="1 Hill", age=30)
        event_signal.send(sender="hire", message="created", instance=ada)
    assert Employees.objects.get() == ada
    said = capsys.readouterr().err
    assert "cannot be written" in said
    assert "created" in said


WRITER = """
import django, sys
django.setup()
from django.test import override_settings
from speedy.signals.event_logging import log_event
with override_settings(EVENT_LOG=sys.argv[1]):
    for number in range(300):
        log_event(f"{sys.argv[2]} {number} " + sys.argv[2] * 20_000 * (number % 50 == 0))
"""


def test_two_processes_at_once_lose_and_mix_no_line(log):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(log), name],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "speedster.settings"},
        )
        for name in ("left", "right")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = sorted(event.message for event in read_events(log))
    assert found == sorted(
        f"{name} {number} {name * 20_000 * (number % 50 == 0)}".strip()
        for name in ("left", "right")
        for number in range(300)
    )


def test_the_table_has_its_columns(log, week):
    log_event("The shop opens.", "View: x", "Shifts object (1)")
    table = read_log()
    assert list(table) == ["when", "who", "message", "instance"]
    assert list(table.index) == [1]
    assert table["when"].iloc[0] == datetime(2022, 11, 14, 9)


FILL = """
import resource, sys
import django
django.setup()
from django.conf import settings
from speedy.signals.event_logging import log_event
settings.EVENT_LOG = sys.argv[1]
log_event("the first")
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
log_event("the second, which finds room for a part of it only")
log_event("the third, which finds no room at all")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
log_event("the fourth")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit for files")
def test_a_disk_that_fills_up_in_the_middle_of_a_line_costs_that_line_and_no_other(tmp_path):
    log = tmp_path / "log_event.log"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "speedster.settings"}
    run = subprocess.run(
        [sys.executable, "-c", FILL, str(log)],
        cwd=ROOT,
        env=environment,
        text=True,
        capture_output=True,
        check=True,
    )
    assert [event.message for event in read_events(log)] == ["the first", "the fourth"]
    assert "the second" in log.read_text()  # a part of it stands there, on a line of its own
    assert run.stderr.count("cannot be written") == 2
