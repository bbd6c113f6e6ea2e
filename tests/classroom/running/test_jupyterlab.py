"""JupyterLab as `make lab` starts it, with the first notebook run to its end in a real browser.

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

import pytest
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


@pytest.fixture(params=[1440, 360])
def page(lab, folder, open_window, request):
    """The window that `make lab` opens first. It is gone before the server is, and misses nothing.

    The second one finds the kernel of the first, and a copy that nobody has run.
    """
    shutil.copy(LAYOUT, folder / "workspaces")
    copy = folder / "desk" / FIRST
    fresh = copy.read_bytes()
    page = open_window(viewport={"width": request.param, "height": 900})
    page.goto(lab.link)
    yield page
    page.context.close()
    copy.write_bytes(fresh)


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

    if page.viewport_size["width"] < 500:
        page.keyboard.press("Control+b")  # the outline would leave no room
    rota = page.locator(".rota").first
    for name in roster(root)[4:10]:
        rota.get_by_role("button", name="Next step").click()
        expect(rota.locator(".rota-what")).to_contain_text(f"{name} joins")
    expect(rota.locator(".rota-new")).to_have_text(roster(root)[9])

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

    if page.viewport_size["width"] > 1024:
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
