"""`run_tests` is green for nothing that is not, and leaves nothing of what the tests did."""

import _imp
import _thread
import sys
import threading
import unittest
from contextlib import nullcontext
from importlib import import_module
from importlib.util import find_spec
from time import sleep

import django
import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.template import Template
from django.test import SimpleTestCase, TestCase, override_settings
from django.test.utils import setup_test_environment, teardown_test_environment
from django.utils import timezone

from classroom import race, run_tests, sample_roster, side_by_side, what_is_left
from classroom.scenes.database import private_database
from speedy.models import Employees, Shifts
from speedy.signals.custom_signals import employee_hired
from speedy.signals.employee_assignment import employee_created
from whatfires import connected, what_fires
from whatfires.connections import connections
from whatfires.threads import AWAKE, Work, in_a_thread, is_between_modules, put_off

pytestmark = pytest.mark.usefixtures("notebook")


def came_of(parent=SimpleTestCase, **methods):
    """What came of a class with these methods, (test, outcome, says) each."""
    made = type("Made", (parent,), methods | {"__test__": False})  # for pytest
    return list(run_tests(made).itertuples(index=False, name=None))


def passes(*args):
    pass


def refuse(*args):
    raise LookupError("no seat\nnowhere")


class Mute(Exception):
    def __str__(self):
        raise ValueError("no words")


def has_no_words(*args):
    raise Mute


def two_parts(self):
    for part in (0, 1):
        with self.subTest(part=part):
            self.assertEqual(part, 0)


def fails_late(self):
    self.addCleanup(refuse)


def fails_first(self):
    self.addCleanup(refuse)
    self.fail("first")


@pytest.mark.parametrize(
    ("test", "outcome", "says"),
    [
        (has_no_words, "! error", "Mute"),
        (passes, "✓ ok", ""),
        (lambda self: self.assertEqual(1, 2, "one\ntwo"), "✗ failed", "1 != 2 : one"),
        (refuse, "! error", "LookupError: no seat"),
        (unittest.skip("not today")(refuse), "○ skipped", "not today"),
        (two_parts, "✗ failed", "1 != 0"),
        (fails_late, "! error", "LookupError: no seat"),
        (fails_first, "✗ failed", "first"),
        (
            unittest.expectedFailure(lambda self: None),
            "✗ failed",
            "It was expected to fail, and did not.",
        ),
    ],
)
def test_each_outcome_is_told_in_a_line(test, outcome, says):
    assert came_of(test_a_seat_is_found=test) == [("a seat is found", outcome, says)]


def test_what_fails_around_the_tests_is_told():
    assert came_of(test_a=passes, tearDownClass=classmethod(refuse)) == [
        ("a", "✓ ok", ""),
        ("tearDownClass", "! error", "LookupError: no seat"),
    ]


def test_debug_is_off_as_in_a_test_run():
    with override_settings(DEBUG=True):
        [(_, outcome, _)] = came_of(test_a=lambda self: self.assertFalse(settings.DEBUG))
        assert outcome == "✓ ok" and settings.DEBUG


def test_the_rows_of_the_notebook_are_neither_seen_nor_touched():
    def test_a(self):
        Shifts.objects.create()
        self.assertEqual(Shifts.objects.count(), 1)

    Shifts.objects.create()
    assert came_of(unittest.TestCase, test_a=test_a) == [("a", "✓ ok", "")]
    assert Shifts.objects.count() == 1


@pytest.mark.parametrize("signal", [post_save, employee_hired, Signal()])
def test_what_a_test_connects_or_takes_off_is_put_back(signal):
    def test_a(self):
        signal.connect(refuse, weak=False)
        self.assertIn(refuse, [it.receiver for it in connections(signal)])
        self.assertTrue(post_save.disconnect(employee_created, sender=Employees))

    before = list(connections(signal)), list(connections(post_save))
    assert came_of(test_a=test_a) == [("a", "✓ ok", "")]
    assert (list(connections(signal)), list(connections(post_save))) == before


def test_what_is_no_class_of_tests_is_refused():
    with pytest.raises(TypeError, match="expected classes of tests"):
        run_tests(refuse)


def a_whole_request(self):
    response = self.client.get("/")
    self.assertEqual(response.status_code, 200)
    self.assertIn("form", response.context)
    mail.send_mail("Welcome", "Hello", None, ["ada@example.org"])
    self.assertEqual([letter.subject for letter in mail.outbox], ["Welcome"])
    self.assertIn("testserver", settings.ALLOWED_HOSTS)


MAIL = "MAILERS" if django.VERSION >= (6, 1) else "EMAIL_BACKEND"


def test_the_environment_is_that_of_django_and_is_taken_down():
    """D6: 400, no context, and a letter that went to a real server."""
    teardown_test_environment()  # pytest's own
    try:
        before = (
            getattr(settings, MAIL, None),
            settings.ALLOWED_HOSTS,
            settings.DEBUG,
            Template._render,
        )
        assert came_of(TestCase, test_a=a_whole_request) == [("a", "✓ ok", "")]
        assert before == (
            *(getattr(settings, MAIL, None), settings.ALLOWED_HOSTS, settings.DEBUG),
            Template._render,
        )
    finally:
        setup_test_environment()
    assert came_of(TestCase, test_a=a_whole_request) == [("a", "✓ ok", "")]


# An interrupt, and a second one at once


def press_twice(**kwargs):
    """What a person does who wants it to end."""
    _thread.interrupt_main()
    _thread.interrupt_main()


def goes_on_for_ever(self):
    Shifts.objects.create()
    press_twice()
    while True:
        sleep(0.01)


def pressing_in_a_receiver(tool):
    with connected(post_save, press_twice):
        tool()


def state():
    """What an interrupt must not change. (The monitor of progress bars is a daemon.)"""
    return [
        connection.settings_dict["NAME"],
        [thread for thread in threading.enumerate() if thread.is_alive() and not thread.daemon],
        timezone.localdate(),
        list(post_save.receivers),
        sys.getswitchinterval(),
    ]


@pytest.mark.parametrize(
    "tool",
    [
        lambda: came_of(TestCase, test_a=goes_on_for_ever),
        lambda: came_of(unittest.TestCase, test_a=goes_on_for_ever),
        lambda: came_of(TestCase, setUpTestData=classmethod(goes_on_for_ever), test_a=passes),
        lambda: pressing_in_a_receiver(what_is_left),
        lambda: pressing_in_a_receiver(lambda: race("direct call", rounds=99, on="SQLite")),
        lambda: pressing_in_a_receiver(lambda: side_by_side("one hire")),
        lambda: pressing_in_a_receiver(lambda: what_fires(Employees)),
    ],
    ids=["TestCase", "plain", "class", "what_is_left", "race", "side_by_side", "what_fires"],
)
@pytest.mark.usefixtures("uncollected")
def test_an_interrupt_ends_it_and_the_notebook_has_what_it_had(tool):
    """D7: its thread ran on, and the notebook's database was another one."""
    Shifts.objects.create()
    sample_roster()  # nothing closes a file that an interrupt opens and does not yet name
    before = state()
    with pytest.raises(KeyboardInterrupt):
        tool()
    connection.close()
    assert state() == before
    assert Shifts.objects.count() == 1


def test_an_interrupt_waits_until_a_thread_that_is_being_started_runs(monkeypatch):
    """It hit the other thread, which ended before it was there; and start() waited for it."""
    name = "_start_new_thread" if sys.version_info < (3, 13) else "_start_joinable_thread"
    start, ran = getattr(threading, name), threading.Event()

    def start_slowly(*args, **options):
        if threading.current_thread() is not threading.main_thread():
            _thread.interrupt_main()
            sleep(3 * AWAKE)
        return start(*args, **options)

    def goes_on():
        threading.Thread(target=ran.set).start()
        while True:
            sleep(0.01)

    monkeypatch.setattr(threading, name, start_slowly)
    with pytest.raises(KeyboardInterrupt):
        in_a_thread(goes_on, nullcontext, "slow")
    assert ran.wait(10)


def test_an_interrupt_waits_until_a_module_is_found():
    """It hit Python's code for imports, whose lock was never given back: each import waited."""
    done = []

    def find():
        import_module("no_such_module_of_ours")

    work = Work(find, nullcontext, "import")
    _imp.acquire_lock()
    try:
        work.start()
        while not is_between_modules(work.ident):
            sleep(0.001)
        work.interrupt()
        done.append(work.told)
    finally:
        _imp.release_lock()
    work.join()
    assert done == [float("-inf")]  # asked, and not told yet
    assert not _imp.lock_held()


def test_a_lock_of_an_import_that_was_interrupted_is_given_back():
    """what_fires() waited for ever for what an earlier interrupt of a cell had left taken."""
    _imp.acquire_lock()  # as an interrupt leaves it
    found = in_a_thread(lambda: find_spec("no_such_module_of_ours"), nullcontext, "import")
    assert found is None and not _imp.lock_held()


def test_what_a_thread_puts_off_is_done_whole():
    """A race ended before those who raced, whose database was closed and removed meanwhile."""
    done = []

    def work():
        with put_off():
            press_twice()
            while not threading.current_thread().is_wanted_to_end:
                sleep(0.01)
            done.extend(range(100_000))
        done.append("what comes after it")

    with pytest.raises(KeyboardInterrupt):
        in_a_thread(work, nullcontext, "work")
    assert done == list(range(100_000))


def test_a_swap_that_is_interrupted_at_its_end_is_done_whole():
    name = connection.settings_dict["NAME"]
    with pytest.raises(KeyboardInterrupt), private_database(), put_off():
        press_twice()
    assert connection.settings_dict["NAME"] == name
