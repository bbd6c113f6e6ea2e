"""What the appendix puts down is what was seen, and what it runs leaves nothing behind."""

import datetime
import logging
from pathlib import Path

import pytest
from django.db import connection

from classroom.experiments.line_by_line import (
    Findings,
    answer,
    dump_and_load,
    imports_of,
    indexes,
    standing_in_a_folder,
    steps_of_a_hire,
    try_to_store,
    types_of,
)
from classroom.experiments.measuring import PERSON
from classroom.scenes import as_published
from classroom.scenes.as_published.layout.star import logging_signals, shift_signals
from speedy import models as speedy
from speedy import views
from speedy.wirings import hire_by_call

pytestmark = pytest.mark.usefixtures("notebook")
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts steps")


def test_a_finding_is_printed_and_kept_until_its_cell_runs_again(capsys):
    lines = Findings()
    for people in (2, 3):
        lines.add("GET hires", f"{people} people", "0 people", 5)
    assert capsys.readouterr().out.endswith("as published: 3 people\nhere:         0 people\n")
    [(line, row)] = lines.table().iterrows()
    assert [line, *row] == ["GET hires", "3 people", "0 people", "lesson 05"]


def test_a_view_has_a_status_and_the_name_of_its_error(caplog):
    def broken(request):
        raise LookupError("Grace")

    assert answer(views.test_logging) == (200, None)
    assert answer(views.hire) == (405, None)
    assert answer(broken) == (500, "LookupError")
    assert not caplog.records
    logging.getLogger("django.request").error("this is read again")
    assert caplog.messages == ["this is read again"]


def test_the_process_stands_elsewhere_for_a_while():
    before = Path.cwd()
    with standing_in_a_folder() as folder:
        assert Path.cwd().samefile(folder) and not before.samefile(folder)
    assert Path.cwd() == before and not folder.exists()


def test_what_a_module_imports_is_read_from_its_text():
    assert imports_of(logging_signals) == ["datetime"]
    assert imports_of(shift_signals) == [f"{logging_signals.__name__} *", "datetime"]


def test_the_types_of_a_row_are_named_and_a_row_is_taken_or_refused():
    shift = speedy.Shifts(shift_date=datetime.date(2022, 11, 14))
    assert types_of(shift, "shift_date", "total_hours") == ["date", "int"]
    assert [try_to_store(speedy.Shifts) for _ in range(2)] == ["taken", "refused"]


@pytest.mark.parametrize(("app", "seats"), [(as_published, 4), (speedy, 2)])
def test_what_is_dumped_is_loaded(app, seats):
    for _ in range(2):
        app.Employees.objects.create(**PERSON)
    assert dump_and_load(app) == seats


def test_unique_columns_count_as_an_index():
    assert ["shift_date"] in indexes(speedy.Shifts)
    assert ["shift_date"] not in indexes(as_published.Shifts)


@only_sqlite
def test_steps_grow_with_the_rota_as_published_and_not_here():
    hires = {"published": (as_published, as_published.hire), "here": (speedy, hire_by_call)}
    steps = steps_of_a_hire(hires, sizes=(3, 300))
    assert steps.loc[300, "published"] > 3 * steps.loc[3, "published"]
    assert steps.loc[300, "here"] < 2 * steps.loc[3, "here"]


def test_another_database_is_said_to_count_no_steps(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with pytest.raises(RuntimeError, match="hire_costs"):
        steps_of_a_hire({}, sizes=(3,))
