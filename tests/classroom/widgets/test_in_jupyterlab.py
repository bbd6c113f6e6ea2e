"""The pieces in a live JupyterLab, by mouse and by keyboard: a notebook of a few cells."""

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
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
    "import time; time.sleep(2)",
    "print(dict(works_on), [*order])",
    "fill_table(sample_roster()[:5])",
)


WIDTHS = (1440, 360)
PIECES = (".matrix", ".wf", ".aligned", ".form >> nth=0", ".form >> nth=1", ".rota")
GROUPS = (".matrix", ".wf", ".aligned", ".form", ".rota")


@pytest.fixture(scope="module")
def lab(tmp_path_factory, serve_jupyter):
    """A server for the windows of both widths: each has a notebook, and with it a kernel."""
    folder = tmp_path_factory.mktemp("pieces")
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    kernel = {"name": "django_extensions", "display_name": "Django Shell-Plus"}
    document = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    for width in WIDTHS:
        nbformat.write(document, folder / f"{width}.ipynb")
    # The second is where Lab notes which panels are open.
    places = (f"--ServerApp.root_dir={folder}", f"--LabApp.workspaces_dir={folder}")
    with serve_jupyter("--lab", *places) as server:
        yield server


@pytest.fixture(params=WIDTHS)
def page(lab, open_window, request):
    """A notebook, opened. The window is gone before the server is, and misses nothing."""
    width = request.param
    page = open_window(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page.goto(f"{lab.address}/lab/workspaces/{width}/tree/{width}.ipynb?token={lab.token}")
    return page


@pytest.mark.slow
def test_the_pieces_work_in_jupyterlab(page):
    expect(page.get_by_role("button", name="Django Shell-Plus | Idle")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    if page.viewport_size["width"] < 500:
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

    for light, paper in (("true", "rgb(255, 255, 255)"), ("false", "rgb(13, 17, 23)")):
        page.evaluate(f"document.body.dataset.jpThemeLight = '{light}'")
        suit_everybody(page, paper)
    if page.viewport_size["width"] > 1024:
        page.set_viewport_size({"width": 1024, "height": 900})
        buttons = page.locator(f":is({', '.join(GROUPS)}) button:not([aria-disabled=true])")
        for button in buttons.all():
            if button.is_visible() and button.is_enabled():
                button.click(trial=True)  # nothing lies over it
        suit_everybody(page, paper)


def suit_everybody(page, paper):
    """Hold that each piece is on this paper, fits its place, and can be used by everybody."""
    for name in PIECES:
        piece = page.locator(name)
        expect(piece).to_have_css("background-color", paper)
        assert piece.evaluate("it => it.scrollWidth <= it.clientWidth"), name
    found = Axe().run(page, context={"include": [[it] for it in GROUPS]})
    assert found.violations_count == 0, found.generate_report()
