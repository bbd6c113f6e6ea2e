"""Each piece draws on a plain page what it draws in a notebook, by mouse and by keyboard."""

import json
import re
from contextlib import suppress
from html import unescape
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import IntegrityError, transaction
from playwright.sync_api import expect

from classroom import widgets
from classroom.exercises import guesses
from classroom.exercises.cards import FORM_MODULE, Choices, Order, Several
from classroom.experiments.comparing import same_hire
from classroom.rota.filling import LIVING, fill_table, leaves
from classroom.rota.shift_tables import shift_table
from classroom.scenes.calendar import advance
from classroom.scenes.stage.models import Person
from classroom.widgets import faces
from classroom.widgets.aligned import MODULE as ALIGNED
from classroom.widgets.aligned import Aligned, aligned
from classroom.widgets.matrix import MODULE as MATRIX
from classroom.widgets.matrix import matrix
from classroom.widgets.stepping import IN_BULK, NAMELESS, stepper
from speedy.models import Employees, ShiftsEmployees
from speedy.wirings import WIRINGS
from whatfires import what_fires
from whatfires.drawing import module_text
from whatfires.firings import UNBROKEN_STAR, Firings
from whatfires.steps import STEPPER
from whatfires.tracing import trace

pytestmark = pytest.mark.usefixtures("notebook")

PEOPLE = ["Ada A", "Grace B", "Alan C", "Katherine D"]
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A piece</title>
<meta name="viewport" content="width=device-width"><main><h1>A piece</h1><div id="it"></div></main>
<script type="module">{script}
show({data}, document.getElementById("it"));</script></html>"""


@pytest.fixture
def open_piece(open_window, tmp_path):
    """Open a piece where there is the least room; `assert_fit_to_be_seen` widens the window."""
    return lambda module, data: open_on(open_window, tmp_path, module, data, 360, "dark")


def open_on(open_window, tmp_path, module, data, width, scheme, height=800):
    file = tmp_path / "piece.html"
    file.write_text(PAGE.format(script=module_text(module), data=json.dumps(data)), "utf-8")
    page = open_window(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(file.as_uri())
    return page


@pytest.mark.slow
def test_the_living_rota_shows_who_came_and_who_left(open_piece):
    table = fill_table([*PEOPLE, leaves("Grace B"), advance, "Edsger E"])
    page = open_piece(LIVING, table.attrs["living"])
    what = page.locator(".rota-what")
    assert what.inner_text() == "at the start"
    heights = set()
    for _ in range(len(table.attrs["living"]["steps"])):
        heights.add(page.locator(".rota").bounding_box()["height"])
        page.get_by_role("button", name="Next step").click()
    assert len(heights) == 1, "what stands below it would move"
    page.locator(".rota-days").press("Home")
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
    assert_fit_to_be_seen(page)


@pytest.fixture
def fired(notebook):
    return what_fires(Person, "many rows at once", "inheritance")


LOOKS = "all => all.map(it => [getComputedStyle(it)].map(of => of.color + of.backgroundColor)[0])"


@pytest.mark.slow
def test_the_matrix_is_filled_by_mouse_and_keyboard_and_then_run(open_piece, fired):
    page = open_piece(MATRIX, matrix(fired, blank=True).data)
    cells = page.locator(".matrix-cell")
    assert "".join(cells.all_text_contents()).count("◆") == 0, "nothing is given away"
    assert (
        "post_delete was" not in page.content()
        and "★" not in page.locator(".matrix-view").inner_text()
    )
    cell = "queryset.delete(), 2 rows: "
    page.get_by_role("button", name=cell + "pre_delete").click()
    page.keyboard.press("ArrowLeft")  # post_save, wrongly
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # post_delete
    page.keyboard.press("Enter")
    pressed = page.locator("[aria-pressed=true]").evaluate_all("all => all.map(it => it.ariaLabel)")
    assert pressed == [cell + name for name in ("post_save", "pre_delete", "post_delete")]
    assert_fit_to_be_seen(page)
    page.get_by_role("button", name="Run").press("Enter")
    expect(page.get_by_role("button", name="Run")).to_be_hidden()
    expect(page.get_by_role("status")).to_be_focused()
    expect(page.get_by_text("cells are as you expected")).to_be_in_viewport(ratio=1)
    row = page.locator(".matrix-row", has_text="queryset.delete(), 2 rows")
    assert row.locator(".matrix-wrong").all_text_contents() == ["post_save· !"]
    said = row.locator("xpath=following-sibling::tr[1]").inner_text()
    assert "You expected post_save: not sent." in said
    assert fired.row("queryset.delete(), 2 rows")["surprise"] in said
    captain = page.locator(".matrix-row", has_text="Captain: delete()")
    said = captain.locator("xpath=following-sibling::tr[1]").inner_text()
    assert "You did not expect pre_delete and post_delete: sent once." in said
    looks = page.locator(".matrix-wrong").evaluate_all(LOOKS)
    assert len(looks) > 3 and len({*looks}) == 1, "a method that went wrong looks like a signal"
    assert page.locator(".matrix-cell").count() == 0
    assert_fit_to_be_seen(page)
    page.get_by_role("button", name="Fill it again").click()
    assert page.locator("[aria-pressed=true]").count() == 0


@pytest.mark.slow
def test_the_whole_matrix_is_filtered_and_searched(open_piece, fired):
    page = open_piece(MATRIX, matrix(fired).data)
    names = page.locator(".matrix-name")
    assert len(fired) == names.count()
    page.get_by_role("button", name="Only silent").click()
    assert [it.removesuffix(UNBROKEN_STAR) for it in names.all_text_contents()] == [
        row["operation"]
        for row in fired
        if not {*fired.fired(row["operation"])} - {"pre_init", "post_init"}
    ]
    page.get_by_role("button", name="Only surprises").click()
    assert names.count() == sum(bool(row["surprise"]) for row in fired)
    page.get_by_role("button", name="All").click()
    for width in (800, 360):
        page.set_viewport_size({"width": width, "height": 800})
        calls = page.locator(".matrix-table").evaluate(BROKEN_WORDS, r"\w+(\(\.{3}\))?([\])]*\s★)?")
        assert calls == [], "a name breaks after a dot, and not inside a call or before its star"
    page.get_by_role("searchbox").fill("CAPTAIN: delete")
    assert names.all_text_contents() == [f"Captain: delete(){UNBROKEN_STAR}"]
    names.press("Enter")
    assert page.locator(".matrix-said").is_visible()
    assert_fit_to_be_seen(page)


def test_the_matrix_leaves_out_the_init_signals_which_every_instance_sends(fired):
    assert "pre_init" in repr(fired) and "pre_<br>init" in fired._repr_html_()
    for shown in matrix(fired, blank=True), matrix(fired):
        assert "init" not in repr(shown) + shown._repr_mimebundle_()["text/html"]
        assert "post_save" in repr(shown)


@pytest.fixture
def hired(notebook):
    """A table of the rota, and the trace of the hire after it."""
    fill_table(PEOPLE[:2])
    before = shift_table()
    with trace() as seen:
        Employees.objects.create(first_name="Alan", last_name="C", address="C", age=3)
    return before, seen


@pytest.mark.slow
def test_a_plain_stepper_says_nothing_of_transactions(open_piece, hired):
    """Readers of the first lesson met pending rows, amber bars and a plug before any of them."""
    before, seen = hired
    page = open_piece(STEPPER, stepper(seen, "A hire", before, plain=True).data)
    page.locator(".wf-steps").focus()
    for _ in seen:
        said = page.locator(".wf").inner_text()
        assert not re.search(
            "pending|amber|No transaction is open|Pull the plug|force_insert", said
        )
        page.keyboard.press("ArrowRight")
    assert page.locator(".wf-seat").all_inner_texts() == ["Ada A", "Grace B", "Alan C", "nobody"]
    assert page.locator(".wf-transaction").count() == 0


@pytest.mark.slow
def test_the_stepper_shows_the_rota_the_line_and_what_a_pulled_plug_takes(open_piece, hired):
    before, seen = hired
    page = open_piece(STEPPER, stepper(seen, "A hire", before).data)
    seats = page.locator(".wf-seat")
    assert seats.all_inner_texts() == ["Ada A", "Grace B", "free", "nobody"]
    page.locator(".wf-steps").focus()
    while "INSERT into speedy_emp" not in page.locator("[aria-current=step]").inner_text():
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Pull the plug").click()
    assert seats.all_inner_texts() == ["Ada A", "Grace B", "free", "Alan C"]  # and no seat
    page.get_by_role("button", name="Put the plug back").click()
    while "pending" not in seats.nth(2).inner_text():
        page.keyboard.press("ArrowRight")
    assert "INSERT into speedy_shiftsemp" in page.locator("[aria-current=step]").inner_text()
    assert "super().save(" in page.locator(".wf-lit").inner_text()
    assert "speedy.models.shifts:" in page.locator(".wf-panel dl").inner_text()
    page.get_by_role("button", name="Pull the plug").click()
    assert seats.all_inner_texts() == ["Ada A", "Grace B", "Alan C (lost)", "Alan C"]
    assert_fit_to_be_seen(page)
    page.get_by_role("button", name="Put the plug back").press("Enter")
    page.locator(".wf-step").last.click()
    assert seats.all_inner_texts() == ["Ada A", "Grace B", "Alan C", "nobody"]
    mark = page.locator(".wf-mark").first.bounding_box()
    assert min(mark["width"], mark["height"]) >= 16


@pytest.mark.slow
def test_a_statement_that_fails_is_said_to_change_nothing(open_window, tmp_path, notebook):
    too_old = {"first_name": "A", "last_name": "B", "address": "C", "age": 400}
    with trace() as seen, suppress(IntegrityError), transaction.atomic():
        Employees.objects.create(**too_old)
    page = open_on(open_window, tmp_path, STEPPER, stepper(seen).data, 787, "light")
    page.locator(".wf-step", has_text="INSERT").click()
    said = page.locator(".wf-say")
    expect(said).to_contain_text("The statement fails, and changes nothing.")
    expect(said).not_to_contain_text("A row is written")


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(360, 684), (787, 720)])  # below the site's head
def test_what_stays_is_on_the_screen_with_the_buttons_and_the_step(
    open_window, tmp_path, hired, width, height
):
    before, seen = hired
    data = stepper(seen, before=before).data
    page = open_on(open_window, tmp_path, STEPPER, data, width, "light", height)
    plug = page.locator(".plug")
    event = page.locator(".wf-step", has_text="INSERT into speedy_shiftsemp")
    event.click()
    plug.click()
    page.evaluate("document.querySelector('.wf').scrollIntoView()")
    for it in (plug, page.locator(".wf-at-lost"), page.locator(".wf-gone"), event):
        expect(it).to_be_in_viewport(ratio=1)
    plug.click()
    while not page.get_by_text(f"{len(data['steps'])} of").is_visible():
        page.get_by_role("button", name="Next step").click()
        expect(page.locator("[aria-current=step]")).to_be_in_viewport(ratio=1)
    page.evaluate("document.body.style.paddingBottom = '999px'")
    page.evaluate("document.querySelector('.wf-steps').scrollIntoView()")
    say = page.get_by_text("pre_save calls the receiver uncount_seat.")
    expect(page.get_by_text("This is pending until COMMIT.")).not_to_be_in_viewport()
    page.locator(".wf-step", has_text="uncount_seat").click()
    expect(say).to_be_in_viewport(ratio=1)


def states_of(seen, before=None):
    """The seats after each step that moved somebody: ["Ada A kept", ...]."""
    side = stepper(seen, before=before).data["side"]
    return [
        [f"{item['text']} {item['state']}" for box in state for item in box["items"]]
        for state in side["states"]
    ]


def test_the_rota_beside_a_trace_ends_as_the_rota_does(hired):
    before, seen = hired
    nobody = "nobody free"  # is without a seat
    assert states_of(seen, before)[-1] == ["Ada A kept", "Grace B kept", "Alan C kept", nobody]
    assert states_of(seen)[-1] == ["Alan C kept", "free free", "free free", nobody]
    full = shift_table()
    with trace() as leaving:
        Employees.objects.get(first_name="Ada").delete()
    states = states_of(leaving, full)
    assert "Ada A leaving" in states[-2]
    assert states[-1] == ["Grace B kept", "Alan C kept", "free free"]
    with trace() as alone:
        ShiftsEmployees.objects.first().delete()
    assert NAMELESS in stepper(alone, before=full).data["side"]["note"]


def test_a_shift_that_is_wiped_goes_from_the_rota_beside_a_trace(hired):
    full = shift_table()
    advance()
    with trace() as seen:
        Employees.objects.create(first_name="Ivy", last_name="I", address="C", age=3)
    side = stepper(seen, before=full).data["side"]
    names = [box["name"] for box in side["states"][-1]]
    assert "Mon 14 Nov" not in names and "Wed 16 Nov" in names
    assert IN_BULK in side["note"], "who sat there was moved by one statement"


def test_what_is_rolled_back_is_on_no_rota(hired):
    Employees.objects.get(first_name="Alan").delete()
    before = shift_table()
    with trace() as seen, transaction.atomic():
        with transaction.atomic():
            Employees.objects.create(first_name="Eve", last_name="E", address="C", age=3)
            transaction.set_rollback(True)
        Employees.objects.create(first_name="Ivy", last_name="I", address="C", age=3)
    states = states_of(seen, before)
    none = "nobody free"
    assert [state[2:] for state in states] == [  # the third seat, and who has none
        ["free free", none],
        ["free free", "Eve E pending"],
        ["Eve E pending", none],
        ["free free", none],
        ["free free", "Ivy I pending"],
        ["Ivy I pending", none],
        ["Ivy I kept", none],
    ]


def test_seats_that_are_written_in_bulk_are_owned_up_to(hired):
    with trace() as seen:
        WIRINGS["direct call"].hire_many(
            [Employees(first_name="A", last_name="Z", address="C", age=3)]
        )
    assert IN_BULK in stepper(seen).data["side"]["note"]


def test_equal_moments_stand_in_one_row_in_the_order_of_every_lane():
    lanes = [[("sql", it) for it in moments] for moments in ("abcd", "bxcd", "acbd")]
    rows = aligned(lanes)
    for place, moments in enumerate(lanes):
        seen = [(row["at"][place], row["what"]) for row in rows if row["at"][place] is not None]
        assert seen == list(enumerate(what for _, what in moments))
    assert [row["at"] for row in rows if row["what"] == "d"] == [[3, 3, 3]]


@pytest.mark.slow
def test_a_pulled_plug_takes_the_person_in_three_wirings_of_four(open_piece):
    hires = same_hire()
    assert hires.columns == ("what", *WIRINGS)
    page = open_piece(ALIGNED, hires.data)
    signs, _, _ = repr(hires).partition(";")
    assert signs == "◆ a signal, → a receiver, ▪ SQL"  # no method is among these moments
    assert page.locator(".aligned-legend").inner_text().startswith(f"{signs}.")
    heads = page.locator("thead th:visible")
    assert heads.first.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 12
    assert (
        heads.evaluate_all("all => all.map(it => getComputedStyle(it).writingMode)")
        == ["horizontal-tb"] * heads.count()
    )
    assert page.locator(".aligned-table").evaluate(BROKEN_WORDS, r"[A-Za-z]+|\(\)") == []
    page.locator(".aligned-view").focus()
    now = page.locator(".aligned-now")
    while "INSERT into speedy_employees" not in now.inner_text():
        page.keyboard.press("ArrowDown")
    stored = page.locator(".aligned-stored > div")
    signs = [text.splitlines()[1][0] for text in stored.all_inner_texts()]
    assert signs == ["✓", "…", "…", "…"]
    said = page.locator(".aligned-said").inner_text()
    assert "COMMIT: save() override, custom signal, direct call. Kept at once: built-in" in said
    bars = now.locator("td").evaluate_all("all => all.map(it => it.className)")
    assert bars == ["", "aligned-open", "aligned-open", "aligned-open"]
    assert_fit_to_be_seen(page)
    page.get_by_role("button", name="Pull the plug").click()
    assert [text.splitlines()[1][0] for text in stored.all_inner_texts()] == ["✓", "✗", "✗", "✗"]
    for it in (page.get_by_role("button", name="Put the plug back"), stored.last, now):
        expect(it).to_be_in_viewport(ratio=1)  # together
    page.keyboard.press("End")
    assert page.locator(".aligned-lost").count() == 0
    assert_fit_to_be_seen(page)


@pytest.mark.slow
def test_what_each_wiring_stores_is_named_and_the_moment_is_on_the_screen(open_window, tmp_path):
    hires = same_hire()
    page = open_on(open_window, tmp_path, ALIGNED, hires.data, 360, "light", 684)
    page.evaluate("document.querySelector('.aligned').scrollIntoView()")
    for _ in range(len(hires) - 1):
        page.get_by_role("button", name="Next moment").click()
        expect(page.locator(".aligned-now")).to_be_in_viewport(ratio=1)
    kept = page.locator(".aligned-stored > div").first.locator("li")
    seat = "✓ Ada Quillbrook on the shift of 2022-11-14"
    assert kept.all_inner_texts() == ["✓ Ada Quillbrook", seat]


STILL = """<!doctype html><style>pre {{ white-space: pre-wrap; word-break: break-all }}
th {{ text-align: right }}</style><div id="it" style="width: 330px; overflow: auto">{html}</div>"""
BROKEN_WORDS = """(root, words) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const broken = [], range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (const { index, 0: word } of node.data.matchAll(new RegExp(words, "g"))) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      if (range.getClientRects().length > 1) broken.push(word);
    }
  return broken;
}"""


@pytest.mark.slow
def test_what_stands_still_fits_a_telephone(open_window, hired):
    """As JupyterLab shows it, where a word of a tree would break at any letter."""
    before, seen = hired
    page = open_window(viewport={"width": 360, "height": 800})
    page.set_content(STILL.format(html=seen.tree()._repr_html_()))
    assert "shift_headcount" in page.locator("pre").inner_text()
    assert page.locator("pre").evaluate(BROKEN_WORDS, r"\S+") == []
    page.set_content(STILL.format(html=before._repr_html_()))
    head = page.get_by_role("rowheader").first
    assert head.evaluate(BROKEN_WORDS, r"[\d-]+") == [], "a date is in one line"
    page.evaluate("document.getElementById('it').scrollLeft = 60")
    assert page.evaluate("document.getElementById('it').scrollLeft") == 60
    assert head.bounding_box()["x"] == page.locator("#it").bounding_box()["x"], "still in view"


# What a finger may miss: [height, the thing itself]. A label is as good as what it belongs to.
SMALL = """() => [...document.querySelectorAll("button, input")]
  .map((it) => [it.closest("label") || it, it.outerHTML.slice(0, 90)])
  .map(([it, html]) => [it.getBoundingClientRect().height, html])
  .filter(([height]) => height > 0 && height < (innerWidth > 640 ? 24 : 34))"""


WINDOWS = {1440: "light", 360: "dark"}


def assert_fit_to_be_seen(page):
    """Hold that a piece suits everybody, wide and light, then narrow and dark."""
    for width, scheme in WINDOWS.items():
        page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert page.evaluate(SMALL) == [], width
        results = Axe().run(page)
        assert results.violations_count == 0, f"{width}: {results.generate_report()}"


def test_nothing_that_is_committed_needs_a_kernel(monkeypatch):
    with trace() as seen:
        Employees.objects.create(first_name="A", last_name="B", address="C", age=3)
    pieces = (
        fill_table(PEOPLE),
        stepper(seen),
        matrix(Firings(), blank=True),
        Aligned({"a": seen}),
    )
    for piece in pieces:
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
    assert shown.startswith(repr(seen.tree()))


def without_tags(html):
    """What a page shows that strips styles and scripts, as GitHub does."""
    return unescape(re.sub(r"<script.*?</script>|<[^>]*>", "", html, flags=re.DOTALL))


def test_what_stands_without_a_widget_says_what_the_widget_says(hired, fired):
    before, seen = hired
    rota = fill_table([leaves("Grace B"), advance, "Edsger E"])
    says = (
        (
            rota,
            ["Grace B leaves", "a day passes", "At the end: Tue 15 Nov: Ada A, Alan C, Edsger E"],
        ),
        (stepper(seen, before=before), ["The rota at the end: Mon 14 Nov: Ada A, Grace B, Alan C"]),
        (matrix(fired, blank=True), [row["surprise"] for row in fired]),
        (matrix(fired), [row["passed"] for row in fired]),
        (Aligned({"a hire": seen}), ["a hire", "BEGIN", "│ ▪", "└ ▪", "┌ to └: a transaction"]),
        (CHOICES, ["Mon · Tue", "x · y · z", "a whole number"]),
    )
    for piece, words in says:
        shown = piece._repr_mimebundle_()
        for face in shown["text/plain"], without_tags(shown["text/html"]):
            assert [it for it in words if it not in face] == []


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
    assert card.get_by_role("listitem").inner_text() == "I'm not sure", "no letter for one alone"
    page.get_by_label("Your number").press_sequentially("3")
    page.get_by_label("Your number").press("Enter")
    assert status.inner_text().split("\n") == [
        "You said: 3",
        "The answer: 2",
        "Why: an edit counts.",
    ]
    card.get_by_role("button", name="I'm not sure").press("Enter")
    assert status.inner_text().startswith("You said: 3")
    assert_fit_to_be_seen(page)


@pytest.mark.slow
def test_a_choice_is_made_by_keyboard(open_piece):
    choices = {"number": False, "choices": ["Mon", "Tue", "I'm not sure"], "answer": "Tue"}
    page = open_piece(guesses.CARD_MODULE, CARD | choices)
    for key in ("B", "Enter", "Space"):
        page.reload()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press(key)
        chosen = page.get_by_role("button", pressed=True)
        assert chosen.inner_text().endswith("Tue"), key
        assert page.get_by_role("status").inner_text().startswith("✓ You said: Tue")
        page.keyboard.press("A")
        assert chosen.inner_text().endswith("Tue")


MARK = "it => getComputedStyle(it, '::after').content"


@pytest.mark.slow
def test_right_and_wrong_are_marked_on_the_line_of_their_choice(open_piece):
    long = "Tue, and this takes more than one line of a telephone to say"
    choices = {"number": False, "choices": ["Mon", long, "Wed", "I'm not sure"], "answer": long}
    page = open_piece(guesses.CARD_MODULE, CARD | choices)
    buttons = page.get_by_role("group").get_by_role("button")
    letter, words = buttons.nth(1).locator("kbd"), buttons.nth(1).locator("span")
    assert words.evaluate("it => it.getClientRects().length") == 1, "a block beside its letter"
    assert words.bounding_box()["x"] > letter.bounding_box()["x"] + letter.bounding_box()["width"]
    high = buttons.nth(1).bounding_box()["height"]
    buttons.first.click()
    assert [it.evaluate(MARK) for it in buttons.all()] == ['"✗"', '"✓"', '""', '""']
    assert buttons.nth(1).bounding_box()["height"] == high
    assert_fit_to_be_seen(page)


CHOICES = Choices("it", "A card", {"Ada": ("Mon", "Tue"), "called": Several("xyz"), "sent": ()})
HEARD = """document.addEventListener("chosen", (event) => { globalThis.heard = event.detail; })"""


@pytest.mark.slow
def test_answers_are_chosen_by_mouse_and_keyboard_and_may_change(open_piece):
    page = open_piece(FORM_MODULE, CHOICES.asked())
    page.evaluate(HEARD)
    status = page.get_by_role("status")
    assert status.inner_text() == "0 of 3 answered."
    page.get_by_text("Mon").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    for key in ("Space", "Tab", "Tab", "Space"):
        page.keyboard.press(key)
    page.get_by_label("sent: a number").press_sequentially("12")
    assert status.inner_text() == "3 of 3 answered. Now run the next cell."
    assert page.evaluate("heard") == {"Ada": "Tue", "called": ["x", "z"], "sent": 12}
    page.get_by_label("sent: a number").fill("")
    page.get_by_label("x").uncheck()
    assert page.evaluate("heard") == {"Ada": "Tue", "called": ["z"], "sent": None}
    assert_fit_to_be_seen(page)


@pytest.mark.slow
def test_lines_are_moved_and_left_out_by_mouse_and_keyboard(open_piece):
    lines = ["def f():", f"    return {'a' * 60}", "    g()"]
    page = open_piece(FORM_MODULE, Order("it", "A card", lines, "import g").asked())
    page.evaluate(HEARD)
    page.get_by_role("button", name="Move up: g()").click()
    assert page.evaluate("heard") == [1, 3, 2]
    page.keyboard.press("ArrowDown")  # the same line, which kept the focus
    assert page.evaluate("heard") == [1, 2, 3]
    page.get_by_role("button", name="Leave out: def f():").press("Enter")
    assert page.evaluate("heard") == [2, 3]
    assert_fit_to_be_seen(page)
    page.keyboard.press("Enter")  # puts it back, at the end
    assert page.evaluate("heard") == [2, 3, 1]
    assert "import g" in page.locator(".form-given").inner_text()


def test_every_module_of_a_piece_draws_by_show():
    for module in Path(widgets.__file__).parent.glob("*.js"):
        assert "export function show(" in module.read_text("utf-8"), module


HOSTS = {
    "JupyterLab": "document.body.dataset.jpThemeLight = dark ? 'false' : 'true'",
    "VS Code": "document.body.dataset.vscodeThemeKind = dark ? 'vscode-dark' : 'vscode-light'",
    "VS Code, high contrast": "document.body.dataset.vscodeThemeKind = "
    "dark ? 'vscode-high-contrast' : 'vscode-high-contrast-light'",
    "Colab": "document.documentElement.setAttribute('theme', dark ? 'dark' : 'light')",
    "Sphinx": "document.documentElement.dataset.theme = dark ? 'dark' : 'light'",
}


@pytest.mark.slow
def test_a_piece_is_dark_where_its_host_says_so_whatever_the_system_says(open_piece):
    page = open_piece(guesses.CARD_MODULE, CARD)
    card = page.locator(".guess-card")
    for system, says in product(("light", "dark"), HOSTS.values()):
        page.emulate_media(color_scheme=system)
        for dark, colour in ((True, "rgb(13, 17, 23)"), (False, "rgb(255, 255, 255)")):
            page.evaluate(f"(dark) => {{ {says} }}", dark)
            expect(card).to_have_css("background-color", colour)
        page.evaluate(
            "for (const it of [document.body, document.documentElement])"
            " for (const name of ['data-jp-theme-light', 'data-vscode-theme-kind', 'theme',"
            " 'data-theme']) it.removeAttribute(name)"
        )
