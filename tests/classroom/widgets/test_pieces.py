"""Each piece draws on a plain page what it draws in a notebook, by mouse and by keyboard."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from classroom import widgets
from classroom.exercises import guesses
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
    first = page.locator(".rota-day").first.locator(".rota-seat").all_inner_texts()
    assert first == ["Ada A", "Grace B left", "Alan C"]  # the ring stays in her seat
    mark = page.locator(".rota-mark").first.bounding_box()
    assert min(mark["width"], mark["height"]) >= 16
    page.locator(".rota-days").press("End")
    assert "wiped" in page.locator(".rota-over").inner_text()
    page.get_by_role("button", name="Play").click()
    assert what.inner_text() == "at the start"
    expect(what).to_have_text("Grace B joins: Mon 14 Nov")
    page.get_by_role("button", name="Pause").click()
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


CARD = {
    "question": "How many times does `save()` run?",
    "choices": ["I'm not sure"],
    "number": True,
    "answer": "2",
    "told": {"": [["The answer", "2"], ["Why", "an edit counts."]]},
}


@pytest.mark.slow
def test_a_number_is_typed_and_the_card_is_locked(open_piece):
    page = open_piece(guesses.CARD_MODULE, CARD)
    card, status = page.get_by_role("group", name="How many times"), page.get_by_role("status")
    page.get_by_role("button", name="That is my guess").click()  # nothing typed: nothing said
    assert status.inner_text() == "Type a number."
    page.get_by_label("Your number").press_sequentially("3")
    page.get_by_label("Your number").press("Enter")
    assert status.inner_text().split("\n") == [
        "You said: 3",
        "The answer: 2",
        "Why: an edit counts.",
    ]
    card.get_by_role("button", name="I'm not sure").press("Enter")
    assert status.inner_text().startswith("You said: 3")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.slow
@pytest.mark.parametrize("key", ["B", "Enter", "Space"])
def test_a_choice_is_made_by_keyboard(open_piece, key):
    choices = {"number": False, "choices": ["Mon", "Tue", "I'm not sure"], "answer": "Tue"}
    page = open_piece(guesses.CARD_MODULE, CARD | choices)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press(key)
    chosen = page.get_by_role("button", pressed=True)
    assert chosen.inner_text().endswith("Tue")
    assert page.get_by_role("status").inner_text().startswith("✓ You said: Tue")
    page.keyboard.press("A")
    assert chosen.inner_text().endswith("Tue")


def test_every_module_of_a_piece_draws_by_show():
    for module in Path(widgets.__file__).parent.glob("*.js"):
        assert "export function show(" in module.read_text("utf-8"), module
