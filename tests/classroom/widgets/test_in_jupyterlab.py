"""The pieces in a live JupyterLab, by mouse and by keyboard: a notebook of four cells."""

import nbformat
import pytest
from playwright.sync_api import expect

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
    "works_on, order",
)


@pytest.fixture
def page(tmp_path, serve_jupyter, request):
    """The notebook, opened. The window is gone before the server is, and misses nothing."""
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    kernel = {"name": "django_extensions", "display_name": "Django Shell-Plus"}
    document = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(document, tmp_path / "pieces.ipynb")
    shown = [f"--ServerApp.root_dir={tmp_path}", "--LabApp.default_url=/lab/tree/pieces.ipynb"]
    with serve_jupyter("--lab", *shown) as server:
        open_window = request.getfixturevalue("open_window")
        page = open_window(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page.goto(server.link)
        yield page
        page.context.close()


@pytest.mark.slow
def test_the_pieces_work_in_jupyterlab(page):
    expect(page.get_by_role("button", name="Django Shell-Plus | Idle")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    grid = page.locator(".matrix")
    grid.get_by_role("button", name="queryset.delete(), 2 rows: pre_delete").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(grid.locator("[aria-pressed=true]")).to_have_count(2)
    grid.get_by_role("button", name="Run the operations").press("Enter")
    expect(grid.get_by_role("status")).to_have_text("✓ All 56 cells are as you expected.")

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

    for light, paper in (("true", "rgb(255, 255, 255)"), ("false", "rgb(13, 17, 23)")):
        page.evaluate(f"document.body.dataset.jpThemeLight = '{light}'")
        for piece in (grid, step, lanes):
            expect(piece).to_have_css("background-color", paper)
