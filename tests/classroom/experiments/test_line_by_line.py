"""What the appendix puts down is what was seen, and what it runs leaves nothing behind."""

import logging
import sys
from pathlib import Path

import pytest
from django.db import connection

from classroom.experiments.line_by_line import (
    Findings,
    answer,
    import_in_order,
    standing_in_a_folder,
    steps_of_a_hire,
    table_in,
)
from classroom.scenes import as_published
from speedy import models as speedy
from speedy import views
from speedy.wirings import hire_by_call

pytestmark = pytest.mark.usefixtures("notebook")
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts steps")


def test_a_finding_is_printed_and_kept_until_its_cell_runs_again(capsys):
    lines = Findings()
    for people in (2, 3):
        lines.add("GET hires", f"{people} people", "0 people")
    assert capsys.readouterr().out.endswith("as published: 3 people\nhere:         0 people\n")
    lines.add("a star", "it works", "none", "AttributeError")
    assert "a risk of it: AttributeError\n" in capsys.readouterr().out
    assert lines["a star"] == ("it works; a risk: AttributeError", "none")
    rows = [f"# | {line} | {there} | {here} |" for line, (there, here) in lines.items()]
    head = ["# | line | there | here |", "# |---|---|---|", "# | **Models** | | |"]
    assert table_in("\n".join(head + rows)) == lines


def test_the_order_of_imports_decides_where_a_module_asks_its_package():
    before = set(sys.modules)
    assert import_in_order("employees", "shifts") == "works"
    assert import_in_order("shifts", "employees") == "ImportError"
    assert set(sys.modules) == before


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


@only_sqlite
def test_steps_grow_with_the_rota_as_published_and_not_here():
    published = as_published.Employees.objects.create
    hires = {"published": (as_published, published), "here": (speedy, hire_by_call)}
    steps = steps_of_a_hire(hires, sizes=(3, 300))
    assert steps.loc[300, "published"] > 3 * steps.loc[3, "published"]
    assert steps.loc[300, "here"] < 2 * steps.loc[3, "here"]


def test_another_database_is_said_to_count_no_steps(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with pytest.raises(RuntimeError, match="hire_costs"):
        steps_of_a_hire({}, sizes=(3,))
