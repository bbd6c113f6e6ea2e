"""JupyterLab as `make lab` starts it, in a real browser: the first notebook, and each piece.

See https://jupyterlab.readthedocs.io/en/stable/user/running.html
"""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from classroom.management.commands.shell_plus import LAYOUT
from classroom.publishing.desk import lay_out

FIRST = "00_start_here.ipynb"


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """A project of the lessons alone, with copies: Jupyter saves what it shows."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(root / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    (folder / "workspaces").mkdir()
    lay_out(folder)
    return folder


@pytest.fixture(scope="module")
def lab(folder, serve_jupyter):
    """A JupyterLab for that folder: the address, with its token, that it printed."""
    places = {
        "ServerApp.root_dir": folder,
        "FileContentsManager.preferred_dir": folder / "desk",
        "LabApp.workspaces_dir": folder / "workspaces",
    }
    with serve_jupyter("--lab", *(f"--{name}={it}" for name, it in places.items())) as server:
        yield server


@pytest.fixture(scope="module")
def rows_before(lab, root):
    """What the project's database holds, prepared as `make lab` prepares it."""
    prepare = [sys.executable, "manage.py", "prepare"]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{lab.database}"}
    subprocess.run(prepare, cwd=root, env=environment, check=True, capture_output=True)
    return rows_in(lab.database)


def rows_in(database):
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def page(lab, folder, open_window):
    """The window that `make lab` opens first. It is gone before the server is, and misses nothing.

    It is as narrow as a telephone, and wide in the end.
    """
    shutil.copy(LAYOUT, folder / "workspaces")
    page = open_window(viewport={"width": 360, "height": 900})
    page.goto(lab.link)
    return page


def choose(page, menu, item):
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def roster(root):
    with (root / "data" / "employees.csv").open(encoding="utf-8", newline="") as file:
        return [f"{row['first_name']} {row['last_name']}" for row in csv.DictReader(file)]


@pytest.mark.slow
def test_the_first_lesson_runs_in_jupyterlab(page, lab, root, folder, rows_before):
    committed, copy = root / "notebooks" / FIRST, folder / "desk" / FIRST
    came = committed.read_bytes(), copy.read_bytes()
    news = lab.ask("/lab/api/settings/@jupyterlab/apputils-extension:notification")
    assert news["schema"]["properties"]["fetchNews"]["default"] == "false"
    expect(page.get_by_role("tab", name=FIRST)).to_be_visible()
    expect(page.locator(".jp-KernelName")).to_have_text("Django Shell-Plus")
    expect(page.get_by_role("button", name="Django Shell-Plus | Idle")).to_be_visible()

    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs).to_have_count(0)  # no answer before its guess
    expect(page.locator(".jp-TableOfContents-tree")).to_contain_text("Your turn")
    expect(page.locator(".jp-DirListing")).to_be_hidden()
    page.wait_for_timeout(2_000)  # for what would come after the kernel is there
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)  # opening it is no change
    choose(page, "Run", "Run All Cells")
    expect(page.locator(".jp-mod-dirty")).not_to_have_count(0)
    # What a cell that fails shows is marked stderr, too, and the cells after it do not run.
    faults = page.locator("[data-mime-type='application/vnd.jupyter.stderr']")
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(last.filter(has_text=re.compile(r"\[\d+\]:")).or_(faults).first).to_be_attached()
    expect(page.get_by_role("button", name="Django Shell-Plus | Idle")).to_be_visible()
    expect(faults).to_have_text([])

    page.keyboard.press("Control+b")  # the outline would leave no room
    rota = page.locator(".rota").first
    for name in roster(root)[5:11]:
        rota.get_by_role("button", name="Next step").click()
        expect(rota.locator(".rota-what")).to_contain_text(f"{name} joins")
    expect(rota.locator(".rota-new")).to_have_text(roster(root)[10])

    card = page.locator(".guess-card").first
    cells = page.locator(".jp-Cell").count()
    card.get_by_role("button").first.press("b")  # to JupyterLab: a new cell below
    # Its reveal has run before: the card says what was right at once.
    expect(card.get_by_role("status")).to_contain_text("✓ You said: Tue")
    expect(card.get_by_role("status")).to_contain_text("Why: three people fit on a shift.")
    assert page.locator(".jp-Cell").count() == cells

    step = page.locator(".wf").first
    step.locator(".wf-steps").press("End")
    expect(step.locator(".wf-kept")).not_to_have_count(0)
    expect(step.locator(".wf-pending")).to_have_count(0)

    page.keyboard.press("Control+b")
    page.set_viewport_size({"width": 1024, "height": 900})
    for piece in (rota, card, step):
        for button in piece.locator("button:not([aria-disabled=true])").all():
            if button.is_visible() and button.is_enabled():
                button.click(trial=True)  # nothing lies over it

    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    saved = json.loads(copy.read_text(encoding="utf-8"))
    assert any(cell.get("outputs") for cell in saved["cells"])
    assert lay_out(folder) == [] and json.loads(copy.read_text(encoding="utf-8")) == saved
    assert committed.read_bytes() == came[0] and copy.read_bytes() != came[1]
    assert any("Quillbrook" in row for row in rows_before)
    assert rows_in(lab.database) == rows_before, "a lesson leaves the project's database alone"


# Each piece, by mouse and by keyboard, in a notebook of a few cells

CELLS = (
    "fresh_database()",
    'matrix(what_fires(Person, "raw SQL", "many rows at once"), blank=True)',
    "before = shift_table()\n"
    "with trace() as seen:\n"
    "    Employees.objects.create(**sample_roster()[0])\n"
    "stepper(seen, before=before)",
    "same_hire()",
    'order = exercise("00-0").card()\norder',
    'works_on = exercise("00-1").card()\nworks_on',
    "import time; time.sleep(2)",
    "print(dict(works_on), [*order])",
    "fill_table(sample_roster()[:5])",
)
PIECES = (".matrix", ".wf", ".aligned", ".form >> nth=0", ".form >> nth=1", ".rota")
GROUPS = (".matrix", ".wf", ".aligned", ".form", ".rota")


@pytest.mark.slow
def test_the_pieces_work_in_jupyterlab(lab, folder, open_window):
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    kernel = {"name": "django_extensions", "display_name": "Django Shell-Plus"}
    document = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(document, folder / "pieces.ipynb")
    page = open_window(viewport={"width": 360, "height": 900}, reduced_motion="reduce")
    page.goto(f"{lab.address}/lab/workspaces/pieces/tree/pieces.ipynb?token={lab.token}")
    expect(page.get_by_role("button", name="Django Shell-Plus | Idle")).to_be_visible()
    choose(page, "Run", "Run All Cells")
    page.keyboard.press("Control+b")  # its own sidebar would leave no room

    grid = page.locator(".matrix")
    grid.get_by_role("button", name="queryset.delete(), 2 rows: pre_delete").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(grid.locator("[aria-pressed=true]")).to_have_count(2)
    grid.get_by_role("button", name="Run the operations").press("Enter")
    expect(grid.get_by_role("status")).to_have_text("✓ All 48 cells are as you expected.")

    step = page.locator(".wf")
    step.locator(".wf-steps").press("End")
    expect(step.locator(".wf-at-kept")).to_have_text(["Ada Quillbrook"])
    step.get_by_role("button", name="Step back").click()
    expect(step.locator(".wf-at-pending")).to_have_text(["Ada Quillbrook (pending)"])
    step.get_by_role("button", name="Pull the plug").press("Enter")
    expect(step.locator(".wf-at-lost")).to_have_text(["Ada Quillbrook (lost)"])

    lanes = page.locator(".aligned")
    lanes.locator(".aligned-row", has_text="INSERT into speedy_employees").click()
    lanes.get_by_role("button", name="Pull the plug").click()
    expect(lanes.locator(".aligned-lost")).to_have_count(3)
    lanes.locator(".aligned-view").press("End")
    expect(lanes.locator(".aligned-lost")).to_have_count(0)

    cells = page.locator(".jp-CodeCell")
    lines, days = page.locator(".form").nth(0), page.locator(".form").nth(1)
    lines.get_by_role("button", name="Leave out: shift = Shifts").click()
    lines.get_by_role("button", name="Move down: return").press("ArrowDown")  # and not to Lab
    cells.filter(has_text="sleep").locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")  # the kernel is busy as the answers are given
    days.get_by_label("Wed").first.check()
    page.keyboard.press("ArrowRight")
    expect(days.get_by_role("status")).to_have_text("1 of 2 answered.")
    answers = cells.filter(has_text="print(")
    answers.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")  # the kernel has what was clicked
    said = "{'Kwame': 'Thu', 'Priya': None} [3, 1, 4, 5]"
    expect(answers.locator(".jp-OutputArea-output")).to_have_text(said)
    days.get_by_label("Wed").first.press("Shift+Enter")  # Lab runs the cell: the card comes anew
    expect(days.get_by_label("Thu").first).to_be_checked()

    for width, light, paper in (
        (360, "false", "rgb(13, 17, 23)"),
        (1024, "true", "rgb(255, 255, 255)"),
    ):
        if page.viewport_size["width"] < 500 < width:
            page.keyboard.press("Control+b")  # there is room again
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(f"document.body.dataset.jpThemeLight = '{light}'")
        suit_everybody(page, paper)
    buttons = page.locator(f":is({', '.join(GROUPS)}) button:not([aria-disabled=true])")
    for button in buttons.all():
        if button.is_visible() and button.is_enabled():
            button.click(trial=True)  # nothing lies over it


def suit_everybody(page, paper):
    """Hold that each piece is on this paper, fits its place, and can be used by everybody."""
    for name in PIECES:
        piece = page.locator(name)
        expect(piece).to_have_css("background-color", paper)
        assert piece.evaluate("it => it.scrollWidth <= it.clientWidth"), name
    found = Axe().run(page, context={"include": [[it] for it in GROUPS]})
    assert found.violations_count == 0, found.generate_report()
