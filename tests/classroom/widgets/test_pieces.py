"""Each piece draws on a plain page what it draws in a notebook, by mouse and by keyboard."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from classroom.rota.filling import LIVING, fill_table, leaves
from classroom.scenes.calendar import advance
from classroom.widgets import faces
from classroom.widgets.stepping import stepper
from speedy.models import Employees
from whatfires.tracing import trace

pytestmark = [pytest.mark.usefixtures("notebook"), pytest.mark.on_one_database]

PEOPLE = ["Ada A", "Grace B", "Alan C", "Katherine D"]
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A piece</title>
<meta name="viewport" content="width=device-width"><main><h1>A piece</h1><div id="it"></div></main>
<script type="module">{script}
show({data}, document.getElementById("it"));</script></html>"""


@pytest.fixture(params=[(1440, "light"), (360, "dark")], ids=["wide light", "narrow dark"])
def open_piece(request, open_window, tmp_path):
    width, scheme = request.param

    def open_piece(module, data):
        file = tmp_path / "piece.html"
        script = module.read_text(encoding="utf-8")
        file.write_text(PAGE.format(script=script, data=json.dumps(data)), encoding="utf-8")
        page = open_window(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.goto(file.as_uri())
        return page

    return open_piece


@pytest.mark.slow
def test_the_living_rota_shows_who_came_and_who_left(open_piece):
    table = fill_table([*PEOPLE, leaves("Grace B"), advance, "Edsger E"])
    page = open_piece(LIVING, table.attrs["living"])
    what = page.locator(".rota-what")
    assert what.inner_text() == "at the start"
    page.get_by_role("button", name="Next step").click()
    assert what.inner_text() == "Ada A joins: Mon 14 Nov"
    assert page.locator(".rota-new").inner_text() == "Ada A"
    for _ in range(4):
        page.locator(".rota-days").press("ArrowRight")
    assert page.locator(".rota-left").inner_text() == "Grace B left"
    mark = page.locator(".rota-mark").first.bounding_box()
    assert min(mark["width"], mark["height"]) >= 16
    page.locator(".rota-days").press("End")
    assert "wiped" in page.locator(".rota-over").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_nothing_that_is_committed_needs_a_kernel(monkeypatch):
    with trace() as seen:
        Employees.objects.create(first_name="A", last_name="B", address="C", age=3)
    for piece in (fill_table(PEOPLE), stepper(seen)):
        shown = piece._repr_mimebundle_()
        assert set(shown) == {"text/plain", "text/html"}
        monkeypatch.setattr(faces, "is_live", lambda: True)
        assert set(piece._repr_mimebundle_()) == {*shown, faces.WIDGET}
        monkeypatch.undo()


def test_a_stepper_watches_nothing_itself():
    with trace() as seen:
        Employees.objects.create(first_name="A", last_name="B", address="C", age=3)
    with trace() as watched:
        shown = repr(stepper(seen))
    assert len(watched) == 0
    assert shown == repr(seen.tree())
