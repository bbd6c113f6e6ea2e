"""The outbox: stored with what it tells of, told at least once, whatever breaks in between."""

import io
import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from classroom import connected
from classroom.experiments.measuring import PERSON
from classroom.running.kernel import ROOT
from classroom.scenes.database import close_connections, empty_tables, private_database
from speedy import outbox
from speedy.models import Employees, OutboxEvent, Shifts, ShiftsEmployees
from speedy.models.outbox_event import MOST_TRIES
from speedy.outbox import deliver, store, waiting
from speedy.signals.custom_signals import event_told
from speedy.wirings import hire_by_call
from tests.processes import PATIENCE


@pytest.fixture
def heard():
    """What a receiver heard, as (name, key, payload)."""
    told = []

    def hear(sender, name, key, payload, **kwargs):
        told.append((name, key, payload))

    with connected(event_told, hear):
        yield told


def sent(*names, **payload):
    """Store events in a transaction, and return them, or the one."""
    with transaction.atomic():
        events = [store(name, **payload) for name in names]
    return events if names[1:] else events[0]


def run(*arguments):
    said = io.StringIO()
    call_command("deliver_events", *arguments, stdout=said, stderr=said)
    return said.getvalue().splitlines()


@pytest.mark.django_db
class TestInOneProcess:
    def test_an_event_is_told_once_and_noted(self, heard, week):
        event = sent("hired", employee="Ada", shift=3)
        assert [*waiting()] == [event]
        assert run() == ["Delivered 1 event."]
        assert run() == ["Delivered 0 events."]
        assert heard == [("hired", event.pk, {"employee": "Ada", "shift": 3})]
        event.refresh_from_db()
        assert (event.tries, event.error, event.delivered.date()) == (1, "", week[0])

    def test_the_oldest_is_told_first(self, heard):
        events = sent("joined", "moved", "left")
        deliver()
        assert [key for _, key, _ in heard] == [event.pk for event in events]

    def test_a_rollback_takes_the_event_back(self, heard):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            store("hired", employee="Ada")
            1 / 0  # noqa: B018
        assert deliver().told == heard == []

    def test_one_that_fails_waits_with_its_error_and_holds_nobody_up(self, heard):
        sad, glad = sent("hired", "hired")

        def out_of_paper(sender, key, **kwargs):
            if key == sad.pk:
                raise RuntimeError("out of paper")

        with connected(event_told, out_of_paper):
            with pytest.raises(CommandError, match=r"1 event failed"):
                run()
            sad.refresh_from_db()
            assert (sad.tries, sad.error) == (1, "RuntimeError('out of paper')")
            assert [*waiting()] == [sad]
            assert [key for _, key, _ in heard] == [sad.pk, glad.pk]
        assert run() == ["Delivered 1 event."]
        sad.refresh_from_db()
        assert (sad.tries, sad.error) == (2, "")

    def test_no_receiver_hears_for_ever_because_another_fails(self, heard, capsys):
        event = sent("hired")

        def out_of_paper(**kwargs):
            raise RuntimeError("out of paper")

        with connected(event_told, out_of_paper):
            for _ in range(MOST_TRIES):
                assert deliver().failed == [event]
            assert deliver() == outbox.Round()
        assert len(heard) == MOST_TRIES
        assert run() == [
            "Delivered 0 events.",
            "1 event given up after 5 tries; the admin lists them, and "
            "`manage.py deliver_events --again` tries them once more.",
        ]
        assert run("--again") == ["Delivered 1 event."]

    def test_receivers_are_called_outside_any_transaction(self):
        sent("hired")
        inside = []

        def look(**kwargs):
            inside.append(outbox.in_transaction("default"))

        with connected(event_told, look):
            deliver()
        assert inside == [False]

    def test_a_claim_keeps_others_off_until_it_runs_out(self, heard, week):
        claimed = sent("hired")
        assert outbox.claim() == [claimed]
        assert deliver().told == []
        week.turn_to(1)
        assert deliver().told == [claimed]

    def test_a_claim_that_ran_out_on_the_way_is_left_to_others(self, heard, week):
        first, second = sent("joined", "left")

        def slow(**kwargs):
            week.turn_to(1)

        with connected(event_told, slow):
            assert deliver().told == [first, second]
        assert [key for _, key, _ in heard] == [first.pk, second.pk]
        second.refresh_from_db()
        assert second.tries == 2  # it was claimed again, by the same deliverer as it happens

    def test_outside_a_transaction_of_its_own_nothing_is_stored(self):
        """This test is in a transaction, too: that of a TestCase."""
        with pytest.raises(RuntimeError, match=r"store\('hired'\).*transaction.atomic"):
            store("hired")
        assert not OutboxEvent.objects.exists()

    def test_an_event_waits_as_long_as_nobody_listens(self):
        sent("hired")
        [failed] = deliver().failed
        assert failed.error == "LookupError('nobody listens to event_told')"
        assert [*waiting()] == [failed]

    def test_the_event_tried_less_often_is_told_first(self, heard):
        old, new = sent("joined", "left")
        OutboxEvent.objects.filter(pk=old.pk).update(tries=1)
        deliver()
        assert [key for _, key, _ in heard] == [new.pk, old.pk]

    def test_a_long_error_is_cut(self):
        sent("hired")

        def complain(**kwargs):
            raise RuntimeError("no " * 1_000)

        with connected(event_told, complain):
            [failed] = deliver().failed
        assert len(failed.error) == 500

    def test_people_look_at_it_in_the_admin_and_change_nothing(self, admin_client):
        event = sent("hired", employee="<b>Ada</b>")
        page = admin_client.get(reverse("admin:speedy_outboxevent_changelist"))
        assert b"&lt;b&gt;Ada" in page.content
        for action in ("delete", "change"):
            address = reverse(f"admin:speedy_outboxevent_{action}", args=[event.pk])
            admin_client.post(address, {"post": "yes", "name": "fired"})
        assert OutboxEvent.objects.get().name == "hired"
        assert admin_client.get(reverse("admin:speedy_outboxevent_add")).status_code == 403


@pytest.fixture(scope="module")
def database(django_db_blocker):
    """A database that other processes and threads can open."""
    with django_db_blocker.unblock(), private_database() as name:
        yield name


@pytest.fixture
def empty_outbox(database):
    empty_tables(OutboxEvent, ShiftsEmployees, Shifts, Employees)


CHILD = """
import os, sys
import django
django.setup()
from django.db import transaction
from classroom.scenes.database import use_database
from classroom.experiments.measuring import PERSON
from speedy.models import OutboxEvent
from speedy.outbox import deliver, store
from speedy.signals.custom_signals import event_told
from speedy.wirings import hire_by_call

moment, database = sys.argv[1:]
use_database(database)


def told(**kwargs):
    print("told", flush=True)
    if moment == "while it tells":
        os.kill(os.getpid(), 9)


event_told.connect(told)
with transaction.atomic():
    ada = hire_by_call(**PERSON)
    store("hired", employee=ada.pk)
    if moment == "before the commit":
        os.kill(os.getpid(), 9)
if moment == "after the commit":
    os.kill(os.getpid(), 9)
if moment == "before it is noted":
    OutboxEvent.save = lambda event, **kwargs: os.kill(os.getpid(), 9)
deliver()
"""


@pytest.mark.parametrize(
    ("moment", "told_before", "told_after"),
    [
        ("before the commit", 0, 0),
        ("after the commit", 0, 1),
        ("while it tells", 1, 1),
        ("before it is noted", 1, 1),
        ("never", 1, 0),
    ],
)
def test_a_killed_deliverer_loses_no_event(
    moment, told_before, told_after, empty_outbox, database, week
):
    child = subprocess.run(
        [sys.executable, "-c", CHILD, moment, database],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "speedster.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.returncode == (0 if moment == "never" else -9)
    assert child.stdout.split() == ["told"] * told_before
    claimed = int("tells" in moment or "noted" in moment)
    assert [event.tries for event in waiting()] == [claimed] * told_after
    if claimed:
        week.turn_to(10_000)  # by then its claim has run out
    with connected(event_told, hear_of_it):
        assert len(deliver().told) == told_after
    assert not waiting().exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ahead, told",
    [
        (timedelta(0), 0),
        (timedelta(seconds=1), 0),  # claimed by another, since this one looked at its clock
        (timedelta(days=1), 1),
        (timedelta(days=27_000), 1),
    ],
)
def test_a_claim_holds_unless_its_clock_was_far_ahead(ahead, told, week, heard):
    until = timezone.now() + ahead + outbox.CLAIM_LASTS
    OutboxEvent.objects.filter(pk=sent("hired").pk).update(claimed_until=until)
    assert len(deliver().told) == len(heard) == told


def hear_of_it(**kwargs):
    """Listen, so that an event counts as told."""


def test_inside_a_transaction_nothing_is_delivered(empty_outbox, heard):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        store("hired")
        deliver()
    assert heard == []


def at_once(number, work):
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_four_deliverers_tell_at_the_same_time_and_each_event_once(empty_outbox, heard):
    """No receiver waits for another deliverer: so two are nearly twice as fast as one."""
    events = sent(*["hired"] * 80)
    all_tell = threading.Barrier(4, timeout=PATIENCE)

    def wait_for_the_others(**kwargs):
        all_tell.wait()

    with connected(event_told, wait_for_the_others):
        at_once(4, deliver_and_close)
    assert not waiting().exists()
    assert sorted(key for _, key, _ in heard) == [event.pk for event in events]


def test_a_slow_receiver_holds_no_hire_up(empty_outbox):
    slow, hired = threading.Event(), threading.Event()

    def wait_for_the_hire(**kwargs):
        slow.set()
        assert hired.wait(PATIENCE)

    sent("hired")
    with connected(event_told, wait_for_the_hire):
        deliverer = threading.Thread(target=deliver_and_close)
        deliverer.start()
        assert slow.wait(PATIENCE)
        hire_by_call(**PERSON)
        hired.set()
        deliverer.join()
    assert not waiting().exists()


def deliver_and_close():
    try:
        deliver()
    finally:
        close_connections()


def test_a_hire_and_its_event_are_one(empty_outbox):
    with pytest.raises(TypeError, match="JSON"), transaction.atomic():
        ada = hire_by_call(**PERSON)
        store("hired", employee=ada)  # an instance is no JSON
    assert not OutboxEvent.objects.exists()
    assert not Employees.objects.filter(**PERSON).exists()
