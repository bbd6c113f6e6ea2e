"""What *line by line* looks up was seen, and what it runs leaves nothing behind."""

import logging
import sys
from pathlib import Path

import pytest
from django.db import connection

from classroom.experiments.line_by_line import (
    ask,
    import_in_order,
    listing,
    steps_of_a_hire,
    stored,
    tried,
    views,
)
from classroom.scenes import as_published
from speedy import models as speedy
from speedy.models import Shifts

pytestmark = pytest.mark.usefixtures("notebook")
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts steps")


def test_a_listing_is_run_in_both_apps_in_a_database_of_its_own():
    def lines(app):
        shift = app.Shifts.objects.create()
        yield 1, "a shift", f"{shift.pk} of {app.Shifts.__module__.partition('.')[0]}"

    Shifts.objects.create()
    table = listing(lines)
    assert table.reset_index().to_dict("records") == [
        {"fault": 1, "trial": "a shift", "as published": "1 of classroom", "here": "1 of speedy"}
    ]
    assert Shifts.objects.count() == 1


def test_the_order_of_imports_decides_where_a_module_asks_its_package():
    before = set(sys.modules)
    assert import_in_order("employees", "shifts") == "works"
    assert import_in_order("shifts", "employees") == "ImportError"
    assert set(sys.modules) == before


def test_a_browser_gets_a_status_and_the_name_of_an_error():
    handlers = logging.getLogger("django").handlers
    assert ask(as_published, "test_logging", "get") == "200"
    assert ask(as_published, "test_signals", "get") == "500 (NameError)"
    assert ask(speedy, "hire", "get") == "405"
    assert logging.getLogger("django").handlers is handlers


def test_the_process_stands_elsewhere_for_a_while(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    listing(views)
    assert Path.cwd() == tmp_path and list(tmp_path.iterdir()) == []


def test_what_is_tried_is_undone_and_its_error_named():
    assert stored(Shifts) == "stored" and not Shifts.objects.exists()
    Shifts.objects.create()
    assert stored(Shifts) == "refused"
    assert stored(Shifts, shift_date="no day") == "ValidationError"
    assert tried(lambda: [][0]) == "IndexError"


@only_sqlite
def test_steps_grow_with_the_rota_as_published_and_not_here():
    few, many = (steps_of_a_hire(as_published, people) for people in (3, 300))
    assert many > 3 * few
    few, many = (steps_of_a_hire(speedy, people) for people in (3, 300))
    assert many < 2 * few
