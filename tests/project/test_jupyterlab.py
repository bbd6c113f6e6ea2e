"""JupyterLab as `make lab` starts it, in a real browser: the first notebook runs to its end."""

import re

import pytest

FIRST = "notebooks/00_start_here.ipynb"
PATIENCE = 180_000  # ms


def start_of_make_lab(root):
    """What `make lab` hands to Jupyter, behind the `--`."""
    [handed] = re.findall(r"shell_plus --lab -- (.+)", (root / "Makefile").read_text())
    return handed.replace("$(START)", FIRST).split()


@pytest.mark.slow
def test_the_first_notebook_runs_to_its_end(open_browser, serve_jupyter, root):
    committed = (root / FIRST).read_bytes()
    with serve_jupyter("--lab", *start_of_make_lab(root)) as server:
        page = open_browser(viewport={"width": 1300, "height": 1000})
        page.set_default_timeout(PATIENCE)
        page.goto(f"{server.address}/lab?token={server.token}&reset")
        page.goto(f"{server.address}/")  # which leads to the notebook
        page.locator(".jp-NotebookPanel-toolbar").wait_for()
        assert page.url.endswith(FIRST)
        page.get_by_role("button", name="Django Shell-Plus", exact=True).wait_for()

        choose(page, "Edit", "Clear Outputs of All Cells")
        tables = page.locator(".jp-OutputArea-output table")
        tables.first.wait_for(state="detached")
        choose(page, "Run", "Run All Cells")
        last = page.locator(".jp-CodeCell").last
        last.get_by_text(re.compile(r"^\[\d+\]:$")).wait_for()

        filled = tables.filter(has_text="●●●").first
        filled.wait_for(state="attached")
        assert "Ada QuillbrookGrace TallowmereAlan Merrowby●●●3" in filled.text_content()
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        assert page.locator(".jp-CodeCell").count() > 10
    assert (root / FIRST).read_bytes() == committed


def choose(page, menu, item):
    page.get_by_role("menuitem", name=menu, exact=True).first.click()
    page.get_by_role("menuitem", name=item, exact=True).click()
