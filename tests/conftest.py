"""Every test proves that it left no receiver behind; a calendar, people to hire, a browser."""

import gc
import os
import shutil
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signals as request_signals
from django.db.models import signals as model_signals
from django.dispatch import Signal

from classroom.calendar import MONDAY, let_go, stand_on

SIGNALS = {
    name: signal
    for module in (model_signals, request_signals)
    for name, signal in vars(module).items()
    # Django itself connects to setting_changed whenever it imports one more module of its own.
    if isinstance(signal, Signal) and name != "setting_changed"
}


def connected():
    """The look-up keys of all receivers that are connected now, by signal."""
    return {
        name: Counter(entry[0] for entry in signal.receivers) for name, signal in SIGNALS.items()
    }


@pytest.fixture(autouse=True)
def no_receiver_left_behind():
    before = connected()
    yield
    gc.collect()
    assert connected() == before


class Week:
    """The days of a test: `week[0]` is the Monday on which the clock stands at first."""

    def __getitem__(self, number):
        return MONDAY + timedelta(days=number)

    def turn_to(self, number):
        stand_on(self[number])


@pytest.fixture
def week():
    stand_on(MONDAY)
    yield Week()
    let_go()


@pytest.fixture
def hire(week, db):
    """A function that hires people by first name, one after the other, and returns them."""

    from speedy.models import Employees

    def hire(*names):
        return [
            Employees.objects.create(
                first_name=name, last_name="Okafor", address="1 Harbour Street", age=30
            )
            for name in names
        ]

    return hire


CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def chromium():
    """A real browser, for the tests of one file: more would keep an event loop from the others."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        # Where a change is judged, a test that is left out would prove nothing.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no Chromium was found: `apt-get install chromium`, or set CHROMIUM to where it is"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Its event loop runs in this thread, and Django would refuse the queries of the tests.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if root else []
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium):
    """A function that opens a window of its own; afterwards, none may have had an error in it."""
    windows, faults = [], []

    def open_browser(**options):
        window = chromium.new_context(**options)
        window.set_default_timeout(60_000)  # ms; nothing takes that long on a quiet machine
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.extend(abroad(request.url)))
        return page

    yield open_browser
    for window in windows:
        window.close()
    assert faults == []


def abroad(url):
    """The address, if it leads off this machine."""
    return [] if urlsplit(url).hostname in (None, "", "127.0.0.1", "localhost") else [url]
